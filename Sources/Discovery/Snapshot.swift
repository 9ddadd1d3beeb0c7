// SPDX-License-Identifier: Apache-2.0

public import FlinkMetadata
public import SnapshotModel
public import Storage

/// A reference whose file is not as the metadata demand.
public struct MissingReference: Hashable, Sendable {
    /// What is wrong with the file.
    public enum Fault: Hashable, Sendable {
        /// No such file was listed.
        case absent
        /// The file has another length than recorded, in bytes.
        case length(found: Int64, demand: LengthDemand)
    }

    /// Where the file should be.
    public let place: StorageURL
    /// What is wrong.
    public let fault: Fault
}

/// A reference of which nobody can say whether its file is there.
public struct UnknownReference: Hashable, Sendable {
    /// Why it cannot be known.
    public enum Cause: Hashable, Sendable {
        /// It leads to no root of the policy.
        case noRoot
        /// It leads to a root whose listing may be cut short.
        case incompleteListing
        /// It leads through a symbolic link, which is not followed.
        case symbolicLink(StorageURL)
    }

    /// As written in the metadata, after the policy's aliases.
    public let place: StorageURL
    /// Why it cannot be known.
    public let cause: Cause
}

/// What is known of a snapshot's metadata.
public enum SnapshotState: Hashable, Sendable {
    /// There is no `_metadata`: in progress, failed, or being copied.
    case unfinished
    /// There is a `_metadata` that does not read; why.
    case unreadable(String)
    /// There is a `_metadata` that does not read, and an operator said that it does not matter;
    /// why it does not read.
    case dismissed(String)
    /// `_metadata` reads to the end.
    case complete
    /// It was listed, and was gone when its metadata were to be read: a live job's, or a user's.
    case vanished
}

/// Another snapshot that a snapshot needs, and one file that shows it.
public struct SnapshotDependency: Hashable, Sendable {
    /// The position of the snapshot that is needed.
    public let snapshot: Int
    /// The referenced file in its directory.
    public let file: StorageURL
    /// The reference leads elsewhere; only the base name is the same.
    public let isByNameOnly: Bool
}

/// One snapshot as storage and its metadata show it.
public struct Snapshot: Sendable {
    /// Its directory.
    public let place: StorageURL
    /// Its directory in the table.
    public let directory: DirectoryID
    /// The number of the scan root that it lies in.
    public let root: Int
    /// Its path below that scan root; empty where the root itself is the snapshot.
    public let path: ObjectName
    /// The job's number; nil for what is only read.
    public let job: Int?
    /// The run that moved it into the trash; nil for a live one.
    public let trashRun: ObjectName?
    /// Position of its attempt in the inventory; nil where it lies in none.
    public internal(set) var attempt: Int?
    /// The job id, of a savepoint the six digits of its name; nil where neither is known.
    public internal(set) var attemptName: ObjectName?
    /// Checkpoint or savepoint, by its metadata, else by its name, else by its root.
    public internal(set) var kind: SnapshotKind
    /// The checkpoint id of its metadata, else the number in its name.
    public internal(set) var checkpointID: Int64?
    /// The time of `_metadata`, else of the newest thing in it.
    public internal(set) var time: Instant
    /// The time of `_metadata` when an earlier run first read them at this place, word for word as they
    /// are, where that is another one.
    public internal(set) var timeBefore: Instant?
    /// The newest time of anything in it, ours left out.
    public internal(set) var newestTime: Instant
    /// Bytes of all files in its directory.
    public internal(set) var bytes: Int64
    /// Number of files in its directory.
    public internal(set) var fileCount: Int
    /// What is known of its metadata.
    public internal(set) var state: SnapshotState
    /// Length of `_metadata` in bytes; nil where there is none.
    public internal(set) var metadataLength: Int64?
    /// Everything it references was followed, whether it is complete or not.
    public internal(set) var areReferencesKnown = false
    /// Ids of its operators, sorted; empty where its metadata did not say.
    public internal(set) var operators: [OperatorID] = []
    /// Bytes behind what Flink reads of its metadata.
    public internal(set) var trailingBytes: Int64 = 0
    /// References checked.
    public internal(set) var referencesChecked = 0
    /// References whose file is there and long enough.
    public internal(set) var referencesFound = 0
    /// References whose file is not there or not as recorded.
    public internal(set) var missing: [MissingReference] = []
    /// References of which it cannot be known.
    public internal(set) var unknown: [UnknownReference] = []
    /// Other snapshots that hold what it references.
    public internal(set) var dependencies: [SnapshotDependency] = []
    /// Its labels, sorted, the pin among them.
    public internal(set) var labels: [ObjectName] = []
    /// Entries that are neither Flink's nor ours, by their path below it, sorted.
    public internal(set) var foreignEntries: [ObjectName] = []
    /// Positions of snapshots that lie inside its directory.
    public internal(set) var nested: [Int] = []
    /// What tells its directory from another one put in its place.
    public let identity: ObjectIdentity
    /// A digest of names, lengths and times of everything in it.
    public internal(set) var contents: ContentsDigest

    /// Whether every reference is there; nil where that cannot be known.
    public var isClosed: Bool? {
        if state == .unfinished || state == .vanished { return false }
        guard state == .complete else { return nil }
        if !missing.isEmpty { return false }
        return unknown.isEmpty ? true : nil
    }

    /// Tells whether the snapshot has the pin label.
    public var isPinned: Bool { labels.contains(FlinkNames.pin) }
}

/// A digest of what lies in a directory, to see whether anything in it changed.
///
/// The sum over all entries of a hash of path, length and time: the order of the listing does not
/// matter. It detects change, not malice.
public struct ContentsDigest: Hashable, Sendable {
    /// Number of entries.
    public let count: Int
    /// Sum of the entries' hashes.
    public let sum: UInt64

    /// Makes a digest of its parts.
    public init(count: Int, sum: UInt64) {
        self.count = count
        self.sum = sum
    }

    /// The digest of nothing.
    public static let empty = ContentsDigest(count: 0, sum: 0)

    /// The digest with one more entry.
    public func adding(path: ObjectName, size: Int64, modified: Instant?) -> ContentsDigest {
        path.bytes.withUnsafeBytes { adding(path: $0, size: size, modified: modified) }
    }

    func adding(path: UnsafeRawBufferPointer, size: Int64, modified: Instant?) -> ContentsDigest {
        var hash = nameHash(path, seed: UInt64(bitPattern: size))
        let time = UInt64(bitPattern: modified?.nanoseconds ?? 0)
        hash = (hash ^ time) &* 0x9E37_79B9_7F4A_7C15
        return ContentsDigest(count: count + 1, sum: sum &+ (hash ^ (hash >> 32)))
    }
}
