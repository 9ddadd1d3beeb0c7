// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage
internal import Synchronization

/// The records that listings of roots have shown, which tell what lies in the trash there.
struct TrashListing {
    /// The trash of one run: it may lie anywhere below what is listed, where another root is.
    struct Trash: Hashable {
        /// The position of what was listed.
        let root: Int
        /// Where the root lies that the trash belongs to, below that: empty, or with a slash at its end.
        let path: [UInt8]
        let run: ObjectName
    }

    let roots: [StorageURL]
    /// For each trash the keys of its records.
    private(set) var records: [Trash: [StoredKey]] = [:]

    private static let directory = Array(TrashRecord.directory.bytes)
    private static let slash = UInt8(ascii: "/")

    init(_ roots: [StorageURL]) {
        self.roots = roots
    }

    /// Notes an object if it is a record: `…/.janitor-trash/<run>/<name>`.
    mutating func note(_ object: ListedObject, at path: ArraySlice<UInt8>, root: Int) {
        let name = object.key.lastComponent
        guard TrashRecord.isName(name), object.isExact else { return }
        let parent = path.dropLast(name.count + 1)
        guard let end = parent.lastIndex(of: Self.slash) else { return }
        let top = parent[..<end]
        let outer = top.dropLast(Self.directory.count)
        guard top.suffix(Self.directory.count).elementsEqual(Self.directory),
            outer.isEmpty || outer.last == Self.slash
        else { return }
        let run = ObjectName(parent[(end + 1)...])
        records[Trash(root: root, path: Array(outer), run: run), default: []].append(object.key)
    }

    /// The innermost of the roots that a place lies in; nil where none holds it.
    func root(of place: StorageURL) -> Int? {
        roots.indices.filter { place.path(below: roots[$0]) != nil }
            .max { roots[$0].path.bytes.count < roots[$1].path.bytes.count }
    }

    /// The root that a trash belongs to.
    func root(of trash: Trash) -> StorageURL {
        let root = roots[trash.root]
        return trash.path.isEmpty ? root : root.appending(ObjectName(trash.path.dropLast()))
    }
}

/// What the records tell of metadata in the trash: they are read as old versions.
final class TrashedMetadata: Sendable {
    private let objects = Mutex<[StorageURL: TrashedObject]>([:])

    func note(_ object: TrashedObject, at place: StorageURL) {
        objects.withLock { $0[place] = object }
    }

    /// What lay at a place before it went to the trash; nil for a place that is none in the trash.
    func object(at place: StorageURL) -> TrashedObject? {
        objects.withLock { $0[place] }
    }
}
