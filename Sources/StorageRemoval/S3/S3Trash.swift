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
/// delete markers after. Only these markers are ever taken away.
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
        let plan = S3Removal(
            going.map { items[$0] },
            storage: storage,
            pause: pause,
            action: action
        ).found()
        let keys = plan.keys.map { (items[going[$0.item]], $0.key, nil as String?) }
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
        let markers = done.markers.map { (items[going[$0.item]], $0.key, $0.version as String?) }
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
        _ entries: [(item: RemovalItem, key: StoredKey, marker: String?)]
    ) -> [StorageURL: S3Failure] {
        let groups = Dictionary(grouping: entries, by: \.item.root).sorted { $0.key < $1.key }
        let results = concurrentMap(groups, atMost: calls.settings.parallel) { root, entries in
            Result { () throws(S3Failure) in
                try write(entries.map { TrashRecord.Entry($0.item, $0.key, $0.marker) }, root)
            }
        }
        var failures: [StorageURL: S3Failure] = [:]
        for (group, result) in zip(groups, results) {
            if case .failure(let failure) = result { failures[group.key] = failure }
        }
        return failures
    }

    private func directory(below root: StorageURL) -> StorageURL {
        root.appending(Self.trash).appending(run)
    }

    private func write(_ entries: [TrashRecord.Entry], _ root: StorageURL) throws(S3Failure) {
        let record = TrashRecord(entries: entries)
        let name = "\(entries.first?.marker == nil ? "keys" : "markers")-\(record.checksum)"
        guard let key = directory(below: root).appending(ObjectName(name)).storedKey else {
            throw S3Failure("the trash has no name", reason: .unusableName)
        }
        _ = try calls.put(record.encoded, at: key, in: root.authority, [])
    }

    // MARK: Forgetting

    private static let trash = ObjectName(".janitor-trash")

    /// The run in whose trash an item lies; nil for one that lies in none.
    static func run(of item: RemovalItem) -> ObjectName? {
        let parts = item.path.components
        return parts.count > 2 && parts[0] == trash ? parts[1] : nil
    }

    /// Removes what was written down of items, once it is all that was: what was deleted stays an old
    /// version until a rule of the bucket's removes it.
    func forget(_ items: [RemovalItem]) -> [StorageError?] {
        var results = [StorageError?](repeating: nil, count: items.count)
        for (root, indices) in Dictionary(grouping: items.indices, by: { items[$0].root }) {
            let record = RemovalItem(
                root: root,
                path: Self.trash.appending(run),
                kind: .directory,
                identity: .none
            )
            do throws(S3Failure) {
                let paths = Set(indices.map { items[$0].path.components.dropFirst(2).map(\.bytes) })
                let isAll = try records(below: root).allSatisfy { entry in
                    paths.contains(ObjectName(entry.path).components.map(\.bytes))
                }
                guard isAll else { continue }
            } catch {
                for index in indices {
                    results[index] = error.error(action: "remove", place: items[index].place)
                }
                continue
            }
            let removal = S3Removal([record], storage: storage, pause: pause, action: "remove")
            guard let error = removal.run().errors[0], error.reason != .notFound else { continue }
            for index in indices { results[index] = error }
        }
        return results
    }

    // MARK: Putting back

    /// Takes the delete markers away that the run left below items.
    func putBack(_ items: [RemovalItem]) -> [StorageError?] {
        let action = "restore from the trash"
        var results = [StorageError?](repeating: nil, count: items.count)
        for (root, indices) in Dictionary(grouping: items.indices, by: { items[$0].root }) {
            do throws(S3Failure) {
                let records = try records(below: root)
                for index in indices {
                    let item = items[index]
                    let keys = records.filter { $0.path == Array(item.path.bytes) }
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

    private func records(below root: StorageURL) throws(S3Failure) -> [TrashRecord.Entry] {
        let place = directory(below: root)
        var entries: [TrashRecord.Entry] = []
        guard let listed = storage.objects(below: [place]).first else { return [] }
        for object in try listed.get() {
            guard let (bytes, _) = try calls.content(of: object.key, in: root.authority),
                let record = TrashRecord(bytes)
            else { throw S3Failure("what the run wrote down about it does not read") }
            entries += record.entries
        }
        return entries
    }

    private func putBack(
        _ item: RemovalItem,
        _ entries: [TrashRecord.Entry]
    ) throws(S3Failure) {
        guard let prefix = KeyPrefix(item.place) else { return }
        let wanted = Set(entries.map { StoredKey($0.key) })
        guard !wanted.isEmpty else {
            throw S3Failure("the run wrote nothing down about it", reason: .notFound)
        }
        let known = Set(entries.compactMap(\.marker))
        // Of a run that was cut off only the keys are known: then the newest marker is the run's.
        let marked = entries.filter { $0.marker != nil }.map { StoredKey($0.key) }
        let unmarked = wanted.subtracting(marked)
        let state = try calls.versions(
            below: item.kind == .directory
                ? prefix : KeyPrefix(bucket: prefix.bucket, bytes: Array(prefix.bytes.dropLast()))
        )
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

extension KeyToDelete {
    fileprivate var isMetadata: Bool { key.lastComponent.elementsEqual("_metadata".utf8) }
}
