// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// Writes, renames and removes the entries of locks, for one owner.
struct LockFiles {
    /// How anything is changed.
    let calls: ChangingCalls
    /// The owner's entry in a lock directory.
    let entry: CName
    /// The entry while it is given back.
    let released: CName
    /// The lock directory.
    let lock: CName

    private let fresh: CName
    private let prepared: CName

    /// Names the files of an owner; nil where the token cannot be a file's name.
    init?(token: String, calls: ChangingCalls) {
        guard !token.hasPrefix("."), let entry = CName(Array(token.utf8)),
            let released = CName(Array((LockDirectory.releasedPrefix + token).utf8)),
            let fresh = CName(Array("\(LockDirectory.freshPrefix)\(token)".utf8)),
            let prepared = CName(Array("\(lockName).\(token)".utf8)),
            let lock = CName(Array(lockName.utf8))
        else { return nil }
        self.calls = calls
        self.entry = entry
        self.released = released
        self.fresh = fresh
        self.prepared = prepared
        self.lock = lock
    }

    /// Makes a lock directory with the entry in it, and puts it in place in one step.
    ///
    /// A lock directory thereby never is without an owner. The root's time is kept.
    ///
    /// - Parameters:
    ///   - root: The open root.
    ///   - record: What to write.
    ///   - replacingEmpty: Whether an empty lock directory may be replaced.
    ///   - written: Gets the time that the file system gave the entry.
    /// - Returns: 0; `EEXIST` or `ENOTEMPTY` where there is a lock; else the error number.
    func install(
        in root: Int32,
        _ record: LockRecord,
        replacingEmpty: Bool,
        written: inout Instant
    ) -> Int32 {
        guard let before = FileStatus(of: root) else { return errno }
        var problem = calls.makeDirectory(root, prepared, mode: 0o777)
        if problem != 0 { return problem }
        let number = prepared.with { openDirectory($0, in: root) }
        if number < 0 { return errno }
        let directory = Descriptor(owning: number)
        problem = write(record, to: entry, in: number, written: &written)
        if problem == 0 { problem = ignoringUnable(calls.sync(number)) }
        if problem == 0 {
            if replacingEmpty {
                problem = calls.rename(root, prepared, root, lock)
            } else {
                problem = calls.renameExclusively(root, prepared, root, lock)
                // A plain rename can at worst replace an empty directory, which no owner has.
                if problem == EINVAL || problem == ENOSYS {
                    problem = calls.rename(root, prepared, root, lock)
                }
            }
        }
        if problem != 0 {
            // A file system that lost the answer has put it in place all the same: emptied there, it
            // would be a lock that names no owner. So would one of which that is not known.
            switch isInPlace(directory, in: root) {
            case true?: problem = 0
            case nil: break
            case false?:
                _ = entry.with { calls.unlink(directory.number, $0) }
                _ = prepared.with { calls.removeDirectory(root, $0) }
            }
        }
        let kept = DirectoryCopy(calls: calls).keepTime(of: root, as: before)
        return problem == 0 ? kept : problem
    }

    /// Writes the entry beside its place.
    ///
    /// - Returns: 0; `ENOENT` where the lock directory is gone; else the error number.
    func prepare(in directory: Int32, _ record: LockRecord, written: inout Instant) -> Int32 {
        let problem = writeFresh(record, in: directory, written: &written)
        return problem == 0 ? 0 : dropFresh(directory, problem)
    }

    /// Puts what was prepared in the entry's place, never seen half written.
    ///
    /// - Returns: 0, or the error number.
    func putInPlace(in directory: Int32) -> Int32 {
        let problem = rename(fresh, to: entry, in: directory)
        return problem == 0 ? 0 : dropFresh(directory, problem)
    }

    /// Takes the entry of another owner for our own.
    ///
    /// - Returns: 0, or the error number.
    func take(_ other: CName, in directory: Int32) -> Int32 {
        rename(other, to: entry, in: directory)
    }

    /// Renames an entry; one that was renamed, and the answer got lost, is renamed.
    private func rename(_ old: CName, to new: CName, in directory: Int32) -> Int32 {
        let before = old.with { FileStatus(of: $0, in: directory) }
        let problem = calls.rename(directory, old, directory, new)
        guard problem != 0, let before,
            let found = new.with({ FileStatus(of: $0, in: directory) })
        else { return problem }
        return found.identity.isSameObject(as: before.identity) ? 0 : problem
    }

    /// Writes what was renamed through to the disk.
    ///
    /// - Returns: 0, or the error number.
    func sync(_ directory: Int32) -> Int32 { ignoringUnable(calls.sync(directory)) }

    /// Removes what was prepared.
    func drop(in directory: Int32) { _ = dropFresh(directory) }

    /// Writes the entry anew only where it still is there.
    ///
    /// Exchanging two names fails where one is gone; a plain rename would put an entry back that
    /// somebody has taken over meanwhile. Only file systems without the exchange get a look and a
    /// plain rename.
    ///
    /// - Returns: 0; `ENOENT` where it is gone; else the error number.
    func replaceExisting(in directory: Int32, _ record: LockRecord) -> Int32 {
        var written = record.owner?.renewed ?? Instant(nanoseconds: 0)
        var problem = writeFresh(record, in: directory, written: &written)
        if problem != 0 { return dropFresh(directory, problem) }
        problem = calls.exchange(directory, fresh, entry)
        if problem == EINVAL || problem == ENOSYS {
            guard entry.with({ FileStatus(of: $0, in: directory) }) != nil else {
                return dropFresh(directory, errno)
            }
            problem = calls.rename(directory, fresh, directory, entry)
            return problem == 0 ? 0 : dropFresh(directory, problem)
        }
        _ = dropFresh(directory, problem)
        return problem == 0 ? ignoringUnable(calls.sync(directory)) : problem
    }

    /// Removes what calls that were cut off, of whatever owner, left beside the entry.
    ///
    /// For the one who holds the lock: an earlier owner that still writes there loses by it.
    func clear(_ directory: Int32) {
        var entries = DirectoryEntries()
        guard entries.read(from: directory) == 0 else { return }
        var position = 0
        while let entry = entries.next(&position) {
            guard ObjectName(entry.bytes).bytes.starts(with: LockDirectory.freshPrefix.utf8) else {
                continue
            }
            _ = calls.unlink(directory, entry.name)
        }
    }

    /// Removes lock directories that were prepared and never put in place.
    ///
    /// For the one who holds the lock. Whoever is just preparing one finds it gone, tries again and
    /// meets the lock. The root's time is kept; what cannot be removed harms nobody.
    func sweepPrepared(in root: Int32) {
        var entries = DirectoryEntries()
        guard let before = FileStatus(of: root), entries.read(from: root) == 0 else { return }
        var position = 0
        var hasSwept = false
        while let entry = entries.next(&position) {
            guard entry.bytes.starts(with: "\(lockName).".utf8) else { continue }
            let number = openDirectory(entry.name, in: root)
            guard number >= 0 else { continue }
            let directory = Descriptor(owning: number)
            empty(directory.number)
            hasSwept = calls.removeDirectory(root, entry.name) == 0 || hasSwept
        }
        if hasSwept { _ = DirectoryCopy(calls: calls).keepTime(of: root, as: before) }
    }

    private func empty(_ directory: Int32) {
        var entries = DirectoryEntries()
        guard entries.read(from: directory) == 0 else { return }
        var position = 0
        while let entry = entries.next(&position) { _ = calls.unlink(directory, entry.name) }
    }

    /// Whether a lock directory that was prepared is the root's lock; nil where that is not known.
    private func isInPlace(_ directory: borrowing Descriptor, in root: Int32) -> Bool? {
        guard let ours = FileStatus(of: directory.number) else { return nil }
        guard let found = lock.with({ FileStatus(of: $0, in: root) }) else {
            return errno == ENOENT ? false : nil
        }
        return found.identity.isSameObject(as: ours.identity)
    }

    private func dropFresh(_ directory: Int32, _ problem: Int32 = 0) -> Int32 {
        _ = fresh.with { calls.unlink(directory, $0) }
        return problem
    }

    private func writeFresh(
        _ record: LockRecord,
        in directory: Int32,
        written: inout Instant
    ) -> Int32 {
        _ = dropFresh(directory)
        return write(record, to: fresh, in: directory, written: &written)
    }

    private func write(
        _ record: LockRecord,
        to name: CName,
        in directory: Int32,
        written: inout Instant
    ) -> Int32 {
        var number: Int32 = -1
        var problem = calls.create(directory, name, mode: 0o666, file: &number)
        if problem != 0 { return problem }
        let file = Descriptor(owning: number)
        problem = calls.write(file.number, record.encoded)
        if problem == 0 { problem = calls.sync(file.number) }
        guard let status = FileStatus(of: file.number) else { return errno }
        written = status.modified
        return problem
    }

    private func ignoringUnable(_ problem: Int32) -> Int32 {
        problem == EINVAL ? 0 : problem
    }
}
