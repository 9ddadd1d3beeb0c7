// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Planning
internal import Reporting
internal import SnapshotModel

/// `janitor explain`.
enum ExplainCommand {
    static let spec = CommandSpec(
        name: "explain",
        arguments: "PATH",
        argumentCount: 1...1,
        options: [.policy, .state, .json, .at],
        summary: "say what a path is, who needs it, what becomes of it and when",
        details: """
            Says of any path under a root what it is, which snapshots need it and by which handle,
            whether it is kept or condemned and by which rule, what would keep it, and on which day
            it goes: the first one for which "janitor plan --at DAY" condemns it. That day holds if
            nothing new is written, no run sees anything new, and the policy stays as it is. The exit
            code is 3 when something that could need it was not read.
            """,
        never: "remove anything, or record that it looked.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let place = try context.place(arguments.arguments[0])
        let at = try context.moment(arguments)
        let policy = try context.policy(arguments)
        let work = try context.planner(policy, arguments)
        let explanation = work.planner.explain(
            place,
            at: at,
            memory: work.memory,
            waivers: work.waivers
        )
        let report = ExplainReport(
            explanation,
            departure: departure(explanation, try context.state(arguments), context),
            next: context.next(arguments)
        )
        if arguments.has(.json) {
            report.writeJSON(context.console.result)
        } else {
            context.console.show(report.text)
        }
        return explanation.isPartial ? .partial : .done
    }

    /// How something went that is not there; whether the journals read does not matter to the rest.
    private static func departure(
        _ explanation: Explanation,
        _ state: StateDirectory,
        _ context: CommandContext
    ) -> PastRun.Departure? {
        guard case .nothing = explanation.subject else { return nil }
        do throws(StateError) {
            return try RunHistory.read(state).departure(of: explanation.place)
        } catch {
            context.console.message("note: \(error)")
            return nil
        }
    }
}
