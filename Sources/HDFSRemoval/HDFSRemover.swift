// SPDX-License-Identifier: Apache-2.0

public import HDFSStorage
public import SnapshotModel
public import Storage
public import StorageRemoval

/// HDFS: the half that takes away and puts back.
///
/// Many paths go in one call. A call that did not say of each of them that it is gone is judged by a
/// fresh look, path by path: its exit code alone proves nothing. A directory goes in one atomic step
/// with all that is in it.
///
/// Source: `FSDirDeleteOp.delete` unlinks the whole subtree under one lock; blocks go later.
public struct HDFSRemover: StorageRemover {
    let shell: HadoopShell
    /// Looks at what was done.
    let reader: HDFSStorage

    /// Makes a remover.
    ///
    /// - Parameters:
    ///   - shell: The store's shell.
    ///   - reader: The store's reader.
    public init(shell: HadoopShell, reader: HDFSStorage) {
        self.shell = shell
        self.reader = reader
    }

    /// Every call is a Java virtual machine.
    public func startsProcesses(at root: StorageURL) -> Bool { true }

    /// Removes items for good.
    public func remove(_ items: [RemovalItem]) -> [StorageError?] {
        let action = "remove"
        reader.forget(items.map(\.place))
        return split(items, action) { item in
            if item.mustBeEmpty { return .empty }
            return item.path.components.first == ownTrash ? .trashed : .whole
        } handle: { kind, items in
            switch kind {
            case .empty: removeEmpty(items, action)
            case .trashed: removeTrashed(items, action)
            case .whole: removeWhole(items, action)
            }
        }
    }

    private enum Way: Hashable { case empty, trashed, whole }

    /// Hands items on by the way in which they go, and brings the answers into the items' order.
    private func split(
        _ items: [RemovalItem],
        _ action: String,
        _ way: (RemovalItem) -> Way,
        handle: (Way, [RemovalItem]) -> [StorageError?]
    ) -> [StorageError?] {
        var results = [StorageError?](repeating: nil, count: items.count)
        let ways = items.map(way)
        for kind in [Way.whole, .trashed, .empty] {
            let positions = items.indices.filter { ways[$0] == kind }
            if positions.isEmpty { continue }
            let answers = handle(kind, positions.map { items[$0] })
            for (position, answer) in zip(positions, answers) { results[position] = answer }
        }
        return results
    }

    private func removeWhole(_ items: [RemovalItem], _ action: String) -> [StorageError?] {
        let (arguments, refused) = arguments(of: items, action)
        var changed = Changed()
        for kind in [ObjectKind.file, .directory] {
            let paths = items.indices.filter {
                (items[$0].kind == .directory) == (kind == .directory)
            }
            .compactMap { arguments[$0] }
            // Without -r a directory that took a file's place is refused.
            let words: [ObjectName] =
                kind == .directory ? ["-rm", "-r", "-skipTrash"] : ["-rm", "-skipTrash"]
            changed.add(shell.change(words, paths))
        }
        if changed.isClean, changed.count(ofLinesBeginning: "Deleted ") == arguments.count {
            return refused
        }
        return judge(items, refused, changed, action)
    }

    /// Looks which of the items are there still.
    ///
    /// - Parameters:
    ///   - items: What was to go.
    ///   - refused: What was not tried, and why.
    ///   - changed: What came of the calls.
    ///   - action: What was being done.
    /// - Returns: The answer for each item; `notFound` for one that was not there to begin with.
    func judge(
        _ items: [RemovalItem],
        _ refused: [StorageError?],
        _ changed: Changed,
        _ action: String
    ) -> [StorageError?] {
        zip(zip(items, refused), reader.status(of: items.map(\.place))).map { entry, found in
            let (item, refusal) = entry
            if let refusal { return refusal }
            switch found {
            case .failure(let error):
                return StorageError(
                    error.reason,
                    action: action,
                    place: item.place,
                    detail: error.detail
                )
            case .success(nil):
                guard changed.failures.contains(where: { $0.complaints.isMissing(item.place.path) })
                else { return nil }
                return StorageError(
                    .notFound,
                    action: action,
                    place: item.place,
                    detail: "no such file or directory"
                )
            case .success(.some): return changed.error(action, item.place)
            }
        }
    }

    /// What the shell is given for each item; an item that it cannot be given exactly is refused.
    func arguments(
        of items: [RemovalItem],
        _ action: String
    ) -> (arguments: [Int: ObjectName], refused: [StorageError?]) {
        var arguments: [Int: ObjectName] = [:]
        var refused = [StorageError?](repeating: nil, count: items.count)
        for (position, item) in items.enumerated() {
            do throws(StorageError) {
                arguments[position] = try argument(of: item, action)
            } catch {
                refused[position] = error
            }
        }
        return (arguments, refused)
    }

    private func argument(
        of item: RemovalItem,
        _ action: String
    ) throws(StorageError) -> ObjectName {
        guard let first = item.path.components.first, item.place != item.root else {
            let detail = "the root itself is never taken away"
            throw StorageError(.unusableName, action: action, place: item.place, detail: detail)
        }
        if first.bytes.starts(with: ".janitor-".utf8) {
            let detail = "it is the janitor's own"
            throw StorageError(.unusableName, action: action, place: item.place, detail: detail)
        }
        return try ShellPath.argument(for: item.place, action: action)
    }

    // MARK: Empty directories

    func removeEmpty(_ items: [RemovalItem], _ action: String) -> [StorageError?] {
        let (arguments, refused) = arguments(of: items, action)
        // Deeper ones first, so that one that holds another becomes empty.
        let paths = arguments.values.sorted { $0.components.count > $1.components.count }
        let changed = shell.change(["-rmdir"], paths)
        return changed.isSilent ? refused : judge(items, refused, changed, action)
    }

    /// Removes directories that hold nothing but empty directories.
    public func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] {
        let action = "remove"
        // The trash is the user's own, and no directory of it is ours.
        let isTrash = items.map { $0.path.components.first == ownTrash }
        let (_, refused) = arguments(of: items, action)
        var sinks = InnerDirectories()
        let open = items.indices.filter { refused[$0] == nil && !isTrash[$0] }
        let outcomes = reader.list(open.map { items[$0].place }, into: &sinks)
        var inner: [RemovalItem] = []
        var results = refused
        for (number, position) in open.enumerated() {
            let item = items[position]
            switch outcomes[number] {
            case .absent: results[position] = Self.notFound(action, item.place)
            case .incomplete(let errors):
                results[position] =
                    errors.first
                    ?? StorageError(
                        .failed,
                        action: action,
                        place: item.place,
                        detail: "not listed"
                    )
            case .complete where sinks.holdsFiles.contains(number):
                results[position] = StorageError(
                    .alreadyExists,
                    action: action,
                    place: item.place,
                    detail: "something lies in it"
                )
            case .complete:
                inner += (sinks.directories[number] ?? []).map { below in
                    item.with(path: below.bytes.isEmpty ? item.path : item.path.appending(below))
                }
            }
        }
        for position in items.indices where isTrash[position] {
            results[position] = Self.notFound(action, items[position].place)
        }
        let answers = removeEmpty(inner, action)
        let failed = Dictionary(
            zip(inner.map(\.place), answers).compactMap { place, error in
                error.map { (place, $0) }
            },
            uniquingKeysWith: { first, _ in first }
        )
        for position in open where results[position] == nil {
            results[position] = failed[items[position].place]
        }
        return results
    }

    static func notFound(_ action: String, _ place: StorageURL) -> StorageError {
        StorageError(
            .notFound,
            action: action,
            place: place,
            detail: "no such file or directory"
        )
    }

    // MARK: Labels

    /// Makes an empty object where none is.
    ///
    /// Three calls: `-touchz` takes an empty file that is there for its own, and whoever is told that
    /// it is there relies on it.
    public func create(_ item: RemovalItem) throws(StorageError) {
        let path = try ShellPath.argument(for: item.place, action: "create")
        switch reader.status(of: [item.place]).first {
        case .success(nil)?: break
        case .success(.some)?:
            throw StorageError(
                .alreadyExists,
                action: "create",
                place: item.place,
                detail: "something is there already"
            )
        case .failure(let error)?: throw error
        case nil:
            throw StorageError(.failed, action: "create", place: item.place, detail: "no answer")
        }
        let changed = shell.change(["-touchz"], [path])
        if !changed.isClean { throw changed.error("create", item.place) }
        switch reader.status(of: [item.place]).first {
        case .success(.some)?: return
        case .failure(let error)?: throw error
        case .success(nil)?, nil:
            throw StorageError(
                .failed,
                action: "create",
                place: item.place,
                detail: "the client reported success, but it is not there"
                    + (changed.said.first.map { ": \($0)" } ?? "")
            )
        }
    }
}

/// Where the local backend keeps what was moved out of the way; here a way to name what lies in the
/// user's own trash.
let ownTrash: ObjectName = ".janitor-trash"

extension Changed {
    /// Puts the outcome of other calls behind this one.
    mutating func add(_ other: Changed) {
        output += other.output
        answers += other.answers
        error = other.error ?? error
    }

    /// How many lines of the output begin with a text.
    func count(ofLinesBeginning text: String) -> Int {
        output.split(separator: UInt8(ascii: "\n")).count { $0.starts(with: text.utf8) }
    }
}

extension RemovalItem {
    func with(path: ObjectName) -> RemovalItem {
        RemovalItem(
            root: root,
            path: path,
            kind: kind,
            identity: identity,
            mustBeEmpty: mustBeEmpty
        )
    }
}

/// Notes the directories below each root, and whether anything else lies there.
private struct InnerDirectories: ListingSink {
    var directories: [Int: [ObjectName]] = [:]
    var holdsFiles: Set<Int> = []

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        if kind != .directory {
            holdsFiles.insert(root)
            return
        }
        directories[root, default: []].append(path.withUnsafeBytes { ObjectName($0) })
    }
}
