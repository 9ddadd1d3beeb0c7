// SPDX-License-Identifier: Apache-2.0

/// White space, comments, lists and objects.
extension JSON5Reader {
    mutating func skipBlanks() throws(JSON5Error) {
        while let scalar = peek {
            if Self.isBlank(scalar) {
                advance()
            } else if scalar == "/", peek(ahead: 1) == "/" {
                while let inside = peek, !Self.isLineTerminator(inside) { advance() }
            } else if scalar == "/", peek(ahead: 1) == "*" {
                try skipBlockComment()
            } else {
                return
            }
        }
    }

    private mutating func skipBlockComment() throws(JSON5Error) {
        let start = position
        advance()
        advance()
        while let inside = peek {
            advance()
            if inside == "*", skip("/") { return }
        }
        throw error(.unclosedComment, at: start)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\u{0B}", "\u{0C}", "\r", " ", "\u{A0}", "\u{2028}", "\u{2029}",
            "\u{FEFF}":
            true
        default: scalar.properties.generalCategory == .spaceSeparator
        }
    }

    mutating func readValue(depth: Int) throws(JSON5Error) -> JSON5Node {
        let start = position
        let value: JSON5Value
        switch peek {
        case "{", "[":
            guard depth < depthLimit else { throw error(.tooDeep(limit: depthLimit)) }
            value =
                peek == "{" ? try readObject(depth: depth + 1) : try readArray(depth: depth + 1)
        case "\"", "'": value = .string(try readText())
        case .some("+"), .some("-"), .some("."), .some("0"..."9"): value = .number(try readNumber())
        default: value = try readWord()
        }
        return JSON5Node(position: start, value: value)
    }

    private mutating func readArray(depth: Int) throws(JSON5Error) -> JSON5Value {
        var items: [JSON5Node] = []
        advance()
        try skipBlanks()
        while !skip("]") {
            items.append(try readValue(depth: depth))
            try skipBlanks()
            if !skip(","), peek != "]" { throw unexpected("a comma or \"]\"") }
            try skipBlanks()
        }
        return .array(items)
    }

    private mutating func readObject(depth: Int) throws(JSON5Error) -> JSON5Value {
        var members: [JSON5Member] = []
        // Keys are told apart by their bytes; `String` takes canonically equal ones for one.
        var seen: [[UInt8]: TextPosition] = [:]
        advance()
        try skipBlanks()
        while !skip("}") {
            let start = position
            let key = peek == "\"" || peek == "'" ? try readText() : try readIdentifier()
            try skipBlanks()
            if !skip(":") { throw unexpected("a colon after the key") }
            try skipBlanks()
            let value = try readValue(depth: depth)
            if let first = seen[Array(key.utf8)] {
                repeatedKeys.append(error(.repeatedKey(key, first: first), at: start))
            } else {
                seen[Array(key.utf8)] = start
            }
            members.append(JSON5Member(key: key, keyPosition: start, value: value))
            try skipBlanks()
            if !skip(","), peek != "}" { throw unexpected("a comma or \"}\"") }
            try skipBlanks()
        }
        return .object(members)
    }
}
