// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Storage

/// Makes directories that stand for others, and keeps the times of directories that we change.
struct DirectoryCopy {
    /// How directories are changed.
    let calls: ChangingCalls

    /// Opens a directory, or makes it with the owner, mode and time of another one.
    ///
    /// The time of the directory that gets the new one is kept. The owner is given away where
    /// that is allowed; the mode always lets the owner make entries, else nothing could be moved
    /// into the copy.
    ///
    /// - Parameters:
    ///   - name: Name of the directory.
    ///   - parent: The open directory that it lies in.
    ///   - original: What the new one shall look like.
    ///   - changed: Gets the directories to be written through.
    ///   - problem: Gets 0, or the error number.
    /// - Returns: The open directory; nil where there is a problem.
    func open(
        _ name: CName,
        in parent: Int32,
        like original: FileStatus,
        changed: inout SyncSet,
        problem: inout Int32
    ) -> Descriptor? {
        problem = 0
        let existing = name.with { openHere($0, in: parent) }
        if existing >= 0 { return Descriptor(owning: existing) }
        problem = errno
        guard problem == ENOENT, let before = FileStatus(of: parent) else { return nil }
        let made = make(name, in: parent, like: original, problem: &problem)
        let kept = keepTime(of: parent, as: before)
        if problem == 0 { problem = kept }
        guard problem == 0, let directory = made else { return nil }
        problem = changed.add(directory.number)
        if problem == 0 { problem = changed.add(parent) }
        guard problem == 0 else { return nil }
        return directory
    }

    /// Makes a directory under a name of our own and gives it its name when it is finished: one
    /// without its mode would be taken for finished by the next run.
    private func make(
        _ name: CName,
        in parent: Int32,
        like original: FileStatus,
        problem: inout Int32
    ) -> Descriptor? {
        guard let draft = CName(Array(".janitor-making".utf8)) else { return nil }
        problem = calls.makeDirectory(parent, draft, mode: 0o700)
        // One that was cut off here before has left it.
        guard problem == 0 || problem == EEXIST else { return nil }
        let number = draft.with { openHere($0, in: parent) }
        guard number >= 0 else {
            problem = errno
            return nil
        }
        let directory = Descriptor(owning: number)
        problem = dress(number, like: original)
        if problem == 0 {
            problem = calls.renameExclusively(parent, draft, parent, name)
            // A plain rename can at worst replace an empty directory.
            if problem == EINVAL || problem == ENOSYS {
                problem = calls.rename(parent, draft, parent, name)
            }
        }
        if problem != 0 { _ = draft.with { calls.removeDirectory(parent, $0) } }
        guard problem == 0 else { return nil }
        return directory
    }

    /// Gives a directory the modification time back that it had.
    ///
    /// Only the owner may set a time, and whoever may move need not be the owner: that is no
    /// failure, the time then is that of the move.
    ///
    /// - Returns: 0, or the error number.
    func keepTime(of directory: Int32, as before: FileStatus) -> Int32 {
        let problem = calls.setModified(directory, before.raw.st_mtim)
        return problem == EPERM || problem == EACCES ? 0 : problem
    }

    private func dress(_ directory: Int32, like original: FileStatus) -> Int32 {
        guard let now = FileStatus(of: directory) else { return errno }
        let wanted = original.raw
        if now.raw.st_uid != wanted.st_uid || now.raw.st_gid != wanted.st_gid {
            let problem = calls.setOwner(directory, wanted.st_uid, wanted.st_gid)
            if problem != 0, problem != EPERM { return problem }
        }
        let problem = calls.setMode(directory, wanted.st_mode & 0o7777 | 0o300)
        if problem != 0 { return problem }
        return keepTime(of: directory, as: original)
    }
}
