// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import Reporting
internal import SnapshotModel

/// `janitor verify`.
enum VerifyCommand {
    static let spec = CommandSpec(
        name: "verify",
        arguments: "[PATH…]",
        argumentCount: 0...10_000,
        options: [.policy, .state, .job, .all, .json],
        summary: "check that snapshots are complete and closed, and say what is missing",
        details: """
            Reads the metadata of every snapshot under the roots of the policy, or of those at the
            given paths, and checks that every referenced file is there and long enough. The exit
            code is 0 when all of them are closed, 1 when one is not complete or a file is missing,
            and 3 when it cannot be known. With --all those in the trash are checked too, and those
            under roots that are only read; a path may name one of these as well.
            """,
        never: "read the state itself, or change anything.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        if arguments.has(.all), arguments.has(.job) || !arguments.arguments.isEmpty {
            throw UsageError(
                message: "\"--all\" leaves nothing to choose",
                hint: "leave out \"--job\" and the paths, or \"--all\""
            )
        }
        // Whoever asks whether they read has them read, whatever an earlier run found in them.
        let selection = try SnapshotSelection(context, arguments)
        var snapshots = selection.snapshots
        if !arguments.arguments.isEmpty {
            snapshots = try arguments.arguments.map { argument in
                var place = try context.place(argument)
                // Flink takes a path of the metadata file for one of the snapshot too.
                if place.path.last == "_metadata" { place = place.parent }
                guard let found = snapshots.first(where: { $0.place == place }) else {
                    throw CommandFailure(
                        code: .usage,
                        message: "there is no snapshot at \"\(place)\" under the policy's roots\n"
                            + "  hint: \"janitor list\" shows those that are there"
                    )
                }
                return found
            }
        }
        let report = VerifyReport(snapshots, inventory: selection.inventory)
        if arguments.has(.json) {
            report.writeJSON(context.console.result)
        } else {
            context.console.show(snapshots.isEmpty ? selection.absence : report.text)
        }
        if snapshots.contains(where: { !$0.isComplete || $0.isClosed == false }) { return .failed }
        // Of named snapshots only their own answers count; of all, what was not read counts too.
        let mayBeMore = selection.isPartial && arguments.arguments.isEmpty
        return mayBeMore || snapshots.contains { $0.isClosed == nil } ? .partial : .done
    }
}
