// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Finds names of Flink's files and directories in bytes that cannot be read otherwise.
///
/// Serves for unreadable metadata and for pointer files of high availability: a name that is
/// found as text protects what bears it. Finds too much rather than too little: a name counts
/// wherever it stands, even within a longer word. Constant memory apart from the result.
///
/// Source: names of state files are `UUID.randomUUID()` (`FsCheckpointStreamFactory`); those of
/// snapshot directories are from `AbstractFsCheckpointStorageAccess` and
/// `FsCheckpointStorageAccess` (Flink 2.3).
public enum NameScanner {
    /// Reads a source to its end and gathers the names.
    ///
    /// - Parameters:
    ///   - source: The bytes, from where it stands.
    ///   - directories: Names of directories of snapshots that are looked for besides: those that a
    ///     user gave, which no pattern tells.
    /// - Returns: The distinct names, spelled as found.
    /// - Throws: `ByteSourceError` where the source fails; what was found by then is not enough.
    public static func scan<Source: ByteSource & ~Copyable>(
        _ source: inout Source,
        lookingFor directories: Set<ObjectName> = []
    ) throws(ByteSourceError) -> FoundNames {
        try scan(&source, lookingFor: directories, bufferSize: 1 << 16)
    }

    /// Does the same with a buffer of a size that tests can choose.
    static func scan<Source: ByteSource & ~Copyable>(
        _ source: inout Source,
        lookingFor directories: Set<ObjectName> = [],
        bufferSize: Int
    ) throws(ByteSourceError) -> FoundNames {
        let patterns = NamePatterns()
        var names = FoundNames()
        var paths = PathNames(lookingFor: directories)
        try walk(&source, bufferSize: bufferSize) { bytes, start in
            names.take(patterns, bytes, at: start)
            paths.take(patterns, bytes, at: start, into: &names)
        }
        paths.end(patterns, into: &names)
        return names
    }

    /// Reads a source to its end and looks for some names only, those of files.
    ///
    /// - Parameters:
    ///   - names: UUIDs in lower case.
    ///   - source: The bytes, from where it stands.
    /// - Returns: Those of the names that stand in it.
    /// - Throws: `ByteSourceError` where the source fails; what was found by then is not enough.
    public static func find<Source: ByteSource & ~Copyable>(
        _ names: Set<ObjectName>,
        in source: inout Source
    ) throws(ByteSourceError) -> FoundFiles {
        try find(names, in: &source, bufferSize: 1 << 16)
    }

    /// Does the same with a buffer of a size that tests can choose.
    static func find<Source: ByteSource & ~Copyable>(
        _ names: Set<ObjectName>,
        in source: inout Source,
        bufferSize: Int
    ) throws(ByteSourceError) -> FoundFiles {
        let patterns = NamePatterns()
        var found = FoundFiles()
        try walk(&source, bufferSize: bufferSize) { bytes, start in
            if let name = patterns.uuid.match(bytes, at: start), names.contains(name.lowercased) {
                found.names.insert(name.lowercased)
            }
            if patterns.snappy.match(bytes, at: start) != nil { found.isCompressed = true }
        }
        return found
    }

    /// Calls a closure with every position of a source, and with bytes in which no name that begins
    /// there is cut off.
    private static func walk<Source: ByteSource & ~Copyable>(
        _ source: inout Source,
        bufferSize: Int,
        _ visit: (UnsafeRawBufferPointer, Int) -> Void
    ) throws(ByteSourceError) {
        let size = max(bufferSize, 2 * NamePattern.longest)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var limit = 0
        while true {
            let free = UnsafeMutableRawBufferPointer(rebasing: buffer[limit...])
            let count = try source.read(into: free)
            guard (0...free.count).contains(count) else {
                throw ByteSourceError("the store gave an impossible byte count")
            }
            limit += count
            // A name that the buffer may cut off is looked at again with what follows.
            let settled = count == 0 ? limit : max(0, limit - NamePattern.longest)
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<limit])
            for start in 0..<settled { visit(bytes, start) }
            if count == 0 { return }
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[settled..<limit]))
            limit -= settled
        }
    }
}

/// Which of some names were found as text.
public struct FoundFiles: Hashable, Sendable {
    /// The names, in lower case.
    public internal(set) var names: Set<ObjectName> = []
    /// Whether a part of the bytes is compressed: names may stand in it and not be found.
    ///
    /// Source: `SnappyStreamCompressionDecorator` (Flink 2.3); a stream of framed Snappy begins with
    /// a chunk that says `sNaPpY`.
    public internal(set) var isCompressed = false

    /// Makes an empty collection.
    public init() {}
}

/// Names of Flink's files and directories that were found as text.
public struct FoundNames: Hashable, Sendable {
    /// UUIDs, 8-4-4-4-12 hexadecimal digits: names of state files.
    public internal(set) var uuids: Set<ObjectName> = []
    /// Names of savepoint directories: `savepoint-<6 digits>-<12 digits>`.
    public internal(set) var savepoints: Set<ObjectName> = []
    /// Ends of paths of checkpoint directories: `<job id>/chk-<number>`, and the same in a directory
    /// of any other name.
    public internal(set) var checkpoints: Set<ObjectName> = []
    /// Of the names that were looked for those that stand where the directory of a snapshot does.
    public internal(set) var directories: Set<ObjectName> = []

    /// Makes an empty collection.
    public init() {}

    /// All names in one set.
    public var all: Set<ObjectName> {
        uuids.union(savepoints).union(checkpoints).union(directories)
    }

    /// Whether nothing was found.
    public var isEmpty: Bool { all.isEmpty }

    /// Adds what begins at a position.
    fileprivate mutating func take(
        _ patterns: borrowing NamePatterns,
        _ bytes: UnsafeRawBufferPointer,
        at start: Int
    ) {
        if let name = patterns.uuid.match(bytes, at: start) { uuids.insert(name) }
        if let name = patterns.savepoint.match(bytes, at: start) { savepoints.insert(name) }
        if let name = patterns.checkpoint.match(bytes, at: start) { checkpoints.insert(name) }
    }
}

extension ObjectName {
    /// The name with ASCII letters in lower case.
    fileprivate var lowercased: ObjectName {
        ObjectName(bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    }
}
