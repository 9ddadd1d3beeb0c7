// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// Takes listings and makes an `ObjectTable` of them.
///
/// A table can be asked for a file only when all listings are over: an index that is still growing
/// would show as absent what has not come yet.
struct ObjectTableBuilder {
    private let roots: [StorageURL]
    private var names = NameArena()
    private var directories: [ObjectTable.Directory] = []
    private var directorySlots = HashSlots()
    private var files = Chunks<ObjectTable.File>()
    private var fileDirectories = Chunks<DirectoryID>()
    private var specials: [DirectoryID: [ObjectName: ObjectKind]] = [:]
    private var metadataIdentities: [DirectoryID: ObjectIdentity] = [:]

    /// The numbers that the roots of the listing in hand have in the table.
    private var numbers: [Int] = []
    private var lastPath: [UInt8] = []
    private var lastDirectory: DirectoryID = 0
    private var lastRoot = -1

    init(roots: [StorageURL]) {
        self.roots = roots
        for root in roots { _ = appendDirectory(named: root.path.bytes, in: .max) }
    }

    /// Has a reader list some of the roots, in one call.
    ///
    /// - Parameters:
    ///   - numbers: The roots' numbers in the table.
    ///   - reader: The reader of the store that all of them lie in.
    /// - Returns: How each of them ended.
    mutating func list(
        roots numbers: [Int],
        with reader: any StorageReader
    ) -> [ListingOutcome] {
        self.numbers = numbers
        let outcomes = reader.list(numbers.map { roots[$0] }, into: &self)
        return numbers.indices.map { index in
            // What a reader does not speak of may be there all the same.
            index < outcomes.count ? outcomes[index] : .incomplete([])
        }
    }

    /// Ends the building.
    consuming func finish() -> ObjectTable {
        ObjectTable(
            roots: roots,
            names: names,
            directories: directories,
            directorySlots: directorySlots,
            files: files,
            fileDirectories: fileDirectories,
            specials: specials,
            metadataIdentities: metadataIdentities
        )
    }

    private mutating func appendDirectory(
        named name: some Collection<UInt8>,
        in parent: DirectoryID
    ) -> DirectoryID {
        directories.append(
            ObjectTable.Directory(
                parent: parent,
                name: names.store(name),
                modified: Instant(nanoseconds: .min),
                identity: .none,
                isImplied: true
            )
        )
        return DirectoryID(directories.count - 1)
    }

    private mutating func directory(root: Int, path: UnsafeRawBufferPointer) -> DirectoryID {
        if root == lastRoot, path.hasSameBytes(as: lastPath) { return lastDirectory }
        var current = DirectoryID(root)
        for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if path.isEmpty { break }
            let name = UnsafeRawBufferPointer(rebasing: part)
            current = subdirectory(of: current, named: name)
        }
        lastRoot = root
        lastPath.removeAll(keepingCapacity: true)
        lastPath.append(contentsOf: path)
        lastDirectory = current
        return current
    }

    /// The directory of a name in another one, made where it is not there yet.
    private mutating func subdirectory(
        of parent: DirectoryID,
        named name: UnsafeRawBufferPointer
    ) -> DirectoryID {
        let hash = nameHash(name, seed: UInt64(parent))
        let found = directorySlots.first(hash: hash) { position in
            let record = directories[Int(position)]
            return record.parent == parent
                && names.withName(record.name) { $0.hasSameBytes(as: name) }
        }
        if let found { return found }
        let number = appendDirectory(named: name, in: parent)
        let (known, stored) = (directories, names)
        directorySlots.insert(number, hash: hash) { position in
            let record = known[Int(position)]
            return stored.withName(record.name) { nameHash($0, seed: UInt64(record.parent)) }
        }
        return number
    }
}

// MARK: - ListingSink

extension ObjectTableBuilder: ListingSink {
    /// Takes one entry of a listing.
    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        path.withUnsafeBytes { bytes in
            let root = numbers[root]
            if kind == .directory {
                let number = Int(directory(root: root, path: bytes))
                directories[number].modified = modified
                directories[number].identity = identity
                directories[number].isImplied = false
                return
            }
            let start = Self.nameStart(of: bytes)
            let parent = UnsafeRawBufferPointer(rebasing: bytes[..<max(0, start - 1)])
            let name = UnsafeRawBufferPointer(rebasing: bytes[start...])
            let holder = directory(root: root, path: parent)
            if kind == .file {
                add(name, to: holder, size: size, modified: modified)
                if identity != .none, name.elementsEqual(FlinkNames.metadata.bytes) {
                    metadataIdentities[holder] = identity
                }
            } else {
                specials[holder, default: [:]][ObjectName(name)] = kind
            }
        }
    }

    /// Where the last component of a path begins.
    private static func nameStart(of path: UnsafeRawBufferPointer) -> Int {
        var start = path.count
        while start > 0, path[start - 1] != UInt8(ascii: "/") { start -= 1 }
        return start
    }

    private mutating func add(
        _ name: UnsafeRawBufferPointer,
        to directory: DirectoryID,
        size: Int64,
        modified: Instant
    ) {
        if let packed = PackedName(name) {
            files.append(ObjectTable.File(packed, size: size, modified: modified))
        } else {
            let place = names.store(name)
            files.append(ObjectTable.File(name: place, size: size, modified: modified))
        }
        fileDirectories.append(directory)
    }
}
