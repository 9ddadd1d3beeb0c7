// SPDX-License-Identifier: Apache-2.0

internal import HDFSStorage
public import SnapshotModel
public import Storage
public import StorageRemoval

/// HDFS's own trash: `.Trash/Current/<path>` in the home directory of the user that the command runs
/// as, later `.Trash/<time>/<path>`.
///
/// A server whose own interval is set empties it by that, whatever was asked for.
///
/// Source: `org.apache.hadoop.fs.TrashPolicyDefault`, 2.7.4 and 3.4.2: a name that is taken gets the
/// milliseconds of the move behind it.
extension HDFSRemover {
    /// Switches the trash on where the server has none; how long things are kept is ours to see to.
    private static let properties: [ObjectName] = ["-Dfs.trash.interval=10080"]

    /// Moves items into the trash of the user.
    ///
    /// What the shell did not itself say it moved is looked for in the trash.
    public func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        let action = "move to the trash"
        let (arguments, refused) = arguments(of: items, action)
        let moving = items.indices.filter { arguments[$0] != nil && !items[$0].mustBeEmpty }
        let changed = shell.change(
            ["-rm", "-r"],
            moving.compactMap { arguments[$0] },
            properties: Self.properties,
            logging: .moves
        )
        let moved = MovedPaths(changed)
        var results = refused
        let unsure = moving.filter { !moved.contains(items[$0].place.path) }
        let judged = judge(unsure.map { items[$0] }, unsure.map { _ in nil }, changed, action)
        var unseen: [Int] = []
        for (position, answer) in zip(unsure, judged) {
            results[position] = answer
            if answer == nil { unseen.append(position) }
        }
        for (position, found) in zip(unseen, find(unseen.map { items[$0] }, run: run)) {
            guard case .failure(let error) = found else { continue }
            let detail = "it is gone, and was not found in the trash: \(error.detail)"
            results[position] = StorageError(
                .failed,
                action: action,
                place: items[position].place,
                detail: detail
            )
        }
        let empty = items.indices.filter { arguments[$0] != nil && items[$0].mustBeEmpty }
        let answers = empty.isEmpty ? [] : moveEmpty(empty.map { items[$0] }, action)
        for (position, answer) in zip(empty, answers) { results[position] = answer }
        return results
    }

    /// Removes empty directories, and puts some like them into the trash.
    private func moveEmpty(_ items: [RemovalItem], _ action: String) -> [StorageError?] {
        let answers = removeEmpty(items, action)
        let gone = zip(items, answers).filter { $1 == nil }.map(\.0)
        let paths = gone.compactMap { item -> ObjectName? in
            guard let path = try? ShellPath.argument(for: item.place, action: action) else {
                return nil
            }
            return ObjectName(Array(".Trash/Current".utf8) + path.bytes)
        }
        // An empty directory that cannot be put back is no loss.
        _ = shell.change(["-mkdir", "-p"], paths)
        return answers
    }

    /// Moves items from the trash back to where they were.
    public func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        let action = "restore"
        var results = [StorageError?](repeating: nil, count: items.count)
        let there = reader.status(of: items.map(\.place))
        let found = find(items, run: run)
        var moves: [StorageURL: [(position: Int, source: ObjectName)]] = [:]
        for position in items.indices {
            let place = items[position].place
            switch (there[position], found[position]) {
            case (.failure(let error), _):
                results[position] = StorageError(
                    error.reason,
                    action: action,
                    place: place,
                    detail: error.detail
                )
            case (.success(.some), .success):
                let detail = "something stands at its old place"
                results[position] = StorageError(
                    .alreadyExists,
                    action: action,
                    place: place,
                    detail: detail
                )
            case (.success(.some), .failure(let error)) where error.reason == .notFound:
                continue
            case (.success, .failure(let error)): results[position] = error
            case (.success(nil), .success(let source)):
                moves[place.parent, default: []].append((position, source))
            }
        }
        move(moves, items, &results, action)
        return results
    }

    /// Moves what lies in the trash into the directories where it was, those of one at a time.
    private func move(
        _ moves: [StorageURL: [(position: Int, source: ObjectName)]],
        _ items: [RemovalItem],
        _ results: inout [StorageError?],
        _ action: String
    ) {
        let parents = moves.keys.sorted()
        let paths = parents.compactMap { try? ShellPath.argument(for: $0, action: action) }
        var outcomes: [Int: Changed] = [:]
        // Nothing happens to those that are there.
        _ = shell.change(["-mkdir", "-p"], paths)
        for (parent, path) in zip(parents, paths) where parents.count == paths.count {
            let entries = moves[parent] ?? []
            let plain = entries.filter { $0.source.last == items[$0.position].path.last }
            var changed = Changed()
            if !plain.isEmpty {
                changed = shell.change(["-mv"], plain.map { ShellPath.escaped($0.source) } + [path])
            }
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
        let there = reader.status(of: positions.map { items[$0].place })
        for (position, status) in zip(positions, there) {
            if case .success(.some) = status { continue }
            let changed = outcomes[position] ?? Changed()
            results[position] = changed.error(action, items[position].place)
        }
    }

    /// Removes for good what lies in the trash of a run: `.janitor-trash/<run>/<path>`.
    func removeTrashed(_ items: [RemovalItem], _ action: String) -> [StorageError?] {
        var results = [StorageError?](repeating: nil, count: items.count)
        var sources: [Int: ObjectName] = [:]
        for (run, positions) in Dictionary(
            grouping: items.indices,
            by: { position in
                let parts = items[position].path.components
                return parts.count > 2 ? parts[1] : ObjectName([])
            }
        ) {
            if run.bytes.isEmpty {
                for position in positions {
                    results[position] = Self.notFound(action, items[position].place)
                }
                continue
            }
            let originals = positions.map { position in
                let parts = items[position].path.components.dropFirst(2).map(\.bytes)
                return items[position].with(path: ObjectName(parts.joined(separator: [0x2F])))
            }
            for (position, found) in zip(positions, find(originals, run: run)) {
                switch found {
                case .success(let source): sources[position] = source
                case .failure(let error): results[position] = error
                }
            }
        }
        let order = sources.keys.sorted()
        let paths = order.compactMap { sources[$0].map(ShellPath.escaped) }
        let changed = shell.change(["-rm", "-r", "-skipTrash"], paths)
        if changed.isClean { return results }
        for position in order where !changed.hasDeleted(sources[position] ?? "") {
            results[position] = changed.error(action, items[position].place)
        }
        return results
    }
}

/// What the shell says it moved into the trash.
///
/// `Moved: 'hdfs://nn:8020/a/b' to trash at: hdfs://nn:8020/user/flink/.Trash/Current/a/b`, in the
/// log of 2.7 and 3.4 after the rename; 2.7 prints a second line without the path in the trash.
struct MovedPaths {
    private var paths: Set<ObjectName> = []

    init(_ changed: Changed) {
        let printed = ObjectName(changed.output).description.split(separator: "\n").map(String.init)
        for line in changed.said + printed {
            guard let start = line.firstRange(of: "Moved: '")?.upperBound,
                let end = line.firstRange(of: "' to trash at: ")?.lowerBound, start < end,
                let place = StorageURL(parsing: ObjectName(String(line[start..<end])))
            else { continue }
            paths.insert(place.path)
        }
    }

    func contains(_ path: ObjectName) -> Bool { paths.contains(path) }
}

extension Changed {
    /// Tells whether the output says that a path was deleted.
    fileprivate func hasDeleted(_ path: ObjectName) -> Bool {
        output.split(separator: UInt8(ascii: "\n"))
            .contains { $0.elementsEqual("Deleted ".utf8 + path.bytes) }
    }
}
