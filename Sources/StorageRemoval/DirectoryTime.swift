// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// A directory that changes when something in it is moved, and the time that it has to keep.
public struct DirectoryTime: Hashable, Sendable {
    /// The root it lies under, or is.
    public let root: StorageURL
    /// Path below the root, empty for the root itself.
    public let path: ObjectName
    /// Modification time.
    public let modified: Instant
    /// Which directory it is.
    public let identity: ObjectIdentity

    /// Makes a time of its parts.
    public init(root: StorageURL, path: ObjectName, modified: Instant, identity: ObjectIdentity) {
        self.root = root
        self.path = path
        self.modified = modified
        self.identity = identity
    }
}
