// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Calls of real programs as they were recorded, with what they printed.
///
/// Two forms are read. One counts bytes:
///
///     $ aws s3 ls s3://bucket
///     # rc=0 ms=3454
///     --- stdout (145 bytes)
///     …
///     --- stderr (0 bytes)
///
/// The other marks lines, each of which ended with a line feed; other lines are passed over:
///
///     $ hdfs dfs -ls /t    # rc=0
///       out| Found 5 items
///       err| ls: `/p': No such file or directory
///
/// Words are written as for a shell: quotes, backslashes, `$'…'`.
public struct CommandTranscript: Sendable {
    /// One recorded call.
    public struct Call: Hashable, Sendable {
        /// All words, the program's name first.
        public let words: [ObjectName]
        /// The exit code.
        public var code: Int32
        /// What it printed.
        public var output: [UInt8] = []
        /// What it said on standard error.
        public var errors: [UInt8] = []
    }

    /// The calls in their order.
    public private(set) var calls: [Call] = []

    /// Reads a record.
    public init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let line = Self.takeLine(&rest) {
            if line.starts(with: "$ ".utf8) {
                begin(line.dropFirst(2))
            } else if line.starts(with: "# rc=".utf8) {
                set(code: line.dropFirst(5))
            } else if let stream = Self.counted(line) {
                let count = min(stream.count, rest.count)
                append(rest.prefix(count), toErrors: stream.isErrors)
                rest = rest.dropFirst(count)
            } else if line.starts(with: "  out| ".utf8) || line.starts(with: "  err| ".utf8) {
                let isErrors = line.dropFirst(2).first == UInt8(ascii: "e")
                append(line.dropFirst(7) + [0x0A], toErrors: isErrors)
            }
        }
    }

    private mutating func begin(_ line: ArraySlice<UInt8>) {
        var text = line
        let mark = Array("    # rc=".utf8)
        var code: ArraySlice<UInt8> = []
        for start in text.indices.reversed() where text[start...].starts(with: mark) {
            code = text[(start + mark.count)...]
            text = text[..<start]
            break
        }
        calls.append(Call(words: ShellWords.split(Array(text)), code: 0))
        set(code: code)
    }

    private mutating func set(code: ArraySlice<UInt8>) {
        let digits = String(decoding: code.prefix { $0 != 0x20 }, as: UTF8.self)
        guard let last = calls.indices.last, let value = Int32(digits) else { return }
        calls[last].code = value
    }

    private mutating func append(_ bytes: some Sequence<UInt8>, toErrors: Bool) {
        guard let last = calls.indices.last else { return }
        if toErrors { calls[last].errors += bytes } else { calls[last].output += bytes }
    }

    private static func counted(_ line: ArraySlice<UInt8>) -> (count: Int, isErrors: Bool)? {
        let text = String(decoding: line, as: UTF8.self)
        guard let match = text.wholeMatch(of: /--- std(out|err) \((\d+) bytes\)/),
            let count = Int(match.2)
        else { return nil }
        return (count, match.1 == "err")
    }

    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let line = rest.prefix { $0 != 0x0A }
        rest = rest.dropFirst(line.count + 1)
        return line
    }
}

/// Splits what was quoted for a shell.
enum ShellWords {
    static func split(_ line: [UInt8]) -> [ObjectName] {
        var words: [ObjectName] = []
        var word: [UInt8]?
        var rest = line[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: " "):
                if let done = word { words.append(ObjectName(done)) }
                word = nil
            case UInt8(ascii: "'"):
                let quoted = rest.prefix { $0 != byte }
                word = (word ?? []) + quoted
                rest = rest.dropFirst(quoted.count + 1)
            case UInt8(ascii: "\""):
                word = (word ?? []) + doubleQuoted(&rest)
            case UInt8(ascii: "\\"):
                word = (word ?? []) + [rest.popFirst() ?? byte]
            case UInt8(ascii: "$") where rest.first == UInt8(ascii: "'"):
                rest = rest.dropFirst()
                word = (word ?? []) + escaped(&rest)
            default: word = (word ?? []) + [byte]
            }
        }
        if let word { words.append(ObjectName(word)) }
        return words
    }

    private static func doubleQuoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            bytes.append(byte == UInt8(ascii: "\\") ? rest.popFirst() ?? byte : byte)
        }
        return bytes
    }

    private static func escaped(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "'") {
            guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            switch kind {
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "x"): bytes.append(number(&rest, digits: 2, radix: 16))
            case 0x30...0x37:
                rest = [kind] + rest
                bytes.append(number(&rest, digits: 3, radix: 8))
            default: bytes.append(kind)
            }
        }
        return bytes
    }

    private static func number(
        _ rest: inout ArraySlice<UInt8>,
        digits: Int,
        radix: Int
    ) -> UInt8 {
        var value = 0
        for _ in 0..<digits {
            guard let byte = rest.first,
                let digit = Int(String(UnicodeScalar(byte)), radix: radix)
            else { break }
            value = value * radix + digit
            rest = rest.dropFirst()
        }
        return UInt8(truncatingIfNeeded: value)
    }
}
