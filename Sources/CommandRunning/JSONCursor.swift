// SPDX-License-Identifier: Apache-2.0

/// A place in a line of JSON, and what can be read from there on.
struct JSONCursor {
    private(set) var position: Int

    /// Passes over white space.
    mutating func skipSpace(in line: Span<UInt8>) {
        while position < line.count {
            switch line[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Passes over white space and one byte; stays where it is another.
    mutating func skip(_ byte: UInt8, in line: Span<UInt8>) -> Bool {
        skipSpace(in: line)
        guard position < line.count, line[position] == byte else { return false }
        position += 1
        return true
    }

    /// Passes over a word.
    mutating func word(_ word: StaticString, in line: Span<UInt8>) -> Bool {
        word.withUTF8Buffer { word in
            guard line.count - position >= word.count else { return false }
            for offset in word.indices where line[position + offset] != word[offset] {
                return false
            }
            position += word.count
            return true
        }
    }

    /// Reads a number: its bytes as they are, in JSON's grammar.
    mutating func number(in line: Span<UInt8>, into text: inout [UInt8]) -> Bool {
        let begin = position
        if position < line.count, line[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        guard digits(in: line) else { return false }
        if line[first] == UInt8(ascii: "0"), position > first + 1 { return false }
        if position < line.count, line[position] == UInt8(ascii: ".") {
            position += 1
            guard digits(in: line) else { return false }
        }
        if position < line.count, line[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < line.count, line[position] == 0x2B || line[position] == 0x2D {
                position += 1
            }
            guard digits(in: line) else { return false }
        }
        for index in begin..<position { text.append(line[index]) }
        return true
    }

    private mutating func digits(in line: Span<UInt8>) -> Bool {
        let begin = position
        while position < line.count, (0x30...0x39).contains(line[position]) { position += 1 }
        return position > begin
    }

    /// Reads a string: the UTF-8 of its characters.
    mutating func string(in line: Span<UInt8>, into text: inout [UInt8]) -> Bool {
        position += 1
        while position < line.count {
            let byte = line[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"):
                guard escape(in: line, into: &text) else { return false }
            case 0..<0x20: return false
            default: text.append(byte)
            }
        }
        return false
    }

    private mutating func escape(in line: Span<UInt8>, into text: inout [UInt8]) -> Bool {
        guard position < line.count else { return false }
        let byte = line[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): return character(in: line, into: &text)
        default: return false
        }
        return true
    }

    private mutating func character(in line: Span<UInt8>, into text: inout [UInt8]) -> Bool {
        guard var code = unit(in: line) else { return false }
        if (0xD800..<0xDC00).contains(code) {
            guard word("\\u", in: line), let low = unit(in: line),
                (0xDC00..<0xE000).contains(low)
            else { return false }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { return false }
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        return true
    }

    private mutating func unit(in line: Span<UInt8>) -> UInt32? {
        guard line.count - position >= 4 else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = line[position]
            let letter = byte | 0x20
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case _ where (0x61...0x66).contains(letter):
                value = value << 4 | UInt32(letter - 0x61 + 10)
            default: return nil
            }
            position += 1
        }
        return value
    }
}
