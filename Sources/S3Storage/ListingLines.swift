// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// A line of a listing that is not what the client was asked to print.
package struct ListingLineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line's beginning.
    package let description: String

    init(_ line: Span<UInt8>) {
        let start = line.extracting(first: 80).text
        description = "the listing holds a line that cannot be parsed: \"\(start)\""
    }
}

/// Reads the lines that clients print of a listing.
///
/// Whether the listing is whole is not theirs to tell: only the client's exit code does.
package enum ListingLines {
    /// What `aws s3api list-objects-v2` is asked for.
    ///
    /// Each page is one JSON array of arrays, in ASCII, on a line of its own; a line a key costs the client
    /// 3 µs of CPU more for each.
    ///
    /// Source: the AWS CLI applies `--query` to each page, and `to_string` makes JSON of what it is given,
    /// `null` of an empty page; its plain text breaks at a newline or tab in a key, its plain JSON is not
    /// printed before the end.
    package static let query = "to_string(Contents[].[Key,Size,LastModified,ETag])"

    /// The most bytes of a line: 1,000 keys of 1,024 bytes, of each of which escaping makes six, and what
    /// stands beside them.
    package static let longest = 8 << 20

    /// Reads a line of `aws`, which is a page.
    ///
    /// - Parameters:
    ///   - line: Without its newline.
    ///   - body: Gets each object. Nothing may be done on the strength of it before this returns.
    /// - Throws: `ListingLineError` where it is no page.
    package static func aws(
        _ line: Span<UInt8>,
        _ body: (ListedObject) -> Void
    ) throws(ListingLineError) {
        var cursor = JSONLineCursor()
        if !cursor.takeNull(in: line) {
            guard cursor.take("[", in: line) else { throw ListingLineError(line) }
            var isMore = !cursor.take("]", in: line)
            while isMore {
                guard let object = object(&cursor, line) else { throw ListingLineError(line) }
                body(object)
                isMore = cursor.take(",", in: line)
                guard isMore || cursor.take("]", in: line) else { throw ListingLineError(line) }
            }
        }
        guard cursor.isAtEnd(of: line) else { throw ListingLineError(line) }
    }

    /// Takes one object of a page; nil where something else stands there.
    private static func object(
        _ cursor: inout JSONLineCursor,
        _ line: Span<UInt8>
    ) -> ListedObject? {
        guard cursor.take("[", in: line), let key = cursor.text(in: line),
            cursor.take(",", in: line),
            let size = cursor.integer(in: line), cursor.take(",", in: line),
            let time = cursor.text(in: line), let modified = Instant(ascii: time.bytes),
            cursor.take(",", in: line)
        else { return nil }
        // A store that has no tags says `null`.
        let tag = cursor.text(in: line)?.bytes
        guard tag != nil || cursor.skipValue(in: line), cursor.take("]", in: line) else {
            return nil
        }
        return ListedObject(
            key: StoredKey(key.bytes),
            isExact: key.isExact,
            size: size,
            modified: modified,
            tag: tag ?? []
        )
    }

    /// Reads a line of `s5cmd --json ls`; nil where it is empty.
    ///
    /// What it calls a directory is an object too, with a key that ends in a slash, where the listing
    /// goes below all slashes; else it stands for what keys have in common.
    ///
    /// - Parameters:
    ///   - line: Without its newline.
    ///   - bucket: The bucket that was listed; keys are printed as `s3://bucket/key`.
    /// - Returns: The object.
    /// - Throws: `ListingLineError` where it is anything else.
    package static func s5cmd(
        _ line: Span<UInt8>,
        bucket: String
    ) throws(ListingLineError) -> ListedObject? {
        if line.isEmpty { return nil }
        var cursor = JSONLineCursor()
        guard cursor.take("{", in: line) else { throw ListingLineError(line) }
        var object = ListedObject(
            key: StoredKey([]),
            size: 0,
            modified: Instant(nanoseconds: 0),
            tag: []
        )
        var isDirectory = false
        var isTimed = false
        repeat {
            guard let name = cursor.text(in: line), cursor.take(":", in: line) else {
                throw ListingLineError(line)
            }
            switch String(decoding: name.bytes, as: UTF8.self) {
            case "key":
                let start = Array("s3://\(bucket)/".utf8)
                guard let key = cursor.text(in: line), key.bytes.starts(with: start) else {
                    throw ListingLineError(line)
                }
                object.key = StoredKey(key.bytes.dropFirst(start.count))
                object.isExact = key.isExact
            case "etag": object.tag = cursor.text(in: line)?.bytes ?? []
            case "size":
                guard let size = cursor.integer(in: line) else { throw ListingLineError(line) }
                object.size = size
            case "last_modified":
                guard let time = cursor.text(in: line),
                    let modified = Instant(String(decoding: time.bytes, as: UTF8.self))
                else { throw ListingLineError(line) }
                object.modified = modified
                isTimed = true
            case "type":
                isDirectory = cursor.text(in: line)?.bytes.elementsEqual("directory".utf8) ?? false
            default:
                guard cursor.skipValue(in: line) else { throw ListingLineError(line) }
            }
        } while cursor.take(",", in: line)
        guard cursor.take("}", in: line), cursor.isAtEnd(of: line) else {
            throw ListingLineError(line)
        }
        guard isTimed || isDirectory, !object.key.bytes.isEmpty else {
            throw ListingLineError(line)
        }
        return object
    }
}

extension Span<UInt8> {
    /// The bytes as text, for people.
    var text: String { withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }

    /// Tells whether these begin with a word's bytes.
    func isBeginning(with word: StaticString) -> Bool {
        word.withUTF8Buffer { word in withUnsafeBufferPointer { $0.starts(with: word) } }
    }

    /// Tells whether a line of text for people stands for empty parts of a page: `None` and tabs.
    ///
    /// Source: the AWS CLI prints `None` in its text for what a page does not have.
    package var isOfEmptyParts: Bool {
        withUnsafeBufferPointer { bytes in
            bytes.split(separator: UInt8(ascii: "\t")).allSatisfy { $0.elementsEqual("None".utf8) }
        }
    }
}
