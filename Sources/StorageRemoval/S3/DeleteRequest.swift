// SPDX-License-Identifier: Apache-2.0

internal import Foundation
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

    private struct Written: Decodable {
        struct Deleted: Decodable {
            var Key: String
            var DeleteMarkerVersionId: String?
        }
        struct Error: Decodable {
            var Key: String?
            var Code: String?
            var Message: String?
        }
        var Deleted: [Deleted]?
        var Errors: [Error]?
    }

    /// Reads the answer; nil where it is none.
    ///
    /// - Parameter bytes: What the client printed, empty where nothing was said of any key.
    init?(_ bytes: [UInt8]) {
        guard bytes.contains(where: { $0 > 0x20 }) else { return }
        guard let written = try? JSONDecoder().decode(Written.self, from: Data(bytes)) else {
            return nil
        }
        for entry in written.Deleted ?? [] {
            deleted[StoredKey(entry.Key.utf8)] = .some(entry.DeleteMarkerVersionId)
        }
        for entry in written.Errors ?? [] {
            // One without a key is about the batch: nothing of it is confirmed.
            let key = StoredKey((entry.Key ?? "").utf8)
            deleted[key] = nil
            failures[key] = Failure(code: entry.Code ?? "", message: entry.Message ?? "")
        }
    }
}
