// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel

/// `janitor trash` and `janitor trash empty`.
enum TrashCommand {
    static let spec = CommandSpec(
        name: "trash",
        arguments: "[empty [RUN…]]",
        argumentCount: 0...Int.max,
        options: [.policy, .state, .json, .wait],
        summary: "show what lies in the trash and until when, or empty it",
        details: """
            Shows what runs moved into the trash of the roots, how much it holds, and until when a
            run keeps it; and what lies there that no run recorded. "janitor trash empty" removes it
            for good now, all of it or that of each RUN, object by object as the journals have it.
            Of a RUN that is named, what nothing in an S3 bucket tells of any more is given up: it
            is not waited for, nor does it protect; its old versions, if any, stay where they are.
            What a RUN that is named left half done is finished first, however long ago it was.
            """,
        never: """
            remove anything from the trash that no run recorded or that was changed there, a file
            that a snapshot which stays misses at its place, or anything while metadata were not
            read that may need it.
            """,
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let policy = try context.policy(arguments)
        guard let verb = arguments.arguments.first else {
            return try show(policy, context, arguments)
        }
        guard verb == "empty" else {
            throw UsageError(
                message: "\"janitor trash\" cannot \"\(verb)\"",
                hint: "write: janitor trash, or: janitor trash empty"
            )
        }
        let names = arguments.arguments.dropFirst().map(\.description)
        return try empty(Array(names), policy, context, arguments)
    }

    private static func show(
        _ policy: JanitorPolicy,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let backends = context.backends(policy)
        let roster = Planner(policy: policy, readerFor: backends.reader(for:)).roster()
        let state = try context.state(arguments)
        let history = try context.history(state)
        let contents = TrashContents(of: roster.lockableRoots, history, backends.reader(for:))
        let report = TrashReport(contents, in: state, next: context.next(arguments))
        if arguments.has(.json) {
            report.write(context.console.result)
        } else {
            context.console.show(report.text)
        }
        return contents.errors.isEmpty ? .done : .partial
    }

    private static func empty(
        _ names: [String],
        _ policy: JanitorPolicy,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        StopSignals.watch()
        let work = EmptyTrash(try context.runEnvironment(policy, arguments))
        switch work.empty(names) {
        case .refused(let why): throw context.failure(why, arguments)
        case .unsound(let why): throw CommandFailure(code: .usage, message: why)
        case .doubted(let why): throw CommandFailure(code: .refused, message: context.doubt(why))
        case .locked(let why):
            throw CommandFailure(code: context.signalCode ?? .locked, message: why)
        case .failed(let why): throw CommandFailure(code: .failed, message: why)
        case .finished(let emptied):
            let text = EmptyTrashText(emptied.report)
            if arguments.has(.json) {
                text.write(context.console.result)
            } else {
                context.console.show(text.text)
            }
            let report = emptied.report
            if let code = context.code(ofUnfinished: report) { return code }
            let isPartial = report.failedCount > 0 || report.hasLeft || emptied.heldCount > 0
            return isPartial ? .partial : .done
        }
    }
}
