// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import Reporting
internal import SnapshotModel

/// `janitor list`.
enum ListCommand {
    static let spec = CommandSpec(
        name: "list",
        arguments: "",
        argumentCount: 0...0,
        options: [.policy, .job, .json],
        summary: "list the snapshots under the roots, and whether they are whole",
        details: """
            Lists every snapshot under the roots of the policy with its job, kind, checkpoint id,
            time, size, labels, and whether every file that it references is there.
            """,
        never: "decide on anything or remove anything.",
        run: { context, arguments in
            let snapshots = try SnapshotSelection.snapshots(context, arguments)
            let list = SnapshotList(snapshots)
            if arguments.has(.json) {
                list.writeJSON(context.console.result)
            } else {
                context.console.write(list.text)
            }
            return .done
        }
    )
}

/// The snapshots that `list` and `verify` are about.
enum SnapshotSelection {
    /// Finds the snapshots under the policy's roots, of one job or of all.
    static func snapshots(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> [PlannedSnapshot] {
        let policy = try context.policy(arguments)
        let planner = Planner(policy: policy, readerFor: context.reader(for:))
        let plan = planner.plan(at: context.now, memory: PlanningMemory()).plan
        for finding in plan.findings where finding.severity == .partial {
            context.console.message("warning: \(finding.subject): \(finding.message)")
        }
        guard let job = arguments[.job]?.description else { return plan.snapshots }
        guard plan.jobs.contains(where: { $0.name == job }) else {
            let names = plan.jobs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw CommandFailure(
                code: .usage,
                message: "the policy has no job \"\(job)\"\n  hint: it has \(names)"
            )
        }
        return plan.snapshots.filter { $0.job == job }
    }
}
