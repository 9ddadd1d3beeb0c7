// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Policy
public import S3Storage
public import SnapshotModel
internal import Storage
internal import Synchronization

/// Locks of roots in S3: an object `<root>/.janitor-lock/owner`, written by conditional puts only.
///
/// A lock is given back by writing that it is free, on the condition that it is still one's own, not
/// by deleting it: of two takers the second finds another entity tag. Where the client or the store
/// does not hold to conditions, only a lock on this machine excludes another janitor, and `limits`
/// says so.
///
/// Every call is a process: roots that are all that lies in one directory share a lock there.
public final class S3Locker: RootLocker {
    private let objects: LockObjects
    /// Where the lock of a root lies that an owner holds.
    private let places = Mutex<[HeldLock: StorageURL]>([:])

    private var parallel: Int { objects.calls.settings.parallel }

    /// Makes a locker.
    ///
    /// - Parameter storage: The reading half.
    public init(storage: S3Storage) {
        objects = LockObjects(storage)
    }

    /// Roots whose lock excludes janitors on this machine only.
    public var limits: [StorageURL] {
        places.withLock { places in
            Set(places.filter { objects.isMachines($0.value) }.map(\.key.place)).sorted()
        }
    }

    /// Those of some roots whose lock excludes janitors on this machine only.
    public func limits(of roots: [StorageURL]) -> [StorageURL] {
        limits.filter(Set(roots).contains)
    }

    /// Takes the lock of a root, or takes over one whose owner is gone.
    public func acquire(_ root: StorageURL, owner: LockOwner) throws(LockError) -> Instant {
        let started = objects.now
        try take(root, owner)
        places.withLock { $0[HeldLock(root, owner)] = root }
        return try objects.time(at: root, owner, since: started)
    }

    /// Takes the locks of many roots, or none of them; several at a time.
    public func acquire(
        _ roots: [StorageURL],
        owner: LockOwner
    ) throws(LockError) -> TakenLocks {
        try acquire(roots, sharing: [], owner: owner)
    }

    /// Takes the locks of many roots, or none of them; those in one of the bases share a lock there.
    public func acquire(
        _ roots: [StorageURL],
        sharing bases: Set<StorageURL>,
        owner: LockOwner
    ) throws(LockError) -> TakenLocks {
        let started = objects.now
        let shared = SharedLocks(of: roots, in: bases)
        try lookAbove(shared.places, owner)
        let results = concurrentMap(shared.places, atMost: parallel) { place in
            Result { () throws(LockError) in try self.take(place, owner) }
        }
        let taken = zip(shared.places, results).filter { (try? $1.get()) != nil }.map(\.0)
        let locked = roots.filter { shared.place(of: $0).map(taken.contains) ?? false }
        places.withLock { places in
            for root in locked { places[HeldLock(root, owner)] = shared.place(of: root) }
        }
        do throws(LockError) {
            for result in results {
                do throws(LockError) {
                    try result.get()
                } catch .storage(let error) where error.reason == .notFound {
                    // A job that never wrote has nothing to lock.
                }
            }
            guard let first = taken.first else { return TakenLocks(roots: [], time: nil) }
            // Again, since a lock above may have been taken between the look and our own.
            try lookAbove(taken, owner)
            return TakenLocks(
                roots: locked,
                time: try objects.time(at: first, owner, since: started),
                unlooked: locked.filter { shared.place(of: $0) != $0 }
            )
        } catch {
            release(locked, owner: owner)
            throw error
        }
    }

    /// Looks at locks that the listing of a root has shown below it.
    public func check(_ directories: [StorageURL], owner: LockOwner) throws(LockError) {
        let states = concurrentMap(directories, atMost: parallel) { directory in
            Result { () throws(LockError) in try self.objects.state(at: directory, isLikely: true) }
        }
        for (directory, state) in zip(directories, states) {
            guard let state = try state.get() else { continue }
            let isOwn = state.owner.token == owner.token
            if isOwn, state.root == directory.path.description { continue }
            try state.judge(at: directory, for: owner)
        }
    }

    /// Writes a later expiry into a lock that is held.
    public func renew(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        try renew([root], owner: owner)
    }

    /// Writes a later expiry into many locks; several at a time.
    public func renew(_ roots: [StorageURL], owner: LockOwner) throws(LockError) {
        let results = concurrentMap(held(roots, owner), atMost: parallel) { place in
            Result { () throws(LockError) in try self.objects.renew(at: place, for: owner) }
        }
        for result in results { try result.get() }
    }

    /// Gives a lock back; nothing happens where it is not the owner's any more.
    public func release(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        let held = held([root], owner)
        places.withLock { $0[HeldLock(root, owner)] = nil }
        for place in held { try objects.release(at: place, from: owner) }
    }

    /// Gives many locks back; several at a time.
    public func release(_ roots: [StorageURL], owner: LockOwner) {
        let held = held(roots, owner)
        places.withLock { places in
            for root in roots { places[HeldLock(root, owner)] = nil }
        }
        _ = concurrentMap(held, atMost: parallel) { place in
            try? self.objects.release(at: place, from: owner)
        }
    }

    // MARK: - Steps

    /// Where the locks of roots lie, each once; a root that is not locked stands for itself.
    private func held(_ roots: [StorageURL], _ owner: LockOwner) -> [StorageURL] {
        places.withLock { places in
            Set(roots.map { places[HeldLock($0, owner)] ?? $0 }).sorted()
        }
    }

    private func take(_ place: StorageURL, _ owner: LockOwner) throws(LockError) {
        for _ in 0..<20 {
            let state = try objects.state(at: place, isLikely: true)
            if let state {
                try state.judge(at: place, for: owner)
            } else {
                try objects.requireAnything(below: place)
            }
            do throws(LockError) {
                try objects.write(owner, at: place, for: owner, over: state?.tag)
                return
            } catch .lost {
                // Somebody was faster; who it was shows the next look.
            }
        }
        throw .unreadable(at: place, detail: "it changes hands again and again")
    }

    /// Looks for locks in every prefix above places.
    private func lookAbove(_ places: [StorageURL], _ owner: LockOwner) throws(LockError) {
        let others = Set(places.flatMap(\.above)).subtracting(places).sorted()
        let states = concurrentMap(others, atMost: parallel) { place in
            Result { () throws(LockError) in try self.objects.state(at: place, isLikely: false) }
        }
        for (place, state) in zip(others, states) {
            try state.get()?.judge(at: place, for: owner)
        }
    }
}

/// A lock and who holds it.
struct HeldLock: Hashable {
    let place: StorageURL
    let token: String

    init(_ place: StorageURL, _ owner: LockOwner) {
        self.place = place
        token = owner.token
    }
}

/// Which roots share a lock, and where it lies.
struct SharedLocks {
    private var byRoot: [StorageURL: StorageURL] = [:]

    /// Puts roots that lie straight in a base together, as far as that is no bare bucket.
    init(of roots: [StorageURL], in bases: Set<StorageURL>) {
        let siblings = Dictionary(grouping: roots, by: \.parent)
        for root in roots {
            let parent = root.parent
            let isShared =
                bases.contains(parent) && parent.path.bytes.count > 1
                && siblings[parent]?.count ?? 0 > 1
            byRoot[root] = isShared ? parent : root
        }
        // A place in another one is locked by the other one's lock.
        let all = Set(byRoot.values)
        for (root, place) in byRoot {
            if let outermost = place.above.last(where: all.contains) { byRoot[root] = outermost }
        }
    }

    /// Where locks lie, each once.
    var places: [StorageURL] { Set(byRoot.values).sorted() }

    /// Where the lock of a root lies.
    func place(of root: StorageURL) -> StorageURL? { byRoot[root] }
}
