// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// The locks of all roots of one command: all of them or none (law 11).
///
/// They are renewed while the command works, however long one step takes.
struct RootLocks {
    /// How long a lock holds unless it is renewed, in nanoseconds, where no call takes long: ten
    /// minutes.
    static let lifetime: Int64 = 600_000_000_000

    /// What is locked, sorted; none inside another.
    let roots: [StorageURL]
    /// Those of them of which nobody has seen yet whether somebody else holds them alone.
    private let unlooked: Set<StorageURL>
    private let locker: any RootLocker
    private let keeper: LockKeeper

    /// The moment that the store gave a new lock, to compare clocks with; nil without roots.
    let storeTime: Instant?

    /// Takes all locks, or gives back those that it got.
    ///
    /// - Parameters:
    ///   - roots: What to lock as far as it is there; a root inside another one is covered by that
    ///     one's lock.
    ///   - bases: Directories of which every one that lies in them is a root.
    ///   - owner: Who takes them.
    ///   - locker: Takes them.
    ///   - patience: How long to try again while somebody else holds one.
    ///   - clock: The time.
    /// - Throws: `LockError` where one cannot be had.
    init(
        taking roots: [StorageURL],
        sharing bases: Set<StorageURL> = [],
        owner: LockOwner,
        with locker: any RootLocker,
        patience: LockPatience = .none,
        clock: @escaping @Sendable () -> Instant
    ) throws(LockError) {
        let sorted = Self.outermost(roots)
        var patience = patience
        while true {
            let current = owner.renewed(at: clock(), lasting: owner.lifetime)
            do throws(LockError) {
                // Always in one order, so that two runs cannot wait for each other.
                let taken = try Self.acquire(sorted, bases, current, locker)
                self.roots = taken.roots
                storeTime = taken.time
                unlooked = Set(taken.unlooked)
                keeper = LockKeeper(
                    roots: taken.roots,
                    owner: current,
                    locker: locker,
                    clock: clock
                )
                break
            } catch {
                guard error.mayPass, patience.pause() else { throw error }
            }
        }
        self.locker = locker
    }

    /// Takes all locks; where an owner was killed and left children at work, ends them first.
    private static func acquire(
        _ roots: [StorageURL],
        _ bases: Set<StorageURL>,
        _ owner: LockOwner,
        _ locker: any RootLocker
    ) throws(LockError) -> TakenLocks {
        // Each root may have been another one's.
        for _ in roots {
            do throws(LockError) {
                return try locker.acquire(roots, sharing: bases, owner: owner)
            } catch {
                guard case .held(let holder, _) = error, holder.endAbandonedChildren(seenBy: owner)
                else { throw error }
            }
        }
        return try locker.acquire(roots, sharing: bases, owner: owner)
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

    /// Tells whether a root is locked, by its own lock or by that of a root that holds it.
    func cover(_ root: StorageURL) -> Bool {
        roots.contains { root.path(below: $0) != nil }
    }

    /// Looks at locks that somebody may hold below the roots.
    ///
    /// - Parameter directories: Where the listing showed one.
    /// - Throws: `LockError` where one of them is held.
    func check(_ directories: [StorageURL]) throws(LockError) {
        // Our own were looked at when they were taken.
        let own = Set(roots).subtracting(unlooked)
        let others = Set(directories).subtracting(own).sorted()
        if !others.isEmpty { try locker.check(others, owner: keeper.owner) }
    }

    /// Looks at locks that somebody may hold of roots that are locked together with others; for who
    /// has no listing yet, which would show where there are any.
    ///
    /// - Throws: `LockError` where one of them is held.
    func checkUnlooked() throws(LockError) {
        if !unlooked.isEmpty { try locker.check(unlooked.sorted(), owner: keeper.owner) }
    }

    /// The roots that are locked against this machine's processes only.
    var limits: [StorageURL] { locker.limits(of: roots) }

    /// Makes sure that all locks are still ours, and renews them when half their life is over.
    ///
    /// - Parameter now: The time.
    /// - Throws: `LockError` where one is not ours any more: work has to stop.
    mutating func keep(now: Instant) throws(LockError) { try keeper.keep(now: now) }

    /// Gives all locks back.
    func release() { locker.release(roots, owner: keeper.end()) }
}

extension LockError {
    /// Waiting may help.
    fileprivate var mayPass: Bool {
        switch self {
        case .held, .heldHere, .unreadable: true
        case .sameRoot, .lost, .storage: false
        }
    }
}

extension LockError {
    /// Two places of the policy are one: it is wrong as it is written.
    var isPolicyError: Bool {
        if case .sameRoot = self { true } else { false }
    }

    /// Somebody else is at work, or was until now; anything else is a failure.
    var isHeld: Bool {
        switch self {
        case .held, .heldHere, .unreadable, .lost: true
        case .sameRoot, .storage: false
        }
    }
}
