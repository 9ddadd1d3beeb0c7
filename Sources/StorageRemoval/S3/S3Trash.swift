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
/// delete markers after. Only these markers and the recorded versions below them are ever taken away.
struct S3Trash {
    let storage: S3Storage
    let versions: BucketVersions
    let pause: @Sendable (Duration) -> Void
    let run: ObjectName

    var calls: S3Calls { storage.calls }

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
        let going = items.indices.filter { results[$0] == nil }
        var removal = S3Removal(
            going.map { items[$0] },
            storage: storage,
            pause: pause,
            action: action,
            namesMarkers: true
        ).looked()
        // Nothing goes that was not written down.
        let unwritten = write(removal.found.map { (items[going[$0.item]], $0.object, nil) })
        for (position, index) in going.enumerated() {
            guard let failure = unwritten[items[index].root] else { continue }
            let error = failure.error(action: action, place: items[index].place)
            removal.leave(position, because: error)
        }
        let done = removal.run()
        for (index, error) in zip(going, done.errors) { results[index] = error }
        let markers = done.markers.map { (items[going[$0.item]], $0.object, $0.version as String?) }
        for (root, problem) in write(markers) {
            // Whatever it is that is not there, it is not the item.
            let failure = S3Failure(problem.detail, hint: problem.hint)
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
                ? nil : S3Failure(withoutTrash: root.authority)
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
        // What is put where an undo is promised has to be a version itself: else nothing is deleted.
        guard try calls.putVersion(bytes, at: key, in: root.authority) else {
            throw versions.noteLoss(in: root.authority, of: "what was put there")
        }
        storage.records.keep(bytes, as: name)
    }

    // MARK: Bringing back

    /// Takes the delete markers away that hide what the run deleted of items.
    func putBack(_ items: [RemovalItem]) -> [StorageError?] {
        eachRoot(items, "restore from the trash") { _, items, records throws(S3Failure) in
            var markers = MarkerRemoval(
                of: items,
                records.entries,
                of: run,
                storage: storage,
                pause: pause
            )
            markers.bringBack()
            return markers.errors
        }
    }

    // MARK: Emptying

    /// The run in whose trash an item lies; nil for one that lies in none.
    static func run(of item: RemovalItem) -> ObjectName? {
        let parts = item.path.components
        return parts.count > 1 && parts[0] == TrashRecord.directory ? parts[1] : nil
    }

    /// Removes items for good, and the records of a run where one is that run's directory.
    func removeFromTrash(
        _ items: [RemovalItem],
        removesRecords: Bool
    ) -> [StorageError?] {
        let isRun = items.map { $0.path.components.count == 2 }
        var results = [StorageError?](repeating: nil, count: items.count)
        let parts = Dictionary(grouping: items.indices) { isRun[$0] }
        for (isRun, indices) in parts {
            let some = indices.map { items[$0] }
            let errors =
                !isRun
                ? empty(some)
                : removesRecords
                    ? forget(some)
                    : some.map { item in
                        S3Failure("it is the trash of a run", reason: .unusableName)
                            .error(action: "remove", place: item.place)
                    }
            for (index, error) in zip(indices, errors) { results[index] = error }
        }
        return results
    }

    /// Removes items for good, version by version as they were written down.
    ///
    /// What was written down stays: until a journal says that nothing of the run lies in the trash any
    /// more it is all that tells of it.
    func empty(_ items: [RemovalItem]) -> [StorageError?] {
        eachRoot(items, "remove") { root, items, records throws(S3Failure) in
            var versions = OldVersionRemoval(
                items.map { ($0, ObjectName(Array($0.path.components.dropFirst(2)).joined)) },
                records.entries,
                of: run,
                storage: storage,
                pause: pause
            )
            versions.run()
            return versions.errors
        }
    }

    /// Removes what was written down about the run, all versions of it: they are ours.
    ///
    /// - Parameter items: The run's directory in the trash of each root.
    /// - Returns: For each nothing, or why something of it is still there.
    func forget(_ items: [RemovalItem]) -> [StorageError?] {
        let action = "remove what was written down in"
        return eachRoot(items, action) { root, items, records throws(S3Failure) in
            let keys = records.versions.map { KeyToDelete(key: $0.key, version: $0.id) }
            try calls.checkNull(keys, in: root.authority)
            let deletion = try BatchDeletion(bucket: root.authority, calls: calls, pause: pause)
            for outcome in deletion.delete(keys).values { try outcome.check() }
            for key in Set(keys.map(\.key)) {
                storage.records.forget(String(decoding: key.lastComponent, as: UTF8.self))
            }
            storage.forget([directory(below: root)])
            storage.leftRecords.forget(run, below: root)
            return items.map { _ in nil }
        }
    }

    /// Does something with the items of each root, and all that the run wrote down about it.
    ///
    /// Where a record tells nothing any more nothing is done: it may have told of more of each.
    func eachRoot(
        _ items: [RemovalItem],
        _ action: String,
        _ body: (StorageURL, [RemovalItem], TrashRecords.OfRun) throws(S3Failure) -> [StorageError?]
    ) -> [StorageError?] {
        var results = [StorageError?](repeating: nil, count: items.count)
        for (root, indices) in Dictionary(grouping: items.indices, by: { items[$0].root }) {
            do throws(S3Failure) {
                guard let prefix = KeyPrefix(directory(below: root)), !prefix.isBucket else {
                    throw S3Failure("it lies in no root of a bucket", reason: .unusableName)
                }
                let records = try storage.records.all(below: prefix, calls)
                if let key = records.lost.first {
                    throw S3Failure(lost: key, of: run, isKnown: true)
                }
                let errors = try body(root, indices.map { items[$0] }, records)
                for (index, error) in zip(indices, errors) { results[index] = error }
            } catch {
                for index in indices {
                    results[index] = error.error(action: action, place: items[index].place)
                }
            }
        }
        return results
    }
}

extension [ObjectName] {
    /// One path of all components.
    fileprivate var joined: [UInt8] {
        [UInt8](map(\.bytes).joined(separator: [UInt8(ascii: "/")]))
    }
}

extension S3Calls {
    /// Throws where a version without a name of its own is to go that another object may bear by then.
    ///
    /// Source: Amazon S3 user guide, "Working with objects in a versioning-suspended bucket": a put
    /// there takes the place of the version "null".
    func checkNull(_ keys: [KeyToDelete], in bucket: String) throws(S3Failure) {
        guard keys.contains(where: { $0.version == "null" }) else { return }
        guard try keepsVersions(bucket) else { throw S3Failure(suspended: bucket) }
    }
}

extension BatchDeletion.Outcome {
    /// Throws unless it is gone.
    func check() throws(S3Failure) {
        switch self {
        case .deleted: return
        case .failed(let failure), .unknown(let failure): throw failure
        }
    }
}

extension S3Failure {
    /// A bucket that keeps versions no more, or not for now.
    init(suspended bucket: String) {
        self.init(
            "the bucket \"\(bucket)\" keeps no versions now: what is put there takes the place of the "
                + "version \"null\", so that none is removed; " + Self.versioning(of: bucket)
        )
    }

    /// A bucket in which nothing can be deleted so that it comes back.
    init(withoutTrash bucket: String) {
        self.init(
            "the bucket keeps no versions: there is no trash; " + Self.versioning(of: bucket)
        )
    }

    private static func versioning(of bucket: String) -> String {
        "switch that on again, and the next run goes on: aws s3api put-bucket-versioning "
            + "--bucket=\(bucket) --versioning-configuration=Status=Enabled"
    }
}

extension KeyToDelete {
    var isMetadata: Bool { key.lastComponent.elementsEqual("_metadata".utf8) }
}
