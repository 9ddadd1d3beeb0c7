// SPDX-License-Identifier: Apache-2.0

public import Discovery
internal import FlinkMetadata
internal import Foundation
internal import Glibc
public import SnapshotModel
internal import Storage
internal import Synchronization

/// What was read from metadata, kept in the state directory from one run to the next.
///
/// The file is a line of text and entries one behind the other. The line says in which format the
/// entries are, and which revision of the reader found what they hold; a file of others is no memory,
/// and the next commit begins it anew. It is mapped, and of each entry only where it lies is held in
/// memory. An entry whose checksum does not fit is not there; what stands behind a length that cannot
/// be is not there either.
public final class MetadataMemoryFile: MetadataMemory {
    private struct Pending {
        var file: Int32 = -1
        var length = 0
        var places: [StorageURL: Range<Int>] = [:]
    }

    private let path: String
    private let kept: Data
    private let places: [StorageURL: Range<Int>]
    private let isRecording: Bool
    private let pending = Mutex(Pending())

    private let header: [UInt8]

    /// Opens the memory; whatever is wrong with it, it is an empty one then.
    ///
    /// - Parameters:
    ///   - state: The state directory.
    ///   - isRecording: Whether what is read is to be remembered: runs do, plans do not.
    public convenience init(_ state: StateDirectory, isRecording: Bool) {
        self.init(state, isRecording: isRecording, revision: MetadataReader.revision)
    }

    /// Opens the memory of one revision of the reader.
    init(_ state: StateDirectory, isRecording: Bool, revision: Int) {
        path = state.metadataFile
        self.isRecording = isRecording
        header = Array(
            "janitor metadata \(RememberedMetadata.format), reader \(revision)\n".utf8
        )
        kept = (try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped)) ?? Data()
        places = MemoryEntry.index(kept, after: header)
    }

    deinit {
        let file = pending.withLock { $0.file }
        guard file >= 0 else { return }
        close(file)
        unlink("\(path).part")
    }

    /// How many snapshots are remembered.
    public var count: Int { places.count }

    /// What was read from these very metadata.
    ///
    /// What went to the trash since is known from where it was.
    public func recall(_ key: MetadataKey) -> RememberedMetadata? {
        if let known = remembered(key) { return known }
        guard let home = key.place.beforeTheTrash else { return nil }
        let earlier = MetadataKey(
            place: home,
            length: key.length,
            modified: key.modified,
            identity: key.identity
        )
        guard key.identity != .none, let known = remembered(earlier) else { return nil }
        note(key, known)
        return known
    }

    private func remembered(_ key: MetadataKey) -> RememberedMetadata? {
        places[key.place].flatMap { MemoryEntry.metadata(Array(kept[$0]), of: key) }
    }

    /// When equal metadata at the same place were written, as the run that first read them saw it.
    ///
    /// Only an approved plan makes another time the one that is believed.
    public func timeBefore(_ key: MetadataKey, _ metadata: RememberedMetadata) -> Instant? {
        guard let range = places[key.place] else { return nil }
        return MemoryEntry.believedTime(Array(kept[range]), of: key, metadata)
    }

    /// Writes down what was read just now; it counts from the next run on.
    public func note(_ key: MetadataKey, _ metadata: RememberedMetadata) {
        guard isRecording else { return }
        let believed = timeBefore(key, metadata) ?? key.modified
        let entry = MemoryEntry.bytes(key, believed, metadata)
        pending.withLock { pending in
            if pending.file < 0 {
                let flags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC
                pending.file = open("\(path).part", flags, 0o644)
            }
            // A memory that cannot be written is not worth a failure.
            guard pending.file >= 0,
                (try? DurableFile.write(entry, to: pending.file, path: path)) != nil
            else { return }
            pending.places[key.place] = pending.length..<(pending.length + entry.count)
            pending.length += entry.count
        }
    }

    /// Puts what was noted, and what of the old is to be kept, into one new file.
    ///
    /// - Parameters:
    ///   - keeping: Tells whether what was read from a snapshot is to be remembered.
    ///   - believing: Tells whether the time that a snapshot has now is believed from now on.
    /// - Throws: `StateError` where the file cannot be written; the old one stays then.
    func commit(
        keeping: (StorageURL) -> Bool,
        believing: (StorageURL) -> Bool = { _ in false }
    ) throws(StateError) {
        let (file, noted) = pending.withLock { ($0.file, $0.places) }
        let temporary = "\(path).new"
        let output = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw StateError("write", temporary, errno) }
        defer { close(output) }
        try DurableFile.write(header, to: output, path: temporary)
        for (place, range) in noted.sorted(by: { $0.key < $1.key }) where keeping(place) {
            var bytes = [UInt8](repeating: 0, count: range.count)
            let count = pread(file, &bytes, bytes.count, off_t(range.lowerBound))
            guard count == bytes.count else { continue }
            if believing(place) { bytes = MemoryEntry.believing(bytes) }
            try DurableFile.write(bytes, to: output, path: temporary)
        }
        for (place, range) in places.sorted(by: { $0.key < $1.key })
        where noted[place] == nil && keeping(place) {
            var bytes = Array(kept[range])
            if believing(place) { bytes = MemoryEntry.believing(bytes) }
            try DurableFile.write(bytes, to: output, path: temporary)
        }
        guard fsync(output) == 0, rename(temporary, path) == 0 else {
            throw StateError("write", path, errno)
        }
        try DurableFile.syncDirectory(of: path)
    }
}

extension StorageURL {
    /// Where something in a trash was before; nil for a place that is none in a trash.
    fileprivate var beforeTheTrash: StorageURL? {
        let parts = path.components
        guard let trash = parts.firstIndex(of: FlinkNames.trash), parts.count > trash + 2 else {
            return nil
        }
        let way = parts[..<trash] + parts[(trash + 2)...]
        return StorageURL(
            scheme: scheme,
            authority: authority,
            path: ObjectName(way.flatMap { [UInt8(ascii: "/")] + $0.bytes })
        )
    }
}
