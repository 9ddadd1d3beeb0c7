// SPDX-License-Identifier: Apache-2.0

public import Execution
public import Planning
internal import SnapshotModel

/// What a run did, told from its journal.
public struct RunText {
    private let plan: Plan
    private let report: RunReport

    /// Makes the text of a run.
    ///
    /// - Parameters:
    ///   - plan: What it planned.
    ///   - report: What became of it.
    public init(_ plan: Plan, _ report: RunReport) {
        self.plan = plan
        self.report = report
    }

    /// For people, with a line end at its end.
    public var text: String {
        var lines = ["run \(report.run) under \(plan.policy)"]
        let bytes = ByteText.text(report.goneBytes)
        let inTrash = report.lines.count(where: \.isInTrash)
        lines.append(
            "\(report.goneCount) snapshots taken, \(bytes)"
                + (inTrash > 0 ? "; \(inTrash) of them lie in the trash" : "")
                + (report.failedCount > 0 ? "; \(report.failedCount) left" : "")
        )
        for line in report.lines where line.isGone {
            lines.append("  taken \(line.place), \(ByteText.text(line.bytes))")
        }
        for line in report.lines where !line.isGone {
            lines.append("  \(line.error ?? "left")")
        }
        for job in plan.jobs {
            if let limit = job.limit {
                lines.append("  job \(job.name) held back by a limit: \(limit.text)")
            }
        }
        lines += report.notes.map { "  \($0)" }
        lines += plan.findings.filter { $0.severity == .partial }
            .map { "  left alone for \($0.subject): \($0.message)" }
        if report.isCutShort { lines.append("  ended early; the next run goes on") }
        lines += plan.approvalLines
        return lines.page
    }
}
