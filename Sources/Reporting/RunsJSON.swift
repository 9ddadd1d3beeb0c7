// SPDX-License-Identifier: Apache-2.0

public import Execution
internal import SnapshotModel

/// Past runs for machines, the audit: what was carried out, by whom, under which policy, and why.
public struct RunsJSON {
    private let runs: [PastRun]

    /// Makes the JSON of runs.
    ///
    /// - Parameter runs: The oldest first.
    public init(_ runs: [PastRun]) {
        self.runs = runs
    }

    /// Writes the document.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func write(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("runs")
            json.array { json in runs.forEach { Self.write($0, &json) } }
        }
        json.finish()
    }

    private static func write(_ run: PastRun, _ json: inout JSONWriter) {
        json.object { json in
            for (key, value) in [
                ("run", run.name), ("command", run.command), ("at", run.at?.description),
                ("ended", run.ended?.description), ("ending", run.ending),
                ("policy", run.policy), ("fingerprint", run.fingerprint),
                ("approved", run.approved), ("undone", run.undone), ("user", run.user),
                ("host", run.host),
            ] as [(String, String?)] {
                json.key(key)
                json.value(value)
            }
            json.key("process")
            json.value(run.process.map(Int64.init))
            json.key("damaged")
            json.value(run.isDamaged)
            json.key("items")
            json.array { json in run.items.forEach { json.pastItem($0) } }
        }
    }
}

extension JSONWriter {
    /// One thing that a run did, with its reasons and what became of it.
    mutating func pastItem(_ item: PastRun.Item) {
        object { json in
            json.place(item.place)
            json.place(item.root, as: "root")
            for (key, value) in [
                ("job", item.job), ("form", item.form.rawValue), ("kind", item.kind),
            ] {
                json.key(key)
                json.value(value)
            }
            json.key("bytes")
            json.value(item.bytes)
            json.key("files")
            json.value(item.files)
            for (key, value) in [
                ("action", item.action.rawValue), ("outcome", item.outcome.rawValue),
                ("error", item.error), ("at", item.at?.description), ("origin", item.origin),
                ("until", item.until?.description), ("trash", item.fate?.name),
                ("by", item.fate?.doer),
            ] as [(String, String?)] {
                json.key(key)
                json.value(value)
            }
            json.key("reasons")
            json.array { json in
                for reason in item.reasons {
                    json.object { json in
                        json.key("rule")
                        json.value(reason.rule)
                        json.key("text")
                        json.value(reason.text)
                    }
                }
            }
        }
    }
}

extension PastRun.Fate {
    /// The fate for machines.
    fileprivate var name: String {
        switch self {
        case .inTrash: "there"
        case .half: "half"
        case .restored: "restored"
        case .emptied: "emptied"
        case .lost: "lost"
        }
    }

    /// The command that brought it about.
    fileprivate var doer: String? {
        switch self {
        case .inTrash, .half: nil
        case .restored(let run), .emptied(let run), .lost(let run): run
        }
    }
}
