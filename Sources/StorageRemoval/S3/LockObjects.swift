// SPDX-License-Identifier: Apache-2.0

internal import Policy
internal import S3Storage
internal import SnapshotModel
internal import Storage
internal import Synchronization

/// The objects that are locks: reads them, and writes them on the condition that nobody else did.
///
/// Source: Ceph 16 takes the conditions of a put and does not hold to them in a bucket that keeps
/// versions: `If-None-Match: *` always succeeds there, `If-Match` never. So it is tried once a bucket.
final class LockObjects: Sendable {
    /// What a lock says, and the entity tag that goes with it.
    struct State {
        let owner: LockOwner
        let root: String?
        let tag: String

        /// Throws unless the lock may be taken.
        func judge(at place: StorageURL, for other: LockOwner) throws(LockError) {
            // Who waits for another lock has given this one back himself.
            if owner.isReleased { return }
            if owner.token == other.token { throw .sameRoot(at: place) }
            if !owner.isOver(seenBy: other) { throw .held(by: owner, at: place) }
        }
    }

    let calls: S3Calls
    private let storage: S3Storage
    /// The entity tag of each lock that is held.
    private let tags = Mutex<[HeldLock: String]>([:])
    private let machineLocks = Mutex<[StorageURL: MachineLock]>([:])
    /// Whether a bucket holds to conditions, as far as that was found out.
    private let conditions = Mutex<[String: Bool]>([:])

    private static let entry = ObjectName(".janitor-lock/owner")

    init(_ storage: S3Storage) {
        self.storage = storage
        calls = storage.calls
    }

    /// Whether a lock excludes processes of this machine only.
    func isMachines(_ place: StorageURL) -> Bool {
        machineLocks.withLock { $0[place] != nil }
    }

    /// Now, by a clock that is never set.
    var now: Duration { storage.now }

    // MARK: - Reading

    /// What the lock at a place says; nil where there is none.
    ///
    /// - Parameters:
    ///   - place: Where it lies.
    ///   - isLikely: Whether there should be one, as there is wherever somebody held one before.
    /// - Returns: The lock with its tag.
    /// - Throws: `unreadable` where what is there is no lock, `storage` where that is not known.
    func state(at place: StorageURL, isLikely: Bool) throws(LockError) -> State? {
        guard let key = place.appending(Self.entry).storedKey else { return nil }
        do throws(S3Failure) {
            if !isLikely || calls.settings.client != .aws {
                guard try isListed(key, in: place.authority) else { return nil }
            }
            guard let (bytes, tag) = try calls.content(of: key, in: place.authority) else {
                return nil
            }
            guard let record = LockRecord.decode(bytes), let owner = record.owner else {
                throw S3Failure("it cannot be read as a lock", reason: .changed)
            }
            return State(owner: owner, root: record.root, tag: tag)
        } catch {
            if error.reason == .changed { throw .unreadable(at: place, detail: error.detail) }
            throw .storage(error.error(action: "lock", place: place))
        }
    }

    /// A listing says that nothing is there without an error, and one call is enough for it.
    private func isListed(_ key: StoredKey, in bucket: String) throws(S3Failure) -> Bool {
        var isThere = false
        try calls.list(KeyPrefix(bucket: bucket, bytes: key.bytes)) { object in
            if object.key == key { isThere = true }
        }
        return isThere
    }

    /// A lock must not make a root that is not there look like an empty one.
    func requireAnything(below place: StorageURL) throws(LockError) {
        guard let prefix = KeyPrefix(place) else { return }
        do throws(S3Failure) {
            guard try calls.holdsAnything(prefix) else {
                throw S3Failure("no key begins with it", reason: .notFound)
            }
        } catch {
            throw .storage(error.error(action: "lock", place: place))
        }
    }

    /// The time that the store gave a lock, as `aws` says it: s5cmd leaves out what is dated later than
    /// its own machine's clock.
    ///
    /// - Parameters:
    ///   - place: Where the lock lies.
    ///   - owner: Who has just taken it.
    ///   - started: When he began to, by the clock of `S3Storage.now`.
    /// - Returns: The time; where the lock is not listed, that of its owner.
    /// - Throws: `storage` where that is not known.
    func time(
        at place: StorageURL,
        _ owner: LockOwner,
        since started: Duration
    ) throws(LockError) -> Instant {
        guard let key = place.appending(Self.entry).storedKey else { return owner.renewed }
        let time: Instant?
        do throws(S3Failure) {
            time = try calls.time(of: key, in: place.authority)
        } catch {
            throw .storage(error.error(action: "lock", place: place))
        }
        let passed = Int64((storage.now - started) / .nanoseconds(1))
        if let time, time > owner.renewed.advanced(byNanoseconds: passed) { calls.noteStoreAhead() }
        return time ?? owner.renewed
    }

    // MARK: - Writing

    /// Writes a later expiry into a lock that is held.
    func renew(at place: StorageURL, for owner: LockOwner) throws(LockError) {
        guard let tag = tags.withLock({ $0[HeldLock(place, owner)] }) else {
            throw .lost(at: place)
        }
        try write(owner, at: place, for: owner, over: tag)
    }

    /// Writes that a lock is free; nothing happens where it is not the owner's any more.
    func release(at place: StorageURL, from owner: LockOwner) throws(LockError) {
        let held = HeldLock(place, owner)
        defer {
            tags.withLock { $0[held] = nil }
            machineLocks.withLock { $0[place] = nil }
        }
        guard let tag = tags.withLock({ $0[held] }) else { return }
        do throws(LockError) {
            try write(owner.released, at: place, for: owner, over: tag)
        } catch .lost {
            return
        }
    }

    /// Writes a lock on the condition that what is there is as it was seen.
    ///
    /// - Parameters:
    ///   - record: What the lock says then.
    ///   - place: Where it lies.
    ///   - owner: Who holds it.
    ///   - tag: The entity tag of what is there; nil for nothing.
    /// - Throws: `lost` where something else is there.
    func write(
        _ record: LockOwner,
        at place: StorageURL,
        for owner: LockOwner,
        over tag: String?
    ) throws(LockError) {
        guard let key = place.appending(Self.entry).storedKey, let prefix = KeyPrefix(place),
            !prefix.isBucket
        else {
            let failure = S3Failure("a bare bucket is no root", reason: .unusableName)
            throw .storage(failure.error(action: "lock", place: place))
        }
        let body = LockRecord(record, root: place.path).encoded
        let written: Written
        do throws(S3Failure) {
            written = try writeOnCondition(body, key, at: place, over: tag)
        } catch {
            guard error.reason == .alreadyExists else {
                throw .storage(error.error(action: "lock", place: place))
            }
            let own = try ownThere(owner, key, at: place)
            guard own.body == body else {
                // What was written before, and the answer got lost; not what gave the lock back.
                let isReleased = LockRecord.decode(own.body)?.owner?.isReleased ?? false
                if own.tag == tag || isReleased { throw .lost(at: place) }
                return try write(record, at: place, for: owner, over: own.tag)
            }
            written = .held(own.tag)
        }
        let now: String
        switch written {
        case .held(let tag): now = tag
        case .notHeld(let there): now = try writeUnderMachineLock(body, key, at: place, over: there)
        }
        tags.withLock { $0[HeldLock(place, owner)] = now }
    }

    /// What the owner has written into a lock although its condition is said not to hold.
    ///
    /// A client that tries again, since the answer to its first try got lost, is refused because of what
    /// that one wrote, and so is the next renewal; nobody else writes the owner's token.
    ///
    /// - Throws: `lost` where somebody else wrote, `storage` where that is not known.
    private func ownThere(
        _ owner: LockOwner,
        _ key: StoredKey,
        at place: StorageURL
    ) throws(LockError) -> (body: [UInt8], tag: String) {
        do throws(S3Failure) {
            if let there = try calls.content(of: key, in: place.authority),
                LockRecord.decode(there.bytes)?.owner?.token == owner.token
            {
                return (there.bytes, there.tag)
            }
        } catch {
            throw .storage(error.error(action: "lock", place: place))
        }
        throw .lost(at: place)
    }

    private enum Written {
        /// It is there, with this entity tag, and nobody else wrote meanwhile.
        case held(String)
        /// The bucket does not hold to conditions; the entity tag of what is there, if anything is.
        case notHeld(String?)
    }

    private func writeOnCondition(
        _ body: [UInt8],
        _ key: StoredKey,
        at place: StorageURL,
        over tag: String?
    ) throws(S3Failure) -> Written {
        let bucket = place.authority
        if conditions.withLock({ $0[bucket] }) == false { return .notHeld(tag) }
        let written: String
        do throws(S3Failure) {
            written = try calls.put(body, at: key, in: bucket, over: tag)
        } catch {
            if error.isUnknownOption {
                conditions.withLock { $0[bucket] = false }
                return .notHeld(tag)
            }
            // Refused without a word although the condition holds.
            guard error.code.isEmpty, error.reason == .failed, tag != nil else { throw error }
            let there = try putAgain(body, key, in: bucket, over: nil)
            guard let there else { throw error }
            return .notHeld(there)
        }
        if conditions.withLock({ $0[bucket] }) == true { return .held(written) }
        return try putAgain(body, key, in: bucket, over: tag).map { .notHeld($0) }
            ?? .held(written)
    }

    /// Writes once more on the condition that nothing was written yet: who holds to conditions refuses
    /// that.
    ///
    /// - Parameters:
    ///   - body: What was written.
    ///   - key: Where.
    ///   - bucket: In which bucket.
    ///   - tag: The entity tag of what was there before the first time; nil for nothing.
    /// - Returns: The entity tag of what was written all the same; nil where it was refused.
    /// - Throws: `S3Failure` where it is not known whether the bucket holds to conditions.
    private func putAgain(
        _ body: [UInt8],
        _ key: StoredKey,
        in bucket: String,
        over tag: String?
    ) throws(S3Failure) -> String? {
        do throws(S3Failure) {
            let written = try calls.put(body, at: key, in: bucket, over: tag)
            conditions.withLock { $0[bucket] = false }
            return written
        } catch {
            guard error.reason == .alreadyExists else { throw error }
            conditions.withLock { $0[bucket] = true }
            return nil
        }
    }

    /// Writes where no condition can be asked for: under a lock that this machine keeps.
    private func writeUnderMachineLock(
        _ body: [UInt8],
        _ key: StoredKey,
        at place: StorageURL,
        over tag: String?
    ) throws(LockError) -> String {
        let isNew = !isMachines(place)
        if isNew {
            let lock = try MachineLock(place, in: calls.temporaryDirectory)
            machineLocks.withLock { $0[place] = lock }
        }
        do throws(S3Failure) {
            guard try calls.content(of: key, in: place.authority)?.tag == tag else {
                throw S3Failure("somebody was faster", reason: .alreadyExists)
            }
            return try calls.put(body, at: key, in: place.authority, [])
        } catch {
            // Nothing is held by it.
            if isNew { machineLocks.withLock { $0[place] = nil } }
            if error.reason == .alreadyExists { throw .lost(at: place) }
            throw .storage(error.error(action: "lock", place: place))
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
