// SPDX-License-Identifier: Apache-2.0

/// What a cluster's configuration says of checkpoints, under the names of any version.
///
/// A job may say otherwise for itself, and Flink does not tell that.
///
/// Source: `CheckpointingOptions` (Flink 2.3), whose options name their older keys.
public struct FlinkConfiguration: Hashable, Sendable {
    /// An option, with its keys, the newest first.
    public enum Option: Sendable, CaseIterable {
        case checkpointDirectory
        case savepointDirectory
        case retainedCount
        case incremental

        /// What it is called in `config.yaml` and in `SET`, the newest name first.
        public var keys: [String] {
            switch self {
            case .checkpointDirectory:
                ["execution.checkpointing.dir", "state.checkpoints.dir"]
            case .savepointDirectory:
                ["execution.checkpointing.savepoint-dir", "state.savepoints.dir"]
            case .retainedCount:
                ["execution.checkpointing.num-retained", "state.checkpoints.num-retained"]
            case .incremental:
                ["execution.checkpointing.incremental", "state.backend.incremental"]
            }
        }
    }

    private let values: [String: String]

    /// Makes a configuration.
    ///
    /// - Parameter values: Values by their keys, as Flink answers.
    public init(_ values: [String: String]) {
        self.values = values
    }

    /// An option's value; nil where the configuration does not have it.
    public subscript(option: Option) -> String? {
        option.keys.lazy.compactMap { values[$0] }.first
    }

    /// The key under which an option stands there, else the newest one.
    public func key(_ option: Option) -> String {
        option.keys.first { values[$0] != nil } ?? option.keys[0]
    }

    /// How many completed checkpoints a running job has; 1 where nothing is said.
    public var retainedCount: Int { self[.retainedCount].flatMap { Int($0) } ?? 1 }

    /// Whether RocksDB and ForSt write only what is new; not where nothing is said.
    public var isIncremental: Bool { self[.incremental]?.lowercased() == "true" }
}
