// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What tells an object from another one that was put in its place under the same name.
public struct ObjectIdentity: Hashable, Sendable {
    /// The number of the file system; 0 where the store has none.
    public let device: UInt64
    /// The number of the object in its file system; 0 where the store has none.
    public let inode: UInt64
    /// When the object's inode last changed; the epoch where the store does not tell.
    public let changed: Instant

    /// Makes an identity of its parts.
    public init(device: UInt64, inode: UInt64, changed: Instant) {
        self.device = device
        self.inode = inode
        self.changed = changed
    }

    /// The identity in stores that have none.
    public static let none = ObjectIdentity(
        device: 0,
        inode: 0,
        changed: Instant(nanoseconds: 0)
    )

    /// Tells whether both are one object, whatever happened to its permissions or links.
    public func isSameObject(as other: ObjectIdentity) -> Bool {
        device == other.device && inode == other.inode
    }
}
