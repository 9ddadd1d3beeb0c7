// SPDX-License-Identifier: Apache-2.0

/// Texts that stand in a Swift source, in the order in which they stand there.
///
/// Pieces joined by `+` are one text; what is interpolated, and what is joined and is no literal,
/// stands in it as `SourceTexts.value`. Knows as much of the language as our sources need.
struct SourceTexts {
    /// Stands for whatever is known only when the program runs.
    static let value = "\u{1A}"

    /// One text.
    struct Text {
        /// The line that it begins on, from 1.
        let line: Int
        /// What stands before it, back to the text before: `case .held(let owner): `, ` message: `.
        let before: String
        var text: String
    }

    private(set) var texts: [Text] = []
    // Bytes: there is a lot of source, and tests are not optimised.
    private let source: [UInt8]
    private var position = 0
    private var line = 1
    /// What was passed since the last text, without comments and white space in runs.
    private var between: [UInt8] = []

    init(_ source: String) {
        self.source = Array(source.utf8)
        while position < self.source.count { step() }
    }

    private func byte(_ offset: Int) -> UInt8 {
        position + offset < source.count ? source[position + offset] : 0
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < source.count {
            if source[position] == 10 { line += 1 }
            position += 1
        }
    }

    private mutating func step() {
        let next = source[position]
        if next == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "/") {
            while position < source.count, source[position] != 10 { advance() }
        } else if next == UInt8(ascii: "#"), byte(1) == UInt8(ascii: "/") {
            advance(2)
            while position < source.count,
                byte(0) != UInt8(ascii: "/") || byte(1) != UInt8(ascii: "#")
            { advance() }
            advance(2)
        } else if next == UInt8(ascii: "\"") {
            let start = line
            add(literal(), at: start)
        } else {
            let isSpace = next == 10 || next == 32
            if !isSpace || between.last != 32 { between.append(isSpace ? 32 : next) }
            advance()
        }
    }

    private mutating func add(_ text: String, at line: Int) {
        let before = String(decoding: between, as: UTF8.self)
        let joint = before.filter { $0 != " " }
        if joint.hasPrefix("+"), !texts.isEmpty, !joint.contains(where: { ",:;{}".contains($0) }) {
            texts[texts.count - 1].text += (joint == "+" ? "" : Self.value) + text
        } else {
            texts.append(Text(line: line, before: before, text: text))
        }
        between.removeAll(keepingCapacity: true)
    }

    /// Reads a literal from its first quotation mark on.
    private mutating func literal() -> String {
        let quote = UInt8(ascii: "\"")
        let isLong = byte(1) == quote && byte(2) == quote
        advance(isLong ? 3 : 1)
        var text: [UInt8] = []
        while position < source.count,
            byte(0) != quote || isLong && !(byte(1) == quote && byte(2) == quote)
        {
            guard byte(0) == UInt8(ascii: "\\") else {
                text.append(byte(0))
                advance()
                continue
            }
            advance()
            switch byte(0) {
            case UInt8(ascii: "("):
                // What puts its own quotation marks around a value says so in its name.
                let isQuoted = interpolation().contains("quoted")
                text += (isQuoted ? "\"\(Self.value)\"" : Self.value).utf8
                continue
            case UInt8(ascii: "n"): text.append(10)
            case 10: break
            case let escaped: text.append(escaped)
            }
            advance()
        }
        advance(isLong ? 3 : 1)
        return isLong ? Self.unindented(text) : String(decoding: text, as: UTF8.self)
    }

    private static func unindented(_ text: [UInt8]) -> String {
        text.split(separator: 10)
            .map { String(decoding: $0.drop { $0 == 32 }, as: UTF8.self) }
            .joined(separator: "\n")
    }

    /// Reads what is interpolated.
    private mutating func interpolation() -> String {
        let start = position
        var depth = 0
        repeat {
            switch byte(0) {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\""):
                _ = literal()
                continue
            default: break
            }
            advance()
        } while depth > 0 && position < source.count
        return String(decoding: source[start..<position], as: UTF8.self)
    }
}
