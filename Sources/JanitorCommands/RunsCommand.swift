// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Reporting
internal import SnapshotModel

/// `janitor runs`.
enum RunsCommand {
    static let spec = CommandSpec(
        name: "runs",
        arguments: "[RUN]",
        argumentCount: 0...1,
        options: [.policy, .state, .json],
        summary: "list past runs, what they did, and what can still be undone",
        details: """
            Reads the journals in the state directory. With RUN, a name or the beginning of one,
            everything that this run did is told with its reasons. With --json it is the audit: each
            decision that was carried out, by whom, under which policy and plan, and why. A policy may
            be named as for any other command; nothing is read of it.
            """,
        never: "look at a root, or change a journal.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let state = try context.state(arguments)
        var runs = try context.history(state)
        let name = arguments.arguments.first?.description
        if let name {
            runs = runs.filter { $0.name.hasPrefix(name) }
            guard !runs.isEmpty else {
                throw CommandFailure(
                    code: .usage,
                    message: "cannot find the run \"\(name)\" in \"\(state.path)\"\n"
                        + "  hint: if another state directory has it, name that with --state DIR; "
                        + "see: \(context.next(arguments).line("runs"))"
                )
            }
        }
        if arguments.has(.json) {
            RunsJSON(runs).write(context.console.result)
        } else {
            let text = RunsText(runs, in: state)
            context.console.show(name == nil ? text.table : text.details)
        }
        return .done
    }
}
