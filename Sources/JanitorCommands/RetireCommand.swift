// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Planning
internal import Reporting
internal import SnapshotModel

/// `janitor retire`.
enum RetireCommand {
    static let spec = CommandSpec(
        name: "retire",
        arguments: "[JOB]",
        argumentCount: 0...1,
        options: [.because, .remove, .list, .policy, .state, .json],
        summary: "say that a job is no more, so that an approved plan may take all of it",
        details: """
            With "retire JOB --because TEXT" an operator says that the job will never be started
            again. Its attempts count as over however lately they wrote, its newest snapshots do not
            stay for being the newest, and of the policy's rules only labels keep. Pins, "protect",
            and whatever another job's snapshot references stay as before; so does everything of a
            job whose Flink the policy names, unless that Flink answers and does not run it.
            What only this lets go goes by an approved plan alone: a plain run leaves it, says so,
            and ends with 4. A job that writes anything after it was retired, or whose directories
            show that it was started again, is not gone: the retirement holds no more. It is kept in
            the state directory with user, host, time and reason, and so is that it was taken back.
            """,
        never: "stop a job, or remove anything by itself.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let saying = try WaiverSaying(context, arguments, command: "retire", argument: "JOB")
        guard let subject = saying.subject else {
            saying.show(WaiverList(retirements: saying.waivers.retirements))
            return .done
        }
        let job = subject.description
        if arguments.has(.remove) {
            try saying.check(saying.waivers.retirements[job] != nil, "retirement of \"\(job)\"")
            try saying.add(.unretire(job, saying.note))
            saying.say("job \(job) is not retired any more")
            return .done
        }
        let policy = try context.policy(arguments)
        let roster = Planner(policy: policy, readerFor: context.backends(policy).reader(for:))
            .roster()
        guard roster.jobs.contains(where: { $0.name == job }) else {
            let names = roster.jobs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw CommandFailure(
                code: .usage,
                message: "the policy has no job \"\(job)\"\n  hint: it has \(names)"
            )
        }
        try saying.add(.retire(job, saying.note))
        saying.say(
            "job \(job) is retired; to let it go, save the plan, read it, and approve it:"
                + context.next(arguments).approval.map { "\n  \($0)" }.joined()
        )
        return .done
    }
}
