// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import SnapshotModel
package import Storage

/// An object as a run saw it before it went to the trash.
package struct TrashedObject: Hashable, Sendable {
    /// Its key.
    package let key: StoredKey
    /// Length in bytes.
    package let size: Int64
    /// When it was written.
    package let modified: Instant
    /// What tells it from others that were put under its key.
    package let identity: ObjectIdentity

    /// Makes one of its parts.
    package init(key: StoredKey, size: Int64, modified: Instant, identity: ObjectIdentity) {
        self.key = key
        self.size = size
        self.modified = modified
        self.identity = identity
    }

    /// Makes one of what a listing shows.
    package init(_ object: ListedObject) {
        self.init(
            key: object.key,
            size: object.size,
            modified: object.modified,
            identity: object.identity
        )
    }
}

/// What a run wrote down about objects that it deleted.
package struct TrashRecord: Codable {
    /// One object.
    package struct Entry: Codable, Sendable {
        /// The path of the item that it belongs to, below the root; bytes.
        package let path: [UInt8]
        /// The object as the run saw it last.
        package let object: TrashedObject
        /// The delete marker in its place; nil where it was not deleted yet, or nobody said.
        package let marker: String?

        /// Makes an entry of its parts.
        package init(path: ObjectName, _ object: TrashedObject, marker: String?) {
            self.path = path.bytes
            self.object = object
            self.marker = marker
        }

        private enum CodingKeys: String, CodingKey {
            case path, key, marker, bytes, modified, device, inode
        }

        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            path = Array(try values.decode(Data.self, forKey: .path))
            let modified = Instant(nanoseconds: try values.decode(Int64.self, forKey: .modified))
            object = TrashedObject(
                key: StoredKey(try values.decode(Data.self, forKey: .key)),
                size: try values.decode(Int64.self, forKey: .bytes),
                modified: modified,
                identity: ObjectIdentity(
                    device: try values.decode(UInt64.self, forKey: .device),
                    inode: try values.decode(UInt64.self, forKey: .inode),
                    changed: modified
                )
            )
            marker = try values.decodeIfPresent(String.self, forKey: .marker)
        }

        package func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(Data(path), forKey: .path)
            try values.encode(Data(object.key.bytes), forKey: .key)
            try values.encode(object.size, forKey: .bytes)
            try values.encode(object.modified.nanoseconds, forKey: .modified)
            try values.encode(object.identity.device, forKey: .device)
            try values.encode(object.identity.inode, forKey: .inode)
            try values.encodeIfPresent(marker, forKey: .marker)
        }
    }

    /// Where records lie below a root, each run's in a directory of its own.
    package static let directory: ObjectName = ".janitor-trash"

    private(set) var format = 2
    /// All objects.
    package let entries: [Entry]

    /// Makes a record.
    package init(entries: [Entry]) {
        self.entries = entries
    }

    /// Reads what `encoded` gives; nil where it is anything else.
    package init?(_ bytes: [UInt8]) {
        guard let record = try? JSONDecoder().decode(TrashRecord.self, from: Data(bytes)),
            record.format == 2
        else { return nil }
        self = record
    }

    /// The record as JSON.
    package var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }

    /// A name for a record's bytes that no other one has: a word, and what proves them.
    package static func name(_ word: String, of bytes: [UInt8]) -> String {
        "\(word)-\(checksum(bytes))"
    }

    /// Tells whether a name is one of a record; whatever else lies beside them is none of ours.
    static func isName(_ name: ArraySlice<UInt8>) -> Bool {
        guard let word = words.first(where: { name.starts(with: $0) }) else { return false }
        let sum = name.dropFirst(word.count)
        return sum.count == 32 && sum.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }

    private static let words = ["keys-", "markers-"].map { Array($0.utf8) }

    /// Tells whether bytes are those that a record of this name was made of.
    static func isName(_ name: String, of bytes: [UInt8]) -> Bool {
        name.hasSuffix("-\(checksum(bytes))")
    }

    private static func checksum(_ bytes: [UInt8]) -> String {
        var sum = Checksum128()
        bytes.withUnsafeBytes { sum.add($0) }
        return "\(sum)"
    }
}
