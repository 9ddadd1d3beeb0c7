// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
public import HDFSStorage
public import SnapshotModel
internal import Storage
public import StorageRemoval

/// Locks of roots on HDFS: `<root>/.janitor-lock` with one entry whose name is the owner.
///
/// `-mkdir` without `-p` makes the directory for one of two at most. The locks of all roots are taken
/// by three calls. An expired lock is taken over by a rename of its entry, which finds nothing for the
/// second taker.
///
/// Source: `FSDirMkdirOp`, `FSDirRenameOp`: both under the name system's write lock.
public struct HDFSLocker: RootLocker {
    private static let lockName: ObjectName = ".janitor-lock"
    /// How long a lock without an owner is left alone: its maker may be between two calls.
    private static let ownerless: Int64 = 3_600_000_000_000

    private let shell: HadoopShell
    private let reader: HDFSStorage

    /// Makes a locker.
    ///
    /// - Parameters:
    ///   - shell: The store's shell.
    ///   - reader: The store's reader.
    public init(shell: HadoopShell, reader: HDFSStorage) {
        self.shell = shell
        self.reader = reader
    }

    /// Takes the lock of one root.
    public func acquire(_ root: StorageURL, owner: LockOwner) throws(LockError) -> Instant {
        let taken = try acquire([root], owner: owner)
        guard let time = taken.time else {
            throw .storage(HDFSRemover.notFound("lock", root))
        }
        return time
    }

    /// Takes the locks of many roots, or none of them.
    ///
    /// The store's time is known to the minute: the middle of it is given.
    public func acquire(
        _ roots: [StorageURL],
        owner: LockOwner
    ) throws(LockError) -> TakenLocks {
        guard !roots.isEmpty else { return TakenLocks(roots: [], time: nil) }
        let made = try make(roots)
        // Whatever may hold an entry of ours by now.
        var ours = roots.filter { made[$0] == .made }
        do throws(LockError) {
            try write(LockEntryName(owner).name, into: ours.map(lock))
            let there = roots.filter { made[$0] != .noRoot }
            // Our own entries come last: output that was cut off shows that by theirs.
            var look = try LockLook(into: (above(there) + there).map(lock), shell)
            let others = there.filter { made[$0] == .stood }
            if !others.isEmpty {
                for root in others { try takeOver(root, look, owner, &ours) }
                look = try LockLook(into: (above(there) + there).map(lock), shell)
            }
            for root in above(there) { try judge(root, look, owner) }
            var time: Instant?
            for root in there { time = try verify(root, look, owner) }
            reader.seal.note(there.map(lock))
            return TakenLocks(
                roots: there,
                time: time?.advanced(byNanoseconds: 30_000_000_000)
            )
        } catch {
            // Entries are ours by their names: of what somebody else took meanwhile nothing goes.
            release(ours, owner: owner)
            throw error
        }
    }

    /// Looks at locks that the listing of a root has shown below it.
    public func check(_ directories: [StorageURL], owner: LockOwner) throws(LockError) {
        let seal = reader.seal.lock.map { [$0] } ?? []
        let others = directories.map(lock).filter { !seal.contains($0) }
        let look = try LockLook(into: others + seal, shell)
        for own in seal {
            guard let entries = look.entries[own] else { throw .lost(at: own.parent) }
            if !entries.isEmpty { continue }
            let error = StorageError(
                .failed,
                action: "look for locks below",
                place: own.parent,
                detail: "the output was cut off, and no exit code says so"
            )
            throw .storage(error)
        }
        for directory in directories {
            // Somebody gave it back, or has just begun to take it; that one looks above.
            guard let holder = try look.holder(of: lock(directory), seenBy: owner) else { continue }
            if holder.token == owner.token { throw .sameRoot(at: directory) }
            if !holder.isOver(seenBy: owner) { throw .held(by: holder, at: directory) }
        }
    }

    /// Writes a later expiry into a lock that is held.
    public func renew(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        try renew([root], owner: owner)
    }

    /// Writes a later expiry into many locks: a new entry first, then the old one goes.
    public func renew(_ roots: [StorageURL], owner: LockOwner) throws(LockError) {
        let look = try LockLook(into: roots.map(lock), shell)
        var old: [StorageURL] = []
        let name = LockEntryName(owner).name
        for root in roots {
            guard try look.holder(of: lock(root), seenBy: owner)?.token == owner.token else {
                throw .lost(at: root)
            }
            let own = (look.entries[lock(root)] ?? []).filter { $0.owner?.token == owner.token }
            old += own.map(\.name).filter { $0 != name }.map { lock(root).appending($0) }
        }
        try write(name, into: roots.map(lock))
        let changed = shell.change(["-rm", "-skipTrash"], try arguments(old, "renew the lock of"))
        if !changed.isClean, let root = roots.first {
            throw .storage(changed.error("renew the lock of", root))
        }
    }

    /// Gives a lock back.
    public func release(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        release([root], owner: owner)
    }

    /// Gives many locks back: our own entries go, and then what is empty.
    ///
    /// A lock that somebody has taken over holds another entry and cannot be carried away.
    public func release(_ roots: [StorageURL], owner: LockOwner) {
        let locks = roots.map(lock)
        reader.seal.forget(locks)
        let name = LockEntryName(owner).name
        guard let entries = try? arguments(locks.map { $0.appending(name) }, "release"),
            let directories = try? arguments(locks, "release")
        else { return }
        let removed = shell.change(["-rm", "-skipTrash"], entries)
        // Whatever came of that: a lock that names nobody would be in everybody's way for an hour.
        let emptied = shell.change(["-rmdir"], directories)
        if emptied.isClean, emptied.output.isEmpty { return }
        let isHopeless = [removed, emptied].allSatisfy { $0.failures.last?.ranTooLong ?? false }
        if !isHopeless { _ = shell.change(["-rmdir"], directories) }
    }

    // MARK: - Steps

    private enum Made { case made, stood, noRoot }

    private func lock(_ root: StorageURL) -> StorageURL { root.appending(Self.lockName) }

    private func above(_ roots: [StorageURL]) -> [StorageURL] {
        var all: Set<StorageURL> = []
        for root in roots {
            var current = root
            while current.path.bytes.count > 1 {
                current = current.parent
                all.insert(current)
            }
        }
        return all.subtracting(roots).sorted()
    }

    private func arguments(
        _ places: [StorageURL],
        _ action: String
    ) throws(LockError) -> [ObjectName] {
        var arguments: [ObjectName] = []
        for place in places {
            do throws(StorageError) {
                arguments.append(try ShellPath.argument(for: place, action: action))
            } catch {
                throw .storage(error)
            }
        }
        return arguments
    }

    /// Makes lock directories, and tells for each what came of it.
    private func make(_ roots: [StorageURL]) throws(LockError) -> [StorageURL: Made] {
        let changed = shell.change(["-mkdir"], try arguments(roots.map(lock), "lock"))
        if changed.isSilent {
            return Dictionary(roots.map { ($0, .made) }, uniquingKeysWith: { first, _ in first })
        }
        var made: [StorageURL: Made] = [:]
        var failure: StorageError?
        var explained = 0
        for root in roots {
            let line =
                changed.line(about: lock(root).path) ?? changed.line(about: root.path)
            if line != nil { explained += 1 }
            switch line {
            case nil: made[root] = .made
            case let line? where line.hasSuffix(": File exists"): made[root] = .stood
            case let line? where line.hasSuffix(": No such file or directory"):
                made[root] = .noRoot
            default: failure = failure ?? changed.error("lock", root)
            }
        }
        let all = changed.complaints.reduce(0) { $0 + $1.lines.count }
        let isCutShort = changed.complaints.contains(where: \.isCutShort)
        if changed.error != nil || isCutShort || explained < all || explained == 0 {
            failure = failure ?? changed.error("lock", roots[0])
        }
        guard let failure else { return made }
        // Whatever was made holds nothing yet, and somebody else's holds an entry.
        let ours = roots.filter { made[$0] == .made }
        _ = shell.change(["-rmdir"], try arguments(ours.map(lock), "release"))
        throw .storage(failure)
    }

    private func write(_ name: ObjectName, into locks: [StorageURL]) throws(LockError) {
        guard let first = locks.first else { return }
        let paths = try arguments(locks.map { $0.appending(name) }, "lock")
        let changed = shell.change(["-touchz"], paths)
        if !changed.isClean { throw .storage(changed.error("lock", first.parent)) }
    }

    /// Throws where somebody holds a lock.
    private func judge(
        _ root: StorageURL,
        _ look: LockLook,
        _ owner: LockOwner
    ) throws(LockError) {
        guard let holder = try look.holder(of: lock(root), seenBy: owner) else { return }
        if holder.token == owner.token { throw .sameRoot(at: root) }
        if !holder.isOver(seenBy: owner) { throw .held(by: holder, at: root) }
    }

    /// Takes over a lock whose owner is gone.
    ///
    /// - Parameters:
    ///   - root: The root.
    ///   - look: What lies in its lock.
    ///   - owner: Who takes it.
    ///   - ours: Gets the root as soon as there may be an entry of the owner's.
    /// - Throws: `LockError` where somebody else has it, or the store fails.
    private func takeOver(
        _ root: StorageURL,
        _ look: LockLook,
        _ owner: LockOwner,
        _ ours: inout [StorageURL]
    ) throws(LockError) {
        let name = LockEntryName(owner).name
        guard let holder = try look.holder(of: lock(root), seenBy: owner) else {
            return try adopt(root, name, owner, &ours)
        }
        if holder.token == owner.token { throw .sameRoot(at: root) }
        if !holder.isOver(seenBy: owner), !holder.endAbandonedChildren(seenBy: owner) {
            throw .held(by: holder, at: root)
        }
        let entries = (look.entries[lock(root)] ?? []).map(\.name).sorted()
            .map { lock(root).appending($0) }
        let paths = try arguments(entries, "lock")
        let target = try arguments([lock(root).appending(name)], "lock")
        guard let first = paths.first else { return }
        ours.append(root)
        // Of two takers one finds the first entry gone, and has nothing.
        let changed = shell.change(["-mv"], [first] + target)
        if !changed.isClean { throw .storage(changed.error("lock", root)) }
        if paths.count > 1 { _ = shell.change(["-rm", "-skipTrash"], Array(paths.dropFirst())) }
    }

    /// Takes a lock that has had no owner for so long that nobody is about to write one.
    private func adopt(
        _ root: StorageURL,
        _ name: ObjectName,
        _ owner: LockOwner,
        _ ours: inout [StorageURL]
    ) throws(LockError) {
        let since: Instant?
        switch reader.status(of: [lock(root)]).first {
        case .success(let status)?: since = status?.modified
        case .failure(let error)?: throw .storage(error)
        case nil: since = nil
        }
        if let since, since >= owner.renewed.advanced(byNanoseconds: -Self.ownerless) {
            throw .unreadable(at: root, detail: "it names no owner")
        }
        ours.append(root)
        // Of two that do this at least one finds two owners, and takes its own entry away.
        try write(name, into: [lock(root)])
    }

    /// Makes sure that the one entry of a lock is ours.
    ///
    /// - Returns: The minute in which the store made it.
    private func verify(
        _ root: StorageURL,
        _ look: LockLook,
        _ owner: LockOwner
    ) throws(LockError) -> Instant {
        let entries = look.entries[lock(root)] ?? []
        guard try look.holder(of: lock(root), seenBy: owner)?.token == owner.token,
            let entry = entries.first, entries.count == 1
        else { throw .unreadable(at: root, detail: "somebody else took it at the same time") }
        return entry.minute
    }
}
