// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
internal import SnapshotModel
internal import Storage

/// One entry: length and checksum of what follows, the key, the time that is believed, and what was read.
enum MemoryEntry {
    private static let frame = 12
    /// What stands between the name and what was read.
    private static let numbers = 6

    static func bytes(
        _ key: MetadataKey,
        _ believed: Instant,
        _ metadata: RememberedMetadata
    ) -> [UInt8] {
        let name = name(of: key.place)
        var body: [UInt8] = []
        append(UInt64(name.count), 4, to: &body)
        body += name
        for number in numbers(of: key) { append(number, 8, to: &body) }
        append(UInt64(bitPattern: believed.nanoseconds), 8, to: &body)
        return framed(body + metadata.encoded)
    }

    private static func framed(_ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(UInt64(body.count), 4, to: &bytes)
        append(checksum(body[...]), 8, to: &bytes)
        return bytes + body
    }

    /// What an entry says; nil where it is damaged, or of other metadata.
    static func metadata(_ bytes: [UInt8], of key: MetadataKey) -> RememberedMetadata? {
        guard var position = start(bytes), number(bytes[4...], 8) == checksum(bytes[frame...]),
            bytes[(frame + 4)..<position].elementsEqual(name(of: key.place))
        else { return nil }
        for expected in numbers(of: key) {
            guard number(bytes[position...], 8) == expected else { return nil }
            position += 8
        }
        return RememberedMetadata(bytes[(position + 8)...])
    }

    /// The time that is believed of metadata which an entry has word for word, where they have another.
    static func believedTime(
        _ bytes: [UInt8],
        of key: MetadataKey,
        _ metadata: RememberedMetadata
    ) -> Instant? {
        guard let start = start(bytes),
            number(bytes[start...], 8) == UInt64(bitPattern: key.length),
            let believed = number(bytes[(start + 8 * (numbers - 1))...], 8),
            believed != UInt64(bitPattern: key.modified.nanoseconds),
            number(bytes[4...], 8) == checksum(bytes[frame...]),
            RememberedMetadata(bytes[(start + 8 * numbers)...]) == metadata
        else { return nil }
        return Instant(nanoseconds: Int64(bitPattern: believed))
    }

    /// The same entry, with the time that it has as the one that is believed.
    static func believing(_ bytes: [UInt8]) -> [UInt8] {
        guard let start = start(bytes), number(bytes[4...], 8) == checksum(bytes[frame...]) else {
            return bytes
        }
        var body = Array(bytes[frame...])
        let modified = body[(start - frame + 8)..<(start - frame + 16)]
        let believed = start - frame + 8 * (numbers - 1)
        body.replaceSubrange(believed..<(believed + 8), with: Array(modified))
        return framed(body)
    }

    /// Where the numbers begin; nil where there is no room for them.
    private static func start(_ bytes: [UInt8]) -> Int? {
        guard bytes.count > frame + 4, let length = number(bytes[frame...], 4),
            bytes.count >= frame + 4 + Int(length) + 8 * numbers
        else { return nil }
        return frame + 4 + Int(length)
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
