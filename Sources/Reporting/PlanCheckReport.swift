// SPDX-License-Identifier: Apache-2.0

public import PlanChecking
internal import SnapshotModel

/// What came of checking a saved plan, as text and as JSON.
public struct PlanCheckReport {
    /// What came of it.
    public let result: PlanCheckResult
    private let source: String

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - result: What came of it.
    ///   - source: The name of the plan's file.
    public init(_ result: PlanCheckResult, source: String) {
        self.result = result
        self.source = source
    }

    private var verdict: String {
        if result.isRefuted { return "refused" }
        return result.problems.isEmpty ? "holds" : "unknown"
    }

    /// The report for people, with a line end at its end.
    public var text: String {
        let counts =
            "\(result.condemnedCount) go; of \(result.snapshotCount) snapshots that stay, "
            + "\(result.foundCount) of \(result.referenceCount) references are there and stay too"
        let words =
            switch verdict {
            case "holds": "it holds: after it whatever stays is as closed as it says"
            case "refused": "it is refused"
            default: "it cannot be known whether it holds"
            }
        let problems = result.problems.map { "  \($0.isRefutation ? "wrong" : "unknown"): \($0)" }
        return (["plan \(source): \(words)", "  \(counts)"] + problems).page
    }

    /// Writes the report as JSON.
    ///
    /// `{ "format": 1, "verdict": "holds" | "refused" | "unknown", "condemned", "snapshots",
    /// "references": { "checked", "found" }, "problems": [ { "rule", "text" } ] }`.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("verdict")
            json.value(verdict)
            json.key("condemned")
            json.value(result.condemnedCount)
            json.key("snapshots")
            json.value(result.snapshotCount)
            json.key("references")
            json.object { json in
                json.key("checked")
                json.value(result.referenceCount)
                json.key("found")
                json.value(result.foundCount)
            }
            json.key("problems")
            json.array { json in
                for problem in result.problems {
                    json.object { json in
                        json.key("rule")
                        json.value(problem.id)
                        json.key("text")
                        json.value("\(problem)")
                    }
                }
            }
        }
        json.finish()
    }
}
