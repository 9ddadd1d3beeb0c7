// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import Reporting
internal import SnapshotModel

/// `janitor list`.
enum ListCommand {
    static let spec = CommandSpec(
        name: "list",
        arguments: "",
        argumentCount: 0...0,
        options: [.policy, .state, .job, .json, .saveListing],
        summary: "list the snapshots under the roots, and whether they are whole",
        details: """
            Lists every snapshot under the roots of the policy with its job, kind, checkpoint id,
            time, size, labels, and whether every file that it references is there. The exit code
            is 3 when something could not be read.

            With --save-listing no metadata are read: every object under the roots is written to
            FILE, one a line, for "janitor plan --listing FILE":

              janitor listing 1
              time 2026-11-22T02:00:00Z
              root file:///flink/checkpoints
              d 1763776800 sales/5a11ed00000040008000000000000001/chk-7
              f 8080 1763776800.5 sales/5a11ed00000040008000000000000001/chk-7/_metadata
              complete
              end 2

            An object is d (directory), f (file, with its length in bytes), l (link) or o (other), its
            time in seconds since 1970, and its path below the root; bytes outside "!" to "~" and "\\"
            are written \\xHH. A part ends with complete, absent or incomplete, the file with the
            number of its objects.
            """,
        never: "decide on anything or remove anything.",
        run: { context, arguments in
            if let file = arguments[.saveListing] {
                return try SavedListing.write(to: context.file(file), context, arguments)
            }
            let selection = try SnapshotSelection(context, arguments, recalls: true)
            let list = SnapshotList(selection.snapshots)
            if arguments.has(.json) {
                list.writeJSON(context.console.result)
            } else {
                context.console.show(selection.snapshots.isEmpty ? selection.absence : list.text)
            }
            return selection.isPartial ? .partial : .done
        }
    )
}

/// The snapshots that `list` and `verify` are about.
struct SnapshotSelection {
    /// Those under the policy's roots, of one job or of all.
    let snapshots: [PlannedSnapshot]
    /// What they were found in.
    let inventory: Inventory
    /// Something was not read: there may be more, and what there is may reference more.
    let isPartial: Bool
    /// One line for people where there are none: under how many roots they were looked for.
    let absence: String

    /// Looks at the roots, and says what could not be read.
    ///
    /// With `--all`, or where paths are named, those in the trash and those only read are among them.
    ///
    /// - Parameters:
    ///   - context: The world outside.
    ///   - arguments: The command's.
    ///   - recalls: Whether metadata that a run read are recalled; else all are read.
    /// - Throws: `CommandFailure` where the policy is wrong or has no such job.
    init(_ context: CommandContext, _ arguments: ParsedArguments, recalls: Bool = false) throws {
        let policy = try context.policy(arguments)
        let work = try context.planner(policy, arguments, asksFlink: false, recalls: recalls)
        let result = work.planner.plan(
            at: context.now,
            memory: PlanningMemory(),
            waivers: work.waivers
        )
        let plan = result.plan
        inventory = result.inventory
        let findings = plan.findings.filter { $0.severity == .partial }
        context.warn(of: findings)
        isPartial = !findings.isEmpty
        absence = Self.absence(plan, of: arguments[.job]?.description)
        guard let job = arguments[.job]?.description else {
            let isAll = arguments.has(.all) || !arguments.arguments.isEmpty
            snapshots = plan.snapshots + (isAll ? result.undecided : [])
            return
        }
        guard plan.jobs.contains(where: { $0.name == job }) else {
            let names = plan.jobs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw CommandFailure(
                code: .usage,
                message: "the policy has no job \"\(job)\"\n  hint: it has \(names)"
            )
        }
        snapshots = plan.snapshots.filter { $0.job == job }
    }

    private static func absence(_ plan: Plan, of job: String?) -> String {
        guard !plan.jobs.isEmpty else { return "no snapshots: the policy gives no job\n" }
        let roots = plan.roots.count { job.map($0.jobs.contains) ?? !$0.jobs.isEmpty }
        return "no snapshots under \(Counted.text(roots, "root"))\n"
    }
}
