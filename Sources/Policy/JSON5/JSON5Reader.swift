// SPDX-License-Identifier: Apache-2.0

/// What a JSON5 text holds, and the keys in it that stand twice in one object.
public struct JSON5Document: Hashable, Sendable {
    /// The value of the whole text.
    public let root: JSON5Node
    /// An error for each key that its object has already, in the order of the text.
    public let repeatedKeys: [JSON5Error]
}

/// Reads JSON5 with the place of every value and key.
///
/// `JSONDecoder.allowsJSON5` gives no position for an error and lets the first of two equal keys
/// win silently: too little for a file that decides deletions. Any input gives a value or an
/// error; none can trap.
///
/// Source: the JSON5 specification 1.0.0 (spec.json5.org), and ECMAScript 5.1 §7 to which it
/// refers for white space, line terminators, identifier names and string escapes.
public struct JSON5Reader {
    let scalars: [Unicode.Scalar]
    let depthLimit: Int
    var index = 0
    var position = TextPosition(line: 1, column: 1)
    var repeatedKeys: [JSON5Error] = []

    /// Reads a text in which every object has each key once.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, with or without a byte order mark.
    ///   - depthLimit: How many lists and objects may lie inside one another.
    /// - Returns: The value of the whole text.
    /// - Throws: `JSON5Error` for what is wrong first, in the order of reading.
    public static func value(
        of bytes: [UInt8],
        depthLimit: Int = 64
    ) throws(JSON5Error) -> JSON5Node {
        let document = try document(of: bytes, depthLimit: depthLimit)
        if let repeated = document.repeatedKeys.first { throw repeated }
        return document.root
    }

    /// Reads a text and collects repeated keys, so that they can be told beside other problems.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, with or without a byte order mark; at most 16 MiB.
    ///   - depthLimit: How many lists and objects may lie inside one another.
    /// - Returns: The value, and an error for each repeated key.
    /// - Throws: `JSON5Error` for what makes the text no JSON5.
    public static func document(
        of bytes: [UInt8],
        depthLimit: Int = 64
    ) throws(JSON5Error) -> JSON5Document {
        var reader = try JSON5Reader(bytes, depthLimit: depthLimit)
        try reader.skipBlanks()
        let root = try reader.readValue(depth: 0)
        try reader.skipBlanks()
        if let next = reader.peek {
            throw reader.error(.unexpected(String(next), expected: "the end of the file"))
        }
        return JSON5Document(root: root, repeatedKeys: reader.repeatedKeys)
    }

    private init(_ bytes: [UInt8], depthLimit: Int) throws(JSON5Error) {
        let limit = 16 * 1024 * 1024
        guard bytes.count <= limit else {
            throw JSON5Error(position: position, reason: .tooLong(limit: limit))
        }
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(bytes.count)
        var isUTF8 = true
        var decoder = Unicode.UTF8()
        var iterator = bytes.makeIterator()
        decoding: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): scalars.append(scalar)
            case .emptyInput: break decoding
            case .error:
                isUTF8 = false
                break decoding
            }
        }
        self.scalars = scalars
        self.depthLimit = depthLimit
        if scalars.first == "\u{FEFF}" { index = 1 }
        if !isUTF8 {
            while peek != nil { advance() }
            throw error(.notUTF8)
        }
    }

    // MARK: - The cursor

    var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    func peek(ahead: Int) -> Unicode.Scalar? {
        index + ahead < scalars.count ? scalars[index + ahead] : nil
    }

    mutating func advance() {
        guard let scalar = peek else { return }
        index += 1
        if Self.isLineTerminator(scalar), !(scalar == "\r" && peek == "\n") {
            position = TextPosition(line: position.line + 1, column: 1)
        } else {
            position = TextPosition(line: position.line, column: position.column + 1)
        }
    }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        advance()
        return true
    }

    func error(_ reason: JSON5Error.Reason, at place: TextPosition? = nil) -> JSON5Error {
        JSON5Error(position: place ?? position, reason: reason)
    }

    /// The error for a next character, or the end, where something else is due.
    func unexpected(_ expected: String) -> JSON5Error {
        peek.map { error(.unexpected(String($0), expected: expected)) }
            ?? error(.end(expected: expected))
    }

    static func isLineTerminator(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }
}
