// SPDX-License-Identifier: Apache-2.0

/// What the paths in a listing can be, without a slash in front.
package enum PlainPath {
    private static let slash = UInt8(ascii: "/")
    private static let backslash = UInt8(ascii: "\\")
    private static let dot = UInt8(ascii: ".")
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// Tells quickly of nearly every path that nothing about it is special.
    ///
    /// It is sure to be visible ASCII without a backslash, and to have no component that a store
    /// cannot have; false of some that are so, such as names with a dot in front.
    ///
    /// Eight bytes at a time with their successors.
    package static func isSure(_ path: UnsafeRawBufferPointer) -> Bool {
        guard let first = path.first, first != slash, first != dot, path.count <= 0xFFFF,
            path[path.count - 1] != slash
        else { return false }
        var index = 0
        var found: UInt64 = 0
        while index + 9 <= path.count {
            let word = path.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let next = path.loadUnaligned(fromByteOffset: index + 1, as: UInt64.self)
            found |= (word &- ones &* 0x21) & ~word
            found |= word &+ ones | word
            found |= matches(word, backslash)
            found |= matches(word, slash) & (matches(next, slash) | matches(next, dot))
            index += 8
        }
        if found & (ones &* 0x80) != 0 { return false }
        while index < path.count {
            let byte = path[index]
            index += 1
            if byte < 0x21 || byte > 0x7E || byte == backslash { return false }
            if byte == slash, index < path.count, path[index] == slash || path[index] == dot {
                return false
            }
        }
        return true
    }

    /// Tells whether a path has components only that a store can have: none empty, `.` or `..`.
    package static func isPossible(_ path: UnsafeRawBufferPointer) -> Bool {
        var length = 0
        var dots = 0
        for byte in path {
            if byte == slash {
                if length == 0 || (length == dots && length < 3) { return false }
                (length, dots) = (0, 0)
                continue
            }
            if byte == 0 || length == 0xFFFF { return false }
            length += 1
            if byte == dot { dots += 1 }
        }
        return length > 0 && !(length == dots && length < 3)
    }

    /// The top bit of each of the eight bytes of a word that is the given one.
    private static func matches(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let difference = word ^ (UInt64(byte) &* ones)
        return ~(((difference & low) &+ low) | difference | low)
    }
}
