// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import Planning
internal import SnapshotModel

extension ExplainReport {
    /// Writes the report as JSON.
    ///
    /// `{ "format": 1, "path", "is", "snapshot", "kind", "job", "bytes", "neededBy": [ { "path",
    /// "role", "written", "references", "byNameOnly" } ], "verdict", "reasons": [ { "rule",
    /// "text" } ], "due", "date", "keepers": [text], "taken": { "run", "item" }, "partial" }`. `is` is `snapshot`,
    /// `partOfSnapshot`, `object`, `directory`, `root`, `trash`, `janitor`, `special`, `nothing`,
    /// `unknown` or `outsideRoots`; `references` counts those of a role that lead there, or into it
    /// where it is a directory, and `written` is then one of them; `date` is the first day for which a plan condemns it, null where there is none; `due` tells
    /// whether a plan made now does. `verdict` is null where nothing is decided; `taken` is the last
    /// run that took what is not there, with the item as `runs --json` has it, or null.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.place(explanation.place)
            writeSubject(&json)
            json.key("bytes")
            json.value(explanation.bytes)
            json.key("neededBy")
            json.array { json in explanation.needs.forEach { Self.write($0, &json) } }
            json.key("verdict")
            json.value(explanation.verdict?.rawValue)
            json.key("reasons")
            json.array { json in
                for reason in explanation.reasons {
                    json.object { json in
                        json.key("rule")
                        json.value(reason.ruleID)
                        json.key("text")
                        json.value(reason.text)
                    }
                }
            }
            json.key("due")
            if case .due? = explanation.prospect { json.value(true) } else { json.value(false) }
            json.key("date")
            json.value(explanation.prospect?.day?.text)
            json.key("keepers")
            json.array { json in keepers.forEach { json.value($0) } }
            json.key("taken")
            if let departure {
                json.object { json in
                    json.key("run")
                    json.value(departure.run)
                    json.key("item")
                    json.pastItem(departure.item)
                }
            } else {
                json.null()
            }
            json.key("partial")
            json.value(explanation.isPartial)
        }
        json.finish()
    }

    private func writeSubject(_ json: inout JSONWriter) {
        json.key("is")
        json.value(subjectID)
        switch explanation.subject {
        case .snapshot(let planned?), .partOfSnapshot(_, let planned?):
            json.place(planned.place, as: "snapshot")
            json.key("kind")
            json.value(planned.kind.rawValue)
            json.key("job")
            json.value(planned.job)
        case .partOfSnapshot(let owner, nil): json.place(owner, as: "snapshot")
        case .object(let kind):
            json.key("kind")
            json.value(kind.rawValue)
        default: break
        }
    }

    private var subjectID: String {
        switch explanation.subject {
        case .snapshot: "snapshot"
        case .partOfSnapshot: "partOfSnapshot"
        case .object: "object"
        case .directory: "directory"
        case .root: "root"
        case .trash: "trash"
        case .janitor: "janitor"
        case .special: "special"
        case .nothing(let isProof): isProof ? "nothing" : "unknown"
        case .outsideRoots: "outsideRoots"
        }
    }

    private static func write(_ need: Explanation.Need, _ json: inout JSONWriter) {
        json.object { json in
            json.place(need.snapshot)
            json.key("role")
            json.value(need.roleID)
            json.name(need.written, as: "written")
            json.key("references")
            json.value(need.count)
            json.key("byNameOnly")
            json.value(need.isByNameOnly)
        }
    }
}
