// SPDX-License-Identifier: Apache-2.0

/// The grammar of Flink's paths, on bytes.
///
/// Source: `org.apache.flink.core.fs.Path` (Flink 2.3): the text is no escaped URI; a scheme ends
/// at a colon before the first slash, an authority stands between `//` and the next slash.
enum PathText {
    private static let slash = UInt8(ascii: "/")
    private static let backslash = UInt8(ascii: "\\")
    private static let dot = UInt8(ascii: ".")
    private static let colon = UInt8(ascii: ":")

    /// Where the parts of an absolute text lie.
    static func parts(
        of text: [UInt8]
    ) -> (scheme: Range<Int>?, authority: Range<Int>, path: Range<Int>) {
        var scheme: Range<Int>?
        var start = 0
        if let mark = text.firstIndex(where: { $0 == colon || $0 == slash }), text[mark] == colon {
            scheme = 0..<mark
            start = mark + 1
        }
        guard text.count - start > 2, text[start] == slash, text[start + 1] == slash else {
            return (scheme, start..<start, start..<text.count)
        }
        let end = text[(start + 2)...].firstIndex(of: slash) ?? text.count
        return (scheme, start + 2..<end, end..<text.count)
    }

    /// Tells, in one pass, that a text is sure to be normal already.
    ///
    /// Says no to some that are, such as names with a leading dot.
    static func isPlain(_ text: UnsafeRawBufferPointer, isRelative: Bool) -> Bool {
        guard let first = text.first, text[text.count - 1] != slash else { return false }
        if isRelative {
            return first != slash && first != dot && isPlainPath(text, from: 0)
        }
        guard let start = plainPrefixEnd(text) else { return false }
        return isPlainPath(text, from: start)
    }

    /// Where the path begins, after a scheme and an authority or neither; nil if in doubt.
    private static func plainPrefixEnd(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var start = 0
        while start < bytes.count, bytes[start] != slash, bytes[start] != colon { start += 1 }
        guard start < bytes.count else { return nil }
        if bytes[start] == slash { return start == 0 ? 0 : nil }
        start += 1
        guard start + 2 < bytes.count, bytes[start] == slash else { return nil }
        guard bytes[start + 1] == slash else { return start }
        guard bytes[start + 2] != slash else { return nil }
        start += 2
        while start < bytes.count, bytes[start] != slash { start += 1 }
        return start
    }

    /// Tells that no backslash, empty component or component with a dot in front is there.
    ///
    /// Eight bytes at a time with their successors, since every path in every file is looked at.
    private static func isPlainPath(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var index = start
        var found: UInt64 = 0
        while index + 9 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let next = bytes.loadUnaligned(fromByteOffset: index + 1, as: UInt64.self)
            found |= matches(word, backslash)
            found |= matches(word, slash) & (matches(next, slash) | matches(next, dot))
            index += 8
        }
        if found != 0 { return false }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == backslash { return false }
            if byte == slash, index < bytes.count, bytes[index] == slash || bytes[index] == dot {
                return false
            }
        }
        return true
    }

    /// The top bit of each of the eight bytes of a word that is the given one.
    private static func matches(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let difference = word ^ (UInt64(byte) &* 0x0101_0101_0101_0101)
        return ~(((difference & low) &+ low) | difference | low)
    }

    /// The normal form of an absolute text.
    static func normalAbsolute(_ text: [UInt8]) -> [UInt8] {
        let parts = parts(of: text)
        var normal: [UInt8] = []
        normal.reserveCapacity(text.count)
        if let scheme = parts.scheme { normal += text[scheme] + [colon] }
        if !parts.authority.isEmpty { normal += [slash, slash] + text[parts.authority] }
        let path = text[parts.path]
        let isRooted = path.first == slash || path.first == backslash
        let components = resolved(path, keepingParents: !isRooted)
        if isRooted { normal.append(slash) }
        normal += components.joined(separator: [slash])
        return normal
    }

    /// The normal form of a relative text; nil where it has a component `..`, or none.
    static func normalRelative(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !components(text).contains(where: isParent) else { return nil }
        let components = resolved(text, keepingParents: true)
        guard !components.isEmpty else { return nil }
        return Array(components.joined(separator: [slash]))
    }

    /// Tells whether bytes are a URI scheme.
    static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == dot
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isParent(_ component: ArraySlice<UInt8>) -> Bool {
        component.elementsEqual([dot, dot])
    }

    private static func components(_ path: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        path.split { $0 == slash || $0 == backslash }
    }

    /// The components without `.`, and with `..` taken back where there is something to take.
    ///
    /// - Parameters:
    ///   - path: Bytes with slashes of either kind.
    ///   - keepingParents: Whether a `..` that leads out stays, or is dropped as at a root.
    /// - Returns: Components in order, none of them empty.
    private static func resolved(
        _ path: ArraySlice<UInt8>,
        keepingParents: Bool
    ) -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        for component in components(path) where !component.elementsEqual([dot]) {
            if !isParent(component) {
                result.append(component)
            } else if let last = result.last, !isParent(last) {
                result.removeLast()
            } else if keepingParents {
                result.append(component)
            }
        }
        return result
    }
}
