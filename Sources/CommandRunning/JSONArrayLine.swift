// SPDX-License-Identifier: Apache-2.0

/// Reads lines that are one flat JSON array each, as `--query … to_string([…])` prints them.
///
/// One value reads any number of lines: its memory is that of the longest. What is not exactly one
/// array of strings, numbers, `true`, `false` and `null` is refused, nested ones included.
///
/// Source: RFC 8259. Lone surrogates, which are no characters, are refused too.
public struct JSONArrayLine: Sendable {
    /// What a field is.
    public enum Kind: Hashable, Sendable {
        /// A string; its bytes are the UTF-8 of its characters.
        case string
        /// A number; its bytes are those on the line.
        case number
        /// `true` or `false`, as written.
        case boolean
        /// `null`; no bytes.
        case null
    }

    private struct Field: Sendable {
        let kind: Kind
        let end: Int
    }

    private var fields: [Field] = []
    private var text: [UInt8] = []

    /// Makes a reader that has read nothing.
    public init() {}

    /// How many fields the last line had.
    public var count: Int { fields.count }

    /// What a field of the last line is.
    public func kind(_ index: Int) -> Kind { fields[index].kind }

    /// Hands on the bytes of a field of the last line.
    public func with<Result>(_ index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let begin = index == 0 ? 0 : fields[index - 1].end
        return body(text.span.extracting(begin..<fields[index].end))
    }

    /// The bytes of a field of the last line.
    public func bytes(_ index: Int) -> [UInt8] {
        with(index) { $0.withUnsafeBufferPointer { Array($0) } }
    }

    /// A field as a whole number; nil where it is none or too large.
    public func integer(_ index: Int) -> Int64? {
        guard kind(index) == .number else { return nil }
        return with(index) { digits in
            var value: Int64 = 0
            guard !digits.isEmpty else { return nil }
            for position in digits.indices {
                guard let digit = decimal(digits[position]) else { return nil }
                let (tens, over) = value.multipliedReportingOverflow(by: 10)
                let (sum, more) = tens.addingReportingOverflow(digit)
                if over || more { return nil }
                value = sum
            }
            return value
        }
    }

    /// Reads one line in place of the last.
    ///
    /// - Parameter line: The line without its end; white space around its parts is passed over.
    /// - Returns: Whether it is an array; else there are no fields.
    public mutating func read(_ line: Span<UInt8>) -> Bool {
        fields.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
        var cursor = JSONCursor(position: 0)
        if array(line, &cursor) { return true }
        fields.removeAll(keepingCapacity: true)
        return false
    }

    private mutating func array(_ line: Span<UInt8>, _ cursor: inout JSONCursor) -> Bool {
        guard cursor.skip(UInt8(ascii: "["), in: line) else { return false }
        if !cursor.skip(UInt8(ascii: "]"), in: line) {
            repeat {
                guard let kind = value(line, &cursor) else { return false }
                fields.append(Field(kind: kind, end: text.count))
            } while cursor.skip(UInt8(ascii: ","), in: line)
            guard cursor.skip(UInt8(ascii: "]"), in: line) else { return false }
        }
        cursor.skipSpace(in: line)
        return cursor.position == line.count
    }

    private mutating func value(_ line: Span<UInt8>, _ cursor: inout JSONCursor) -> Kind? {
        cursor.skipSpace(in: line)
        guard cursor.position < line.count else { return nil }
        switch line[cursor.position] {
        case UInt8(ascii: "\""): return cursor.string(in: line, into: &text) ? .string : nil
        case UInt8(ascii: "n"): return cursor.word("null", in: line) ? .null : nil
        case UInt8(ascii: "t"):
            guard cursor.word("true", in: line) else { return nil }
            text += "true".utf8
            return .boolean
        case UInt8(ascii: "f"):
            guard cursor.word("false", in: line) else { return nil }
            text += "false".utf8
            return .boolean
        default: return cursor.number(in: line, into: &text) ? .number : nil
        }
    }
}

private func decimal(_ byte: UInt8) -> Int64? {
    byte >= 0x30 && byte <= 0x39 ? Int64(byte - 0x30) : nil
}
