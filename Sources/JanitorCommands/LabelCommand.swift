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
        options: [.remove, .policy],
        summary: "set a label on a savepoint, or take it away",
        details: """
            Puts the empty object "_label.NAME" into the directory of the snapshot PATH, where the
            policy's keepLabelled finds it. The label moves with the snapshot.
            """,
        never: "label anything in the directory of an attempt that may be running.",
        run: { context, arguments in
            try apply(arguments.arguments[1], context, arguments)
        }
    )

    static let pin = CommandSpec(
        name: "pin",
        arguments: "PATH",
        argumentCount: 1...1,
        options: [.remove, .policy],
        summary: "keep a snapshot for ever, or no more",
        details: """
            Puts the empty object "_label.pin" into the directory of the snapshot PATH: no policy
            condemns it then.
            """,
        never: "pin anything in the directory of an attempt that may be running.",
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
        guard context.reader(for: place) != nil else {
            throw CommandFailure(
                code: .usage,
                message: "cannot reach \"\(place)\": this build has no backend for it"
            )
        }
        let writer = LabelWriter(readerFor: context.reader(for:))
        do throws(LabelError) {
            if arguments.has(.remove) {
                try writer.remove(name, from: place)
            } else {
                let (quietFor, calendar) = try settings(for: place, context, arguments)
                try writer.set(
                    name,
                    on: place,
                    quietFor: quietFor,
                    calendar: calendar,
                    now: context.now
                )
            }
        } catch {
            throw CommandFailure(code: code(of: error), message: error.description)
        }
        return .done
    }

    /// How long an attempt has to be quiet: by the policy where there is one, else as built in.
    private static func settings(
        for place: StorageURL,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws(LabelError) -> (RetentionDuration, Calendar) {
        let isNamed = arguments.has(.policy) || context.environment["JANITOR_POLICY"] != nil
        let policy = try? context.policy(arguments)
        guard isNamed, let policy else {
            return (JobSettings.builtIn.quietFor, Calendar(identifier: .iso8601))
        }
        let longest = policy.jobs.map(\.settings.quietFor).max {
            $0.end(after: context.now, in: policy.calendar)
                < $1.end(after: context.now, in: policy.calendar)
        }
        return (longest ?? JobSettings.builtIn.quietFor, policy.calendar)
    }

    private static func code(of error: LabelError) -> ExitCode {
        switch error {
        case .noSnapshot, .badName, .notLabelled: .usage
        case .attemptNotOver: .refused
        case .storage: .failed
        }
    }
}
