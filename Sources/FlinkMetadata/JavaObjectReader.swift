// SPDX-License-Identifier: Apache-2.0

/// Reads one object of a Java serialisation stream, as far as `CheckpointProperties` needs it.
///
/// Bounded in depth, in length and in the number of things that can be referred back to.
///
/// Source: Java Object Serialization Specification, chapter 6 (stream grammar).
struct JavaObjectReader {
    private static let depthLimit = 16
    private static let handleLimit = 256
    private static let lengthLimit: Int64 = 1 << 16

    /// Where the stream begins in the file.
    private let start: Int64
    /// What was read so far and has a number, by that number.
    private var handles: [JavaHandle] = []

    init(startingAt start: Int64) {
        self.start = start
        handles.reserveCapacity(16)
    }

    mutating func readStream(_ cursor: inout ByteCursor) throws(MetadataError) -> JavaValue {
        let magic = try cursor.readUInt16()
        let version = try cursor.readUInt16()
        guard magic == 0xACED, version == 5 else {
            throw Self.malformed("no Java object stream", cursor)
        }
        return try readValue(&cursor, depth: 0)
    }

    /// Reads an object, a string, an enum constant, a back reference or null.
    private mutating func readValue(
        _ cursor: inout ByteCursor,
        depth: Int
    ) throws(MetadataError) -> JavaValue {
        guard depth < Self.depthLimit else {
            throw Self.malformed("objects are nested too deeply", cursor)
        }
        switch try cursor.readUInt8() {
        case 0x70:
            return .null
        case 0x71:
            guard case .value(let value) = try readBackReference(&cursor) else {
                throw Self.malformed("reference to a class where an object must be", cursor)
            }
            return value
        case 0x73:
            return try readObject(&cursor, depth: depth)
        case 0x74:
            let text = try cursor.readString()
            let handle = try reserveHandle(cursor)
            return settle(.string(text), at: handle)
        case 0x7E:
            guard try readClass(&cursor, depth: depth) != nil else {
                throw Self.malformed("enum without class", cursor)
            }
            let handle = try reserveHandle(cursor)
            guard case .string(let name) = try readValue(&cursor, depth: depth + 1) else {
                throw Self.malformed("enum constant without name", cursor)
            }
            return settle(.constant(name), at: handle)
        case let tag:
            throw Self.malformed("unknown element \(tag)", cursor)
        }
    }

    private mutating func readObject(
        _ cursor: inout ByteCursor,
        depth: Int
    ) throws(MetadataError) -> JavaValue {
        guard let first = try readClass(&cursor, depth: depth) else {
            throw Self.malformed("object without class", cursor)
        }
        let handle = try reserveHandle(cursor)
        var chain = [first]
        while let parent = chain[chain.count - 1].parent {
            guard chain.count < Self.depthLimit, case .type(let type) = handles[parent] else {
                throw Self.malformed("endless chain of classes", cursor)
            }
            chain.append(type)
        }
        var object = JavaObject(className: first.name)
        object.fields.reserveCapacity(min(first.fields.count, 16))
        for type in chain.reversed() {
            for field in type.fields {
                let value = try readField(field.code, &cursor, depth: depth)
                object.fields.append((name: field.name, value: value))
            }
            // A class with a writing method of its own ends its data with a mark.
            if type.flags & 1 != 0, try cursor.readUInt8() != 0x78 {
                throw Self.malformed("custom data in an object", cursor)
            }
        }
        return settle(.object(object), at: handle)
    }

    private mutating func readField(
        _ code: UInt8,
        _ cursor: inout ByteCursor,
        depth: Int
    ) throws(MetadataError) -> JavaValue {
        try checkLength(cursor)
        switch code {
        case UInt8(ascii: "Z"): return .boolean(try cursor.readUInt8() != 0)
        case UInt8(ascii: "I"): return .number(Int64(try cursor.readInt32()))
        case UInt8(ascii: "J"): return .number(try cursor.readInt64())
        case UInt8(ascii: "L"): return try readValue(&cursor, depth: depth + 1)
        default: throw Self.malformed("field of an unexpected type", cursor)
        }
    }

    /// Reads a class description; nil where it is null.
    private mutating func readClass(
        _ cursor: inout ByteCursor,
        depth: Int
    ) throws(MetadataError) -> JavaType? {
        guard depth < Self.depthLimit else {
            throw Self.malformed("classes are nested too deeply", cursor)
        }
        switch try cursor.readUInt8() {
        case 0x70:
            return nil
        case 0x71:
            guard case .type(let type) = try readBackReference(&cursor) else {
                throw Self.malformed("reference to an object where a class must be", cursor)
            }
            return type
        case 0x72:
            return try readNewClass(&cursor, depth: depth)
        case let tag:
            throw Self.malformed("unknown class description \(tag)", cursor)
        }
    }

    private mutating func readNewClass(
        _ cursor: inout ByteCursor,
        depth: Int
    ) throws(MetadataError) -> JavaType {
        let name = try cursor.readString()
        try cursor.skip(8)
        let handle = try reserveHandle(cursor)
        var type = JavaType(name: name, handle: handle, flags: try cursor.readUInt8())
        let count = Int(try cursor.readUInt16())
        type.fields.reserveCapacity(min(count, 16))
        for _ in 0..<count {
            try checkLength(cursor)
            let code = try cursor.readUInt8()
            let field = try cursor.readString()
            if code == UInt8(ascii: "L") || code == UInt8(ascii: "[") {
                guard case .string = try readValue(&cursor, depth: depth + 1) else {
                    throw Self.malformed("field without type", cursor)
                }
            }
            type.fields.append((name: field, code: code))
        }
        guard try cursor.readUInt8() == 0x78 else {
            throw Self.malformed("annotated class", cursor)
        }
        type.parent = try readClass(&cursor, depth: depth + 1)?.handle
        handles[handle] = .type(type)
        return type
    }

    private mutating func readBackReference(
        _ cursor: inout ByteCursor
    ) throws(MetadataError) -> JavaHandle {
        let index = Int(try cursor.readInt32()) - 0x7E_0000
        guard handles.indices.contains(index) else {
            throw Self.malformed("reference to nothing", cursor)
        }
        return handles[index]
    }

    private mutating func reserveHandle(_ cursor: borrowing ByteCursor) throws(MetadataError) -> Int
    {
        guard handles.count < Self.handleLimit else {
            throw Self.malformed("too many objects", cursor)
        }
        try checkLength(cursor)
        handles.append(.value(.null))
        return handles.count - 1
    }

    private mutating func settle(
        _ value: JavaValue,
        at handle: Int
    ) -> JavaValue {
        handles[handle] = .value(value)
        return value
    }

    private func checkLength(_ cursor: borrowing ByteCursor) throws(MetadataError) {
        guard cursor.offset - start <= Self.lengthLimit else {
            throw Self.malformed("too long", cursor)
        }
    }

    private static func malformed(
        _ what: String,
        _ cursor: borrowing ByteCursor
    ) -> MetadataError {
        cursor.error(.malformedProperties(what))
    }
}
