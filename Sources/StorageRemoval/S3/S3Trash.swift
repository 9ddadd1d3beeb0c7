// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Policy
internal import S3Storage
internal import SnapshotModel
internal import Storage

/// The trash of a bucket that keeps versions: deleted objects stay where they were, under a delete
/// marker.
///
/// What a run deleted is written down in `<root>/.janitor-trash/<run>/`: the keys before they go, the
/// delete markers after. Only these markers are ever taken away, and only the versions right below them.
struct S3Trash {
    let storage: S3Storage
    let versions: BucketVersions
    let pause: @Sendable (Duration) -> Void
    let run: ObjectName

    private var calls: S3Calls { storage.calls }

    // MARK: Deleting

    /// Deletes items where that can be undone.
    ///
    /// All of them together, as many roots as they may lie in; of each root it is written down by
    /// itself.
    func take(_ items: [RemovalItem]) -> [StorageError?] {
        let action = "move to the trash"
        var results = items.map { item in
            obstacle(to: item.root)?.error(action: action, place: item.place)
        }
        var going = items.indices.filter { results[$0] == nil }
        let found = S3Removal(
            going.map { items[$0] },
            storage: storage,
            pause: pause,
            action: action
        ).found()
        let keys = found.map { (items[going[$0.item]], $0.object, nil as String?) }
        let unwritten = write(keys)
        for index in going {
            if let failure = unwritten[items[index].root] {
                results[index] = failure.error(action: action, place: items[index].place)
            }
        }
        going.removeAll { results[$0] != nil }
        let done = S3Removal(
            going.map { items[$0] },
            storage: storage,
            pause: pause,
            action: action
        ).run()
        for (index, error) in zip(going, done.errors) { results[index] = error }
        let markers = done.markers.map { (items[going[$0.item]], $0.object, $0.version as String?) }
        for (root, failure) in write(markers) {
            for index in going where items[index].root == root && results[index] == nil {
                results[index] = failure.error(action: action, place: items[index].place)
            }
        }
        return results
    }

    /// Why nothing below a root can be deleted so that it comes back; nil where it can.
    private func obstacle(to root: StorageURL) -> S3Failure? {
        guard KeyPrefix(root)?.isBucket == false else {
            return S3Failure("it lies in no root of a bucket", reason: .unusableName)
        }
        do throws(S3Failure) {
            return try versions.areKept(in: root.authority, calls)
                ? nil : S3Failure("the bucket keeps no versions: there is no trash")
        } catch {
            return error
        }
    }

    /// Writes down what of each root goes or has gone, several roots at a time.
    ///
    /// - Returns: Why it could not be written, by root.
    private func write(
        _ entries: [(item: RemovalItem, object: TrashedObject, marker: String?)]
    ) -> [StorageURL: S3Failure] {
        let groups = Dictionary(grouping: entries, by: \.item.root).sorted { $0.key < $1.key }
        let results = concurrentMap(groups, atMost: calls.settings.parallel) { root, entries in
            Result { () throws(S3Failure) in
                let entries = entries.map { item, object, marker in
                    TrashRecord.Entry(path: item.path, object, marker: marker)
                }
                try write(entries, root)
            }
        }
        var failures: [StorageURL: S3Failure] = [:]
        for (group, result) in zip(groups, results) {
            if case .failure(let failure) = result { failures[group.key] = failure }
        }
        return failures
    }

    private func directory(below root: StorageURL) -> StorageURL {
        root.appending(TrashRecord.directory).appending(run)
    }

    private func write(_ entries: [TrashRecord.Entry], _ root: StorageURL) throws(S3Failure) {
        let bytes = TrashRecord(entries: entries).encoded
        let name = TrashRecord.name(entries.first?.marker == nil ? "keys" : "markers", of: bytes)
        guard let key = directory(below: root).appending(ObjectName(name)).storedKey else {
            throw S3Failure("the trash has no name", reason: .unusableName)
        }
        _ = try calls.put(bytes, at: key, in: root.authority, [])
        storage.records.keep(bytes, as: name)
    }

    // MARK: Emptying

    /// The run in whose trash an item lies; nil for one that lies in none.
    static func run(of item: RemovalItem) -> ObjectName? {
        let parts = item.path.components
        return parts.count > 2 && parts[0] == TrashRecord.directory ? parts[1] : nil
    }

    /// Removes items for good, version by version as they were written down, and what was written down
    /// once nothing else of the run lies in the trash of the root.
    func empty(_ items: [RemovalItem]) -> [StorageError?] {
        var results = [StorageError?](repeating: nil, count: items.count)
        for (root, indices) in Dictionary(grouping: items.indices, by: { items[$0].root }) {
            do throws(S3Failure) {
                let emptied = try empty(indices.map { items[$0] }, root)
                for (index, error) in zip(indices, emptied) { results[index] = error }
            } catch {
                for index in indices {
                    results[index] = error.error(action: "remove", place: items[index].place)
                }
            }
        }
        return results
    }

    private func empty(
        _ items: [RemovalItem],
        _ root: StorageURL
    ) throws(S3Failure) -> [StorageError?] {
        let records = try recordKeys(below: root)
        let entries = try entries(of: records, root)
        var versions = OldVersionRemoval(
            items.map { ($0, ObjectName(Array($0.path.components.dropFirst(2)).joined)) },
            entries,
            storage: storage,
            pause: pause
        )
        versions.run()
        let paths = Set(versions.paths.map(\.bytes))
        guard versions.errors.allSatisfy({ $0 == nil }),
            entries.allSatisfy({ paths.contains($0.path) })
        else { return versions.errors }
        try forget(records, root)
        return versions.errors
    }

    /// Removes what was written down, all versions of it: they are ours.
    ///
    /// What stays tells of nothing that is there any more.
    private func forget(_ records: [StoredKey], _ root: StorageURL) throws(S3Failure) {
        guard let prefix = KeyPrefix(directory(below: root)) else { return }
        let keys = try calls.versions(below: prefix).map { version in
            KeyToDelete(key: version.key, version: version.id)
        }
        let deletion = try BatchDeletion(bucket: root.authority, calls: calls, pause: pause)
        _ = deletion.delete(keys)
        for key in records {
            storage.records.forget(String(decoding: key.lastComponent, as: UTF8.self))
        }
        storage.forget([directory(below: root)])
    }

    // MARK: Putting back

    /// Takes the delete markers away that the run left below items.
    func putBack(_ items: [RemovalItem]) -> [StorageError?] {
        let action = "restore from the trash"
        var results = [StorageError?](repeating: nil, count: items.count)
        for (root, indices) in Dictionary(grouping: items.indices, by: { items[$0].root }) {
            do throws(S3Failure) {
                let records = try entries(of: recordKeys(below: root), root)
                for index in indices {
                    let item = items[index]
                    let keys = records.filter { $0.path == item.path.bytes }
                    do throws(S3Failure) {
                        try putBack(item, keys)
                    } catch {
                        results[index] = error.error(action: action, place: item.place)
                    }
                }
            } catch {
                for index in indices {
                    results[index] = error.error(action: action, place: items[index].place)
                }
            }
        }
        return results
    }

    private func recordKeys(below root: StorageURL) throws(S3Failure) -> [StoredKey] {
        guard let listed = storage.objects(below: [directory(below: root)]).first else { return [] }
        return try listed.get().map(\.key)
    }

    private func entries(
        of records: [StoredKey],
        _ root: StorageURL
    ) throws(S3Failure) -> [TrashRecord.Entry] {
        var entries: [TrashRecord.Entry] = []
        for key in records {
            entries += try storage.records.entries(at: key, in: root.authority, calls)
        }
        return entries
    }

    /// Throws unless each object shows, or is there under its marker: what comes back has to be whole.
    private func checkWhole(
        _ entries: [TrashRecord.Entry],
        _ state: [ListedVersion]
    ) throws(S3Failure) {
        let versions = Dictionary(grouping: state, by: \.key)
        for object in entries.map(\.object) {
            let isThere = versions[object.key, default: []].contains {
                $0.isLatest && !$0.isMarker || $0.isOld(object)
            }
            if !isThere {
                throw S3Failure(
                    "the old version of \"\(object.key.text)\" is gone from the bucket: it would not "
                        + "be whole"
                )
            }
        }
    }

    private func putBack(
        _ item: RemovalItem,
        _ entries: [TrashRecord.Entry]
    ) throws(S3Failure) {
        guard let prefix = KeyPrefix(item.place) else { return }
        let wanted = Set(entries.map(\.object.key))
        guard !wanted.isEmpty else {
            throw S3Failure("the run wrote nothing down about it", reason: .notFound)
        }
        let known = Set(entries.compactMap(\.marker))
        // Of a run that was cut off only the keys are known: then the newest marker is the run's.
        let marked = entries.filter { $0.marker != nil }.map(\.object.key)
        let unmarked = wanted.subtracting(marked)
        let state = try calls.versions(
            below: item.kind == .directory
                ? prefix : KeyPrefix(bucket: prefix.bucket, bytes: Array(prefix.bytes.dropLast()))
        )
        try checkWhole(entries, state)
        var markers: [KeyToDelete] = []
        for version in state where wanted.contains(version.key) && version.isLatest {
            if version.isMarker, known.contains(version.id) || unmarked.contains(version.key) {
                markers.append(KeyToDelete(key: version.key, version: version.id))
            } else if version.isMarker {
                throw S3Failure("\"\(version.key.text)\" was deleted again since", reason: .changed)
            } else if known.contains(where: { id in
                state.contains { $0.id == id && $0.key == version.key }
            }) {
                throw S3Failure(
                    "\"\(version.key.text)\" was written again since",
                    reason: .alreadyExists
                )
            }
        }
        guard !markers.isEmpty else { return }
        // Metadata last: until then the snapshot does not look whole (law 5).
        let ordered = markers.filter { !$0.isMetadata } + [nil] + markers.filter(\.isMetadata)
        for part in ordered.split(separator: nil) {
            let deletion = try BatchDeletion(bucket: prefix.bucket, calls: calls, pause: pause)
            for (key, outcome) in deletion.delete(part.compactMap(\.self)) {
                switch outcome {
                case .deleted: continue
                case .failed(let failure), .unknown(let failure):
                    let detail = "\"\(key.key.text)\": \(failure.detail)"
                    throw S3Failure(detail, reason: failure.reason)
                }
            }
        }
        storage.forget([item.place])
    }
}

extension [ObjectName] {
    /// One path of all components.
    fileprivate var joined: [UInt8] {
        [UInt8](map(\.bytes).joined(separator: [UInt8(ascii: "/")]))
    }
}

extension KeyToDelete {
    var isMetadata: Bool { key.lastComponent.elementsEqual("_metadata".utf8) }
}
