// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What an entry of a listing is.
public enum ObjectKind: UInt8, Hashable, Sendable {
    /// A file, or an object of an object store.
    case file
    /// A directory, or an object that stands for one.
    case directory
    /// A symbolic link; never followed.
    case symbolicLink
    /// A socket, a device, a pipe.
    case other
}

/// Takes the entries of a listing one by one, in whatever order the store gives them.
public protocol ListingSink {
    /// Tells whether a regular file is wanted.
    ///
    /// A store to which its length and time cost a call of their own may leave it out where it is not.
    /// Directories, links and whatever else there is always come.
    ///
    /// - Parameter name: The file's base name; only good during the call.
    /// - Returns: False where nothing depends on it.
    func wants(file name: UnsafeRawBufferPointer) -> Bool

    /// Takes one entry.
    ///
    /// - Parameters:
    ///   - root: The position of the entry's root in the list of roots asked for.
    ///   - path: Path below the root, components joined by `/`, empty for the root itself; only
    ///     good during the call.
    ///   - kind: What the entry is.
    ///   - size: Length in bytes; 0 for anything but files.
    ///   - modified: Modification time, as fine as the store gives it.
    ///   - identity: What tells the entry from another put in its place.
    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    )
}

extension ListingSink {
    /// Everything is wanted.
    public func wants(file name: UnsafeRawBufferPointer) -> Bool { true }
}

/// How the listing of one root ended.
///
/// Only a complete listing proves that something is absent (law 2).
public enum ListingOutcome: Hashable, Sendable {
    /// Every entry below the root was given.
    case complete
    /// The root itself does not exist; the store said so.
    case absent
    /// Some entries may be missing; the reasons, at least one.
    case incomplete([StorageError])
}
