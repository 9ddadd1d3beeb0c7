// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// What a file outside snapshots is, by where it lies and how it is called.
public enum LooseKind: String, Hashable, Sendable, CaseIterable {
    /// A plain file in `shared/`.
    case shared
    /// A file of a running ForSt database in `shared/op_…`.
    case forst
    /// A physical file of file merging.
    case merged
    /// A plain file in `taskowned/`.
    case taskOwned
    /// A file of the changelog backend.
    case changelog
    /// A high-availability pointer.
    case pointer
    /// A label outside a snapshot.
    case label
    /// A directory with nothing in it, or with nothing but such directories.
    case emptyDirectory
    /// A symbolic link or another thing that is no file.
    case special
    /// Anything else.
    case unknown
}

/// What shows that something outside snapshots is needed.
public enum Protection: UInt8, Hashable, Sendable {
    /// Readable metadata reference this very file.
    case referenced = 1
    /// Readable metadata reference a file of this name elsewhere, or where nobody can look.
    case named = 2
    /// A handle of file merging pins the directory, or one of its name.
    case pinned = 3
    /// A high-availability pointer file names it.
    case pointer = 4
    /// Readable metadata reference a file in its directory that is not there, of its length: a
    /// damaged name may have meant it.
    case possible = 5
}

/// A file or directory that belongs to no snapshot's directory.
///
/// Made while they are walked through; its place, which is long, only when it is asked for.
public struct LooseObject: Sendable {
    /// Which entry of the listing it is.
    public enum Entry: Sendable {
        /// A file.
        case file(FileID)
        /// A directory.
        case directory(DirectoryID)
        /// A link or another thing that is no file, by its directory and name.
        case special(DirectoryID, ObjectName)
    }

    /// The entry of the listing.
    public let entry: Entry
    /// What it is.
    public let kind: LooseKind
    /// Length in bytes; 0 for directories.
    public let bytes: Int64
    /// Modification time; nil where the listing has none.
    public let modified: Instant?
    /// The job's number; nil for what is only read.
    public let job: Int?
    /// Position of the attempt whose directory it lies in or is; nil where it lies in none.
    public let attempt: Int?
    /// What shows that it is needed; nil where nothing does.
    public let protection: Protection?
    /// Of an empty directory, whether it is one of a whole attempt's that may go.
    public let emptiness: Emptiness?

    /// Whether something needs it.
    public var isReferenced: Bool { protection != nil }

    /// What an empty directory is a part of.
    public enum Emptiness: Hashable, Sendable {
        /// An attempt in which there is nothing but empty directories of Flink's, the newest of
        /// them of this time; nil where one has none.
        case attempt(newest: Instant?)
        /// An attempt in which there is something else.
        case filledAttempt
        /// No attempt that has a directory of its own.
        case elsewhere
    }
}

extension Inventory {
    /// The place of something outside snapshots.
    public func place(of object: LooseObject) -> StorageURL {
        switch object.entry {
        case .file(let file): table.place(ofFile: file)
        case .directory(let directory): table.place(ofDirectory: directory)
        case .special(let directory, let name):
            table.place(ofDirectory: directory).appending(name)
        }
    }

    /// The root that something outside snapshots lies under.
    public func root(of object: LooseObject) -> ScanRoot {
        roots[Int(census.scanRoots[Int(holder(of: object))])]
    }

    /// The base name of something outside snapshots.
    public func name(of object: LooseObject) -> ObjectName {
        switch object.entry {
        case .file(let file): table.name(ofFile: file)
        case .directory(let directory): table.name(ofDirectory: directory)
        case .special(_, let name): name
        }
    }

    /// What tells it from another one put in its place; `.none` of files, which the listing keeps
    /// no identity of.
    public func identity(of object: LooseObject) -> ObjectIdentity {
        if case .directory(let directory) = object.entry {
            return table.identity(ofDirectory: directory)
        }
        return .none
    }

    /// The place of a directory.
    public func place(ofDirectory directory: DirectoryID) -> StorageURL {
        table.place(ofDirectory: directory)
    }

    /// The directory that holds something outside snapshots; a directory itself.
    public func holder(of object: LooseObject) -> DirectoryID {
        switch object.entry {
        case .file(let file): table.directory(ofFile: file)
        case .directory(let directory), .special(let directory, _): directory
        }
    }
}
