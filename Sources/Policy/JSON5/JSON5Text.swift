// SPDX-License-Identifier: Apache-2.0

/// Text in single or double quotes.
extension JSON5Reader {
    mutating func readText() throws(JSON5Error) -> String {
        let start = position
        let quote = peek
        advance()
        var text = String.UnicodeScalarView()
        while let scalar = peek {
            if scalar == quote {
                advance()
                return String(text)
            }
            if scalar == "\\" {
                if let resolved = try readEscape() { text.append(resolved) }
            } else if scalar == "\n" || scalar == "\r" {
                // The two other line terminators may stand in a text as they are.
                throw error(.lineBreakInText)
            } else {
                text.append(scalar)
                advance()
            }
        }
        throw error(.unclosedText, at: start)
    }

    /// Reads an escape from its backslash on.
    ///
    /// - Returns: What it stands for; nil for a line that goes on in the next one.
    private mutating func readEscape() throws(JSON5Error) -> Unicode.Scalar? {
        let start = position
        advance()
        guard let scalar = peek else { throw error(.escape("\\"), at: start) }
        switch scalar {
        case "u": return try readUnicodeEscape(from: start)
        case "x":
            advance()
            return Unicode.Scalar(try readHexDigits(2, from: start, opening: "\\x"))
        case "1"..."9": throw error(.escape("\\\(scalar)"), at: start)
        case "0":
            advance()
            if let digit = peek, ("0"..."9").contains(digit) {
                throw error(.escape("\\0\(digit)"), at: start)
            }
            return "\0"
        default: break
        }
        advance()
        if Self.isLineTerminator(scalar) {
            if scalar == "\r" { _ = skip("\n") }
            return nil
        }
        return Self.singleEscapes[scalar] ?? scalar
    }

    private static let singleEscapes: [Unicode.Scalar: Unicode.Scalar] = [
        "b": "\u{08}", "f": "\u{0C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{0B}",
    ]

    /// Reads `u` and four digits, and a second escape where the first is the first half of a pair.
    ///
    /// The backslash has been passed; it stands at `start`.
    mutating func readUnicodeEscape(from start: TextPosition) throws(JSON5Error) -> Unicode.Scalar {
        advance()
        let first = try readHexDigits(4, from: start, opening: "\\u")
        if let scalar = Unicode.Scalar(first) { return scalar }
        let shown = "\\u" + String(first, radix: 16, uppercase: true)
        guard first < 0xDC00, peek == "\\", peek(ahead: 1) == "u" else {
            throw error(.loneSurrogate(shown), at: start)
        }
        advance()
        advance()
        let second = try readHexDigits(4, from: start, opening: "\\u")
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error(.loneSurrogate(shown), at: start) }
        return scalar
    }

    private mutating func readHexDigits(
        _ count: Int,
        from start: TextPosition,
        opening: String
    ) throws(JSON5Error) -> UInt32 {
        var value: UInt32 = 0
        var shown = opening
        for _ in 0..<count {
            guard let scalar = peek, let digit = Self.hexDigit(scalar) else {
                throw error(.escape(shown), at: start)
            }
            value = value << 4 | digit
            shown.unicodeScalars.append(scalar)
            advance()
        }
        return value
    }

    static func hexDigit(_ scalar: Unicode.Scalar) -> UInt32? {
        switch scalar {
        case "0"..."9": scalar.value - 0x30
        case "a"..."f": scalar.value - 0x61 + 10
        case "A"..."F": scalar.value - 0x41 + 10
        default: nil
        }
    }
}
