// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import SnapshotModel
internal import Synchronization

/// What lay below places a moment ago: the look right before a removal and the removal itself need
/// not list twice.
///
/// Only for places inside what was listed before, which is what is about to go: a listing of a whole
/// root is not kept. Older than a minute it counts no more.
final class FreshListings: Sendable {
    /// What one listing showed below some of its roots.
    struct Look {
        fileprivate let started: Duration
        fileprivate var objects: [Int: [ListedObject]]

        mutating func add(_ object: ListedObject, below root: Int) {
            objects[root]?.append(object)
        }
    }

    private struct Kept {
        let started: Duration
        let objects: [ListedObject]
    }

    private static let lifetime: Duration = .seconds(60)

    private let clock: MonotonicClock
    private let kept = Mutex<[KeyPrefix: Kept]>([:])

    init(clock: MonotonicClock) {
        self.clock = clock
    }

    /// Begins to look below roots; only what is added below these is kept.
    func begin(_ roots: [Int]) -> Look {
        Look(started: clock.now, objects: Dictionary(roots.map { ($0, []) }) { first, _ in first })
    }

    /// Keeps a look that came to its end.
    func keep(_ look: Look, _ roots: [(root: Int, prefix: KeyPrefix)]) {
        kept.withLock { kept in
            kept = kept.filter { clock.now - $0.value.started < Self.lifetime }
            for (root, prefix) in roots {
                guard let objects = look.objects[root] else { continue }
                kept[prefix] = Kept(started: look.started, objects: objects)
            }
        }
    }

    /// What lay below a prefix; nil where nobody looked in the last minute.
    func objects(below prefix: KeyPrefix) -> [ListedObject]? {
        kept.withLock { kept in
            guard let known = kept[prefix], clock.now - known.started < Self.lifetime else {
                return nil
            }
            return known.objects
        }
    }

    /// Forgets prefixes, and what lies inside them.
    func forget(_ prefixes: [KeyPrefix]) {
        let gone = Set(prefixes)
        kept.withLock { kept in kept = kept.filter { !gone.contains($0.key) } }
    }
}
