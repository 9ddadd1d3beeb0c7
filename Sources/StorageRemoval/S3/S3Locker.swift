// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Foundation
internal import Glibc
internal import Policy
public import S3Storage
public import SnapshotModel
internal import Storage
internal import Synchronization

/// Locks of roots in S3: an object `<root>/.janitor-lock/owner`, written by conditional puts only.
///
/// A lock is given back by writing that it is free, on the condition that it is still one's own, not
/// by deleting it: of two takers the second finds another entity tag. Where the client or the store
/// knows no conditions, only a lock on this machine excludes another janitor, and `limits` says so.
public final class S3Locker: RootLocker {
    private let calls: S3Calls
    private let storage: S3Storage
    /// The entity tag of each lock that is held.
    private let tags = Mutex<[StorageURL: String]>([:])
    private let machineLocks = Mutex<[StorageURL: MachineLock]>([:])

    /// Makes a locker.
    ///
    /// - Parameter storage: The reading half.
    public init(storage: S3Storage) {
        self.storage = storage
        calls = storage.calls
    }

    /// Roots whose lock excludes janitors on this machine only.
    public var limits: [StorageURL] { machineLocks.withLock { $0.keys.sorted() } }

    /// Takes the lock of a root, or takes over one whose owner is gone.
    public func acquire(_ root: StorageURL, owner: LockOwner) throws(LockError) -> Instant {
        try take(root, owner)
        return try time(of: root, owner)
    }

    /// Takes the locks of many roots, or none of them; several at a time.
    public func acquire(
        _ roots: [StorageURL],
        owner: LockOwner
    ) throws(LockError) -> TakenLocks {
        try lookAbove(roots, owner)
        let results = concurrentMap(roots, atMost: calls.settings.parallel) { root in
            Result { () throws(LockError) in try self.take(root, owner) }
        }
        let taken = zip(roots, results).filter { (try? $1.get()) != nil }.map(\.0)
        do throws(LockError) {
            for result in results { try result.get() }
            // Again, since a lock above may have been taken between the look and our own.
            try lookAbove(roots, owner)
            guard let first = roots.first else { return TakenLocks(roots: [], time: nil) }
            return TakenLocks(roots: roots, time: try time(of: first, owner))
        } catch {
            release(taken, owner: owner)
            throw error
        }
    }

    /// Looks at locks that the listing of a root has shown below it.
    public func check(_ directories: [StorageURL], owner: LockOwner) throws(LockError) {
        let states = concurrentMap(directories, atMost: calls.settings.parallel) { directory in
            Result { () throws(LockError) in try self.state(of: directory) }
        }
        for (directory, state) in zip(directories, states) {
            guard let state = try state.get() else { continue }
            let isOwn = state.owner.token == owner.token
            if isOwn, state.root == directory.path.description { continue }
            try judge(state, at: directory, owner)
        }
    }

    /// Writes a later expiry into a lock that is held.
    public func renew(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        guard let tag = tags.withLock({ $0[root] }) else { throw .lost(at: root) }
        try write(owner, at: root, over: tag)
    }

    /// Writes a later expiry into many locks; several at a time.
    public func renew(_ roots: [StorageURL], owner: LockOwner) throws(LockError) {
        let results = concurrentMap(roots, atMost: calls.settings.parallel) { root in
            Result { () throws(LockError) in try self.renew(root, owner: owner) }
        }
        for result in results { try result.get() }
    }

    /// Gives a lock back; nothing happens where it is not the owner's any more.
    public func release(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        defer {
            tags.withLock { $0[root] = nil }
            machineLocks.withLock { $0[root] = nil }
        }
        guard let tag = tags.withLock({ $0[root] }) else { return }
        do throws(LockError) {
            try write(owner.released, at: root, over: tag)
        } catch .lost {
            return
        }
    }

    /// Gives many locks back; several at a time.
    public func release(_ roots: [StorageURL], owner: LockOwner) {
        _ = concurrentMap(roots, atMost: calls.settings.parallel) { root in
            try? self.release(root, owner: owner)
        }
    }

    // MARK: - Steps

    private struct LockState {
        let owner: LockOwner
        let root: String?
        let tag: String
    }

    private func take(_ root: StorageURL, _ owner: LockOwner) throws(LockError) {
        for _ in 0..<20 {
            let state = try state(of: root)
            if let state {
                if state.owner.token == owner.token { throw .sameRoot(at: root) }
                try judge(state, at: root, owner)
            }
            do throws(LockError) {
                try write(owner, at: root, over: state?.tag)
                return
            } catch .lost {
                // Somebody was faster; who it was shows the next look.
            }
        }
        throw .unreadable(at: root, detail: "it changes hands again and again")
    }

    private func judge(
        _ state: LockState,
        at place: StorageURL,
        _ owner: LockOwner
    ) throws(LockError) {
        if state.owner.token == owner.token { throw .sameRoot(at: place) }
        if !state.owner.isReleased, !state.owner.isOver(seenBy: owner) {
            throw .held(by: state.owner, at: place)
        }
    }

    /// Looks for locks in every prefix above roots.
    private func lookAbove(_ roots: [StorageURL], _ owner: LockOwner) throws(LockError) {
        var above: Set<StorageURL> = []
        for root in roots {
            var place = root.parent
            while place.path.bytes.count > 1 {
                above.insert(place)
                place = place.parent
            }
        }
        let places = above.subtracting(roots).sorted()
        let states = concurrentMap(places, atMost: calls.settings.parallel) { place in
            Result { () throws(LockError) in try self.state(of: place) }
        }
        for (place, state) in zip(places, states) {
            if let state = try state.get() { try judge(state, at: place, owner) }
        }
    }

    private static let entry = ObjectName(".janitor-lock/owner")

    private func state(of root: StorageURL) throws(LockError) -> LockState? {
        let place = root.appending(Self.entry)
        guard let key = place.storedKey else { return nil }
        do throws(S3Failure) {
            // A listing says that nothing is there without an error, and one call is enough for it.
            var isThere = false
            try calls.list(KeyPrefix(bucket: root.authority, bytes: key.bytes)) { object in
                if object.key == key { isThere = true }
            }
            guard isThere, let (bytes, tag) = try calls.content(of: key, in: root.authority) else {
                return nil
            }
            guard let record = LockRecord.decode(bytes), let owner = record.owner else {
                throw S3Failure("it does not read as a lock", reason: .changed)
            }
            return LockState(owner: owner, root: record.root, tag: tag)
        } catch {
            if error.reason == .changed { throw .unreadable(at: root, detail: error.detail) }
            throw .storage(error.error(action: "lock", place: root))
        }
    }

    private func write(
        _ owner: LockOwner,
        at root: StorageURL,
        over tag: String?
    ) throws(LockError) {
        guard let key = root.appending(Self.entry).storedKey,
            KeyPrefix(root)?.isBucket == false
        else {
            let failure = S3Failure("a bare bucket is no root", reason: .unusableName)
            throw .storage(failure.error(action: "lock", place: root))
        }
        let body = LockRecord(owner, root: root.path).encoded
        do throws(S3Failure) {
            let written = try calls.put(body, at: key, in: root.authority, over: tag)
            tags.withLock { $0[root] = written }
        } catch {
            if error.reason == .alreadyExists { throw .lost(at: root) }
            guard error.isUnknownOption else {
                throw .storage(error.error(action: "lock", place: root))
            }
            try writeWithoutCondition(body, key, at: root, over: tag)
        }
    }

    /// Writes where no condition can be asked for: under a lock that this machine keeps.
    private func writeWithoutCondition(
        _ body: [UInt8],
        _ key: StoredKey,
        at root: StorageURL,
        over tag: String?
    ) throws(LockError) {
        let isHeld = machineLocks.withLock { $0[root] != nil }
        if !isHeld {
            guard let lock = MachineLock(root, in: calls.temporaryDirectory) else {
                throw .unreadable(at: root, detail: "another process of this machine holds it")
            }
            machineLocks.withLock { $0[root] = lock }
        }
        do throws(S3Failure) {
            let found = try calls.content(of: key, in: root.authority)?.tag
            guard found == tag else {
                throw S3Failure("somebody was faster", reason: .alreadyExists)
            }
            let written = try calls.put(body, at: key, in: root.authority, [])
            tags.withLock { $0[root] = written }
        } catch {
            if error.reason == .alreadyExists { throw .lost(at: root) }
            throw .storage(error.error(action: "lock", place: root))
        }
    }

    /// The time that the store gave a lock.
    private func time(of root: StorageURL, _ owner: LockOwner) throws(LockError) -> Instant {
        let place = root.appending(Self.entry)
        switch storage.status(of: [place]).first {
        case .success(let status?): return status.modified
        case .failure(let error): throw .storage(error)
        case .success(nil), nil: return owner.renewed
        }
    }
}

extension LockOwner {
    /// The same owner saying that it holds the lock no more.
    fileprivate var released: LockOwner {
        LockOwner(
            token: token,
            host: host,
            boot: boot,
            process: 0,
            processStart: 0,
            command: "released",
            renewed: renewed,
            expires: Instant(nanoseconds: 0),
            machine: machine,
            processSpace: processSpace
        )
    }

    fileprivate var isReleased: Bool { process == 0 && expires.nanoseconds == 0 }
}
