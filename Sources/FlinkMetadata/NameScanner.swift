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
    /// - Parameter source: The bytes, from where it stands.
    /// - Returns: The distinct names, spelled as found.
    /// - Throws: `ByteSourceError` where the source fails; what was found by then is not enough.
    public static func scan<Source: ByteSource & ~Copyable>(
        _ source: inout Source
    ) throws(ByteSourceError) -> FoundNames {
        try scan(&source, bufferSize: 1 << 16)
    }

    /// Does the same with a buffer of a size that tests can choose.
    static func scan<Source: ByteSource & ~Copyable>(
        _ source: inout Source,
        bufferSize: Int
    ) throws(ByteSourceError) -> FoundNames {
        let size = max(bufferSize, 2 * NamePattern.longest)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        let patterns = NamePatterns()
        var names = FoundNames()
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
            for start in 0..<settled {
                names.take(patterns, bytes, at: start)
            }
            if count == 0 { return names }
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[settled..<limit]))
            limit -= settled
        }
    }
}

/// Names of Flink's files and directories that were found as text.
public struct FoundNames: Hashable, Sendable {
    /// UUIDs, 8-4-4-4-12 hexadecimal digits: names of state files.
    public private(set) var uuids: Set<ObjectName> = []
    /// Names of savepoint directories: `savepoint-<6 digits>-<12 digits>`.
    public private(set) var savepoints: Set<ObjectName> = []
    /// Paths of checkpoint directories: `<job id>/chk-<number>`.
    public private(set) var checkpoints: Set<ObjectName> = []

    /// Makes an empty collection.
    public init() {}

    /// All names in one set.
    public var all: Set<ObjectName> { uuids.union(savepoints).union(checkpoints) }

    /// Whether nothing was found.
    public var isEmpty: Bool { uuids.isEmpty && savepoints.isEmpty && checkpoints.isEmpty }

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
