// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// One submission of a job, as its directories show it.
public struct Attempt: Sendable {
    /// The job's number.
    public let job: Int
    /// The job id; nil where the checkpoint directory has no job-id level.
    public let jobID: ObjectName?
    /// Its directories: the one of its checkpoints, and those of its changelog.
    public internal(set) var places: [StorageURL]
    /// The newest time of a file of Flink's; nil where there is none.
    public internal(set) var newestFile: Instant?
    /// The newest time of a directory; nil where the store has none.
    public internal(set) var newestDirectory: Instant?
    /// The oldest time of anything: at or after its start.
    public internal(set) var oldest: Instant?
    /// Positions of its snapshots.
    public internal(set) var snapshots: [Int] = []

    /// When Flink last did something in it, as far as storage shows.
    ///
    /// Times of directories count only where there is no file at all (design §6): our own renames
    /// change them.
    public var lastActivity: Instant? { newestFile ?? newestDirectory }
}
