// SPDX-License-Identifier: Apache-2.0

public import Discovery
internal import FlinkMetadata
internal import Foundation
internal import Glibc
internal import SnapshotModel
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

    /// Writes down what was read just now; it counts from the next run on.
    public func note(_ key: MetadataKey, _ metadata: RememberedMetadata) {
        guard isRecording else { return }
        let entry = MemoryEntry.bytes(key, metadata)
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
    /// - Parameter keeping: Tells whether what was read from a snapshot is to be remembered.
    /// - Throws: `StateError` where the file cannot be written; the old one stays then.
    func commit(keeping: (StorageURL) -> Bool) throws(StateError) {
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
            try DurableFile.write(bytes, to: output, path: temporary)
        }
        for (place, range) in places.sorted(by: { $0.key < $1.key })
        where noted[place] == nil && keeping(place) {
            try DurableFile.write(Array(kept[range]), to: output, path: temporary)
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

/// One entry: length and checksum of what follows, the key, and what was read.
private enum MemoryEntry {
    private static let frame = 12

    static func bytes(_ key: MetadataKey, _ metadata: RememberedMetadata) -> [UInt8] {
        let name = name(of: key.place)
        var body: [UInt8] = []
        append(UInt64(name.count), 4, to: &body)
        body += name
        for number in numbers(of: key) { append(number, 8, to: &body) }
        body += metadata.encoded
        var bytes: [UInt8] = []
        append(UInt64(body.count), 4, to: &bytes)
        append(checksum(body[...]), 8, to: &bytes)
        return bytes + body
    }

    /// What an entry says; nil where it is damaged, or of other metadata.
    static func metadata(_ bytes: [UInt8], of key: MetadataKey) -> RememberedMetadata? {
        guard bytes.count > frame, number(bytes[4...], 8) == checksum(bytes[frame...]),
            let length = number(bytes[frame...], 4)
        else { return nil }
        var position = frame + 4 + Int(length)
        guard position <= bytes.count,
            bytes[(frame + 4)..<position].elementsEqual(name(of: key.place))
        else { return nil }
        for expected in numbers(of: key) {
            guard number(bytes[position...], 8) == expected else { return nil }
            position += 8
        }
        return RememberedMetadata(bytes[position...])
    }

    /// Where each entry lies, by its place.
    static func index(_ file: Data, after header: [UInt8]) -> [StorageURL: Range<Int>] {
        guard file.starts(with: header) else { return [:] }
        var places: [StorageURL: Range<Int>] = [:]
        var position = header.count
        while position + frame + 4 <= file.count {
            let start = Array(file[position..<(position + frame + 4)])
            guard let length = number(start[...], 4), let name = number(start[frame...], 4),
                length >= 4, name <= length - 4, Int(length) <= file.count - position - frame
            else { break }
            let end = position + frame + Int(length)
            let text = Array(file[(position + frame + 4)..<(position + frame + 4 + Int(name))])
            if let place = place(text) { places[place] = position..<end }
            position = end
        }
        return places
    }

    // MARK: Keys

    /// Scheme, authority and path, with zero bytes between them.
    private static func name(of place: StorageURL) -> [UInt8] {
        Array((place.scheme ?? "").utf8) + [0] + Array(place.authority.utf8) + [0]
            + place.path.bytes
    }

    private static func place(_ name: [UInt8]) -> StorageURL? {
        let parts = name.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, let scheme = String(validating: parts[0], as: UTF8.self),
            let authority = String(validating: parts[1], as: UTF8.self)
        else { return nil }
        return StorageURL(
            scheme: scheme.isEmpty ? nil : scheme,
            authority: authority,
            path: ObjectName(parts[2])
        )
    }

    private static func numbers(of key: MetadataKey) -> [UInt64] {
        [
            UInt64(bitPattern: key.length), UInt64(bitPattern: key.modified.nanoseconds),
            key.identity.device, key.identity.inode,
            UInt64(bitPattern: key.identity.changed.nanoseconds),
        ]
    }

    // MARK: Bytes

    private static func append(_ value: UInt64, _ width: Int, to bytes: inout [UInt8]) {
        for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ width: Int) -> UInt64? {
        guard bytes.count >= width else { return nil }
        return bytes.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }

    /// FNV-1a with 64 bits: it detects damage, not malice.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
