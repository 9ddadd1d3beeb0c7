// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import Reporting
internal import SnapshotModel

/// `janitor plan`.
enum PlanCommand {
    static let spec = CommandSpec(
        name: "plan",
        arguments: "",
        argumentCount: 0...0,
        options: [.policy, .state, .json, .save, .at, .listing, .check],
        summary: "show what would go and what stays, each with its reasons",
        details: """
            Looks at every root of the policy, reads the metadata, and shows for each snapshot
            whether it stays, goes or is left alone, and why. With --save the plan is written to
            FILE too: "janitor run --approved FILE" carries out what it lists.

            With --listing the roots are not listed: FILE says what lies there. Metadata are read
            from the store all the same, and those that are not as FILE has them are unknown. A run
            looks at everything again, whatever listing its approved plan was made from.

            With --check nothing is planned: what the saved plan FILE says is derived once more from
            storage, by other code. The exit code is 1 when the plan is wrong: something that stays
            needs what goes, or is not as closed as it says; and 3 when it cannot be known.
            """,
        never: "remove, move or write anything in a root, nor record that it looked.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        if let file = arguments[.check] {
            return try PlanCheckCommand.run(file, context, arguments)
        }
        let at = try context.moment(arguments)
        let policy = try context.policy(arguments)
        let work = try context.planner(policy, arguments)
        let result = work.planner.plan(at: at, memory: work.memory, waivers: work.waivers)
        if let file = arguments[.save] {
            let output = try OutputFile(context.file(file), token: context.token)
            PlanJSON(result.plan).write { output.write($0) }
            try output.finish()
        }
        if arguments.has(.json) {
            PlanJSON(result).write(context.console.result)
        } else {
            let columns = context.console.textColumns
            let text = PlanText(result.plan, columns: columns, next: context.next(arguments))
            context.console.show(text.text)
        }
        return result.plan.isPartial ? .partial : .done
    }
}
