// SPDX-License-Identifier: Apache-2.0

internal import S3Storage

/// One key that is to go; with a version's id that version, else the key itself.
struct KeyToDelete: Hashable {
    var key: StoredKey
    var version: String?
}

/// What `aws s3api delete-objects --delete=file://…` is handed.
enum DeleteRequest {
    /// The most keys in one batch.
    ///
    /// Source: Amazon S3 API reference, DeleteObjects; Ceph answers 400 to one more.
    static let limit = 1000

    /// The request's JSON, in ASCII whatever the keys hold.
    ///
    /// Not `Quiet`: each key's result is wanted, and an empty answer could mean anything.
    static func body(_ keys: some Sequence<KeyToDelete>) -> [UInt8] {
        var bytes = Array("{\"Quiet\":false,\"Objects\":[".utf8)
        for (index, item) in keys.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += "{\"Key\":".utf8
            append(item.key.text, to: &bytes)
            if let version = item.version {
                bytes += ",\"VersionId\":".utf8
                append(version, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes += "]}\n".utf8
        return bytes
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            switch unit {
            case 0x22, 0x5C:
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(UInt8(unit))
            case 0x20..<0x7F: bytes.append(UInt8(unit))
            default:
                let digits = String(unit, radix: 16)
                bytes += "\\u".utf8
                bytes += String(repeating: "0", count: 4 - digits.count).utf8
                bytes += digits.utf8
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// What the store answered to a batch, key by key.
///
/// A batch may end with exit code 0 and hold errors all the same; a key of which it says nothing is
/// neither gone nor there until somebody has looked.
struct DeleteAnswer {
    /// Why one key was not deleted.
    struct Failure: Hashable {
        var code: String
        var message: String
    }

    /// Keys that the store says it deleted, each with the delete marker that it put there, if any.
    var deleted: [StoredKey: String?] = [:]
    /// Keys that it says it did not delete.
    var failures: [StoredKey: Failure] = [:]

    /// What `aws s3api delete-objects` is asked for: one JSON array a line, in ASCII, of two values for
    /// what was deleted and of three for what was not.
    ///
    /// The whole answer as JSON costs the client 30 ms of CPU more, 1,000 keys in it.
    static let query =
        "[Deleted[].[to_string([Key,DeleteMarkerVersionId])],"
        + "Errors[].[to_string([Key,Code,Message])]]"

    /// Reads the answer; nil where it is none.
    ///
    /// - Parameter bytes: What the client printed, nothing or `None` where nothing was said of any key.
    init?(_ bytes: [UInt8]) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard read(line.span) else { return nil }
        }
    }

    private mutating func read(_ line: Span<UInt8>) -> Bool {
        if line.isOfEmptyParts { return true }
        var cursor = JSONLineCursor()
        guard cursor.take("[", in: line), let name = Self.value(&cursor, line),
            cursor.take(",", in: line), let second = Self.value(&cursor, line)
        else { return false }
        // One without a key is about the batch: nothing of it is confirmed.
        let key = StoredKey(name ?? [])
        if cursor.take("]", in: line) {
            if failures[key] == nil {
                deleted[key] = .some(second.map { String(decoding: $0, as: UTF8.self) })
            }
        } else {
            guard cursor.take(",", in: line), let third = Self.value(&cursor, line),
                cursor.take("]", in: line)
            else { return false }
            deleted[key] = nil
            failures[key] = Failure(
                code: String(decoding: second ?? [], as: UTF8.self),
                message: String(decoding: third ?? [], as: UTF8.self)
            )
        }
        return cursor.isAtEnd(of: line)
    }

    /// A text's bytes; nil inside for `null`, and nil outside where neither stands there.
    private static func value(_ cursor: inout JSONLineCursor, _ line: Span<UInt8>) -> [UInt8]?? {
        if let text = cursor.text(in: line) { return .some(text.bytes) }
        return cursor.takeNull(in: line) ? .some(nil) : nil
    }
}
