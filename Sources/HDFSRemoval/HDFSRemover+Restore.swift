// SPDX-License-Identifier: Apache-2.0

internal import HDFSStorage
public import SnapshotModel
public import Storage
public import StorageRemoval

/// From HDFS's own trash back to where things were.
extension HDFSRemover {
    /// Moves items from the trash back to where they were.
    ///
    /// A directory that went as empty is made again: what stands for it in the trash may be the way to
    /// something else that lies there.
    public func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        let action = "restore"
        var results = [StorageError?](repeating: nil, count: items.count)
        let parents = Set(items.filter { !$0.mustBeEmpty }.map(\.place.parent)).sorted()
        // One look at both: it is a process.
        let looked = reader.status(of: items.map(\.place) + parents)
        let there = looked.prefix(items.count)
        var missing: [Int] = []
        var empty: [Int] = []
        for position in items.indices {
            let item = items[position]
            switch there[position] {
            case .failure(let error):
                // That would mean that it is not in the trash.
                results[position] = StorageError(
                    error.reason == .notFound ? .failed : error.reason,
                    action: action,
                    place: item.place,
                    detail: error.detail
                )
            case .success(let status?) where item.mustBeEmpty && status.kind == .directory:
                // What lay in it has made it again, or it never was away.
                continue
            case .success(.some) where item.mustBeEmpty: results[position] = Self.stands(item)
            case .success(nil) where item.mustBeEmpty: empty.append(position)
            case .success: missing.append(position)
            }
        }
        for (position, error) in zip(empty, makeAgain(empty.map { items[$0] }, action)) {
            results[position] = error
        }
        var moves: [StorageURL: [(position: Int, source: ObjectName)]] = [:]
        let found = sources(of: missing.map { items[$0] }, run)
        for (position, found) in zip(missing, found) {
            let isThere = if case .success(.some) = there[position] { true } else { false }
            switch found {
            case .success where isThere: results[position] = Self.stands(items[position])
            case .success(let source):
                moves[items[position].place.parent, default: []].append((position, source))
            // It is back already.
            case .failure(let error) where isThere && error.reason == .notFound: continue
            case .failure(let error): results[position] = error
            }
        }
        let directories = zip(parents, looked.dropFirst(items.count)).filter { $1.isDirectory }
        move(moves, into: Set(directories.map(\.0)), items, &results, action)
        return results
    }

    private static func stands(_ item: RemovalItem) -> StorageError {
        StorageError(
            .alreadyExists,
            action: "restore",
            place: item.place,
            detail: "something stands at its old place"
        )
    }

    private func makeAgain(_ items: [RemovalItem], _ action: String) -> [StorageError?] {
        let (arguments, refused) = arguments(of: items, action)
        let changed = shell.change(["-mkdir", "-p"], items.indices.compactMap { arguments[$0] })
        if changed.isSilent { return refused }
        return zip(items, zip(refused, reader.status(of: items.map(\.place)))).map { item, found in
            if let error = found.0 { return error }
            if case .success(.some) = found.1 { return nil }
            return changed.error(action, item.place)
        }
    }

    /// What the shell calls things in the trash: what was looked at there last, or what is found.
    func sources(
        of items: [RemovalItem],
        _ run: ObjectName
    ) -> [Result<ObjectName, StorageError>] {
        let known = items.map { item in
            reader.listedInTrash(
                item.root.appending(ownTrash.appending(run).appending(item.path))
            )
        }
        let unknown = items.indices.filter { known[$0] == nil }
        var found = reader.findInTrash(unknown.map { items[$0].place }, run: run).makeIterator()
        return zip(items, known).map { item, known in
            known.map { .success($0) } ?? found.next()
                ?? .failure(Self.notFound("restore", item.place))
        }
    }

    /// Moves what lies in the trash into the directories where it was, those of one at a time.
    ///
    /// Only into directories that were seen: the shell would give a single thing the name of one that
    /// is not there.
    ///
    /// Source: `CommandWithDestination.getRemoteDestination` and `processArguments`, 2.7.4 and 3.4.2.
    private func move(
        _ moves: [StorageURL: [(position: Int, source: ObjectName)]],
        into there: Set<StorageURL>,
        _ items: [RemovalItem],
        _ results: inout [StorageError?],
        _ action: String
    ) {
        var outcomes: [Int: Changed] = [:]
        let made = makeDirectories(moves.keys.filter { !there.contains($0) }.sorted(), action)
        for parent in moves.keys.sorted() {
            let entries = moves[parent] ?? []
            guard there.contains(parent) || made.there.contains(parent),
                let path = try? ShellPath.argument(for: parent, action: action)
            else {
                for entry in entries { outcomes[entry.position] = made.changed }
                continue
            }
            let plain = entries.filter { $0.source.last == items[$0.position].path.last }
            let sources = plain.map { ShellPath.escaped($0.source) }
            var changed = shell.change(["-mv"], sources, into: path)
            for entry in entries where entry.source.last != items[entry.position].path.last {
                // The trash has given it another name: it goes to its own by itself.
                let place = items[entry.position].place
                guard let target = try? ShellPath.argument(for: place, action: action) else {
                    continue
                }
                let source = ShellPath.escaped(entry.source)
                changed.add(shell.change(["-mv"], [source, target]))
            }
            for entry in entries { outcomes[entry.position] = changed }
        }
        let positions = moves.values.flatMap { $0.map(\.position) }.sorted()
        let seen = reader.status(of: positions.map { items[$0].place })
        for (position, status) in zip(positions, seen) {
            if case .success(.some) = status { continue }
            let changed = outcomes[position] ?? Changed()
            results[position] = changed.error(action, items[position].place)
        }
    }

    /// Makes directories, and looks which of them are there then.
    private func makeDirectories(
        _ places: [StorageURL],
        _ action: String
    ) -> (there: Set<StorageURL>, changed: Changed) {
        guard !places.isEmpty else { return ([], Changed()) }
        let paths = places.compactMap { try? ShellPath.argument(for: $0, action: action) }
        let changed = shell.change(["-mkdir", "-p"], paths)
        let seen = zip(places, reader.status(of: places)).filter { $1.isDirectory }
        return (Set(seen.map(\.0)), changed)
    }
}

extension Result where Success == ObjectStatus?, Failure == StorageError {
    /// Whether a directory was seen.
    fileprivate var isDirectory: Bool {
        if case .success(let status?) = self { status.kind == .directory } else { false }
    }
}
