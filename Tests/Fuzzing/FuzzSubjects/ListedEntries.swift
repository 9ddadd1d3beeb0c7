// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Storage

/// One entry of a listing.
struct ListedEntry: Hashable {
    let path: [UInt8]
    let kind: ObjectKind
    let size: Int64
    let modified: Instant
}

/// Keeps the entries of each root in the order in which they come.
struct EntryLists: ListingSink {
    var entries: [[ListedEntry]]

    init(count: Int) { entries = Array(repeating: [], count: count) }

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        let bytes = path.withUnsafeBufferPointer { Array($0) }
        entries[root].append(ListedEntry(path: bytes, kind: kind, size: size, modified: modified))
    }
}
