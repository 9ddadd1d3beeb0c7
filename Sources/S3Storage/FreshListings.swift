// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import SnapshotModel
internal import Storage
internal import Synchronization

/// What lay below places a moment ago: the look right before a removal and the removal itself need
/// not list twice.
///
/// Only for places inside what was listed before, which is what is about to go: a listing of a whole
/// root is not kept. Older than a minute it counts no more.
final class FreshListings: Sendable {
    /// What one listing showed below some prefixes.
    struct Look {
        fileprivate let started: Duration
        fileprivate let prefixes: [KeyPrefix]
        fileprivate let expected: Set<KeyPrefix>
        /// Nil where there was no room any more.
        fileprivate var objects: [[ListedObject]?]
        private var finder: RootFinder
        private var room = FreshListings.capacity

        fileprivate init(started: Duration, prefixes: [KeyPrefix], expected: Set<KeyPrefix>) {
            self.started = started
            self.prefixes = prefixes
            self.expected = expected
            objects = prefixes.map { _ in [] }
            finder = RootFinder(prefixes.enumerated().map { ($0.offset, $0.element) })
        }

        /// Keeps an object that lies below one of the prefixes.
        mutating func add(_ object: ListedObject) {
            guard !prefixes.isEmpty, let (index, _) = finder.root(of: object.key) else { return }
            if room == 0 { objects[index] = nil }
            guard objects[index] != nil else { return }
            objects[index]?.append(object)
            room -= 1
        }
    }

    private struct Kept {
        let started: Duration
        let objects: [ListedObject]
        var isExpected: Bool
    }

    private struct State {
        var kept: [KeyPrefix: Kept] = [:]
        var expected: Set<KeyPrefix> = []
        var singles: [StorageURL: (started: Duration, status: ObjectStatus?)] = [:]
    }

    private static let lifetime: Duration = .seconds(60)
    /// The most objects of one look that are kept; each takes about 300 bytes.
    fileprivate static let capacity = 300_000

    private let clock: MonotonicClock
    private let state = Mutex(State())

    init(clock: MonotonicClock) {
        self.clock = clock
    }

    /// Says that prefixes will be asked for right after the next listing that shows them.
    func expect(_ prefixes: [KeyPrefix]) {
        state.withLock { $0.expected = Set(prefixes) }
    }

    /// Begins to look below a prefix.
    ///
    /// - Parameters:
    ///   - prefix: What is listed.
    ///   - wanted: What of it is to be kept, apart from what is expected.
    /// - Returns: A look that keeps what it is given of these.
    func begin(below prefix: KeyPrefix, keeping wanted: [KeyPrefix]) -> Look {
        let expected = state.withLock { state in
            let inside = state.expected.filter {
                $0.bucket == prefix.bucket && $0.bytes.starts(with: prefix.bytes)
            }
            state.expected.subtract(inside)
            return inside
        }
        let all = Set(wanted).union(expected)
        return Look(started: clock.now, prefixes: Array(all), expected: expected)
    }

    /// Keeps a look that came to its end.
    func keep(_ look: Look) {
        let now = clock.now
        state.withLock { state in
            state.kept = state.kept.filter { now - $0.value.started < Self.lifetime }
            for (prefix, objects) in zip(look.prefixes, look.objects) {
                guard let objects else { continue }
                state.kept[prefix] = Kept(
                    started: look.started,
                    objects: objects,
                    isExpected: look.expected.contains(prefix)
                )
            }
        }
    }

    /// What lay below a prefix; nil where nobody looked in the last minute.
    func objects(below prefix: KeyPrefix) -> [ListedObject]? {
        let now = clock.now
        return state.withLock { state in
            guard let known = state.kept[prefix], now - known.started < Self.lifetime else {
                return nil
            }
            return known.objects
        }
    }

    /// What the look showed in which a prefix was expected; once, and nil where there was none.
    func expectedObjects(below prefix: KeyPrefix) -> [ListedObject]? {
        let isExpected = state.withLock { state in
            let isExpected = state.kept[prefix]?.isExpected ?? false
            state.kept[prefix]?.isExpected = false
            return isExpected
        }
        return isExpected ? objects(below: prefix) : nil
    }

    /// Forgets prefixes, and what lies inside them.
    func forget(_ prefixes: [KeyPrefix]) {
        let gone = Set(prefixes)
        state.withLock { state in state.kept = state.kept.filter { !gone.contains($0.key) } }
    }

    // MARK: Single objects

    /// Keeps what was seen of single objects.
    func keep(_ found: [(StorageURL, ObjectStatus?)], since started: Duration) {
        let now = clock.now
        state.withLock { state in
            state.singles = state.singles.filter { now - $0.value.started < Self.lifetime }
            for (place, status) in found { state.singles[place] = (started, status) }
        }
    }

    /// Now, for `keep(_:since:)`.
    var now: Duration { clock.now }

    /// What was seen of a single object in the last minute, once; nil where nobody looked.
    func takeStatus(of place: StorageURL) -> ObjectStatus?? {
        let now = clock.now
        return state.withLock { state in
            guard let known = state.singles.removeValue(forKey: place),
                now - known.started < Self.lifetime
            else { return nil }
            return .some(known.status)
        }
    }
}
