// SPDX-License-Identifier: Apache-2.0

public import Discovery
public import SnapshotModel

/// A saved plan as a permission: what it lists may go if a plan made now has it go too (law 4).
public struct Approval: Hashable, Sendable {
    /// A snapshot as it was when it was approved.
    public struct Item: Hashable, Sendable {
        /// Its directory.
        public var place: StorageURL
        /// Time of its metadata.
        public var time: Instant
        /// Length of its metadata; nil where there are none.
        public var metadataLength: Int64?
        /// What lay in it.
        public var contents: ContentsDigest
        /// Whether the plan says that times of its job look copied.
        public var showsCopiedTimes: Bool

        /// Makes an item of its parts.
        public init(
            place: StorageURL,
            time: Instant,
            metadataLength: Int64?,
            contents: ContentsDigest,
            showsCopiedTimes: Bool = false
        ) {
            self.place = place
            self.time = time
            self.metadataLength = metadataLength
            self.contents = contents
            self.showsCopiedTimes = showsCopiedTimes
        }
    }

    /// A file or an empty directory outside snapshots as it was when it was approved.
    public struct ObjectItem: Hashable, Sendable {
        /// Where it is.
        public var place: StorageURL
        /// Whether it is a directory.
        public var isDirectory: Bool
        /// Its length in bytes.
        public var bytes: Int64
        /// Its modification time.
        public var modified: Instant

        /// Makes an item of its parts.
        public init(place: StorageURL, isDirectory: Bool, bytes: Int64, modified: Instant) {
            self.place = place
            self.isDirectory = isDirectory
            self.bytes = bytes
            self.modified = modified
        }
    }

    /// Where the permission was read from.
    public var source: String
    /// The fingerprint of the policy under which it was made.
    public var fingerprint: String
    /// When it was made.
    public var at: Instant
    /// Snapshots that it lists, by place.
    public var items: [StorageURL: Item]
    /// What it lists outside snapshots, by place.
    public var objects: [StorageURL: ObjectItem]

    /// Roots that it shows to hold far less than before: whoever approves it says that this is right.
    public var lost: [StorageURL: LostRoot]

    /// Roots of which it says that what goes can be brought back.
    public var undoable: Set<StorageURL>

    /// Makes an approval of its parts.
    public init(
        source: String,
        fingerprint: String,
        at: Instant,
        items: [Item],
        objects: [ObjectItem] = [],
        lost: [LostRoot] = [],
        undoable: Set<StorageURL> = []
    ) {
        self.undoable = undoable
        self.source = source
        self.fingerprint = fingerprint
        self.at = at
        self.items = Dictionary(
            items.map { ($0.place, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.objects = Dictionary(
            objects.map { ($0.place, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.lost = Dictionary(
            lost.map { ($0.place, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Tells whether it showed that a root lost so much; had it lost still more since, it did not.
    public func accepts(_ root: LostRoot) -> Bool {
        guard let shown = lost[root.place], shown.held == root.held else { return false }
        return !LimitCheck.isShrunken(held: shown.holds, holds: root.holds)
    }

    /// Tells whether it says of a root that what goes can be brought back, which is not so any more.
    ///
    /// - Parameter root: As a plan made now has it.
    /// - Returns: True where nothing that it lists may go from there.
    public func promisesMore(than root: PlannedRoot) -> Bool {
        undoable.contains(root.place) && root.undo == nil
    }

    /// Every place that it lists.
    public var places: Set<StorageURL> { Set(items.keys).union(objects.keys) }

    /// Snapshots of which it shows that times of their jobs look copied: whoever approves it says that
    /// these are the times to go by.
    public var placesOfCopiedTimes: Set<StorageURL> {
        Set(items.values.filter(\.showsCopiedTimes).map(\.place))
    }

    /// Tells whether a snapshot is one that was approved, unchanged since.
    ///
    /// - Parameter snapshot: As a plan made now has it.
    /// - Returns: False for anything that was not listed, or is another one now.
    public func covers(_ snapshot: PlannedSnapshot) -> Bool {
        guard let item = items[snapshot.place] else { return false }
        // Written plans have times to the millisecond.
        return item.metadataLength == snapshot.metadataLength
            && item.time.milliseconds == snapshot.time.milliseconds
            && item.contents == snapshot.contents
    }

    /// Tells whether a file or an empty directory is one that was approved, unchanged since.
    ///
    /// - Parameter object: As a plan made now has it.
    /// - Returns: False for anything that was not listed, or is another one now.
    public func covers(_ object: PlannedObject) -> Bool {
        guard let item = objects[object.place], item.isDirectory == object.isDirectory else {
            return false
        }
        // The time of a directory is that of the last entry that left it.
        return object.isDirectory
            || item.bytes == object.bytes
                && item.modified.milliseconds == object.modified.milliseconds
    }
}
