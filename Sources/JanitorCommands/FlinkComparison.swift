// SPDX-License-Identifier: Apache-2.0

internal import FlinkClient
internal import Policy
internal import SnapshotModel

/// What a running job's Flink is set to, beside what the policy wants of it.
struct FlinkComparison {
    /// Something in which the two do not fit each other.
    struct Difference: Hashable {
        /// What is the matter.
        let text: String
        /// The line to change, and where.
        let remedy: String
    }

    /// What does not fit, the gravest first.
    private(set) var differences: [Difference] = []

    private let said: FlinkCheckpointSettings
    private let configuration: FlinkConfiguration
    private let policy: JobSettings

    /// Compares.
    ///
    /// - Parameters:
    ///   - said: What the job's checkpoints are set to.
    ///   - configuration: The cluster's.
    ///   - latest: Where the job's newest checkpoint is, as Flink writes it; nil for none.
    ///   - policy: What the policy says of the job.
    ///   - roots: The job's roots by what they hold.
    ///   - aliases: The policy's.
    init(
        _ said: FlinkCheckpointSettings,
        _ configuration: FlinkConfiguration,
        latest: String?,
        policy: JobSettings,
        roots: (checkpoints: [StorageURL], savepoints: [StorageURL]),
        aliases: [PathAlias]
    ) {
        self.said = said
        self.configuration = configuration
        self.policy = policy
        compareRetention()
        let checkpoints = latest ?? configuration[.checkpointDirectory]
        compare(.checkpointDirectory, checkpoints, "checkpoints", roots.checkpoints, aliases)
        let savepoints = configuration[.savepointDirectory]
        compare(.savepointDirectory, savepoints, "savepoints", roots.savepoints, aliases)
        compareCount(hasRoot: !roots.checkpoints.isEmpty)
        compareIncremental()
        compareTimes()
        compareLives(roots.checkpoints)
    }

    private mutating func note(_ text: String, flink key: String, _ value: String) {
        differences.append(
            Difference(text: text, remedy: "in Flink's configuration: \(key): \(value)")
        )
    }

    private mutating func compareRetention() {
        guard !said.isRetainedOnCancellation else { return }
        note(
            "its checkpoints go when it is cancelled: nothing is left to go on from",
            flink: "execution.checkpointing.externalized-checkpoint-retention",
            "RETAIN_ON_CANCELLATION"
        )
    }

    /// Where Flink writes what the policy looks for somewhere else.
    private mutating func compare(
        _ option: FlinkConfiguration.Option,
        _ location: String?,
        _ kind: String,
        _ roots: [StorageURL],
        _ aliases: [PathAlias]
    ) {
        guard let location, let written = StorageURL(parsing: ObjectName(location)) else { return }
        let place = aliases.resolve(written)
        // One that lies above a root is the usual parent of the directories of several jobs.
        let isNear = { (root: StorageURL) in
            place.path(below: root) != nil || root.path(below: place) != nil
        }
        guard !roots.contains(where: isNear) else { return }
        let directory = roots.first.map { aliases.written($0).description }
        let remedy =
            directory.map { "in Flink's configuration: \(configuration.key(option)): \($0)" }
            ?? "in the policy, in the job: \(kind): \"…\""
        differences.append(
            Difference(
                text: "Flink writes its \(kind) to \"\(location)\", where the policy has no root "
                    + "for them",
                remedy: remedy
            )
        )
    }

    private mutating func compareCount(hasRoot: Bool) {
        guard hasRoot, let kept = policy.checkpoints.keepLast,
            configuration.retainedCount > kept
        else { return }
        note(
            "Flink leaves \(configuration.retainedCount) checkpoints behind, of which the policy "
                + "keeps \(kept)",
            flink: configuration.key(.retainedCount),
            "\(kept), or in the policy: keepLast: \(configuration.retainedCount)"
        )
    }

    private mutating func compareIncremental() {
        let backend = said.stateBackend ?? ""
        guard !configuration.isIncremental,
            backend.contains("RocksDB") || backend.contains("ForSt")
        else { return }
        note(
            "each checkpoint holds the whole state: \(backend) is not set to be incremental",
            flink: configuration.key(.incremental),
            "true"
        )
    }

    private mutating func compareTimes() {
        guard let interval = said.intervalMilliseconds else {
            note(
                "it takes no checkpoints by itself",
                flink: "execution.checkpointing.interval",
                "2 min"
            )
            return
        }
        let timeout = said.timeoutMilliseconds
        if timeout < interval {
            note(
                "a checkpoint is given up after \(Self.text(timeout)), although the next one is "
                    + "not due before \(Self.text(interval))",
                flink: "execution.checkpointing.timeout",
                Self.text(interval)
            )
        }
        if said.pauseMilliseconds > interval {
            note(
                "the pause of \(Self.text(said.pauseMilliseconds)) between checkpoints makes them "
                    + "rarer than the interval of \(Self.text(interval)) says",
                flink: "execution.checkpointing.min-pause",
                Self.text(max(1, interval / 2))
            )
        }
        for (name, duration) in [
            ("unfinished", policy.unfinished), ("orphans.age", policy.orphans.age),
        ] {
            let age = (duration.fixedNanoseconds ?? .max) / 1_000_000
            guard age <= timeout else { continue }
            differences.append(
                Difference(
                    text: "\(name) is \(duration), and a checkpoint may take "
                        + "\(Self.text(timeout)): what it has written may go before it is done",
                    remedy: "in the policy: \(name): \"24h\""
                )
            )
        }
    }

    /// How long a checkpoint has to be there to be listed and read on HDFS: two calls of its client, in
    /// which a virtual machine starts, on a machine that is busy.
    private static let lookMilliseconds: Int64 = 10_000

    /// Checkpoints that Flink retires before they are read: under those nothing is ever taken.
    private mutating func compareLives(_ roots: [StorageURL]) {
        guard roots.contains(where: { $0.scheme == "hdfs" || $0.scheme == "viewfs" }),
            let interval = said.intervalMilliseconds
        else { return }
        let least = Self.lookMilliseconds
        let every = max(1, interval, said.pauseMilliseconds)
        let count = Int64(max(1, configuration.retainedCount))
        guard every < least, count <= (least - 1) / every else { return }
        note(
            "each checkpoint is there for \(Self.text(every * count)) only, and to list and to read "
                + "on HDFS takes a few seconds: nothing of a job goes whose checkpoints vanish "
                + "meanwhile, and the run ends with 3",
            flink: configuration.key(.retainedCount),
            "\((least + every - 1) / every), or execution.checkpointing.interval: "
                + Self.text((least + count - 1) / count)
        )
    }

    /// Milliseconds as Flink's configuration writes them: `15 min`, `20 s`, `250 ms`.
    static func text(_ milliseconds: Int64) -> String {
        if milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000) min" }
        if milliseconds % 1000 == 0 { return "\(milliseconds / 1000) s" }
        return "\(milliseconds) ms"
    }
}
