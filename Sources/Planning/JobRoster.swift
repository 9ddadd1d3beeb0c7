// SPDX-License-Identifier: Apache-2.0

public import Discovery
public import Policy
public import SnapshotModel
public import Storage

/// A job of the policy, after `{job}` is expanded.
public struct ManagedJob: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// What the policy says of it.
    public let settings: JobSettings
    /// How its own Flink is asked; nil where the policy names none.
    public let flink: FlinkSettings?
    /// Whether the policy looks for checkpoints of it, be there any directory for them yet or not.
    public let hasCheckpoints: Bool
}

/// All jobs and roots that a policy means today.
public struct JobRoster: Sendable {
    /// The jobs, sorted by name.
    public let jobs: [ManagedJob]
    /// What has to be listed, with the positions of jobs in `jobs`.
    public let roots: [ScanRoot]
    /// What was found while expanding.
    public let findings: [Finding]
    /// Directories of `{job}` that could not be read: what lies there is unknown.
    public let unlistable: [StorageError]
    /// Symbolic links beside the directories of `{job}`: another team's, or a job's own that was moved.
    public let links: [StorageURL]
    /// Jobs of one attempt or savepoint that no job of the policy claims.
    public let unclaimed: [UnclaimedJob]

    /// The roots that a run has to lock as far as they are there: every job's, none only read.
    public var lockableRoots: [StorageURL] {
        roots.filter { !$0.jobs.isEmpty }.map(\.place)
    }
}

/// An attempt, or a savepoint, that counts by itself because the policy gives it to no job.
public struct UnclaimedJob: Hashable, Sendable {
    /// Its number in the roster.
    public let job: Int
    /// The root in which it lies straight.
    public let root: StorageURL
    /// What the root is.
    public let role: RootRole
    /// Numbers of the jobs that it may belong to: those that share the root by claims.
    public let mayBe: [Int]
}
