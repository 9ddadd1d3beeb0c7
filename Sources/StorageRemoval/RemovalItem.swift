// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// One thing to take away: a file, a directory with all that is in it, or an empty directory.
public struct RemovalItem: Hashable, Sendable {
    /// The root it lies under; nothing outside can be reached from it.
    public let root: StorageURL
    /// Path below the root, never empty.
    public let path: ObjectName
    /// What it has to be.
    public let kind: ObjectKind
    /// The identity it has to have; `.none` is not checked.
    public let identity: ObjectIdentity
    /// A directory that is taken only while nothing is in it: it is not renamed with what somebody
    /// may put into it in the last moment, but removed as empty.
    public let mustBeEmpty: Bool

    /// Makes an item of its parts.
    public init(
        root: StorageURL,
        path: ObjectName,
        kind: ObjectKind,
        identity: ObjectIdentity,
        mustBeEmpty: Bool = false
    ) {
        self.root = root
        self.path = path
        self.kind = kind
        self.identity = identity
        self.mustBeEmpty = mustBeEmpty
    }

    /// The item's place in the store.
    public var place: StorageURL { root.appending(path) }
}
