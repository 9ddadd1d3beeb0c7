// SPDX-License-Identifier: Apache-2.0

/// The bytes of a name or key, exactly as the store has them.
///
/// Not a `String`: names on local disks need not be UTF-8, and two names that are canonically
/// equal Unicode are two different files. Ordered by unsigned bytes, as `LC_ALL=C sort` does.
public struct ObjectName: Hashable, Sendable {
    /// The bytes, never with a terminating zero.
    public let bytes: [UInt8]

    /// Makes a name of these bytes.
    public init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Makes a name of the UTF-8 of a text.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Tells whether the bytes are well-formed UTF-8.
    public var isUTF8: Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// The parts between slashes, empty ones left out.
    public var components: [ObjectName] {
        bytes.split(separator: UInt8(ascii: "/")).map { ObjectName($0) }
    }

    /// The last part of a path, or the whole where it has no slash.
    public var last: ObjectName {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return ObjectName(bytes[(slash + 1)...])
    }

    /// A path with one more component.
    public func appending(_ component: ObjectName) -> ObjectName {
        bytes.isEmpty ? component : ObjectName(bytes + [UInt8(ascii: "/")] + component.bytes)
    }
}

// MARK: - Comparable

extension ObjectName: Comparable {
    /// Tells whether a name comes before another, byte by byte.
    public static func < (left: ObjectName, right: ObjectName) -> Bool {
        left.bytes.withUnsafeBytes { left in
            right.bytes.withUnsafeBytes { right in
                let shared = min(left.count, right.count)
                var index = 0
                // Eight bytes at a time: the keys of one store begin alike.
                while index + 8 <= shared {
                    let first = left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    let second = right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    if first != second { return first.bigEndian < second.bigEndian }
                    index += 8
                }
                while index < shared {
                    if left[index] != right[index] { return left[index] < right[index] }
                    index += 1
                }
                return left.count < right.count
            }
        }
    }
}

// MARK: - ExpressibleByStringLiteral, CustomStringConvertible

extension ObjectName: ExpressibleByStringLiteral, CustomStringConvertible {
    /// Makes a name of a literal.
    public init(stringLiteral text: String) {
        self.init(text)
    }

    /// The name as text for people and for JSON; bytes that are not UTF-8 become `\xHH`.
    ///
    /// Where `isUTF8` is false the text is for reading only, and the bytes are given beside it.
    public var description: String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            let width = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
            if let scalar = String(validating: rest.prefix(width), as: UTF8.self) {
                text += scalar
                rest = rest.dropFirst(width)
            } else {
                let digits = String(first, radix: 16, uppercase: true)
                text += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
                rest = rest.dropFirst()
            }
        }
        return text
    }
}
