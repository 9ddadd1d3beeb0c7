// SPDX-License-Identifier: Apache-2.0

public import Execution
public import Planning
public import SnapshotModel

/// What operators dismissed or retired, with who said it, when, and why.
public struct WaiverList {
    private let entries: [(subject: Subject, note: Waivers.Note)]
    /// What is said where there are none.
    private let absence: String

    private enum Subject {
        case snapshot(StorageURL)
        case job(String)

        var text: String {
            switch self {
            case .snapshot(let place): "\(place)"
            case .job(let name): name
            }
        }
    }

    /// Makes a list of dismissed snapshots.
    public init(dismissals: [StorageURL: Waivers.Dismissal]) {
        absence = "nothing is dismissed"
        entries = dismissals.sorted { $0.key < $1.key }.map { (.snapshot($0.key), $0.value.note) }
    }

    /// Makes a list of retired jobs.
    public init(retirements: [String: Waivers.Note]) {
        absence = "no job is retired"
        entries = retirements.sorted { $0.key < $1.key }.map { (.job($0.key), $0.value) }
    }

    /// For people, with a line end at its end.
    ///
    /// - Parameter state: The state directory that it was read from.
    /// - Returns: A table, or one line where there is nothing.
    public func text(in state: StateDirectory) -> String {
        guard !entries.isEmpty else { return ["\(absence) in \"\(state.path)\""].page }
        var table = Table([.left, .left, .left])
        for (subject, note) in entries {
            let time = note.at.moment
            table.add([time, note.by, subject.text], below: ["  \(note.because.printable)"])
        }
        return table.lines(indent: "").page
    }

    /// Writes the list as JSON: `{ "format": 1, "waivers": [ { "path" or "job", "at", "by",
    /// "because" } ] }`.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("waivers")
            json.array { json in
                for (subject, note) in entries { Self.write(subject, note, &json) }
            }
        }
        json.finish()
    }

    private static func write(
        _ subject: Subject,
        _ note: Waivers.Note,
        _ json: inout JSONWriter
    ) {
        json.object { json in
            switch subject {
            case .snapshot(let place): json.place(place)
            case .job(let name):
                json.key("job")
                json.value(name)
            }
            json.key("at")
            json.value(note.at.description)
            json.key("by")
            json.value(note.by)
            json.key("because")
            json.value(note.because)
        }
    }
}
