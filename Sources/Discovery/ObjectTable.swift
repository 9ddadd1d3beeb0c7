// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
internal import Storage

/// The number of a directory in an `ObjectTable`.
public typealias DirectoryID = UInt32

/// The number of a file in an `ObjectTable`.
public typealias FileID = UInt32

/// Everything that listings showed, kept small: 48 bytes a file, whatever its path.
///
/// No path is ever stored whole. What is kept in memory,
/// - for each file, referenced or not: 32 bytes of name, length and time, 4 of its directory's
///   number, and 12 in the index by name. A lower-case UUID, as nearly every file of Flink's is
///   called, is packed into the 16 bytes of its name; the bytes of any other name lie in pages
///   beside the table, and the 16 bytes say where.
/// - for each directory: 56 bytes, its name in the pages, and 4 to 8 in an index by parent and name.
/// - for each snapshot: its directory here, and what `Snapshot` holds (about 1 KiB). Of its
///   references only what came of them: no list of references outlives the metadata being read.
///
/// Two names with one hash stay two: an index says where to look, and bytes decide. A UUID is found
/// in whatever directories it lies (`forEachFile`), since such a name protects every file that
/// bears it.
public struct ObjectTable: Sendable {
    struct Directory {
        var parent: DirectoryID
        /// Where its name lies in `names`.
        var name: UInt64
        var modified: Instant
        var identity: ObjectIdentity
        /// The listing did not show the directory itself, only something in it (object stores).
        var isImplied: Bool
    }

    struct File {
        private static let packed = UInt64(1) << 63

        /// The packed name; of any other, where it lies in `names`, and 0.
        private let words: (UInt64, UInt64)
        /// The length, and in the topmost bit whether the name is packed.
        private let sizeAndForm: UInt64
        let modified: Instant

        init(_ name: PackedName, size: Int64, modified: Instant) {
            words = (name.high, name.low)
            sizeAndForm = UInt64(max(0, size)) | Self.packed
            self.modified = modified
        }

        init(name: UInt64, size: Int64, modified: Instant) {
            words = (name, 0)
            sizeAndForm = UInt64(max(0, size))
            self.modified = modified
        }

        var size: Int64 { Int64(sizeAndForm & ~Self.packed) }

        /// The name where it is a lower-case UUID.
        var packedName: PackedName? {
            sizeAndForm & Self.packed == 0 ? nil : PackedName(high: words.0, low: words.1)
        }

        /// Where any other name lies in `names`.
        var plainName: UInt64 { words.0 }
    }

    /// The listed roots; directory number `n` is the root number `n`.
    public let roots: [StorageURL]

    let names: NameArena
    let directories: [Directory]
    private let files: Chunks<File>
    private let fileDirectories: Chunks<DirectoryID>
    /// What is neither file nor directory, by the directory it lies in: rare, and never followed.
    let specials: [DirectoryID: [ObjectName: ObjectKind]]
    /// The identities of metadata, by the directory they lie in, where the store has any.
    let metadataIdentities: [DirectoryID: ObjectIdentity]
    private let directorySlots: HashSlots
    private let fileIndex: FileIndex

    init(
        roots: [StorageURL],
        names: NameArena,
        directories: [Directory],
        directorySlots: HashSlots,
        files: Chunks<File>,
        fileDirectories: Chunks<DirectoryID>,
        specials: [DirectoryID: [ObjectName: ObjectKind]],
        metadataIdentities: [DirectoryID: ObjectIdentity]
    ) {
        self.roots = roots
        self.names = names
        self.directories = directories
        self.directorySlots = directorySlots
        self.files = files
        self.fileDirectories = fileDirectories
        self.specials = specials
        self.metadataIdentities = metadataIdentities
        fileIndex = FileIndex(count: files.count) { file in
            let record = files[Int(file)]
            if let name = record.packedName { return name.hash }
            return names.withName(record.plainName) {
                nameHash($0, seed: UInt64(fileDirectories[Int(file)]))
            }
        }
    }

    /// How many files the listings showed.
    public var fileCount: Int { files.count }

    /// How many directories the listings showed, the roots counted.
    public var directoryCount: Int { directories.count }

    /// The directory that a file lies in.
    public func directory(ofFile file: FileID) -> DirectoryID {
        fileDirectories[Int(file)]
    }

    func record(_ file: FileID) -> File { files[Int(file)] }

    /// Tells whether a file's name is a lower-case UUID, without making the name.
    public func isNamedByUUID(_ file: FileID) -> Bool {
        files[Int(file)].packedName != nil
    }

    /// Lends the bytes of a file's name.
    func withName<Result>(
        ofFile file: FileID,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let record = files[Int(file)]
        return record.packedName?.withBytes(body) ?? names.withName(record.plainName, body)
    }

    /// The directory with this name directly in another one.
    func subdirectory(
        of parent: DirectoryID,
        named name: UnsafeRawBufferPointer
    ) -> DirectoryID? {
        directorySlots.first(hash: nameHash(name, seed: UInt64(parent))) { position in
            let record = directories[Int(position)]
            return record.parent == parent
                && names.withName(record.name) { $0.hasSameBytes(as: name) }
        }
    }

    /// The file with this name directly in a directory.
    func file(in directory: DirectoryID, named name: UnsafeRawBufferPointer) -> FileID? {
        if let packed = PackedName(name) {
            return fileIndex.first(hash: packed.hash) { file in
                fileDirectories[Int(file)] == directory && files[Int(file)].packedName == packed
            }
        }
        return fileIndex.first(hash: nameHash(name, seed: UInt64(directory))) { file in
            let record = files[Int(file)]
            return fileDirectories[Int(file)] == directory && record.packedName == nil
                && names.withName(record.plainName) { $0.hasSameBytes(as: name) }
        }
    }

    /// Calls a closure with every file of a name, in whatever directory it lies.
    ///
    /// - Parameters:
    ///   - name: A lower-case UUID; for any other name nothing is called.
    ///   - body: Gets the files, in no particular order.
    public func forEachFile(named name: ObjectName, _ body: (FileID) -> Void) {
        guard let packed = name.bytes.withUnsafeBytes({ PackedName($0) }) else { return }
        forEachFile(named: packed, body)
    }

    /// Brings what is known of a hash into the caches; gives some of it, to be kept.
    func touch(hash: UInt64) -> UInt64 { fileIndex.first(hash: hash) }

    /// The file that may have a name of this hash, where there is only one.
    func onlyCandidate(hash: UInt64) -> FileID? { fileIndex.only(hash: hash) }

    func forEachFile(named packed: PackedName, _ body: (FileID) -> Void) {
        fileIndex.forEach(hash: packed.hash) { file in
            if files[Int(file)].packedName == packed { body(file) }
        }
    }
}
