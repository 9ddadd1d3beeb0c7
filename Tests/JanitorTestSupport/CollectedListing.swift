// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// A sink that keeps every entry of a listing.
public struct CollectedListing: ListingSink {
    /// One entry as it was given.
    public struct Entry: Hashable, Sendable {
        /// The position of its root.
        public let root: Int
        /// Path below the root.
        public let path: ObjectName
        /// What it is.
        public let kind: ObjectKind
        /// Length in bytes.
        public let size: Int64
        /// Modification time.
        public let modified: Instant
        /// Its identity.
        public let identity: ObjectIdentity
    }

    /// The entries in the order they came.
    public private(set) var entries: [Entry] = []

    /// Makes an empty one.
    public init() {}

    /// Keeps an entry.
    public mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        let name = path.withUnsafeBufferPointer { ObjectName($0) }
        entries.append(
            Entry(
                root: root,
                path: name,
                kind: kind,
                size: size,
                modified: modified,
                identity: identity
            )
        )
    }

    /// The paths, sorted; the root's own is empty.
    public var paths: [ObjectName] { entries.map(\.path).sorted() }

    /// The entry at a path.
    public subscript(path: ObjectName) -> Entry? { entries.first { $0.path == path } }
}
