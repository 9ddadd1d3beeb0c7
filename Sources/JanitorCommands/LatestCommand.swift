// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel

/// `janitor latest`.
enum LatestCommand {
    static let spec = CommandSpec(
        name: "latest",
        arguments: "",
        argumentCount: 0...0,
        options: [.job, .kind, .label, .policy, .state, .json],
        summary: "print the newest snapshot that a job can be restored from",
        details: """
            Prints the path of the job's newest snapshot that is complete and of which every file
            is there, savepoint or retained checkpoint, as Flink writes it:
            flink run -s "$(janitor latest --job NAME)" …
            --kind savepoint or --kind checkpoint looks at one kind only, --label NAME at what has
            that label. When there is none the exit code is 1 and nothing is printed. Snapshots
            newer than it that are broken, or of which it cannot be known, are named on standard
            error, with exit code 3 where something could not be read.
            """,
        never: "print a path that is not proved to be whole, or change anything.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let policy = try context.policy(arguments)
        guard arguments.has(.job) else {
            let readerFor = context.backends(policy).reader(for:)
            let roster = Planner(policy: policy, readerFor: readerFor).roster()
            throw FlinkJobChoice.noneIsNamed(roster)
        }
        let kind = try kind(arguments)
        let label = arguments[.label]
        let selection = try SnapshotSelection(context, arguments)
        var candidates: [PlannedSnapshot] = []
        for snapshot in selection.snapshots where snapshot.time <= context.now {
            if let kind, snapshot.kind != kind { continue }
            if let label, !snapshot.labels.contains(label) { continue }
            candidates.append(snapshot)
        }
        candidates.sort { SnapshotOrder.isNewer($0, $1) }
        guard let position = candidates.firstIndex(where: { $0.isClosed == true && $0.isComplete })
        else {
            for snapshot in candidates.prefix(5) { warn(snapshot, context) }
            throw none(of: candidates.count, kind, context, arguments)
        }
        for snapshot in candidates[..<position] where snapshot.metadataLength != nil {
            warn(snapshot, context)
        }
        let found = candidates[position]
        let location = policy.aliases.written(found.place).description
        if arguments.has(.json) {
            SnapshotPointer.latest(found, location: location)
                .writeJSON(context.console.result)
        } else {
            context.console.write("\(location)\n")
        }
        return selection.isPartial ? .partial : .done
    }

    private static func kind(_ arguments: ParsedArguments) throws -> SnapshotKind? {
        guard let text = arguments[.kind]?.description else { return nil }
        guard let kind = SnapshotKind(rawValue: text) else {
            throw CommandFailure(
                code: .usage,
                message: "\"\(text)\" is not a kind of snapshot\n"
                    + "  hint: write --kind savepoint or --kind checkpoint"
            )
        }
        return kind
    }

    /// What is said where there is none, by all that it was asked for.
    private static func none(
        of candidates: Int,
        _ kind: SnapshotKind?,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) -> CommandFailure {
        let job = arguments[.job] ?? ""
        let label = arguments[.label].map { " with the label \"\($0)\"" } ?? ""
        let others =
            candidates == 0
            ? "" : candidates == 1 ? ": 1 is not whole" : ": \(candidates) are not whole"
        let command = candidates == 0 ? "list" : "verify"
        let message = """
            there is no \(kind?.rawValue ?? "snapshot") of "\(job)"\(label) that it can be restored \
            from\(others)
              hint: see: \(context.next(arguments).line(command, "--job", job))
            """
        return CommandFailure(code: .failed, message: message)
    }

    private static func warn(_ snapshot: PlannedSnapshot, _ context: CommandContext) {
        let why =
            snapshot.missing.first.map { "\"\($0)\" is missing or short" }
            ?? snapshot.unknown.first.map { "whether \"\($0)\" is there cannot be known" }
            ?? (snapshot.metadataLength == nil
                ? "it has no \"_metadata\"" : "its metadata cannot be read")
        context.console.message("note: passed over \"\(snapshot.place)\": \(why)")
    }
}

/// Which of two snapshots a job goes on from.
enum SnapshotOrder {
    /// By time, then by checkpoint id, then by place, as everywhere.
    static func isNewer(_ one: PlannedSnapshot, _ other: PlannedSnapshot) -> Bool {
        if one.time != other.time { return one.time > other.time }
        let (id, otherID): (Int64, Int64) = (one.checkpointID ?? -1, other.checkpointID ?? -1)
        if id != otherID { return id > otherID }
        return other.place < one.place
    }
}
