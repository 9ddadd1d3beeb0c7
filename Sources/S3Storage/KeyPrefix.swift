// SPDX-License-Identifier: Apache-2.0

package import SnapshotModel

/// What all keys below a place begin with: nothing, or something that ends in a slash.
///
/// Without the slash `sp-1` would be the beginning of `sp-10` too.
package struct KeyPrefix: Hashable, Sendable {
    /// The bucket.
    package let bucket: String
    /// Empty for the whole bucket; else ends in `/`.
    package let bytes: [UInt8]

    /// Makes the prefix of a place; nil where it lies in no S3 store.
    package init?(_ place: StorageURL) {
        guard place.schemeFamily == "s3", !place.authority.isEmpty else { return nil }
        bucket = place.authority
        let path = place.path.bytes.dropFirst()
        bytes = path.isEmpty ? [] : Array(path) + [UInt8(ascii: "/")]
    }

    /// Makes a prefix of its parts.
    package init(bucket: String, bytes: [UInt8]) {
        self.bucket = bucket
        self.bytes = bytes
    }

    /// Whether it is a bare bucket, below which nothing is ever removed.
    package var isBucket: Bool { bytes.isEmpty }

    /// As text, for arguments.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The prefix without its last component; a bare bucket is its own.
    package var parent: KeyPrefix {
        let end = bytes.dropLast().lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return KeyPrefix(bucket: bucket, bytes: Array(bytes[..<end]))
    }

    /// The longest prefix that both have in common; nil in two buckets.
    package func shared(with other: KeyPrefix) -> KeyPrefix? {
        guard bucket == other.bucket else { return nil }
        let common = zip(bytes, other.bytes).prefix { $0 == $1 }.count
        let end = bytes[..<common].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return KeyPrefix(bucket: bucket, bytes: Array(bytes[..<end]))
    }

    /// The path of a key below it; nil for a key that does not begin with it.
    package func path(of key: StoredKey) -> ArraySlice<UInt8>? {
        guard key.bytes.starts(with: bytes) else { return nil }
        return key.bytes[bytes.count...]
    }
}

extension StorageURL {
    /// The key of an object at this place; nil where it lies in no S3 store or names a bucket.
    package var storedKey: StoredKey? {
        guard schemeFamily == "s3", !authority.isEmpty, path.bytes.count > 1 else { return nil }
        return StoredKey(path.bytes.dropFirst())
    }
}
