// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What a reader remembers of its listings, for what it is asked next.
///
/// Of how many keys lie below a prefix, to choose the cheaper of two ways; and of metadata their
/// length and time, to check what is read later against what was listed.
final class ListingNotes: Sendable {
    private struct State {
        var counts: [KeyPrefix: Int] = [:]
        var metadataCounts: [KeyPrefix: Int] = [:]
        var metadata: [String: [StoredKey: ListedObject]] = [:]
    }

    private let state = Mutex(State())

    /// Objects whose length and time are kept: Flink's metadata.
    static let metadataName = Array("_metadata".utf8)

    /// Notes a listing that came to its end.
    func note(_ prefix: KeyPrefix, count: Int, metadata: [ListedObject]) {
        state.withLock { state in
            state.counts[prefix] = count
            state.metadataCounts[prefix] = metadata.count
            for object in metadata {
                state.metadata[prefix.bucket, default: [:]][object.key] = object
            }
        }
    }

    /// Tells whether something above a prefix was listed before: who asks again looks right before
    /// something happens.
    func isKnownInside(_ prefix: KeyPrefix) -> Bool {
        state.withLock { state in
            state.counts.keys.contains { listed in
                listed.bucket == prefix.bucket && prefix.bytes.starts(with: listed.bytes)
                    && prefix.bytes.count > listed.bytes.count
            }
        }
    }

    /// What a listing showed of an object; nil where none did.
    func object(_ key: StoredKey, in bucket: String) -> ListedObject? {
        state.withLock { $0.metadata[bucket]?[key] }
    }

    /// The most keys that may lie below a prefix, and the most metadata; nil where nobody looked.
    func count(below prefix: KeyPrefix) -> (keys: Int, metadata: Int)? {
        state.withLock { state in
            let known = state.counts.keys.filter { listed in
                listed.bucket == prefix.bucket && prefix.bytes.starts(with: listed.bytes)
            }
            guard let nearest = known.max(by: { $0.bytes.count < $1.bytes.count }) else {
                return nil
            }
            return (state.counts[nearest] ?? 0, state.metadataCounts[nearest] ?? 0)
        }
    }
}
