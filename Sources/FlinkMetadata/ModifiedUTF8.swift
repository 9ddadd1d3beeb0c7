// SPDX-License-Identifier: Apache-2.0

/// Java's modified UTF-8, the encoding of every text in metadata.
///
/// Source: `java.io.DataInput.readUTF`: UTF-16 code units of one to three bytes each; U+0000 may
/// be two bytes; characters above U+FFFF are two surrogates. Longer than needed forms are read.
enum ModifiedUTF8 {
    /// The same text in UTF-8; an unpaired surrogate stays as its three bytes.
    ///
    /// Nil where Java would refuse the bytes.
    static func utf8(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard let (unit, width) = codeUnit(bytes, at: index) else { return nil }
            index += width
            if (0xD800..<0xDC00).contains(unit),
                let (low, lowWidth) = codeUnit(bytes, at: index),
                (0xDC00..<0xE000).contains(low)
            {
                index += lowWidth
                append(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), to: &result)
            } else {
                append(unit, to: &result)
            }
        }
        return result
    }

    /// The bytes as Java writes them: what UTF-8 has in four bytes is two surrogates of three.
    ///
    /// Bytes that are no UTF-8 stay as they are.
    static func bytes(ofUTF8 text: [UInt8]) -> [UInt8] {
        guard let string = String(validating: text, as: UTF8.self) else { return text }
        return string.unicodeScalars.reduce(into: []) { result, scalar in
            if scalar.value < 0x10000 { return result += scalar.utf8 }
            for unit in scalar.utf16 { append(UInt32(unit), to: &result) }
        }
    }

    /// Tells whether the bytes mean the same in UTF-8, which is so for ASCII.
    static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        var seen: UInt64 = 0
        while index + 8 <= bytes.count {
            seen |= bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < bytes.count {
            seen |= UInt64(bytes[index])
            index += 1
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }

    private static func codeUnit(
        _ bytes: UnsafeRawBufferPointer,
        at index: Int
    ) -> (unit: UInt32, width: Int)? {
        guard index < bytes.count else { return nil }
        let first = UInt32(bytes[index])
        switch first >> 4 {
        case 0x0...0x7:
            return (first, 1)
        case 0xC, 0xD:
            guard let second = continuation(bytes, at: index + 1) else { return nil }
            return ((first & 0x1F) << 6 | second, 2)
        case 0xE:
            guard let second = continuation(bytes, at: index + 1),
                let third = continuation(bytes, at: index + 2)
            else { return nil }
            return ((first & 0x0F) << 12 | second << 6 | third, 3)
        default:
            return nil
        }
    }

    private static func continuation(_ bytes: UnsafeRawBufferPointer, at index: Int) -> UInt32? {
        guard index < bytes.count, bytes[index] >> 6 == 0b10 else { return nil }
        return UInt32(bytes[index] & 0x3F)
    }

    /// Appends UTF-8 of a code point, surrogates included (`Unicode.Scalar` has none of them).
    private static func append(_ code: UInt32, to result: inout [UInt8]) {
        func continuation(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(code >> shift & 0x3F) }
        switch code {
        case 0..<0x80:
            result.append(UInt8(code))
        case 0x80..<0x800:
            result.append(0xC0 | UInt8(code >> 6))
            result.append(continuation(0))
        case 0x800..<0x10000:
            result.append(0xE0 | UInt8(code >> 12))
            result.append(continuation(6))
            result.append(continuation(0))
        default:
            result.append(0xF0 | UInt8(code >> 18 & 0x07))
            result.append(continuation(12))
            result.append(continuation(6))
            result.append(continuation(0))
        }
    }
}
