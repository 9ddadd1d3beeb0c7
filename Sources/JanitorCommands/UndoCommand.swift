// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Reporting
internal import SnapshotModel

/// `janitor undo`.
enum UndoCommand {
    static let spec = CommandSpec(
        name: "undo",
        arguments: "RUN [PATH…]",
        argumentCount: 1...Int.max,
        options: [.policy, .state, .json, .wait],
        summary: "bring back what a run moved into the trash",
        details: """
            Moves back what RUN moved into the trash, or only each PATH of it with all that lies
            below, with names, modes, owners and times as they were; in S3 also what a RUN that was
            cut off had hidden in part. Then it looks whether what came back can be restored from,
            and says what is missing. RUN is a name that "janitor runs" shows, or the beginning of
            one. What the policy condemns the next run takes again: pin what is to stay.
            """,
        never: "overwrite anything, or bring back what was removed for good.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let policy = try context.policy(arguments)
        let name = arguments.arguments[0].description
        let places = try arguments.arguments.dropFirst().map { try context.place($0) }
        StopSignals.watch()
        let undo = Undo(try context.runEnvironment(policy, arguments))
        switch undo.undo(name, only: places) {
        case .refused(let why): throw context.failure(why, arguments)
        case .unsound(let why): throw CommandFailure(code: .usage, message: why)
        case .doubted(let why): throw CommandFailure(code: .refused, message: context.doubt(why))
        case .locked(let why):
            throw CommandFailure(code: context.signalCode ?? .locked, message: why)
        case .failed(let why): throw CommandFailure(code: .failed, message: why)
        case .finished(let report):
            let text = UndoText(report, next: context.next(arguments))
            if arguments.has(.json) {
                text.write(context.console.result)
            } else {
                context.console.show(text.text)
            }
            return code(report, context)
        }
    }

    private static func code(_ undo: UndoReport, _ context: CommandContext) -> ExitCode {
        if let code = context.code(ofUnfinished: undo.report) { return code }
        let hasLeft = undo.report.failedCount > 0 || undo.report.hasLeft
        return hasLeft || !undo.opened.isEmpty ? .partial : .done
    }
}
