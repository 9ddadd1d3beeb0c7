// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What a root is to the program.
public enum RootRole: String, Hashable, Sendable {
    /// A job's savepoints.
    case savepoints
    /// A job's checkpoints, one directory an attempt below it or none.
    case checkpoints
    /// Files of the changelog backend in a place of their own.
    case changelog
    /// Protects, and is never touched.
    case alsoRead
}

/// A place to be listed, after `{job}` is expanded.
public struct ScanRoot: Hashable, Sendable {
    /// Where it is.
    public let place: StorageURL
    /// The job's number; nil for what is only read.
    public let job: Int?
    /// What it is.
    public let role: RootRole

    /// Makes a root of its parts.
    public init(place: StorageURL, job: Int?, role: RootRole) {
        self.place = place
        self.job = job
        self.role = role
    }
}
