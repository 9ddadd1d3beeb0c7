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

/// What is whose in a root that several jobs share.
public struct RootShares: Hashable, Sendable {
    /// Numbers of all jobs that have, or claim, a part of it.
    public var jobs: Set<Int>
    /// Directories straight in it that are one job's.
    public var entries: [ObjectName: Int]
    /// Attempts by job id, at any depth.
    public var jobIDs: [ObjectName: Int]
    /// Savepoints by the six digits in their names, at any depth.
    public var digits: [ObjectName: Int]

    /// Makes an empty division.
    public init() {
        jobs = []
        entries = [:]
        jobIDs = [:]
        digits = [:]
    }

    /// The job that a directory, and all in it, is of; nil where its name does not tell.
    ///
    /// - Parameters:
    ///   - name: The directory's name.
    ///   - isTop: It lies straight in the root.
    /// - Returns: The job's number.
    func job(of name: ObjectName, isTop: Bool) -> Int? {
        if isTop, let job = entries[name] { return job }
        return jobIDs[name] ?? FlinkNames.savepointDigits(name).flatMap { digits[$0] }
    }
}

/// A place to be listed, after `{job}` is expanded.
public struct ScanRoot: Hashable, Sendable {
    /// Where it is.
    public let place: StorageURL
    /// The job's number; nil for what is only read, or shared.
    public let job: Int?
    /// What it is.
    public let role: RootRole
    /// What is whose in it; nil where all is one job's, or nobody's.
    public let shares: RootShares?

    /// Makes a root of its parts.
    public init(place: StorageURL, job: Int?, role: RootRole, shares: RootShares? = nil) {
        self.place = place
        self.job = job
        self.role = role
        self.shares = shares
    }

    /// Numbers of the jobs that have something in it, sorted; empty for what is only read.
    public var jobs: [Int] { job.map { [$0] } ?? (shares?.jobs ?? []).sorted() }

    /// A fixed order, by place first.
    public static func comesFirst(_ left: ScanRoot, _ right: ScanRoot) -> Bool {
        (left.place, left.job ?? .max, left.role.rawValue)
            < (right.place, right.job ?? .max, right.role.rawValue)
    }
}
