// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import FlinkClient
internal import Planning
internal import Policy
internal import SnapshotModel

/// `janitor config`.
enum ConfigCommand {
    static let spec = CommandSpec(
        name: "config",
        arguments: "",
        argumentCount: 0...0,
        options: [.job, .profile, .yaml, .policy, .state],
        summary: "print the settings for Flink that fit the policy",
        details: """
            Prints SET statements for Flink's SQL client, or with --yaml lines for config.yaml, with
            which a job writes its checkpoints and savepoints where the policy looks for them, and
            keeps them when it is cancelled. --profile production (the usual one) takes a checkpoint
            every 2 minutes with 15 minutes to complete and 1 minute in between, on RocksDB,
            incrementally; --profile development every 30 seconds with 5 minutes and 10 seconds, on
            the heap. The names are those of Flink 1.20 and later.
            """,
        never: "ask Flink or change anything.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let profile = try profile(arguments)
        let policy = try context.policy(arguments)
        let backends = context.backends(policy)
        let roster = Planner(policy: policy, readerFor: backends.reader(for:)).roster()
        let job = try FlinkJobChoice(roster, arguments).job
        let number = roster.jobs.firstIndex(of: job)
        let place = { (role: RootRole) -> String? in
            roster.roots.first { root in
                root.role == role && (number.map { root.jobs.contains($0) } ?? false)
            }.map { policy.aliases.written($0.place).description }
        }
        // Each attempt leaves so many behind, and the policy counts across attempts.
        let retained = min(3, job.settings.checkpoints.keepLast ?? 3)
        var options =
            profile.options + [
                ("execution.checkpointing.mode", "EXACTLY_ONCE"),
                (
                    "execution.checkpointing.externalized-checkpoint-retention",
                    "RETAIN_ON_CANCELLATION"
                ),
                ("execution.checkpointing.num-retained", "\(retained)"),
            ]
        if let checkpoints = place(.checkpoints) {
            options.append(("execution.checkpointing.dir", checkpoints))
        }
        if let savepoints = place(.savepoints) {
            options.append(("execution.checkpointing.savepoint-dir", savepoints))
        }
        let isYAML = arguments.has(.yaml)
        context.console.write(
            options.map { isYAML ? yaml($0.0, $0.1) : sql($0.0, $0.1) }.joined()
        )
        return .done
    }

    /// The values of the guide for one kind of use.
    enum Profile: String, CaseIterable {
        case production
        case development

        var options: [(String, String)] {
            switch self {
            case .production:
                [
                    ("execution.checkpointing.interval", "120 s"),
                    ("execution.checkpointing.timeout", "15 min"),
                    ("execution.checkpointing.min-pause", "60 s"),
                    ("state.backend.type", "rocksdb"),
                    ("execution.checkpointing.incremental", "true"),
                ]
            case .development:
                [
                    ("execution.checkpointing.interval", "30 s"),
                    ("execution.checkpointing.timeout", "5 min"),
                    ("execution.checkpointing.min-pause", "10 s"),
                    ("state.backend.type", "hashmap"),
                ]
            }
        }
    }

    private static func profile(_ arguments: ParsedArguments) throws -> Profile {
        guard let text = arguments[.profile]?.description else { return .production }
        guard let profile = Profile(rawValue: text) else {
            throw CommandFailure(
                code: .usage,
                message: "\"\(text)\" is not a profile\n"
                    + "  hint: write --profile production or --profile development"
            )
        }
        return profile
    }

    /// A statement of Flink SQL, in which a quote is written twice.
    static func sql(_ key: String, _ value: String) -> String {
        "SET '\(key)' = '\(value.replacing("'", with: "''"))';\n"
    }

    /// A line of YAML; quoted where a plain value could mean something else.
    static func yaml(_ key: String, _ value: String) -> String {
        let isPlain =
            value.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9 _.\/:\-]*/) != nil
            && !value.contains(": ")
        let quoted = "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        return "\(key): \(isPlain ? value : quoted)\n"
    }
}
