// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// The number of a directory in an `ObjectTable`.
public typealias DirectoryID = UInt32

/// The number of a file in an `ObjectTable`.
public typealias FileID = UInt32

/// Everything that listings showed, kept small.
///
/// All names lie one after the other in one array of bytes; a file is its directory's number, the
/// place of its name there, its length and its time (32 bytes and the name), and a directory is
/// its parent's number and its name. No path is ever stored whole. Two indexes of four-byte slots
/// find a child by its parent and name.
public struct ObjectTable: Sendable {
    struct Directory {
        var parent: DirectoryID
        var name: UInt64
        var modified: Instant
        var identity: ObjectIdentity
        /// The listing did not show the directory itself, only something in it (object stores).
        var isImplied: Bool
    }

    struct File {
        var name: UInt64
        var directory: DirectoryID
        var size: Int64
        var modified: Instant
    }

    /// The listed roots; directory number `n` is the root number `n`.
    public let roots: [StorageURL]

    private(set) var names: [UInt8] = []
    private(set) var directories: [Directory] = []
    private(set) var files: [File] = []
    /// What is neither file nor directory, by the directory it lies in: rare, and never followed.
    private(set) var specials: [DirectoryID: [ObjectName: ObjectKind]] = [:]
    private var directorySlots = HashSlots()
    private var fileSlots = HashSlots()

    private var lastPath: [UInt8] = []
    private var lastDirectory: DirectoryID = 0
    private var lastRoot = -1

    /// Makes an empty table for listings of these roots.
    public init(roots: [StorageURL]) {
        self.roots = roots
        for root in roots {
            let name = store(root.path.bytes)
            directories.append(
                Directory(
                    parent: .max,
                    name: name,
                    modified: Instant(nanoseconds: .min),
                    identity: .none,
                    isImplied: true
                )
            )
        }
    }

    /// How many files the listings showed.
    public var fileCount: Int { files.count }

    /// How many directories the listings showed, the roots counted.
    public var directoryCount: Int { directories.count }

    // MARK: Building

    private mutating func store(_ name: some Collection<UInt8>) -> UInt64 {
        let offset = UInt64(names.count)
        names.append(contentsOf: name)
        return offset << 16 | UInt64(min(name.count, 0xFFFF))
    }

    func withName<Result>(
        _ name: UInt64,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let start = Int(name >> 16)
        return names.withUnsafeBytes { all in
            body(UnsafeRawBufferPointer(rebasing: all[start..<start + Int(name & 0xFFFF)]))
        }
    }

    private func hash(_ name: UInt64, in directory: DirectoryID) -> UInt64 {
        withName(name) { nameHash($0, seed: UInt64(directory)) }
    }

    private func isName(_ name: UInt64, _ bytes: UnsafeRawBufferPointer) -> Bool {
        withName(name) { $0.count == bytes.count && $0.elementsEqual(bytes) }
    }

    private mutating func directory(root: Int, path: UnsafeRawBufferPointer) -> DirectoryID {
        if root == lastRoot, path.elementsEqual(lastPath) { return lastDirectory }
        var current = DirectoryID(root)
        for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if path.isEmpty { break }
            let bytes = UnsafeRawBufferPointer(rebasing: part)
            current = subdirectory(of: current, named: bytes) ?? addDirectory(bytes, in: current)
        }
        lastRoot = root
        lastPath = Array(path)
        lastDirectory = current
        return current
    }

    private mutating func addDirectory(
        _ name: UnsafeRawBufferPointer,
        in parent: DirectoryID
    ) -> DirectoryID {
        let number = DirectoryID(directories.count)
        let stored = store(name)
        directories.append(
            Directory(
                parent: parent,
                name: stored,
                modified: Instant(nanoseconds: .min),
                identity: .none,
                isImplied: true
            )
        )
        let key = nameHash(name, seed: UInt64(parent))
        var slots = HashSlots()
        swap(&slots, &directorySlots)
        slots.insert(number, hash: key) {
            hash(directories[Int($0)].name, in: directories[Int($0)].parent)
        }
        swap(&slots, &directorySlots)
        return number
    }

    private mutating func addFile(_ record: File) {
        let number = FileID(files.count)
        files.append(record)
        let key = hash(record.name, in: record.directory)
        var slots = HashSlots()
        swap(&slots, &fileSlots)
        slots.insert(number, hash: key) { hash(files[Int($0)].name, in: files[Int($0)].directory) }
        swap(&slots, &fileSlots)
    }

    /// The directory with this name directly in another one.
    func subdirectory(
        of parent: DirectoryID,
        named name: UnsafeRawBufferPointer
    ) -> DirectoryID? {
        directorySlots.first(hash: nameHash(name, seed: UInt64(parent))) { position in
            let record = directories[Int(position)]
            return record.parent == parent && isName(record.name, name)
        }
    }

    /// The file with this name directly in a directory.
    func file(in directory: DirectoryID, named name: UnsafeRawBufferPointer) -> FileID? {
        fileSlots.first(hash: nameHash(name, seed: UInt64(directory))) { position in
            let record = files[Int(position)]
            return record.directory == directory && isName(record.name, name)
        }
    }
}

// MARK: - ListingSink

extension ObjectTable: ListingSink {
    /// Takes one entry of a listing.
    public mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        path.withUnsafeBytes { bytes in
            if kind == .directory {
                let number = Int(directory(root: root, path: bytes))
                directories[number].modified = modified
                directories[number].identity = identity
                directories[number].isImplied = false
                return
            }
            let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
            let parent = UnsafeRawBufferPointer(rebasing: bytes[..<(slash ?? 0)])
            let name = UnsafeRawBufferPointer(rebasing: bytes[(slash.map { $0 + 1 } ?? 0)...])
            let holder = directory(root: root, path: parent)
            if kind == .file {
                let stored = store(name)
                addFile(File(name: stored, directory: holder, size: size, modified: modified))
            } else {
                specials[holder, default: [:]][ObjectName(name)] = kind
            }
        }
    }
}
