// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import SnapshotModel

/// The form in which read metadata are kept: small, and read back without a tree.
///
/// Numbers are LEB128. Paths are a directory, each written once, and a base name; a UUID, which almost
/// every base name is, takes 16 bytes.
extension RememberedMetadata {
    /// Raised whenever these bytes mean something else; what the reader finds has a number of its own.
    public static let format = 2

    /// The bytes.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.number(UInt64(bitPattern: checkpointID))
        writer.number(suggestedKind.map { $0 == .savepoint ? 1 : 2 } ?? 0)
        writer.number(UInt64(operators.count))
        for id in operators {
            writer.number(id.first)
            writer.number(id.last)
        }
        let references = self.references
        var directories: [ObjectName: UInt64] = [:]
        var order: [(text: ObjectName, isRelative: Bool)] = []
        let split = references.map { reference -> (directory: UInt64, name: ArraySlice<UInt8>) in
            let written = reference.path.written.bytes
            let end = written.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
            // Relative and absolute ones are two: `a/` relative is not `a/` absolute.
            let isRelative = reference.path.isRelative
            let text = ObjectName(written[..<end])
            let key = ObjectName([isRelative ? 1 : 0] + text.bytes)
            let number = directories[key] ?? UInt64(order.count)
            if directories[key] == nil {
                directories[key] = number
                order.append((text, isRelative))
            }
            return (number, written[end...])
        }
        writer.number(UInt64(order.count))
        for directory in order {
            writer.byte(directory.isRelative ? 1 : 0)
            writer.text(directory.text.bytes[...])
        }
        writer.number(UInt64(references.count))
        for (reference, place) in zip(references, split) {
            writer.reference(reference.demand, directory: place.directory, name: place.name)
        }
        writer.number(UInt64(pinnedDirectories.count))
        for path in pinnedDirectories {
            writer.byte(path.isRelative ? 1 : 0)
            writer.text(path.written.bytes[...])
        }
        return writer.bytes
    }

    /// Reads what `encoded` gives; nil where it is anything else.
    public init?(_ bytes: some RandomAccessCollection<UInt8>) {
        var reader = ByteReader(Array(bytes))
        guard let checkpoint = reader.number(), let kind = reader.number(), kind < 3,
            let operators = reader.list({ reader -> OperatorID? in
                guard let first = reader.number(), let last = reader.number() else { return nil }
                return OperatorID(first: first, last: last)
            }),
            let directories = reader.list({ reader -> (relative: Bool, text: [UInt8])? in
                guard let relative = reader.byte(), relative < 2, let text = reader.text() else {
                    return nil
                }
                return (relative == 1, text)
            }),
            let references = reader.list({ $0.reference(directories) }),
            let pinned = reader.list({ reader -> ReferencePath? in
                guard let relative = reader.byte(), relative < 2, let text = reader.text() else {
                    return nil
                }
                return ReferencePath(utf8: text, isRelative: relative == 1)
            }),
            reader.isAtEnd
        else { return nil }
        self.init(
            checkpointID: Int64(bitPattern: checkpoint),
            suggestedKind: kind == 0 ? nil : kind == 1 ? .savepoint : .checkpoint,
            operators: operators,
            references: references,
            pinnedDirectories: pinned
        )
    }
}

/// Puts numbers and texts one behind the other.
private struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func text(_ text: ArraySlice<UInt8>) {
        number(UInt64(text.count))
        bytes += text
    }

    mutating func reference(
        _ demand: LengthDemand,
        directory: UInt64,
        name: ArraySlice<UInt8>
    ) {
        let packed = UUIDBytes.packed(name)
        let form: UInt8 = packed == nil ? 4 : 0
        number(directory)
        switch demand {
        case .exactly(let length):
            byte(form)
            number(UInt64(bitPattern: length))
        case .atLeast(let length):
            byte(form | 1)
            number(UInt64(bitPattern: length))
        case .exists: byte(form | 2)
        }
        if let packed { bytes += packed } else { text(name) }
    }
}

/// Takes numbers and texts off the front; nil where there are none.
private struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        position += 1
        return bytes[position - 1]
    }

    mutating func number() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let next = byte() else { return nil }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
        }
        return nil
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.count - position else { return nil }
        position += count
        return bytes[(position - count)..<position]
    }

    mutating func text() -> [UInt8]? {
        guard let count = number(), count <= UInt64(bytes.count) else { return nil }
        return take(Int(count)).map { Array($0) }
    }

    mutating func list<Item>(_ item: (inout ByteReader) -> Item?) -> [Item]? {
        guard let count = number(), count <= UInt64(bytes.count) else { return nil }
        var items: [Item] = []
        items.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let next = item(&self) else { return nil }
            items.append(next)
        }
        return items
    }

    mutating func reference(
        _ directories: [(relative: Bool, text: [UInt8])]
    ) -> RememberedMetadata.Reference? {
        guard let directory = number(), directory < UInt64(directories.count), let form = byte(),
            form < 8, form & 3 < 3
        else { return nil }
        let demand: LengthDemand
        if form & 3 == 2 {
            demand = .exists
        } else {
            guard let length = number().map({ Int64(bitPattern: $0) }) else { return nil }
            demand = form & 3 == 0 ? .exactly(length) : .atLeast(length)
        }
        let name = form & 4 == 0 ? take(16).map { UUIDBytes.unpacked($0) } : text()
        let holder = directories[Int(directory)]
        guard let name,
            let path = ReferencePath(utf8: holder.text + name, isRelative: holder.relative)
        else { return nil }
        return RememberedMetadata.Reference(path: path, demand: demand)
    }
}

/// A UUID's 36 characters as 16 bytes.
private enum UUIDBytes {
    private static let dashes = [8, 13, 18, 23]

    /// The 16 bytes; nil for anything but lower-case digits with dashes in their places.
    static func packed(_ name: ArraySlice<UInt8>) -> [UInt8]? {
        guard name.count == 36, FlinkNames.isUUID(ObjectName(name)) else { return nil }
        let digits = name.filter { $0 != UInt8(ascii: "-") }
        return stride(from: 0, to: 32, by: 2).map { index in
            value(digits[digits.startIndex + index]) << 4
                | value(digits[digits.startIndex + index + 1])
        }
    }

    static func unpacked(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for byte in bytes {
            if dashes.contains(text.count) { text.append(UInt8(ascii: "-")) }
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return text
    }

    private static func value(_ digit: UInt8) -> UInt8 {
        digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
