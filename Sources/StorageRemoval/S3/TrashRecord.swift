// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import S3Storage
internal import SnapshotModel
internal import Storage

/// What a run wrote down about objects that it deleted.
struct TrashRecord: Codable {
    /// One object.
    struct Entry: Codable {
        /// The path of the item that it belongs to, below the root; bytes.
        var path: [UInt8]
        /// Its key; bytes.
        var key: [UInt8]
        /// The delete marker in its place; nil where it was not deleted yet.
        var marker: String?

        init(_ item: RemovalItem, _ key: StoredKey, _ marker: String?) {
            path = item.path.bytes
            self.key = key.bytes
            self.marker = marker
        }

        private enum CodingKeys: String, CodingKey {
            case path, key, marker
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            path = Array(try values.decode(Data.self, forKey: .path))
            key = Array(try values.decode(Data.self, forKey: .key))
            marker = try values.decodeIfPresent(String.self, forKey: .marker)
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(Data(path), forKey: .path)
            try values.encode(Data(key), forKey: .key)
            try values.encodeIfPresent(marker, forKey: .marker)
        }
    }

    var format = 1
    var entries: [Entry]

    init(entries: [Entry]) {
        self.entries = entries
    }

    /// Reads what `encoded` gives; nil where it is anything else.
    init?(_ bytes: [UInt8]) {
        guard let record = try? JSONDecoder().decode(TrashRecord.self, from: Data(bytes)),
            record.format == 1
        else { return nil }
        self = record
    }

    /// The record as JSON.
    var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }

    /// A name for it that no other one has.
    var checksum: String {
        var sum = Checksum128()
        encoded.withUnsafeBytes { sum.add($0) }
        return "\(sum)"
    }
}
