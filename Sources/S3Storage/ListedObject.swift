// SPDX-License-Identifier: Apache-2.0

package import SnapshotModel
package import Storage

/// A key exactly as the store has it: neither decoded nor normalised.
///
/// What metadata write, a `StorageURL`, is another type: there runs of slashes are one, while
/// `a/b` and `a//b` are two keys.
package struct StoredKey: Hashable, Comparable, Sendable {
    /// UTF-8; at most 1,024 bytes.
    package let bytes: [UInt8]

    /// Makes a key of its bytes.
    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The key as text, for arguments.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Tells whether a key comes before another, byte by byte, as the store orders them.
    package static func < (left: StoredKey, right: StoredKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// The last part of the key, behind its last slash.
    package var lastComponent: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// Whether a batch may hold it: one control character makes the store refuse all of a batch.
    ///
    /// Source: XML 1.0 allows tab, line feed and carriage return only; measured on Ceph 16, moto 5
    /// and SeaweedFS 4.
    package var fitsBatch: Bool {
        !bytes.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
            && String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy {
                $0.value != 0xFFFE && $0.value != 0xFFFF
            }
    }

    /// Whether a command line can name it: `aws` reads a file where a value begins so.
    ///
    /// Source: AWS CLI user guide, "Loading a parameter from a file": `file://`, `fileb://`, and in
    /// version 1 `http://`, `https://`.
    package var fitsArgument: Bool {
        !bytes.isEmpty && !bytes.contains(0)
            && !["file://", "fileb://", "http://", "https://"].contains {
                bytes.starts(with: $0.utf8)
            }
    }
}

/// One object as a listing shows it.
package struct ListedObject: Hashable, Sendable {
    /// Its key.
    package var key: StoredKey
    /// False where the listing does not tell the key's bytes; then nothing can be done with it.
    package var isExact: Bool
    /// Length in bytes.
    package var size: Int64
    /// When it was written, as fine as the store tells.
    package var modified: Instant
    /// The entity tag, with its quotation marks where the store gives them.
    package var tag: [UInt8]

    /// Makes one of its parts.
    package init(
        key: StoredKey,
        isExact: Bool = true,
        size: Int64,
        modified: Instant,
        tag: [UInt8]
    ) {
        self.key = key
        self.isExact = isExact
        self.size = size
        self.modified = modified
        self.tag = tag
    }

    /// What tells it from another one put under its key: a hash of the entity tag, and the time.
    ///
    /// Quotation marks are left out: not every client prints them.
    package var identity: ObjectIdentity {
        var hash: (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x9ae1_6a3b_2f90_404f)
        for byte in tag where byte != UInt8(ascii: "\"") {
            hash.0 = (hash.0 ^ UInt64(byte)) &* 0x100_0000_01b3
            hash.1 = (hash.1 &+ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15
        }
        return ObjectIdentity(device: hash.1, inode: hash.0, changed: modified)
    }
}
