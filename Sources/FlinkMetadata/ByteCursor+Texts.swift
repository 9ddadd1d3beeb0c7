// SPDX-License-Identifier: Apache-2.0

extension ByteCursor {
    /// Reads a text with its length in front; gives its UTF-8.
    mutating func readText() throws(MetadataError) -> [UInt8] {
        let start = offset
        let count = Int(try readUInt16())
        let bytes = try take(count)
        if ModifiedUTF8.isASCII(bytes) { return [UInt8](bytes) }
        guard let text = ModifiedUTF8.utf8(bytes) else {
            throw MetadataError(.malformedText, at: start)
        }
        return text
    }

    /// Reads a text for people; an unpaired surrogate becomes U+FFFD.
    mutating func readString() throws(MetadataError) -> String {
        let start = offset
        let count = Int(try readUInt16())
        let bytes = try take(count)
        if ModifiedUTF8.isASCII(bytes) { return String(decoding: bytes, as: UTF8.self) }
        guard let text = ModifiedUTF8.utf8(bytes) else {
            throw MetadataError(.malformedText, at: start)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Checks a text and passes over it.
    mutating func skipText() throws(MetadataError) {
        let start = offset
        let count = Int(try readUInt16())
        let bytes = try take(count)
        guard ModifiedUTF8.isASCII(bytes) || ModifiedUTF8.utf8(bytes) != nil else {
            throw MetadataError(.malformedText, at: start)
        }
    }

    /// Reads a count and checks it against the bytes that are left.
    ///
    /// - Parameters:
    ///   - element: What is counted.
    ///   - minimum: The fewest bytes that one element takes.
    /// - Returns: The count, 0 or more.
    /// - Throws: `MetadataError` with `negativeCount` or `countTooLarge`.
    mutating func readCount(
        _ element: MetadataError.Element,
        minimum: Int64
    ) throws(MetadataError) -> Int32 {
        let start = offset
        let count = try readInt32()
        guard count >= 0 else { throw MetadataError(.negativeCount(element, count), at: start) }
        try check(count, element, minimum: minimum, at: start)
        return count
    }

    /// Refuses a count, 0 or more, of elements that cannot all be there.
    func check(
        _ count: Int32,
        _ element: MetadataError.Element,
        minimum: Int64,
        at start: Int64
    ) throws(MetadataError) {
        let left = remaining
        guard Int64(count) * minimum <= left else {
            throw MetadataError(.countTooLarge(element, count: count, left: left), at: start)
        }
    }

    /// Passes over raw bytes with their length in front.
    ///
    /// - Returns: The length.
    mutating func skipBytes() throws(MetadataError) -> Int64 {
        let count = Int64(try readCount(.bytes, minimum: 1))
        try skip(count)
        return count
    }

    /// Passes over offsets with their count in front.
    mutating func skipOffsets() throws(MetadataError) {
        try skip(8 * Int64(try readCount(.offsets, minimum: 8)))
    }
}
