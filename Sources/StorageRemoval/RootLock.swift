// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
public import SnapshotModel
internal import Storage

/// Who holds a root's lock, as written into the lock itself.
public struct LockOwner: Hashable, Sendable {
    /// Random name of this holding, so that an owner recognises its own lock.
    public let token: String
    /// Host name.
    public let host: String
    /// Boot id of the host, so that a process id is not taken for one of an earlier boot.
    public let boot: String
    /// Process id.
    public let process: Int32
    /// Start time of the process in clock ticks since boot, against reuse of process ids.
    public let processStart: UInt64
    /// The command that holds it: `run`, `undo`.
    public let command: String
    /// When it was taken or renewed last.
    public let renewed: Instant
    /// When it ends unless renewed.
    public let expires: Instant
    /// What tells the machine from another one of the same host name; empty where unknown.
    ///
    /// Only where this and the boot id are equal can the owner's process be looked for.
    public let machine: String
    /// The name space of process ids, which containers of one host do not share.
    ///
    /// Only where this is equal too does a missing process mean that the owner is gone.
    public let processSpace: String
    /// The process group of the child that is at work for the owner, if any.
    ///
    /// A killed owner's child may still be deleting; the lock is not free before it is gone too.
    public let childGroup: ProcessGroup?

    /// Makes an owner of its parts.
    public init(
        token: String,
        host: String,
        boot: String,
        process: Int32,
        processStart: UInt64,
        command: String,
        renewed: Instant,
        expires: Instant,
        machine: String = "",
        processSpace: String = "",
        childGroup: ProcessGroup? = nil
    ) {
        self.token = token
        self.host = host
        self.boot = boot
        self.process = process
        self.processStart = processStart
        self.command = command
        self.renewed = renewed
        self.expires = expires
        self.machine = machine
        self.processSpace = processSpace
        self.childGroup = childGroup
    }
}

/// Locks that were taken together.
public struct TakenLocks: Hashable, Sendable {
    /// The roots that are locked; those that are not there are left out.
    public let roots: [StorageURL]
    /// The moment that the store itself gave the first new lock, to compare clocks with.
    public let time: Instant?
    /// Those of the roots that a lock above them locks: nobody has looked yet whether somebody holds
    /// a lock of their own.
    public let unlooked: [StorageURL]

    /// Makes locks of their parts.
    public init(roots: [StorageURL], time: Instant?, unlooked: [StorageURL] = []) {
        self.roots = roots
        self.time = time
        self.unlooked = unlooked
    }
}

/// Takes, renews and gives back the locks of roots (law 11).
///
/// A lock is the directory `<root>/.janitor-lock`, which holds one entry that names the owner.
public protocol RootLocker: Sendable {
    /// Takes the lock of one root, or takes over one whose owner is gone.
    ///
    /// Locks in the directories above the root exclude it too, unless they are the owner's own.
    ///
    /// - Parameters:
    ///   - root: The root to lock.
    ///   - owner: Who takes it.
    /// - Returns: The moment that the store itself gave the new lock, to compare clocks with.
    /// - Throws: `LockError` where it is held or the store fails.
    func acquire(_ root: StorageURL, owner: LockOwner) throws(LockError) -> Instant

    /// Takes the locks of many roots, or none of them.
    ///
    /// - Parameters:
    ///   - roots: The roots to lock, none inside another, in an order that is the same for all.
    ///   - owner: Who takes them.
    /// - Returns: What was locked; a root that is not there has no lock.
    /// - Throws: `LockError` where one cannot be had; those that were taken are given back.
    func acquire(_ roots: [StorageURL], owner: LockOwner) throws(LockError) -> TakenLocks

    /// Takes the locks of many roots, or none of them; one for all below a directory, where calls are
    /// dear.
    ///
    /// - Parameters:
    ///   - roots: The roots to lock, none inside another, in an order that is the same for all.
    ///   - bases: Directories of which every one that lies in them is a root.
    ///   - owner: Who takes them.
    /// - Returns: What was locked; `check` has to look at what is `unlooked` before anything goes.
    /// - Throws: `LockError` where one cannot be had; those that were taken are given back.
    func acquire(
        _ roots: [StorageURL],
        sharing bases: Set<StorageURL>,
        owner: LockOwner
    ) throws(LockError) -> TakenLocks

    /// Which of the roots that are locked now are locked against this machine's processes only.
    ///
    /// - Parameter roots: Roots that were locked.
    /// - Returns: Roots in a store that cannot exclude other machines.
    func limits(of roots: [StorageURL]) -> [StorageURL]

    /// Looks at locks below a root; the listing of the root shows where there are any.
    ///
    /// - Parameters:
    ///   - directories: Directories below the root, each with a `.janitor-lock` in it.
    ///   - owner: Who holds the root; own locks and those whose owner is gone do not count.
    /// - Throws: `held` or `unreadable` for the first that excludes the owner.
    func check(_ directories: [StorageURL], owner: LockOwner) throws(LockError)

    /// Writes a later expiry into a lock that is held.
    ///
    /// - Throws: `lost` where the lock is not the owner's any more.
    func renew(_ root: StorageURL, owner: LockOwner) throws(LockError)

    /// Makes sure that locks are still the owner's, as far as that costs next to nothing.
    ///
    /// A store that takes a process a call finds out when it renews.
    ///
    /// - Throws: `lost` where one of them is not the owner's any more.
    func confirm(_ roots: [StorageURL], owner: LockOwner) throws(LockError)

    /// Writes a later expiry into many locks that are held.
    ///
    /// - Throws: `lost` where one of them is not the owner's any more.
    func renew(_ roots: [StorageURL], owner: LockOwner) throws(LockError)

    /// Gives many locks back; what cannot be given back is free some time after its expiry.
    func release(_ roots: [StorageURL], owner: LockOwner)

    /// Gives a lock back; nothing happens where it is not the owner's any more.
    func release(_ root: StorageURL, owner: LockOwner) throws(LockError)
}

extension RootLocker {
    /// A lock for each.
    public func acquire(
        _ roots: [StorageURL],
        sharing bases: Set<StorageURL>,
        owner: LockOwner
    ) throws(LockError) -> TakenLocks {
        try acquire(roots, owner: owner)
    }

    /// None: whoever looks into the store sees the lock.
    public func limits(of roots: [StorageURL]) -> [StorageURL] { [] }

    /// Believes that the locks are there until they are renewed.
    public func confirm(_ roots: [StorageURL], owner: LockOwner) throws(LockError) {}

    /// One after the other.
    public func acquire(
        _ roots: [StorageURL],
        owner: LockOwner
    ) throws(LockError) -> TakenLocks {
        var taken: [StorageURL] = []
        var time: Instant?
        do throws(LockError) {
            for root in roots {
                do throws(LockError) {
                    let given = try acquire(root, owner: owner)
                    time = time ?? given
                    taken.append(root)
                } catch .storage(let error) where error.reason == .notFound {
                    // A job that never wrote has nothing to lock.
                }
            }
        } catch {
            release(taken, owner: owner)
            throw error
        }
        return TakenLocks(roots: taken, time: time)
    }

    /// One after the other.
    public func renew(_ roots: [StorageURL], owner: LockOwner) throws(LockError) {
        for root in roots { try renew(root, owner: owner) }
    }

    /// One after the other.
    public func release(_ roots: [StorageURL], owner: LockOwner) {
        for root in roots { try? release(root, owner: owner) }
    }
}
