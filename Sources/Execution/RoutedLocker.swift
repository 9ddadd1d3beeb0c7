// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Hands roots to the locker of the store that they lie in, all of a store in one call.
struct RoutedLocker: RootLocker {
    let lockerFor: @Sendable (StorageURL) -> (any RootLocker)?

    func acquire(_ root: StorageURL, owner: LockOwner) throws(LockError) -> Instant {
        try locker(of: root, "lock").acquire(root, owner: owner)
    }

    func acquire(_ roots: [StorageURL], owner: LockOwner) throws(LockError) -> TakenLocks {
        try acquire(roots, sharing: [], owner: owner)
    }

    func acquire(
        _ roots: [StorageURL],
        sharing bases: Set<StorageURL>,
        owner: LockOwner
    ) throws(LockError) -> TakenLocks {
        var taken: [StorageURL] = []
        var unlooked: [StorageURL] = []
        var time: Instant?
        do throws(LockError) {
            for group in groups(of: roots) where lockerFor(group[0]) != nil {
                let locks = try locker(of: group[0], "lock")
                    .acquire(group, sharing: bases, owner: owner)
                taken += locks.roots
                unlooked += locks.unlooked
                time = time ?? locks.time
            }
        } catch {
            release(taken, owner: owner)
            throw error
        }
        return TakenLocks(roots: taken, time: time, unlooked: unlooked)
    }

    func limits(of roots: [StorageURL]) -> [StorageURL] {
        groups(of: roots).flatMap { lockerFor($0[0])?.limits(of: $0) ?? [] }
    }

    func check(_ directories: [StorageURL], owner: LockOwner) throws(LockError) {
        for group in groups(of: directories) {
            try locker(of: group[0], "look for a lock in").check(group, owner: owner)
        }
    }

    func renew(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        try locker(of: root, "renew the lock of").renew(root, owner: owner)
    }

    func renew(_ roots: [StorageURL], owner: LockOwner) throws(LockError) {
        for group in groups(of: roots) {
            try locker(of: group[0], "renew the lock of").renew(group, owner: owner)
        }
    }

    func confirm(_ roots: [StorageURL], owner: LockOwner) throws(LockError) {
        for group in groups(of: roots) {
            try locker(of: group[0], "look at the lock of").confirm(group, owner: owner)
        }
    }

    func release(_ roots: [StorageURL], owner: LockOwner) {
        for group in groups(of: roots) { lockerFor(group[0])?.release(group, owner: owner) }
    }

    func release(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        try locker(of: root, "release").release(root, owner: owner)
    }

    private func groups(of places: [StorageURL]) -> [[StorageURL]] {
        groupedByStore(places).map { $0.map { places[$0] } }
    }

    private func locker(
        of place: StorageURL,
        _ action: String
    ) throws(LockError) -> any RootLocker {
        if let locker = lockerFor(place) { return locker }
        throw .storage(
            StorageError(
                .failed,
                action: action,
                place: place,
                detail: "this build has no backend for the scheme \"\(place.scheme ?? "")\""
            )
        )
    }
}
