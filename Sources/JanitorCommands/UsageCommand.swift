// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import Reporting
internal import SnapshotModel

/// `janitor usage`.
enum UsageCommand {
    static let spec = CommandSpec(
        name: "usage",
        arguments: "",
        argumentCount: 0...0,
        options: [.policy, .state, .job, .json],
        summary: "say what is stored under the roots, whose it is, and what dropping it frees",
        details: """
            Counts the bytes of every job, attempt and snapshot: what a snapshot uses alone (dropping
            it frees that), what it shares and with how many others, what nothing references by kind,
            and what lies in the trash. Old versions in a bucket that keeps them are told by
            themselves, those in the trash too. Sums are of files, to the byte. What nothing
            references in an attempt that may be running is told too: Flink may still write there, and
            nothing is taken. The exit code is 3 when something could not be read.
            """,
        never: "decide on anything or remove anything.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let policy = try context.policy(arguments)
        let work = try context.planner(policy, arguments)
        let (result, usage) = work.planner.usage(at: context.now, waivers: work.waivers)
        let findings = result.plan.findings.filter { $0.severity == .partial }
        context.warn(of: findings)
        let job = arguments[.job]?.description
        if let job, !usage.jobs.contains(where: { $0.name == job }) {
            let names = usage.jobs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw CommandFailure(
                code: .usage,
                message: "the policy has no job \"\(job)\"\n  hint: it has \(names)"
            )
        }
        let report = UsageReport(usage, job: job)
        if arguments.has(.json) {
            report.writeJSON(context.console.result)
        } else {
            context.console.show(report.text)
        }
        let isWhole = findings.isEmpty && usage.unread.isEmpty && usage.uncounted.isEmpty
        return isWhole ? .done : .partial
    }
}
