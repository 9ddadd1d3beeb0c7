// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// The locks of all roots of one run: all of them or none (law 11).
struct RootLocks {
    /// How long a lock holds unless it is renewed, in nanoseconds: ten minutes.
    static let lifetime: Int64 = 600_000_000_000

    private let locker: any RootLocker
    private let roots: [StorageURL]
    private var owner: LockOwner

    /// The moment that the store gave a new lock, to compare clocks with; nil without roots.
    let storeTime: Instant?

    /// Takes all locks, or gives back those that it got.
    ///
    /// - Parameters:
    ///   - roots: What to lock; a root inside another one is covered by that one's lock.
    ///   - owner: Who takes them.
    ///   - locker: Takes them.
    /// - Throws: `LockError` where one cannot be had.
    init(
        taking roots: [StorageURL],
        owner: LockOwner,
        with locker: any RootLocker
    ) throws(LockError) {
        self.locker = locker
        self.owner = owner
        // Always in one order, so that two runs over the same roots cannot wait for each other.
        let sorted = Self.outermost(roots)
        var taken: [StorageURL] = []
        var time: Instant?
        do throws(LockError) {
            for root in sorted {
                let given = try Self.acquire(root, owner, locker)
                time = time ?? given
                taken.append(root)
            }
        } catch {
            // What cannot be given back ends by its expiry.
            for root in taken { try? locker.release(root, owner: owner) }
            throw error
        }
        self.roots = sorted
        storeTime = time
    }

    /// Takes one lock; where its owner was killed and left children at work, ends them first.
    private static func acquire(
        _ root: StorageURL,
        _ owner: LockOwner,
        _ locker: any RootLocker
    ) throws(LockError) -> Instant {
        do throws(LockError) {
            return try locker.acquire(root, owner: owner)
        } catch {
            guard case .held(let holder, _) = error, holder.endAbandonedChildren(seenBy: owner)
            else { throw error }
            return try locker.acquire(root, owner: owner)
        }
    }

    private static func outermost(_ roots: [StorageURL]) -> [StorageURL] {
        let all = Set(roots)
        return all.filter { root in
            var current = root
            while current.path.bytes.count > 1 {
                current = current.parent
                if all.contains(current) { return false }
            }
            return true
        }.sorted()
    }

    /// Looks at locks that somebody may hold below the roots.
    ///
    /// - Parameter directories: Where the listing showed one.
    /// - Throws: `LockError` where one of them is held.
    func check(_ directories: [StorageURL]) throws(LockError) {
        try locker.check(directories, owner: owner)
    }

    /// Renews the locks when half their life is over.
    ///
    /// - Parameter now: The time.
    /// - Throws: `LockError` where one is not ours any more: work has to stop.
    mutating func keep(now: Instant) throws(LockError) {
        guard now.nanoseconds(since: owner.renewed) > Self.lifetime / 2 else { return }
        owner = owner.renewed(at: now, lasting: Self.lifetime)
        for root in roots { try locker.renew(root, owner: owner) }
    }

    /// Gives all locks back.
    func release() {
        for root in roots { try? locker.release(root, owner: owner) }
    }
}
