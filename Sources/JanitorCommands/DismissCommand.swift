// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import Planning
internal import Reporting
internal import SnapshotModel
internal import Storage

/// `janitor dismiss`.
enum DismissCommand {
    static let spec = CommandSpec(
        name: "dismiss",
        arguments: "[PATH]",
        argumentCount: 0...1,
        options: [.because, .remove, .list, .policy, .state, .json],
        summary: "stop an unreadable or broken snapshot from holding back the clean-up",
        details: """
            A snapshot whose metadata cannot be read could reference anything: while it is there, no
            snapshot goes that shares files. With "dismiss PATH --because TEXT" an operator says that
            it does not matter. From then on it counts in no rule, holds up nothing, and makes no run
            partial; it is left where it is. What can be read of its references goes on protecting.
            The dismissal holds for the very bytes of its "_metadata": when they change, it ends. It
            is kept in the state directory with user, host, time and reason, and so is that it was
            taken back.
            """,
        never: """
            dismiss a snapshot that is complete and closed, or touch anything in a root: whoever
            wants the snapshot gone removes it by hand.
            """,
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let saying = try WaiverSaying(context, arguments, command: "dismiss", argument: "PATH")
        guard let argument = saying.subject else {
            saying.show(WaiverList(dismissals: saying.waivers.dismissals))
            return .done
        }
        var place = try context.place(argument)
        if place.path.last == FlinkNames.metadata { place = place.parent }
        if arguments.has(.remove) {
            try saying.check(saying.waivers.dismissals[place] != nil, "dismissal of \"\(place)\"")
            try saying.add(.undismiss(place, saying.note))
            saying.say("\(place) is not dismissed any more")
        } else {
            let dismissal = try dismissal(of: place, saying.note, context, arguments)
            try saying.add(.dismiss(place, dismissal))
            saying.say("\(place) is dismissed: it counts in no rule and holds up nothing")
        }
        return .done
    }

    /// What is dismissed, as it is now.
    private static func dismissal(
        of place: StorageURL,
        _ note: Waivers.Note,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> Waivers.Dismissal {
        let policy = try context.policy(arguments)
        let backends = context.backends(policy)
        let planner = Planner(policy: policy, readerFor: backends.reader(for:))
        let inventory = planner.plan(at: context.now, memory: PlanningMemory()).inventory
        func refused(_ code: ExitCode, _ why: String, _ hint: String) -> CommandFailure {
            let message = "cannot dismiss \"\(place)\": \(why)\n  hint: \(hint)"
            return CommandFailure(code: code, message: message)
        }
        guard let snapshot = inventory.snapshots.first(where: { $0.place == place }) else {
            let hint = "\"janitor list\" shows the snapshots that are there"
            throw refused(.usage, "there is no snapshot under the policy's roots", hint)
        }
        guard let length = snapshot.metadataLength else {
            let hint = "one without metadata counts in no rule and holds up nothing as it is"
            throw refused(.usage, "it has no \"_metadata\" that is a file", hint)
        }
        if snapshot.isClosed == true {
            let hint = "what is to become of it is for the policy to say"
            throw refused(.usage, "it reads, and every file that it references is there", hint)
        }
        let checksums = MetadataChecksums(
            of: [place],
            below: inventory.listedRoots,
            readerFor: backends.reader(for:)
        )
        switch checksums.results[place] {
        case .success(let checksum):
            return Waivers.Dismissal(
                length: length,
                modified: snapshot.time,
                checksum: checksum,
                note: note
            )
        case .failure(let error):
            throw refused(.failed, error.detail, "only what can be looked at can be dismissed")
        case nil:
            throw refused(.failed, "it was not read", "see: janitor check")
        }
    }
}
