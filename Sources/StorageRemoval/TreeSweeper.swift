// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// Empties directories of any depth, with memory that is used again for the next one.
///
/// Works from an open directory by plain names: what is swapped in meanwhile is either removed
/// itself, a link and not what it leads to, or not entered. Goes on after a failure, so that as
/// little as possible is left, and reports the first.
struct TreeSweeper: ~Copyable {
    private enum Task {
        case removeMetadata
        case removeAll
        case removeEmpty
    }

    private let calls: ChangingCalls
    private var names = DirectoryEntries()
    private var pending = PendingNames()
    private var marks: [Int] = []
    private var place: StorageURL
    private var firstError: StorageError?
    private var retries = 0

    init(calls: ChangingCalls) {
        self.calls = calls
        place = StorageURL(scheme: nil, path: ObjectName([]))
    }

    /// Unlinks `_metadata` in a directory and in all below it (law 5).
    ///
    /// - Parameters:
    ///   - directory: The open directory.
    ///   - place: Its place, for errors.
    /// - Returns: Nil, or why some may be there still.
    mutating func removeMetadata(in directory: Int32, at place: StorageURL) -> StorageError? {
        walk(directory, place, .removeMetadata)
    }

    /// Removes everything in a directory.
    ///
    /// - Parameters:
    ///   - directory: The open directory.
    ///   - place: Its place, for errors.
    /// - Returns: Nil, or the first reason why something is there still.
    mutating func removeAll(in directory: Int32, at place: StorageURL) -> StorageError? {
        walk(directory, place, .removeAll)
    }

    /// Removes the directories in a directory, as long as nothing but directories is found.
    ///
    /// - Parameters:
    ///   - directory: The open directory.
    ///   - place: Its place, for errors.
    /// - Returns: Nil where it is empty now; `alreadyExists` where it holds anything else.
    mutating func removeEmpty(in directory: Int32, at place: StorageURL) -> StorageError? {
        walk(directory, place, .removeEmpty)
    }

    private mutating func walk(
        _ directory: Int32,
        _ place: StorageURL,
        _ task: Task
    ) -> StorageError? {
        self.place = place
        pending.drop(to: 0)
        marks = [0]
        retries = 8
        firstError = nil
        let copy = fcntl(directory, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, let status = FileStatus(of: copy) else {
            return StorageError(errno: errno, action: "remove", place: place)
        }
        var stack = DirectoryStack(
            root: Descriptor(owning: copy),
            status: status,
            staysOnFileSystem: true,
            open: openHere
        )
        visit(&stack, task)
        while firstError == nil || task != .removeMetadata {
            if pending.count > marks[marks.count - 1] {
                descend(&stack, task)
            } else if stack.depth == 0 {
                break
            } else {
                ascend(&stack, task)
            }
        }
        return firstError
    }

    private mutating func descend(_ stack: inout DirectoryStack, _ task: Task) {
        let problem = stack.enterLast(of: pending)
        if problem == 0 {
            marks.append(pending.count)
            visit(&stack, task)
            return
        }
        if problem != ENOENT {
            note(problem, stack, pending.last)
        }
        pending.dropLast()
    }

    private mutating func ascend(_ stack: inout DirectoryStack, _ task: Task) {
        marks.removeLast()
        let problem = stack.leave()
        if problem != 0 {
            note(problem, stack)
            pending.drop(to: marks[marks.count - 1])
            return
        }
        if task != .removeMetadata {
            let directory = stack.descriptor
            let calls = calls
            let problem = pending.withLast { calls.removeDirectory(directory, $0) }
            if problem == ENOTEMPTY, task == .removeAll, firstError == nil, retries > 0 {
                retries -= 1
                return
            }
            if problem != 0, problem != ENOENT { note(problem, stack, pending.last) }
        }
        pending.dropLast()
    }

    /// Does what is to be done in the directory in hand, and keeps the names of those below it.
    private mutating func visit(_ stack: inout DirectoryStack, _ task: Task) {
        let directory = stack.descriptor
        guard task == .removeEmpty || unlinkMetadata(stack, task) else { return }
        let problem = names.read(from: directory)
        if problem != 0 { note(problem, stack) }
        var position = 0
        while let entry = names.next(&position) {
            if isDirectory(entry, in: directory) {
                pending.push(entry)
            } else if task == .removeEmpty {
                note(ENOTEMPTY, stack, ObjectName(entry.bytes))
            } else if task == .removeAll {
                let problem = calls.unlink(directory, entry.name)
                if problem != 0, problem != ENOENT { note(problem, stack, ObjectName(entry.bytes)) }
            }
        }
    }

    /// Unlinks `_metadata` in the directory in hand before anything else there.
    ///
    /// When everything is removed that was done before, but one may have been put there since.
    ///
    /// - Returns: False where it is still there.
    private mutating func unlinkMetadata(_ stack: borrowing DirectoryStack, _ task: Task) -> Bool {
        let problem = calls.unlink(stack.descriptor, "_metadata")
        if problem == ENOENT || problem == EISDIR { return true }
        // The topmost directory is written through by the caller, together with others.
        let written = problem == 0 && stack.depth > 0 ? calls.sync(stack.descriptor) : problem
        if written == 0 || (problem == 0 && written == EINVAL) { return true }
        note(written, stack, "_metadata")
        return false
    }

    private func isDirectory(_ entry: DirectoryEntry, in directory: Int32) -> Bool {
        if entry.type != DT_UNKNOWN { return entry.type == DT_DIR }
        return FileStatus(of: entry.name, in: directory)?.kind == .directory
    }

    private mutating func note(
        _ number: Int32,
        _ stack: borrowing DirectoryStack,
        _ name: ObjectName? = nil
    ) {
        guard firstError == nil else { return }
        let directory = ObjectName(stack.path)
        let below = name.map { directory.appending($0) } ?? directory
        firstError = StorageError(errno: number, action: "remove", place: place.appending(below))
    }
}
