// SPDX-License-Identifier: Apache-2.0

/// Where something stands in a text, as editors count.
public struct TextPosition: Hashable, Comparable, Sendable {
    /// From 1 on.
    public let line: Int
    /// From 1 on, in Unicode scalars; a tab is one, a byte order mark in front is none.
    public let column: Int

    /// Makes a position of its parts.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Tells whether a position comes before another.
    public static func < (left: TextPosition, right: TextPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A number as written and as a double, which is what JSON5 means by it.
public struct JSON5Number: Hashable, Sendable {
    /// As written, with its sign.
    public let text: String
    /// May be infinite or not a number.
    public let value: Double

    /// Makes a number of its parts.
    public init(text: String, value: Double) {
        self.text = text
        self.value = value
    }

    /// The value where it is whole and a double holds it and its neighbours exactly.
    public var whole: Int? {
        value.magnitude < 9_007_199_254_740_992 ? Int(exactly: value) : nil
    }
}

/// One key of an object with its value.
public struct JSON5Member: Hashable, Sendable {
    /// The key, with escapes resolved.
    public let key: String
    /// Where the key begins.
    public let keyPosition: TextPosition
    /// What the key has.
    public let value: JSON5Node

    /// Makes a member of its parts.
    public init(key: String, keyPosition: TextPosition, value: JSON5Node) {
        self.key = key
        self.keyPosition = keyPosition
        self.value = value
    }
}

/// A value and where it begins.
public struct JSON5Node: Hashable, Sendable {
    /// The first character of the value.
    public let position: TextPosition
    /// The value itself.
    public let value: JSON5Value

    /// Makes a node of its parts.
    public init(position: TextPosition, value: JSON5Value) {
        self.position = position
        self.value = value
    }
}

/// What a JSON5 text can say.
public indirect enum JSON5Value: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// Any number, `Infinity` and `NaN` included.
    case number(JSON5Number)
    /// Text with escapes resolved.
    case string(String)
    /// Values in the order of the text.
    case array([JSON5Node])
    /// Members in the order of the text, repeated keys included.
    case object([JSON5Member])
}
