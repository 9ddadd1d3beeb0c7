// SPDX-License-Identifier: Apache-2.0

public import Execution
public import Planning
internal import SnapshotModel

/// What a run did, told from its journal.
public struct RunText {
    private let plan: Plan
    private let report: RunReport
    private let next: NextCommand

    /// Makes the text of a run.
    ///
    /// - Parameters:
    ///   - plan: What it planned.
    ///   - report: What became of it.
    ///   - next: Writes the commands that it names.
    public init(_ plan: Plan, _ report: RunReport, next: NextCommand) {
        self.plan = plan
        self.report = report
        self.next = next
    }

    /// For people, with a line end at its end.
    public var text: String {
        var lines = ["run \(report.run) under \(plan.policy)"]
        lines += [sum(of: .snapshot, "snapshot", "snapshots")]
        if report.lines.contains(where: { $0.form == .file }) {
            lines.append(sum(of: .file, "file outside snapshots", "files outside snapshots"))
        }
        if report.lines.contains(where: { $0.form == .emptyDirectory }) {
            let words = ("directory outside snapshots", "directories outside snapshots")
            lines.append(sum(of: .emptyDirectory, words.0, words.1))
        }
        let emptied = report.emptied.filter(\.isGone)
        if !emptied.isEmpty {
            let bytes = ByteText.text(emptied.sum(of: \.bytes))
            lines.append(
                "\(emptied.count) removed from the trash, where their time was over, \(bytes)"
            )
        }
        for line in report.lines where line.isGone && line.form == .snapshot {
            lines.append("  taken \(line.place), \(ByteText.text(line.bytes))")
        }
        for line in report.lines + report.emptied where !line.isGone {
            lines.append("  \(line.error ?? "left")")
        }
        for job in plan.jobs {
            if let limit = job.limit {
                lines.append("  job \(job.name) held back by a limit: \(limit.text)")
            }
        }
        lines += report.notes.map { "  \($0)" }
        lines += unknown
        if plan.jobs.isEmpty {
            lines.append("  the policy gives no job, so there was nothing to clean")
            lines += plan.findings.filter { $0.severity == .note }
                .map { "  \($0.subject): \($0.message)" }
        }
        if let error = report.stateError { lines.append("  stopped: \(error)") }
        if report.isCutShort { lines.append("  ended early; the next run goes on") }
        if report.lines.contains(where: \.isInTrash) {
            let undo = next.line("undo", ObjectName(report.run))
            lines.append("bring back what lies in the trash with: \(undo)")
        }
        lines += plan.approvalLines(next)
        return lines.page
    }

    /// What could not be known, and what to do; as a plan has it.
    private var unknown: [String] {
        let findings = plan.findings.filter { $0.severity == .partial }
        if plan.isPartial, findings.isEmpty {
            return plan.leftAlone.filter(\.isUnknown).map { "  left alone: \($0.line)" }
        }
        return findings.flatMap { finding in
            ["  left alone for \(finding.subject): \(finding.message)"]
                + (finding.hint.isEmpty ? [] : ["    hint: \(finding.hint)"])
        }
    }

    private func sum(of form: RunReport.Form, _ one: String, _ more: String) -> String {
        let own = report.lines.filter { $0.form == form }
        let gone = own.filter(\.isGone)
        let inTrash = own.count(where: \.isInTrash)
        let left = own.count - gone.count
        let bytes = ByteText.text(gone.sum(of: \.bytes))
        return "\(gone.count) \(gone.count == 1 ? one : more) taken, \(bytes)"
            + (inTrash > 0 ? "; \(inTrash) of them lie in the trash" : "")
            + (left > 0 ? "; \(left) left" : "")
    }
}
