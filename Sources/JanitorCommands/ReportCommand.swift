// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel

/// `janitor report`.
enum ReportCommand {
    static let spec = CommandSpec(
        name: "report",
        arguments: "",
        argumentCount: 0...0,
        options: [.policy, .state, .html, .csv, .json, .record, .wait, .at, .metrics],
        summary: "tell what goes, what stays, what goes when, and whose the bytes are",
        details: """
            Looks at everything once and tells it as a text for a mail: sums, every job, what goes
            when if nothing new is written, what was left alone and why, and the whole plan. With
            --html the same is written as one page that needs no network and no script, with a time
            line of every job; with --csv as a table for spreadsheets. Several may be given at once.

            With --record it locks the roots as a run does, and what was seen is remembered for the
            next run: a file that nothing references goes only after it was seen twice. Without it
            two reports in a row are equal.
            """,
        never: "remove or move anything; without --record it writes nothing in a root either.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let at = try context.moment(arguments)
        let policy = try context.policy(arguments)
        let state = try context.state(arguments)
        if arguments.has(.record), arguments[.at] != nil {
            throw CommandFailure(
                code: .usage,
                message: "cannot record what is seen for another time\n"
                    + "  hint: leave out --at or --record"
            )
        }
        let toOutput =
            [OptionName.html, .csv].filter { arguments[$0] == "-" }
            + (arguments.has(.json) ? [.json] : [])
        guard toOutput.count < 2 else {
            let names = toOutput.map { "--\($0.rawValue)" }.joined(separator: " and ")
            throw CommandFailure(
                code: .usage,
                message: "cannot write \(names) into one output\n"
                    + "  hint: name a file for all but one of them"
            )
        }
        return try context.telling(of: "report", policy, arguments) { told in
            let overview =
                arguments.has(.record)
                ? try record(policy, context, arguments)
                : try look(policy, at, context, arguments)
            let report = RetentionReport(overview, history: try context.history(state))
            told = .report(report)
            try write(report, context, arguments)
            return report.isPartial ? .partial : .done
        }
    }

    private static func look(
        _ policy: JanitorPolicy,
        _ at: Instant,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> Overview {
        let work = try context.planner(policy, arguments)
        return work.planner.overview(at: at, memory: work.memory, waivers: work.waivers)
    }

    private static func record(
        _ policy: JanitorPolicy,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> Overview {
        StopSignals.watch()
        switch RecordedOverview(try context.runEnvironment(policy, arguments)).look() {
        case .seen(let overview, let notes):
            for note in notes { context.console.message("note: \(note)") }
            return overview
        case .locked(let why):
            throw CommandFailure(code: context.signalCode ?? .locked, message: why)
        case .refused(let why):
            throw CommandFailure(
                code: .refused,
                message: "nothing was recorded: \(why)\n"
                    + "  hint: set the clock right, or leave out --record"
            )
        case .unsound(let why): throw CommandFailure(code: .usage, message: why)
        case .failed(let why): throw CommandFailure(code: .failed, message: why)
        }
    }

    /// Writes each form to its file; what has none, and the text, to the results.
    private static func write(
        _ report: RetentionReport,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws {
        var isTold = false
        for (option, text) in [(OptionName.html, { report.html }), (.csv, { report.csv })] {
            guard let file = arguments[option] else { continue }
            if file == "-" {
                context.console.write(text())
                isTold = true
                continue
            }
            let output = try OutputFile(context.file(file), token: context.token)
            var text = text()
            text.withUTF8 { output.write(UnsafeRawBufferPointer($0)) }
            try output.finish()
        }
        if arguments.has(.json) {
            report.writeJSON(context.console.result)
        } else if !isTold {
            context.console.show(
                report.text(columns: context.console.textColumns, next: context.next(arguments))
            )
        }
    }
}
