// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import Foundation
internal import Policy
internal import SnapshotModel

/// `janitor label` and `janitor pin`.
enum LabelCommand {
    static let label = CommandSpec(
        name: "label",
        arguments: "PATH NAME",
        argumentCount: 2...2,
        options: [.remove, .policy, .state],
        summary: "set a label on a savepoint, or take it away",
        details: """
            Puts the empty object "_label.NAME" into the directory of the snapshot PATH, where the
            policy's keepLabelled finds it. The label moves with the snapshot.
            """,
        never: "touch the labels of anything in the directory of an attempt that may be running.",
        run: { context, arguments in
            try apply(arguments.arguments[1], context, arguments)
        }
    )

    static let pin = CommandSpec(
        name: "pin",
        arguments: "PATH",
        argumentCount: 1...1,
        options: [.remove, .policy, .state],
        summary: "keep a snapshot for ever, or no more",
        details: """
            Puts the empty object "_label.pin" into the directory of the snapshot PATH: no policy
            condemns it then.
            """,
        never: "touch the pin of anything in the directory of an attempt that may be running.",
        run: { context, arguments in
            try apply(FlinkNames.pin, context, arguments)
        }
    )

    private static func apply(
        _ name: ObjectName,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let place = try context.place(arguments.arguments[0])
        let policy = try context.policyWhereThereIsOne(arguments)
        let backends = context.backends(policy)
        guard backends.reader(for: place) != nil else {
            throw CommandFailure.noBackend(for: place)
        }
        let writer = LabelWriter(backends: backends)
        let rest = Quiet(policy, now: context.now)
        do throws(LabelError) {
            if arguments.has(.remove) {
                try writer.remove(
                    name,
                    from: place,
                    quietFor: rest.duration,
                    calendar: rest.calendar,
                    now: context.now
                )
            } else {
                try writer.set(
                    name,
                    on: place,
                    quietFor: rest.duration,
                    calendar: rest.calendar,
                    now: context.now
                )
            }
        } catch {
            throw CommandFailure(code: code(of: error), message: error.description)
        }
        let end = arguments.has(.remove) ? " any more" : ""
        let what =
            name == FlinkNames.pin
            ? "is \(end.isEmpty ? "" : "not ")pinned"
            : "has \(end.isEmpty ? "the" : "no") label \"\(name)\""
        context.console.show("\"\(place)\" \(what)\(end)\n")
        return .done
    }

    /// How long an attempt has to be quiet: the longest that the policy says of any job, else as
    /// built in.
    private struct Quiet {
        let duration: RetentionDuration
        let calendar: Calendar

        init(_ policy: JanitorPolicy?, now: Instant) {
            let calendar = policy?.calendar ?? Calendar(identifier: .iso8601)
            let longest = policy?.jobs.map(\.settings.quietFor).max {
                $0.end(after: now, in: calendar) < $1.end(after: now, in: calendar)
            }
            self.calendar = calendar
            duration = longest ?? JobSettings.builtIn.quietFor
        }
    }

    private static func code(of error: LabelError) -> ExitCode {
        switch error {
        case .noSnapshot, .badName, .notLabelled, .attemptNotOver: .usage
        case .storage: .failed
        }
    }
}
