// SPDX-License-Identifier: Apache-2.0

/// Reads the JSON of one line from front to back, without making a tree of it.
///
/// Listings hold millions of lines; of each only a few values are wanted.
///
/// Source: RFC 8259. Half a surrogate pair is no character, and stores print it for bytes that are none.
package struct JSONLineCursor {
    private var position = 0

    /// Begins at the front of a line.
    package init() {}

    /// A text's bytes in UTF-8.
    package struct Text {
        /// The bytes; of no use where `isExact` is false.
        package var bytes: [UInt8] = []
        /// False where half a surrogate pair or U+FFFD stands for what the store really has.
        package var isExact = true
    }

    /// Everything was read, blanks at the end apart.
    package mutating func isAtEnd(of bytes: Span<UInt8>) -> Bool {
        skipBlanks(bytes)
        return position == bytes.count
    }

    /// Takes one punctuation mark; false where something else stands there.
    package mutating func take(_ mark: Unicode.Scalar, in bytes: Span<UInt8>) -> Bool {
        skipBlanks(bytes)
        guard position < bytes.count, UInt32(bytes[position]) == mark.value else { return false }
        position += 1
        return true
    }

    /// Takes a whole number that is not negative.
    mutating func integer(in bytes: Span<UInt8>) -> Int64? {
        skipBlanks(bytes)
        var value: Int64 = 0
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = scaled.addingReportingOverflow(Int64(bytes[position] - 0x30))
            if overflow || carried { return nil }
            value = sum
            position += 1
        }
        return position > start ? value : nil
    }

    /// Takes `true` or `false`.
    mutating func truth(in bytes: Span<UInt8>) -> Bool? {
        skipBlanks(bytes)
        if word("true", bytes) { return true }
        return word("false", bytes) ? false : nil
    }

    /// Takes `null`; false where something else stands there.
    package mutating func takeNull(in bytes: Span<UInt8>) -> Bool {
        skipBlanks(bytes)
        return word("null", bytes)
    }

    private mutating func word(_ word: StaticString, _ bytes: Span<UInt8>) -> Bool {
        word.withUTF8Buffer { word in
            guard bytes.count - position >= word.count else { return false }
            for offset in word.indices where bytes[position + offset] != word[offset] {
                return false
            }
            position += word.count
            return true
        }
    }

    /// Takes a text.
    package mutating func text(in bytes: Span<UInt8>) -> Text? {
        guard take("\"", in: bytes) else { return nil }
        var text = Text()
        while position < bytes.count {
            // What needs no decoding is copied at once.
            let start = position
            while position < bytes.count, Self.isPlain(bytes[position]) { position += 1 }
            if position > start {
                bytes.extracting(start..<position).withUnsafeBufferPointer {
                    text.bytes.append(contentsOf: $0)
                }
            }
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                if !text.bytes.isEmpty, text.isExact, text.bytes.holdsReplacement {
                    text.isExact = false
                }
                return text
            case UInt8(ascii: "\\"):
                guard takeEscape(bytes, into: &text) else { return nil }
            default: return nil
            }
        }
        return nil
    }

    /// Stands for itself inside a text.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Passes over one value of any kind; false where there is none.
    mutating func skipValue(in bytes: Span<UInt8>) -> Bool {
        skipBlanks(bytes)
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case UInt8(ascii: "\""): return text(in: bytes) != nil
        case UInt8(ascii: "{"), UInt8(ascii: "["): return skipNested(bytes)
        default:
            let start = position
            while position < bytes.count, !Self.endsWord(bytes[position]) { position += 1 }
            return position > start
        }
    }

    private mutating func skipNested(_ bytes: Span<UInt8>) -> Bool {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                guard text(in: bytes) != nil else { return false }
                continue
            default: break
            }
            position += 1
            if depth == 0 { return true }
        }
        return false
    }

    private mutating func takeEscape(_ bytes: Span<UInt8>, into text: inout Text) -> Bool {
        guard position < bytes.count else { return false }
        let mark = bytes[position]
        position += 1
        switch mark {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.bytes.append(mark)
        case UInt8(ascii: "b"): text.bytes.append(0x08)
        case UInt8(ascii: "f"): text.bytes.append(0x0C)
        case UInt8(ascii: "n"): text.bytes.append(0x0A)
        case UInt8(ascii: "r"): text.bytes.append(0x0D)
        case UInt8(ascii: "t"): text.bytes.append(0x09)
        case UInt8(ascii: "u"): return takeUnit(bytes, into: &text)
        default: return false
        }
        return true
    }

    /// Takes the four digits after `\u`, and the second half of a pair where this is the first.
    private mutating func takeUnit(_ bytes: Span<UInt8>, into text: inout Text) -> Bool {
        guard let first = hexadecimal(bytes) else { return false }
        var value = first
        if (0xD800..<0xDC00).contains(first) {
            let mark = position
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else {
                text.isExact = false
                return true
            }
            position += 2
            guard let second = hexadecimal(bytes) else { return false }
            guard (0xDC00..<0xE000).contains(second) else {
                position = mark
                text.isExact = false
                return true
            }
            value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            text.isExact = false
            return true
        }
        text.bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        return true
    }

    private mutating func hexadecimal(_ bytes: Span<UInt8>) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            let byte = bytes[position + offset]
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
            default: return nil
            }
        }
        position += 4
        return value
    }

    private mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
            || byte <= 0x20
    }
}

extension [UInt8] {
    /// Tells whether U+FFFD is among the characters.
    fileprivate var holdsReplacement: Bool {
        guard contains(0xEF) else { return false }
        return indices.contains { index in
            self[index] == 0xEF && index + 2 < count && self[index + 1] == 0xBF
                && self[index + 2] == 0xBD
        }
    }
}
