// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What a reader remembers of its listings, for what it is asked next.
///
/// Of how many keys lie below a prefix, to choose the cheaper of two ways; and of metadata their
/// length and time, to check what is read later against what was listed.
final class ListingNotes: Sendable {
    private struct State {
        var requested: Set<KeyPrefix> = []
        var children: [KeyPrefix: Int] = [:]
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

    /// Notes what a listing was asked about.
    func noteRequest(_ prefixes: [KeyPrefix]) {
        state.withLock { $0.requested.formUnion(prefixes) }
    }

    /// Tells whether something above a prefix was asked for before: who asks again looks right before
    /// something happens.
    func isRequestedAbove(_ prefix: KeyPrefix) -> Bool {
        state.withLock { state in
            state.requested.contains { asked in
                asked.bucket == prefix.bucket && prefix.bytes.starts(with: asked.bytes)
                    && prefix.bytes.count > asked.bytes.count
            }
        }
    }

    /// Notes how many names lie directly below a prefix.
    func note(_ prefix: KeyPrefix, children: Int) {
        state.withLock { $0.children[prefix] = children }
    }

    /// How many names lie directly below a prefix; nil where nobody looked.
    func children(of prefix: KeyPrefix) -> Int? {
        state.withLock { $0.children[prefix] }
    }

    /// The longest listed prefix that a key or a longer prefix begins with; nil where there is none.
    func listed(above bytes: [UInt8], in bucket: String) -> KeyPrefix? {
        state.withLock { state in
            state.counts.keys
                .filter { $0.bucket == bucket && bytes.starts(with: $0.bytes) }
                .max { $0.bytes.count < $1.bytes.count }
        }
    }

    /// What a listing showed of an object; nil where none did.
    func object(_ key: StoredKey, in bucket: String) -> ListedObject? {
        state.withLock { $0.metadata[bucket]?[key] }
    }

    /// The most keys that may lie below a prefix, and the most metadata; nil where nobody looked.
    func count(below prefix: KeyPrefix) -> (keys: Int, metadata: Int)? {
        guard let nearest = listed(above: prefix.bytes, in: prefix.bucket) else { return nil }
        return state.withLock { ($0.counts[nearest] ?? 0, $0.metadataCounts[nearest] ?? 0) }
    }
}
