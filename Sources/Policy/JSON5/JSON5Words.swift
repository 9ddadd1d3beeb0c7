// SPDX-License-Identifier: Apache-2.0

/// Unquoted keys, and the values that are words.
extension JSON5Reader {
    /// Reads `null`, `true`, `false`, `Infinity` or `NaN`.
    mutating func readWord() throws(JSON5Error) -> JSON5Value {
        let start = position
        let word = takeBareText()
        switch word {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "Infinity": return .number(JSON5Number(text: word, value: .infinity))
        case "NaN": return .number(JSON5Number(text: word, value: .nan))
        case "": throw unexpected("a value")
        default: throw error(.bareText(word), at: start)
        }
    }

    /// Takes what looks like one word to a person, for a value or for the message about it.
    mutating func takeBareText() -> String {
        var text = String.UnicodeScalarView()
        while let scalar = peek {
            let isWordly = Self.continuesIdentifier(scalar) || "+-.".unicodeScalars.contains(scalar)
            // A path in a bare value is shown whole, but a comment is not part of it.
            let isSlash =
                scalar == "/" && !text.isEmpty && peek(ahead: 1) != "/" && peek(ahead: 1) != "*"
            guard isWordly || isSlash else { break }
            text.append(scalar)
            advance()
        }
        return String(text)
    }

    /// Reads an unquoted key, with its escapes resolved.
    mutating func readIdentifier() throws(JSON5Error) -> String {
        var text = String.UnicodeScalarView()
        while let next = peek {
            let start = position
            var scalar = next
            if next == "\\" {
                advance()
                guard peek == "u" else { throw error(.escape(bareEscape()), at: start) }
                scalar = try readUnicodeEscape(from: start)
                let fits =
                    text.isEmpty
                    ? Self.startsIdentifier(scalar) : Self.continuesIdentifier(scalar)
                guard fits else {
                    throw error(.unexpected(String(scalar), expected: "a key"), at: start)
                }
            } else {
                let fits =
                    text.isEmpty
                    ? Self.startsIdentifier(scalar) : Self.continuesIdentifier(scalar)
                guard fits else { break }
                advance()
            }
            text.append(scalar)
        }
        guard !text.isEmpty else { throw unexpected("a key or \"}\"") }
        return String(text)
    }

    private func bareEscape() -> String {
        "\\" + (peek.map(String.init) ?? "")
    }

    static func startsIdentifier(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "$" || scalar == "_" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .letterNumber:
            return true
        default: return false
        }
    }

    static func continuesIdentifier(_ scalar: Unicode.Scalar) -> Bool {
        if startsIdentifier(scalar) || scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: return true
        default: return false
        }
    }
}
