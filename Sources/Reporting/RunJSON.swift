// SPDX-License-Identifier: Apache-2.0

public import Execution
public import Planning
internal import SnapshotModel

/// What a run did, for machines.
public struct RunJSON {
    private let plan: Plan
    private let report: RunReport

    /// Makes the JSON of a run.
    ///
    /// - Parameters:
    ///   - plan: What it planned.
    ///   - report: What became of it.
    public init(_ plan: Plan, _ report: RunReport) {
        self.plan = plan
        self.report = report
    }

    /// Writes the document.
    ///
    /// `{ "format": 1, "run", "at", "policy", "cutShort", "snapshots": [line], "objects": [line],
    /// "emptied": [line], "stateError", "limits": [ { "job", "limit" } ], "partial", "leftAlone": [ {
    /// "what", "rule", "text", "count", "bytes" } ], "findings": [ { "severity", "subject", "message",
    /// "hint" } ], "notes": [text] }`. A `line` is `{ "path", "form", "job", "bytes", "outcome", "error"
    /// }` with `trash`, `removed` or `left` for `outcome`. What ended a run with 3 is a line that was
    /// `left`, or, where `partial` is true, a finding of the severity `partial` or what was left alone;
    /// `leftAlone` and `findings` are those of `report --json` and `plan --json`.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func write(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("run")
            json.value(report.run)
            json.key("at")
            json.value(plan.at.description)
            json.key("policy")
            json.value(plan.policy)
            json.key("cutShort")
            json.value(report.isCutShort)
            json.key("snapshots")
            json.array { json in
                for line in report.lines where line.form == .snapshot { Self.write(line, &json) }
            }
            json.key("objects")
            json.array { json in
                for line in report.lines where line.form != .snapshot { Self.write(line, &json) }
            }
            json.key("emptied")
            json.array { json in report.emptied.forEach { Self.write($0, &json) } }
            json.key("stateError")
            json.value(report.stateError)
            json.key("limits")
            json.array { json in
                for job in plan.jobs {
                    guard let limit = job.limit else { continue }
                    json.object { json in
                        json.key("job")
                        json.value(job.name)
                        json.key("limit")
                        json.value(limit.text)
                    }
                }
            }
            json.key("partial")
            json.value(plan.isPartial)
            json.leftAlone(of: plan)
            json.findings(of: plan)
            json.key("notes")
            json.array { json in report.notes.forEach { json.value($0) } }
        }
        json.finish()
    }

    private static func write(_ line: RunReport.Line, _ json: inout JSONWriter) {
        let gone = line.isInTrash ? "trash" : "removed"
        json.line(line, outcome: line.isGone ? gone : "left", hasJob: true)
    }
}
