// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel
public import Storage

/// Local disks, and whatever is mounted as one: the half that takes away.
///
/// Every step starts at the open directory of a root, opened as the reading half opens it, and goes
/// down by plain names: no link is followed, no mount point crossed, and of what is found the
/// device and inode have to be the expected ones. A directory, once opened, is what it was, whoever
/// renames it or puts a link in its place.
///
/// The directories that a call has changed are written through to the disk before it answers, each
/// once for many items.
public struct LocalRemover: StorageRemover {
    let calls: ChangingCalls

    /// Makes a remover.
    public init() {
        self.init(calls: ChangingCalls())
    }

    /// Makes a remover whose calls a test can see and fail.
    package init(calls: ChangingCalls) {
        self.calls = calls
    }

    /// Moves items into the trash; the times of the directories they were in stay as they were.
    ///
    /// An item that an earlier call has moved there already, by its identity, is answered as
    /// moved. A directory whose contents went to the trash before it, in the same run, is removed
    /// when it is empty: the directory that led to them stands for it.
    public func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        eachTrash(of: items, run, "move to the trash") { indices, trash, root, results in
            each(indices, items, &root, &results) {
                (item, root, changed) throws(StorageError) in
                if item.mustBeEmpty {
                    try trash.standIn(for: item, root: &root, changed: &changed)
                } else {
                    try trash.moveIn(item, root: &root, changed: &changed)
                }
            }
        }
    }

    /// Moves items back; directories that led to them are made again where they are gone.
    ///
    /// An item that is back already, by its identity, is answered as restored. Afterwards the
    /// trash holds no empty directories that led to the items. A directory that was moved after its
    /// contents has to be restored in the same call with them, or later.
    public func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        let verb = "restore from the trash"
        return eachTrash(of: items, run, verb, looksAgain: false) { indices, trash, root, results in
            each(indices, items, &root, &results) {
                (item, root, changed) throws(StorageError) in
                if item.mustBeEmpty, trash.isBack(item, root: root) { return }
                try trash.moveOut(item, root: &root, changed: &changed)
            }
            let emptied = indices.filter {
                results[$0]?.reason == .changed && items[$0].kind == .directory
            }
            each(emptied, items, &root, &results) {
                (item, root, changed) throws(StorageError) in
                try trash.makeAgain(item, root: &root, changed: &changed)
            }
            for index in indices {
                if results[index] == nil { trash.prune(items[index], root: root) }
                guard results[index]?.reason == .notFound, trash.holds(items[index], root: root)
                else { continue }
                // It must not be taken for lost.
                results[index] = StorageError(
                    .failed,
                    action: verb,
                    place: items[index].place,
                    detail: "it lies in the trash, and the file system says that it does not"
                )
            }
        }
    }

    /// Removes items for good: first `_metadata` everywhere in them, then the rest.
    ///
    /// Between the two the directories that held `_metadata` are written through, so that not even
    /// a power cut leaves a snapshot that looks whole and is not. What cannot be removed for want of
    /// a permission is reported; no mode is changed.
    public func remove(_ items: [RemovalItem]) -> [StorageError?] {
        eachRoot(of: items, "remove") { indices, root, results in
            var removal = LocalRemoval(calls: calls)
            let whole = indices.filter { !items[$0].mustBeEmpty }
            removal.remove(whole, of: items, root: &root, results: &results)
            each(indices.filter { items[$0].mustBeEmpty }, items, &root, &results) {
                (item, root, changed) throws(StorageError) in
                try removal.removeBare(item, root: &root, changed: &changed)
            }
        }
    }

    /// Removes directories that hold nothing but empty directories; never a file.
    ///
    /// - Parameter items: Directories, the trash of a root among them.
    /// - Returns: For each item nothing where it is gone; `alreadyExists` where it holds anything.
    public func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] {
        eachRoot(of: items, "remove") { indices, root, results in
            var removal = LocalRemoval(calls: calls)
            each(indices, items, &root, &results) {
                (item, root, changed) throws(StorageError) in
                try removal.removeEmpty(item, root: &root, changed: &changed)
            }
        }
    }

    /// Makes an empty file where none is, written through with its directory.
    public func create(_ item: RemovalItem) throws(StorageError) {
        let names = try item.names(allowing: .none, action: "create")
        var root = try OpenRoot(item.root, action: "create")
        let parent = try root.parent(of: item, names, action: "create")
        guard let name = names.last, let status = FileStatus(of: parent) else {
            throw StorageError(errno: errno, action: "create", place: item.place)
        }
        guard item.identity == .none || status.identity.isSameObject(as: item.identity) else {
            throw StorageError(
                .changed,
                action: "create",
                place: item.place,
                detail: "another directory stands in the place of the one that should hold it"
            )
        }
        var file: Int32 = -1
        var problem = calls.create(parent, name, mode: 0o666, file: &file)
        if problem == 0 {
            problem = calls.sync(file)
            _ = close(file)
        }
        if problem == 0 { problem = calls.sync(parent) }
        if problem != 0, problem != EINVAL {
            throw StorageError(errno: problem, action: "create", place: item.place)
        }
    }

    // MARK: - Items by root

    /// Opens the root of each item and a run's trash in it, once for all items of a root.
    private func eachTrash(
        of items: [RemovalItem],
        _ run: ObjectName,
        _ action: String,
        looksAgain: Bool = true,
        _ body: ([Int], LocalTrash, inout OpenRoot, inout [StorageError?]) -> Void
    ) -> [StorageError?] {
        eachRoot(of: items, action, looksAgain: looksAgain) { indices, root, results in
            do throws(StorageError) {
                let trash = try LocalTrash(run: run, calls: calls, root: root.url)
                body(indices, trash, &root, &results)
            } catch {
                for index in indices { results[index] = error }
            }
        }
    }

    /// Opens the root of each item, once for all items of a root.
    private func eachRoot(
        of items: [RemovalItem],
        _ action: String,
        looksAgain: Bool = true,
        _ body: ([Int], inout OpenRoot, inout [StorageError?]) -> Void
    ) -> [StorageError?] {
        var results = [StorageError?](repeating: nil, count: items.count)
        let groups = Dictionary(grouping: items.indices) { items[$0].root }
        for (url, indices) in groups.sorted(by: { $0.key < $1.key }) {
            do throws(StorageError) {
                var root = try OpenRoot(url, action: action)
                body(indices, &root, &results)
                for index in indices where results[index]?.reason == .notFound {
                    let item = items[index]
                    if Self.isElsewhere(item, root) {
                        let detail = "its root lies on another file system now"
                        results[index] = Self.lost(item, action, detail)
                    } else if looksAgain, let error = missing(item, action, &root) {
                        results[index] = error
                    }
                }
            } catch {
                for index in indices {
                    results[index] =
                        error.reason == .notFound
                        ? Self.lost(items[index], action, "its root is not there") : error
                }
            }
        }
        return results
    }

    /// Tells whether an item was seen on another file system than its root is on now.
    ///
    /// Source: of files, overlayfs may tell the number of a file system below it (kernel documentation,
    /// "Inode properties"); of directories it tells its own.
    private static func isElsewhere(_ item: RemovalItem, _ root: borrowing OpenRoot) -> Bool {
        item.kind == .directory && item.identity != .none
            && item.identity.device != root.status.device
    }

    /// What is said of an item whose root is not there, or is the empty directory that a disk is mounted
    /// on: that tells nothing of what lies in it.
    private static func lost(
        _ item: RemovalItem,
        _ action: String,
        _ detail: String
    ) -> StorageError {
        StorageError(
            .failed,
            action: action,
            place: item.place,
            detail: detail,
            hint: "mount the disk that it is on, and try again"
        )
    }

    /// Looks whether an item that seems to be gone is.
    ///
    /// A file system that loses sight of something for a moment answers the same as one in which it
    /// is gone; only the latter is an end.
    ///
    /// - Returns: Nil where it is gone.
    private func missing(
        _ item: RemovalItem,
        _ action: String,
        _ root: inout OpenRoot
    ) -> StorageError? {
        root.forget()
        do throws(StorageError) {
            let names = try item.names(allowing: .trash, action: action)
            let parent = try root.parent(of: item, names, action: action)
            guard let name = names.last else { return nil }
            guard name.with({ FileStatus(of: $0, in: parent) }) != nil else {
                return errno == ENOENT
                    ? nil : StorageError(errno: errno, action: action, place: item.place)
            }
        } catch {
            return error.reason == .notFound ? nil : error
        }
        return StorageError(
            .failed,
            action: action,
            place: item.place,
            detail: "it is there, and the file system says that something in it is not"
        )
    }

    /// Does one thing to each item, and writes the changed directories through.
    private func each(
        _ indices: [Int],
        _ items: [RemovalItem],
        _ root: inout OpenRoot,
        _ results: inout [StorageError?],
        _ body: (RemovalItem, inout OpenRoot, inout SyncSet) throws(StorageError) -> Void
    ) {
        var changed = SyncSet()
        var unwritten: [Int] = []
        for index in indices {
            do throws(StorageError) {
                try body(items[index], &root, &changed)
                results[index] = nil
                unwritten.append(index)
            } catch {
                results[index] = error
            }
            if changed.isFull || index == indices.last {
                let problem = changed.flush(calls)
                for index in unwritten where problem != 0 {
                    results[index] = StorageError(
                        .failed,
                        action: "write through the directory of",
                        place: items[index].place,
                        detail: systemMessage(problem)
                    )
                }
                unwritten = []
            }
        }
    }
}
