// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import Foundation
internal import Planning
internal import Policy
internal import SnapshotModel
internal import Storage

/// `janitor check`.
enum CheckCommand {
    static let spec = CommandSpec(
        name: "check",
        arguments: "",
        argumentCount: 0...0,
        options: [.policy, .state],
        summary: "check the policy, and whether its roots can be reached",
        details: """
            Reads the policy, finds its jobs, looks at every root, and says what holds for each job.
            Every problem of the policy is named at once, with its place in the file. Warns of
            settings at zero, of some that together take away what each alone would leave, and of a
            state directory that may be gone at the next run; warnings do not change the exit code.
            Where the policy names Flink it is asked what the job's checkpoints are set to, and what
            does not fit the policy is a warning with the line to change: other directories, nothing
            retained on cancellation, more retained than kept, not incremental, times that
            contradict each other. What a job sets for itself beyond that Flink does not tell.
            """,
        never: "read metadata, decide on anything or remove anything.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let policy = try context.policy(arguments)
        let backends = context.backends(policy)
        let roster = Planner(policy: policy, readerFor: backends.reader(for:)).roster()
        var lines = ["policy \(policy.source): sound, time zone \(policy.timeZoneName)"]
        var problems = roster.unlistable.map(\.withHint)
        let reach = RootReach(roster.roots.map(\.place), backends)
        problems += reach.problems
        var flink = FlinkCheck(context, policy, roster)
        var differences: [String] = []
        let unclaimed = Set(roster.unclaimed.map(\.job))
        for (number, job) in roster.jobs.enumerated() where !unclaimed.contains(number) {
            lines.append("")
            lines.append("job \"\(job.name)\"")
            for root in roster.roots.filter({ $0.jobs.contains(number) }) {
                let undo = reach.undo(at: root.place, for: job.settings.trash)
                lines.append(
                    "  \(root.role.rawValue): \(root.place): \(reach.text(of: root.place)), \(undo)"
                        + (root.job == nil ? ", shared" : "")
                )
            }
            lines += rules(of: job).map { "  \($0)" }
            if let finding = flink.finding(of: number) {
                lines.append("  \(finding.line)")
                if let problem = finding.problem { problems.append(problem) }
                differences += finding.differences.flatMap {
                    ["warning: job \"\(job.name)\": \($0.text)", "  hint: write \($0.remedy)"]
                }
            }
        }
        for (place, own) in Dictionary(grouping: roster.unclaimed, by: \.root).sorted(by: {
            $0.key < $1.key
        }) {
            lines.append("")
            lines.append(
                "in \(place): claimed by no job, each counts as a job of its own: \(own.count)"
            )
        }
        for root in roster.roots.filter({ $0.jobs.isEmpty }) {
            lines.append("only read: \(root.place): \(reach.text(of: root.place))")
        }
        for finding in roster.findings {
            lines.append("\(finding.severity.rawValue): \(finding.subject): \(finding.message)")
            if !finding.hint.isEmpty { lines.append("  hint: \(finding.hint)") }
        }
        let warnings = PolicyWarnings(policy, roster, now: context.now).lines
        lines += (warnings + reach.warnings(roster)).map { "warning: \($0)" }
        lines += differences
        lines += state(try context.state(arguments), &problems)
        context.console.show(lines.joined(separator: "\n") + "\n")
        for problem in problems { context.console.message("error: \(problem)") }
        return problems.isEmpty ? .done : .failed
    }

    /// What is to be said of the state directory, and of what is kept in it.
    private static func state(_ state: StateDirectory, _ problems: inout [String]) -> [String] {
        do {
            try state.prepare()
        } catch {
            problems.append(error.description)
            return []
        }
        var lines = ["", "state directory: \(state.path): writable"]
        if let doubt = state.doubtOfDurability {
            lines.append(
                "warning: \(doubt): without what an earlier run saw, nothing is seen twice, so that "
                    + "unfinished snapshots and unreferenced files stay"
            )
        }
        let (waivers, problem) = WaiverFile.read(state)
        if let problem { problems.append(problem) }
        if !waivers.dismissals.isEmpty {
            lines.append("dismissed: \(waivers.dismissals.count) (janitor dismiss --list)")
        }
        if !waivers.retirements.isEmpty {
            lines.append("retired: \(waivers.retirements.keys.sorted().joined(separator: ", "))")
        }
        return lines
    }

    private static func rules(of job: ManagedJob) -> [String] {
        let settings = job.settings
        let limits = settings.limits.map { "share \($0.share), count \($0.count)" } ?? "off"
        return [
            "savepoints kept: \(settings.savepoints)",
            "checkpoints kept: \(settings.checkpoints)",
            "unfinished after \(settings.unfinished), over when quiet for \(settings.quietFor), "
                + "trash \(settings.trash), limits \(limits)",
        ]
    }
}
