// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// Moves one name from one open directory to another in one atomic step, and makes sure of it.
struct Transfer {
    /// Which way an item goes.
    enum Direction {
        case intoTrash
        case outOfTrash

        /// The verb for messages.
        var action: String {
            switch self {
            case .intoTrash: "move to the trash"
            case .outOfTrash: "restore from the trash"
            }
        }

        fileprivate var reversed: Direction { self == .intoTrash ? .outOfTrash : .intoTrash }
    }

    let calls: ChangingCalls
    let direction: Direction
    let item: RemovalItem
    let name: CName

    /// Moves, looks at what was moved, and moves it back where it is not what was looked at before.
    ///
    /// The times of both directories stay as they were.
    ///
    /// - Parameters:
    ///   - source: The open directory that it lies in.
    ///   - target: The open directory that it goes to.
    ///   - expected: What was found under the name.
    ///   - changed: Gets the directories to be written through.
    /// - Throws: `alreadyExists` where the name is taken; `changed` where another object took the
    ///   expected one's place in the last moment.
    func move(
        from source: Int32,
        to target: Int32,
        expected: FileStatus,
        changed: inout SyncSet
    ) throws(StorageError) {
        guard let sourceBefore = FileStatus(of: source), let targetBefore = FileStatus(of: target)
        else { throw error(errno) }
        let moved = rename(direction, from: source, to: target)
        if moved != 0, !hasMoved(expected, from: source, to: target) { throw error(moved) }
        var problem: Int32 = 0
        // What cannot be looked at may be anything, the right one too.
        guard let found = name.with({ FileStatus(of: $0, in: target) }) else {
            throw moveHappened(errno)
        }
        let isRight = found.identity.isSameObject(as: expected.identity)
        if !isRight { problem = rename(direction.reversed, from: target, to: source) }
        let copy = DirectoryCopy(calls: calls)
        for result in [
            copy.keepTime(of: source, as: sourceBefore),
            copy.keepTime(of: target, as: targetBefore),
            changed.add(source), changed.add(target),
        ] where isRight && problem == 0 {
            problem = result
        }
        if !isRight { throw stranger(movedBack: problem) }
        if problem != 0 { throw moveHappened(problem) }
    }

    private func stranger(movedBack problem: Int32) -> StorageError {
        var detail = "another object took its place in the last moment"
        if problem != 0 {
            detail += ", was moved instead and cannot be moved back: \(systemMessage(problem))"
        }
        return StorageError(
            problem == 0 ? .changed : .failed,
            action: direction.action,
            place: item.place,
            detail: detail
        )
    }

    /// Tells whether a rename that failed was done: a file system may lose the answer, or give one to
    /// a second try of its own.
    private func hasMoved(
        _ expected: FileStatus,
        from source: Int32,
        to target: Int32
    ) -> Bool {
        guard let found = name.with({ FileStatus(of: $0, in: target) }),
            found.identity.isSameObject(as: expected.identity)
        else { return false }
        return isGone(from: source)
    }

    /// Tells whether nothing bears the name in a directory; not where that cannot be known.
    func isGone(from directory: Int32) -> Bool {
        name.with { FileStatus(of: $0, in: directory) } == nil && errno == ENOENT
    }

    /// What follows a move failed: the item is at its new place, and a later call sees that.
    func moveHappened(_ problem: Int32) -> StorageError {
        let detail = "it was moved, but may not outlast a power cut: \(systemMessage(problem))"
        return StorageError(.failed, action: direction.action, place: item.place, detail: detail)
    }

    /// Classifies a failed call of this move.
    func error(_ number: Int32) -> StorageError {
        StorageError(errno: number, action: direction.action, place: item.place)
    }

    /// Renames without replacing.
    ///
    /// Network file systems may lack `RENAME_NOREPLACE` and answer `EINVAL`. Into the trash a plain
    /// rename onto a free name will do, since nobody else makes names there while the lock is held.
    /// Out of the trash a plain rename of a directory could at worst replace an empty one; a file
    /// is linked, which never replaces, and its name in the trash removed.
    private func rename(_ direction: Direction, from source: Int32, to target: Int32) -> Int32 {
        let problem = calls.renameExclusively(source, name, target, name)
        guard problem == EINVAL || problem == ENOSYS else { return problem }
        if name.with({ FileStatus(of: $0, in: target) }) != nil { return EEXIST }
        if errno != ENOENT { return errno }
        if direction == .intoTrash || item.kind == .directory {
            return calls.rename(source, name, target, name)
        }
        let linked = calls.link(source, name, target, name)
        if linked != 0 { return linked }
        return name.with { calls.unlink(source, $0) }
    }
}
