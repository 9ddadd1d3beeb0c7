// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel
internal import Storage

/// Locks of roots on local disks.
///
/// The lock directory holds one file, named for the owner's token. Whoever takes over a lock renames
/// that file to a token of his own: of two takers the second finds nothing to rename. Names in the
/// lock directory that begin with a dot belong to a call in progress.
public struct LocalLocker: RootLocker {
    private let calls: ChangingCalls
    private let longestExpiry: Int64

    /// Makes a locker.
    ///
    /// - Parameter longestExpiry: The longest time that any janitor may hold a lock without renewing
    ///   it, in nanoseconds: a lock without a readable owner counts as held for so long.
    public init(longestExpiry: Int64 = 24 * 3_600_000_000_000) {
        self.init(longestExpiry: longestExpiry, calls: ChangingCalls())
    }

    /// Makes a locker whose calls a test can see and fail.
    package init(longestExpiry: Int64, calls: ChangingCalls) {
        self.longestExpiry = longestExpiry
        self.calls = calls
    }

    /// Takes the lock of a root; the time of the root directory stays as it was.
    public func acquire(_ root: StorageURL, owner: LockOwner) throws(LockError) -> Instant {
        let files = try files(of: owner, at: root)
        let opened = try open(root)
        try lookAbove(opened, owner)
        let written = try take(opened, files, owner)
        do throws(LockError) {
            // Again, since a lock above may have been taken between the look and our own.
            try lookAbove(opened, owner)
        } catch {
            try release(root, owner: owner)
            throw error
        }
        files.sweepPrepared(in: opened.directory.number)
        return written
    }

    /// Looks at locks that the listing of a root has shown below it.
    public func check(_ directories: [StorageURL], owner: LockOwner) throws(LockError) {
        for directory in directories {
            let opened: Descriptor
            do throws(StorageError) {
                opened = try openLocalRoot(directory, action: "look for a lock in")
            } catch {
                if error.reason == .notFound { continue }
                throw .storage(error)
            }
            try judge(LockDirectory.state(in: opened.number), at: directory, owner) { root in
                root == directory.path.description
            }
        }
    }

    /// Writes a later expiry into a lock that is held.
    public func renew(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        let files = try files(of: owner, at: root)
        let opened = try open(root)
        guard let lock = LockDirectory(in: opened.directory.number) else {
            throw errno == ENOENT ? .lost(at: root) : failure(errno, "renew the lock of", root)
        }
        let record = LockRecord(owner, root: root.path)
        let problem = files.replaceExisting(in: lock.directory.number, record)
        if problem == ENOENT { throw .lost(at: root) }
        if problem != 0 { throw failure(problem, "renew the lock of", root) }
    }

    /// Looks whether the owner's entry is still in each lock.
    public func confirm(_ roots: [StorageURL], owner: LockOwner) throws(LockError) {
        for root in roots { try confirm(root, owner: owner) }
    }

    private func confirm(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        let files = try files(of: owner, at: root)
        let opened = try open(root)
        guard let lock = LockDirectory(in: opened.directory.number) else {
            throw errno == ENOENT ? .lost(at: root) : failure(errno, "look at the lock of", root)
        }
        if files.entry.with({ FileStatus(of: $0, in: lock.directory.number) }) != nil { return }
        throw errno == ENOENT ? .lost(at: root) : failure(errno, "look at the lock of", root)
    }

    /// Gives a lock back.
    ///
    /// The owner's entry is renamed first, so that nobody takes over what is being removed, and the
    /// directory goes last and only when it is empty: a lock that somebody else has taken meanwhile
    /// can never be carried away.
    public func release(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        let files = try files(of: owner, at: root)
        let opened = try open(root)
        let parent = opened.directory.number
        guard let lock = LockDirectory(in: parent) else {
            if errno == ENOENT { return }
            throw failure(errno, "release", root)
        }
        let directory = lock.directory.number
        var problem = files.calls.rename(directory, files.entry, directory, files.released)
        if problem == ENOENT { return }
        if problem != 0 { throw failure(problem, "release", root) }
        files.clear(directory)
        // Where that fails, an empty lock would be taken for one that somebody just makes.
        if let status = FileStatus(of: directory) {
            _ = calls.setMode(directory, status.raw.st_mode & 0o777 | LockDirectory.givenBack)
        }
        problem = files.released.with { calls.unlink(directory, $0) }
        if problem == ENOENT { return }
        if problem != 0 { throw failure(problem, "release", root) }
        guard let before = FileStatus(of: parent) else { throw failure(errno, "release", root) }
        problem = calls.removeDirectory(parent, lockName)
        if problem == ENOENT || problem == ENOTEMPTY || problem == EEXIST { return }
        if problem == 0 { problem = DirectoryCopy(calls: calls).keepTime(of: parent, as: before) }
        if problem != 0 { throw failure(problem, "release", root) }
    }

    // MARK: - Steps

    private func take(
        _ root: borrowing OpenRoot,
        _ files: LockFiles,
        _ owner: LockOwner
    ) throws(LockError) -> Instant {
        let directory = root.directory.number
        for attempt in 0..<100 {
            let state = LockDirectory.state(in: directory)
            if case .owned(_, let record, let holder) = state, holder.token == owner.token {
                // A try of ours that the file system said had failed is no second name.
                let isOurTry = attempt > 0 && record.root == root.url.path.description
                throw isOurTry ? failure(EIO, "lock", root.url) : .sameRoot(at: root.url)
            }
            try judge(state, at: root.url, owner) { _ in false }
            let taken: Instant?
            switch state {
            case .absent: taken = try install(root, files, owner, replacingEmpty: false)
            case .left, .empty: taken = try install(root, files, owner, replacingEmpty: true)
            case .released(let entry): taken = try takeOver(root, files, owner, entry, nil)
            case .owned(let entry, let record, _), .between(let entry, let record, _, _):
                taken = try takeOver(root, files, owner, entry, record)
            case .moving, .unreadable: taken = nil
            }
            if let taken { return taken }
        }
        throw .unreadable(at: root.url, detail: "it changes hands again and again")
    }

    /// Throws unless a lock is absent, or free to be taken over.
    private func judge(
        _ state: LockState,
        at place: StorageURL,
        _ owner: LockOwner,
        isOwnRoot: (String) -> Bool
    ) throws(LockError) {
        let ago = owner.renewed.advanced(byNanoseconds: -longestExpiry)
        switch state {
        case .owned(_, let record, let holder):
            if holder.token == owner.token {
                if let root = record.root, isOwnRoot(root) { return }
                throw .sameRoot(at: place)
            }
            if !holder.isOver(seenBy: owner) { throw .held(by: holder, at: place) }
        case .between(_, _, let taker?, _):
            if !taker.isOver(seenBy: owner) { throw .held(by: taker, at: place) }
        case .between(_, _, nil, let since):
            if since >= ago { throw .unreadable(at: place, detail: "it is being taken over") }
        case .empty(let since):
            if since >= ago { throw .unreadable(at: place, detail: "it names no owner") }
        case .unreadable(let detail): throw .unreadable(at: place, detail: detail)
        case .absent, .released, .left, .moving: return
        }
    }

    private func install(
        _ root: borrowing OpenRoot,
        _ files: LockFiles,
        _ owner: LockOwner,
        replacingEmpty: Bool
    ) throws(LockError) -> Instant? {
        var written = owner.renewed
        let problem = files.install(
            in: root.directory.number,
            LockRecord(owner, root: root.url.path),
            replacingEmpty: replacingEmpty,
            written: &written
        )
        // What was being prepared may have been swept away by the one who was faster.
        if problem == EEXIST || problem == ENOTEMPTY || problem == ENOENT { return nil }
        if problem != 0 { throw failure(problem, "lock", root.url) }
        return written
    }

    /// Renames the entry of an owner that is gone, and writes our own words into it.
    ///
    /// - Returns: Nil where somebody was faster, be it the owner itself that renewed it.
    private func takeOver(
        _ root: borrowing OpenRoot,
        _ files: LockFiles,
        _ owner: LockOwner,
        _ entry: CName,
        _ seen: LockRecord?
    ) throws(LockError) -> Instant? {
        guard let lock = LockDirectory(in: root.directory.number) else { return nil }
        let directory = lock.directory.number
        var written = owner.renewed
        // Our words lie there before the entry is ours, so that it is known who is taking it.
        var problem = files.prepare(
            in: directory,
            LockRecord(owner, root: root.url.path),
            written: &written
        )
        if problem == ENOENT { return nil }
        if problem != 0 { throw failure(problem, "lock", root.url) }
        problem = files.take(entry, in: directory)
        if problem == ENOENT {
            files.drop(in: directory)
            return nil
        }
        // Should the entry be ours all the same, what was prepared says whose it is.
        if problem != 0 { throw failure(problem, "lock", root.url) }
        if let seen, !isStill(seen, in: root.directory.number) {
            _ = calls.renameExclusively(directory, files.entry, directory, entry)
            files.drop(in: directory)
            return nil
        }
        problem = files.putInPlace(in: directory)
        if problem != 0 {
            _ = calls.renameExclusively(directory, files.entry, directory, entry)
            throw failure(problem, "lock", root.url)
        }
        // It names its owner by now, and is free when that is gone.
        problem = files.sync(directory)
        if problem != 0 { throw failure(problem, "lock", root.url) }
        files.clear(directory)
        return written
    }

    private func isStill(_ seen: LockRecord, in root: Int32) -> Bool {
        switch LockDirectory.state(in: root) {
        case .owned(_, let record, _), .between(_, let record, _, _): record == seen
        default: false
        }
    }

    /// Looks for locks in every directory above a root, as far as they can be looked at.
    private func lookAbove(_ root: borrowing OpenRoot, _ owner: LockOwner) throws(LockError) {
        guard var current = root.directory.duplicate() else {
            throw failure(errno, "lock", root.url)
        }
        while true {
            let next = openPassage("..", in: current.number)
            guard next >= 0 else { return }
            let above = Descriptor(owning: next)
            guard let here = FileStatus(of: current.number), let there = FileStatus(of: next),
                !here.identity.isSameObject(as: there.identity)
            else { return }
            let path = root.url.path.description
            try judge(LockDirectory.state(in: next), at: place(of: next), owner) { named in
                path.hasPrefix(named + "/")
            }
            current = above
        }
    }

    private func place(of descriptor: Int32) -> StorageURL {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
        let bytes = buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:))
        return StorageURL(scheme: "file", path: ObjectName(bytes))
    }

    private func files(of owner: LockOwner, at root: StorageURL) throws(LockError) -> LockFiles {
        if let files = LockFiles(token: owner.token, calls: calls) { return files }
        throw .storage(
            StorageError(
                .unusableName,
                action: "lock",
                place: root,
                detail: "\"\(owner.token)\" cannot be a token"
            )
        )
    }

    private func open(_ root: StorageURL) throws(LockError) -> OpenRoot {
        do throws(StorageError) {
            return try OpenRoot(root, action: "lock")
        } catch {
            throw .storage(error)
        }
    }

    private func failure(_ number: Int32, _ action: String, _ root: StorageURL) -> LockError {
        .storage(StorageError(errno: number, action: action, place: root))
    }
}
