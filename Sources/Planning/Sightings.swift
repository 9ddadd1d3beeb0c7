// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Foundation
public import SnapshotModel

/// What earlier runs found unreferenced, as one run writes it down for the next.
///
/// A file of records in the order of `LooseObjectWalk`, gone through beside the walk: neither is
/// ever held whole. Of each unreferenced file it keeps the place (without what it has in common with
/// the record before), length, time, when a run first found it unreferenced, and how many did:
/// about 60 bytes. Nothing is kept of a file that is needed. Lost or damaged it lets nothing go.
public struct Sightings: Hashable, Sendable {
    /// The records, as `SightingWriter` gave them.
    public let records: Data

    /// Takes records that were written earlier.
    ///
    /// - Parameter records: What `SightingWriter` gave, whole.
    public init(records: Data = Data()) {
        self.records = records
    }
}

/// One thing that a run found unreferenced.
public struct Sighting: Hashable, Sendable {
    /// Its length in bytes.
    public var size: Int64
    /// Its modification time.
    public var modified: Instant
    /// The first run that found it unreferenced.
    public var firstSeen: Instant
    /// How many runs did.
    public var count: Int

    /// Makes a sighting of its parts.
    public init(size: Int64, modified: Instant, firstSeen: Instant, count: Int) {
        self.size = size
        self.modified = modified
        self.firstSeen = firstSeen
        self.count = count
    }
}

/// What a record is found by: the place of a directory, and a name in it.
struct SightingKey: Hashable {
    /// Bytes of the directory's place, as `StorageURL.orderedBytes` has them.
    var directory: [UInt8]
    /// The base name; empty for the directory itself.
    var name: [UInt8]

    init(directory: [UInt8], name: [UInt8]) {
        self.directory = directory
        self.name = name
    }

    /// Directory, a slash, name.
    init(_ bytes: [UInt8]) {
        let slash = bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
        directory = Array(bytes[..<slash])
        name = Array(bytes.dropFirst(slash + 1))
    }

    var bytes: [UInt8] { directory + [UInt8(ascii: "/")] + name }

    /// The place; nil where the bytes are none.
    var place: StorageURL? { StorageURL(parsing: ObjectName(name.isEmpty ? directory : bytes)) }

    static func < (left: SightingKey, right: SightingKey) -> Bool {
        let order = PathOrder.compare(left.directory[...], right.directory[...])
        return order == 0 ? ObjectName(left.name) < ObjectName(right.name) : order < 0
    }
}

/// Goes through records in their order.
struct SightingCursor {
    private let records: Data
    private var offset: Data.Index
    private var last: [UInt8] = []
    /// The record that it stands at; nil at the end.
    private(set) var current: (key: SightingKey, sighting: Sighting)?

    init(_ sightings: Sightings) {
        records = sightings.records
        offset = records.startIndex
        current = next()
    }

    /// Moves on to a key.
    ///
    /// - Parameters:
    ///   - key: Not before any that was asked for earlier.
    ///   - passed: Gets every record before it.
    /// - Returns: The record of that key; the cursor then stands behind it.
    mutating func advance(
        to key: SightingKey,
        passed: (SightingKey, Sighting) -> Void = { _, _ in }
    ) -> Sighting? {
        while let (found, sighting) = current {
            if key < found { return nil }
            current = next()
            if found == key { return sighting }
            passed(found, sighting)
        }
        return nil
    }

    /// Moves to the end.
    mutating func finish(passed: (SightingKey, Sighting) -> Void) {
        while let (key, sighting) = current {
            passed(key, sighting)
            current = next()
        }
    }

    /// The next record; nil at the end, and where the rest is no record.
    private mutating func next() -> (SightingKey, Sighting)? {
        guard let shared = number(), let added = number(), shared <= last.count,
            added <= UInt64(records.endIndex - offset)
        else { return nil }
        let end = offset + Int(added)
        last = Array(last.prefix(Int(shared))) + records[offset..<end]
        offset = end
        guard let size = number(), let modified = number(), let seen = number(),
            let count = number()
        else { return nil }
        let sighting = Sighting(
            size: Int64(bitPattern: size),
            modified: Instant(nanoseconds: Int64(bitPattern: modified)),
            firstSeen: Instant(nanoseconds: Int64(bitPattern: seen)),
            count: Int(clamping: count)
        )
        return (SightingKey(last), sighting)
    }

    private mutating func number() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard offset < records.endIndex else { return nil }
            let byte = records[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}

/// Writes records in their order.
struct SightingWriter {
    private let take: (UnsafeRawBufferPointer) -> Void
    private var buffer: [UInt8] = []
    private var last: [UInt8] = []

    /// Makes a writer.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    init(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        self.take = take
    }

    mutating func add(_ key: SightingKey, _ sighting: Sighting) {
        let bytes = key.bytes
        var shared = 0
        let most = min(bytes.count, last.count)
        while shared < most, bytes[shared] == last[shared] { shared += 1 }
        add(UInt64(shared))
        add(UInt64(bytes.count - shared))
        buffer += bytes[shared...]
        add(UInt64(bitPattern: sighting.size))
        add(UInt64(bitPattern: sighting.modified.nanoseconds))
        add(UInt64(bitPattern: sighting.firstSeen.nanoseconds))
        add(UInt64(clamping: sighting.count))
        last = bytes
        if buffer.count >= 1 << 16 { finish() }
    }

    /// Hands on what is left.
    mutating func finish() {
        buffer.withUnsafeBytes(take)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            buffer.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.append(UInt8(rest))
    }
}
