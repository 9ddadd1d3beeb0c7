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
    /// What the shell did not itself say it moved, or said it moved elsewhere, is looked for in the
    /// trash.
    public func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        let action = "move to the trash"
        reader.forget(items.map(\.place))
        let (arguments, refused) = arguments(of: items, action)
        let moving = items.indices.filter { arguments[$0] != nil && !items[$0].mustBeEmpty }
        let changed = shell.change(
            ["-rm", "-r"],
            moving.compactMap { arguments[$0] },
            properties: Self.properties,
            logging: .moves
        )
        var results = refused
        let judged = judgeMoves(moving.map { items[$0] }, changed, action, run)
        for (position, answer) in zip(moving, judged) { results[position] = answer }
        let empty = items.indices.filter { arguments[$0] != nil && items[$0].mustBeEmpty }
        let answers = empty.isEmpty ? [] : moveEmpty(empty.map { items[$0] }, action)
        for (position, answer) in zip(empty, answers) { results[position] = answer }
        return results
    }

    /// Tells what became of items by what the shell said, and looks where it said nothing.
    private func judgeMoves(
        _ items: [RemovalItem],
        _ changed: Changed,
        _ action: String,
        _ run: ObjectName
    ) -> [StorageError?] {
        let moved = MovedPaths(changed)
        var results = [StorageError?](repeating: nil, count: items.count)
        var unsure: [Int] = []
        for (position, item) in items.enumerated() {
            let targets = moved.targets(of: item.place)
            let target = targets.first { reader.believes($0, of: item.place) }
            reader.note(item.place, movedTo: target)
            if target == nil { unsure.append(position) }
        }
        let judged = judge(unsure.map { items[$0] }, unsure.map { _ in nil }, changed, action)
        var unseen: [Int] = []
        for (position, answer) in zip(unsure, judged) {
            results[position] = answer
            if answer == nil { unseen.append(position) }
        }
        let found = reader.findInTrash(unseen.map { items[$0].place }, run: run)
        var seen: [(place: StorageURL, printed: ObjectName)] = []
        for (position, found) in zip(unseen, found) {
            let place = items[position].place
            switch found {
            case .success(let printed): seen.append((place, printed))
            case .failure(let error): results[position] = Self.lost(place, action, moved, error)
            }
        }
        for (seen, target) in zip(seen, reader.placesToTell(of: seen)) {
            reader.note(seen.place, movedTo: target)
        }
        return results
    }

    /// Why what is gone cannot be brought back, and how it can be by hand where that is known.
    private static func lost(
        _ place: StorageURL,
        _ action: String,
        _ moved: MovedPaths,
        _ error: StorageError
    ) -> StorageError {
        var detail = "it is gone, and was not found in the trash: \(error.detail)"
        if let target = moved.anyTarget(of: place) {
            detail = """
                it was moved to "\(target)", by the NameNode's rules, where janitor does not find it: \
                it protects nothing there, and comes back only by hand: hdfs dfs -mv "\(target)" \
                "\(place)"
                """
        }
        return StorageError(.failed, action: action, place: place, detail: detail)
    }

    /// Where the client said that it moved items, or where a look has found them since.
    public func placesInTrash(of items: [RemovalItem], run: ObjectName) -> [StorageURL?] {
        var places = items.map { reader.placeInTrash(of: $0.place) }
        var found: [(place: StorageURL, printed: ObjectName)] = []
        var positions: [Int] = []
        for (position, item) in items.enumerated() where places[position] == nil {
            let inTrash = item.root.appending(ownTrash.appending(run).appending(item.path))
            guard let printed = reader.listedInTrash(inTrash) else { continue }
            found.append((item.place, printed))
            positions.append(position)
        }
        for (position, place) in zip(positions, reader.placesToTell(of: found)) {
            places[position] = place
        }
        return places
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
            for (position, found) in zip(positions, self.sources(of: originals, run)) {
                switch found {
                case .success(let source): sources[position] = source
                case .failure(let error): results[position] = error
                }
            }
        }
        let order = sources.keys.sorted()
        let paths = order.compactMap { sources[$0].map(ShellPath.escaped) }
        let changed = shell.change(["-rm", "-r", "-skipTrash"], paths)
        let said = changed.count(ofLinesBeginning: "Deleted ")
        if changed.isClean, said == paths.count { return results }
        let unsaid = order.filter { !changed.hasDeleted(sources[$0] ?? "") }
        let places = unsaid.map { position in
            StorageURL(
                scheme: items[position].root.scheme,
                authority: items[position].root.authority,
                path: sources[position] ?? ""
            )
        }
        // Without a word of it the exit code proves nothing, whichever it is.
        for (position, found) in zip(unsaid, reader.status(of: places)) {
            guard case .success(nil) = found else {
                results[position] = changed.error(action, items[position].place)
                continue
            }
            guard let source = sources[position],
                changed.complaints.contains(where: { $0.isMissing(source) })
            else { continue }
            results[position] = StorageError(
                .failed,
                action: action,
                place: items[position].place,
                detail: "it is not where it lay, \"\(source)\": the NameNode may just have renamed "
                    + "its trash; the next run looks again"
            )
        }
        return results
    }
}

extension Changed {
    /// Tells whether the output says that a path was deleted.
    fileprivate func hasDeleted(_ path: ObjectName) -> Bool {
        output.split(separator: UInt8(ascii: "\n"))
            .contains { $0.elementsEqual("Deleted ".utf8 + path.bytes) }
    }
}
