// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc
internal import SnapshotModel
internal import Storage
internal import Synchronization

/// Removes items below one open root for good.
struct LocalRemoval: ~Copyable {
    /// How many directories are without their `_metadata` at a time, and open.
    private static let batch = 128
    /// How many directories are enough for several threads.
    private static let much = 16

    private let calls: ChangingCalls
    private var sweeper: TreeSweeper

    init(calls: ChangingCalls) {
        self.calls = calls
        sweeper = TreeSweeper(calls: calls)
    }

    /// Removes items and answers for each.
    ///
    /// - Parameters:
    ///   - indices: Which items, all below `root`.
    ///   - items: The items.
    ///   - root: Their open root.
    ///   - results: Gets the answers.
    mutating func remove(
        _ indices: [Int],
        of items: [RemovalItem],
        root: inout OpenRoot,
        results: inout [StorageError?]
    ) {
        var changed = SyncSet()
        var unwritten: [Int] = []
        var rest = indices[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.batch)
            rest = rest.dropFirst(Self.batch)
            let opened = takeMetadata(Array(batch), of: items, root: &root, results: &results)
            for (index, error) in sweep(opened, of: items, { $0.removeAll(in: $1, at: $2) }) {
                results[index] = error
            }
            for index in batch where results[index] == nil {
                do throws(StorageError) {
                    let isDirectory = opened[index] != nil
                    try finish(items[index], isDirectory, root: &root, changed: &changed)
                } catch {
                    results[index] = error
                }
                if results[index] == nil { unwritten.append(index) }
                if changed.isFull { settle(&changed, &unwritten, items, &results) }
            }
            for index in opened.keys { results[index] = results[index].map(Self.begun) }
            for directory in opened.values { _ = close(directory) }
        }
        settle(&changed, &unwritten, items, &results)
    }

    /// Removes one directory where nothing but empty directories is in it.
    ///
    /// - Throws: `alreadyExists` where it holds something.
    mutating func removeEmpty(
        _ item: RemovalItem,
        root: inout OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) {
        let names = try item.names(allowing: .trash, action: "remove")
        let parent = try root.parent(of: item, names, action: "remove")
        let directory = try open(item, names, in: parent)
        if let error = sweeper.removeEmpty(in: directory.number, at: item.place) { throw error }
        guard let name = names.last, let before = FileStatus(of: parent) else {
            throw failure(errno, item)
        }
        let problem = name.with { calls.removeDirectory(parent, $0) }
        if problem != 0 { throw failure(problem, item) }
        var after = DirectoryCopy(calls: calls).keepTime(of: parent, as: before)
        if after == 0 { after = changed.add(parent) }
        if after != 0 { throw failure(after, item).asFailure }
    }

    /// Removes one directory where nothing at all is in it.
    ///
    /// The time of the directory that it lay in stays as it was.
    ///
    /// - Throws: `alreadyExists` where it holds something.
    mutating func removeBare(
        _ item: RemovalItem,
        root: inout OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) {
        let names = try item.names(allowing: .inTrash, action: "remove")
        let parent = try root.parent(of: item, names, action: "remove")
        guard let name = names.last, let found = name.with({ FileStatus(of: $0, in: parent) }),
            let before = FileStatus(of: parent)
        else { throw failure(errno, item) }
        if let error = item.mismatch(with: found, untouched: false, action: "remove") {
            throw error
        }
        let problem = name.with { calls.removeDirectory(parent, $0) }
        if problem != 0 { throw failure(problem, item) }
        var after = DirectoryCopy(calls: calls).keepTime(of: parent, as: before)
        if after == 0 { after = changed.add(parent) }
        root.forget()
        if after != 0 { throw failure(after, item).asFailure }
    }

    // MARK: - Steps

    /// Unlinks the `_metadata` of all items, and writes that through for all of them at once: the
    /// first costs the file system a commit, the others then find everything written.
    ///
    /// - Returns: The open directory of each item that is one and may be emptied now.
    private mutating func takeMetadata(
        _ indices: [Int],
        of items: [RemovalItem],
        root: inout OpenRoot,
        results: inout [StorageError?]
    ) -> [Int: Int32] {
        var opened: [Int: Int32] = [:]
        var failures: [Int: StorageError] = [:]
        // As little as possible is open and untouched, unless there is so much that it takes time.
        let isMuch = indices.count >= Self.much
        for index in indices where items[index].kind == .directory {
            let item = items[index]
            do throws(StorageError) {
                let names = try item.names(allowing: .inTrash, action: "remove")
                let parent = try root.parent(of: item, names, action: "remove")
                let directory = try open(item, names, in: parent).release()
                opened[index] = directory
                if !isMuch {
                    failures[index] = sweeper.removeMetadata(in: directory, at: item.place)
                }
            } catch {
                results[index] = error
            }
        }
        if isMuch { failures = sweep(opened, of: items) { $0.removeMetadata(in: $1, at: $2) } }
        for (index, directory) in opened.sorted(by: { $0.key < $1.key })
        where failures[index] == nil {
            let problem = calls.sync(directory)
            if problem != 0, problem != EINVAL { failures[index] = failure(problem, items[index]) }
        }
        for (index, error) in failures {
            results[index] = Self.begun(error)
            _ = opened.removeValue(forKey: index).map { close($0) }
        }
        return opened
    }

    /// Does something in open directories, several at a time where there are many.
    ///
    /// - Returns: What went wrong, by item.
    private mutating func sweep(
        _ opened: [Int: Int32],
        of items: [RemovalItem],
        _ body: @Sendable (inout TreeSweeper, Int32, StorageURL) -> StorageError?
    ) -> [Int: StorageError] {
        let work = opened.sorted { $0.key < $1.key }
        let workers = min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        guard workers > 1, work.count >= Self.much else {
            var errors: [Int: StorageError] = [:]
            for (index, directory) in work {
                errors[index] = body(&sweeper, directory, items[index].place)
            }
            return errors
        }
        let calls = calls
        let next = Atomic<Int>(0)
        let errors = Mutex<[Int: StorageError]>([:])
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            var sweeper = TreeSweeper(calls: calls)
            while true {
                let position = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard position < work.count else { return }
                let (index, directory) = work[position]
                if let error = body(&sweeper, directory, items[index].place) {
                    errors.withLock { $0[index] = error }
                }
            }
        }
        return errors.withLock(\.self)
    }

    private mutating func finish(
        _ item: RemovalItem,
        _ isDirectory: Bool,
        root: inout OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) {
        let names = try item.names(allowing: .inTrash, action: "remove")
        let parent = try root.parent(of: item, names, action: "remove")
        guard let name = names.last, let found = name.with({ FileStatus(of: $0, in: parent) })
        else { throw failure(errno, item) }
        let isFile = item.kind == .file && item.path.components.first != trashName
        if let error = item.mismatch(with: found, untouched: isFile, action: "remove") {
            throw error
        }
        let problem = name.with { name in
            isDirectory ? calls.removeDirectory(parent, name) : calls.unlink(parent, name)
        }
        if problem != 0 { throw failure(problem, item) }
        let kept = changed.add(parent)
        if isDirectory { root.forget() }
        if kept != 0 { throw failure(kept, item).asFailure }
    }

    /// Opens an item that is a directory, and makes sure that it is the expected one.
    private func open(
        _ item: RemovalItem,
        _ names: [CName],
        in parent: Int32
    ) throws(StorageError) -> Descriptor {
        guard let name = names.last, let found = name.with({ FileStatus(of: $0, in: parent) })
        else { throw failure(errno, item) }
        if let error = item.mismatch(with: found, untouched: false, action: "remove") {
            throw error
        }
        let descriptor = name.with { openHere($0, in: parent) }
        if descriptor < 0 { throw failure(errno, item) }
        let directory = Descriptor(owning: descriptor)
        guard let opened = FileStatus(of: descriptor) else { throw failure(errno, item) }
        if let error = item.mismatch(with: opened, untouched: false, action: "remove") {
            throw error
        }
        return directory
    }

    /// What is said of an item from which something may have been taken: "changed" would mean that it is
    /// as it was.
    private static func begun(_ error: StorageError) -> StorageError {
        error.reason == .changed ? error.asFailure : error
    }

    private func settle(
        _ changed: inout SyncSet,
        _ unwritten: inout [Int],
        _ items: [RemovalItem],
        _ results: inout [StorageError?]
    ) {
        let problem = changed.flush(calls)
        for index in unwritten where problem != 0 {
            results[index] = failure(problem, items[index]).asFailure
        }
        unwritten = []
    }

    private func failure(_ number: Int32, _ item: RemovalItem) -> StorageError {
        StorageError(errno: number, action: "remove", place: item.place)
    }
}
