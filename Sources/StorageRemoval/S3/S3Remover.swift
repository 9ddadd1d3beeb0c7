// SPDX-License-Identifier: Apache-2.0

internal import Foundation
public import S3Storage
public import SnapshotModel
public import Storage

/// S3 and what speaks like it, by the operator's command line: the half that takes away.
///
/// A directory is removed key by key, each as a listing right before showed it: what somebody puts
/// there meanwhile stays. The removal of a snapshot is not one step here: all `_metadata` of a call go
/// first, and the rest of a snapshot only where its own has gone (law 5).
///
/// Where a bucket keeps versions, deleting leaves a delete marker, and undoing takes it away; else
/// there is no trash.
///
/// Source: Amazon S3 user guide, "Deleting object versions from a versioning-enabled bucket" and
/// "Managing delete markers".
public struct S3Remover: StorageRemover {
    let storage: S3Storage
    let pause: @Sendable (Duration) -> Void

    var calls: S3Calls { storage.calls }
    private var versions: BucketVersions { storage.versions }

    /// Makes a remover.
    ///
    /// - Parameter storage: The reading half; what it saw a moment ago is not listed again.
    public init(storage: S3Storage) {
        self.init(storage: storage) { duration in
            let (seconds, attoseconds) = duration.components
            Thread.sleep(forTimeInterval: Double(seconds) + Double(attoseconds) / 1e18)
        }
    }

    /// Makes a remover whose pauses a test can see.
    package init(storage: S3Storage, pause: @escaping @Sendable (Duration) -> Void) {
        self.storage = storage
        self.pause = pause
    }

    /// There are no directories, only keys.
    public func removesObjectByObject(at root: StorageURL) -> Bool { true }

    /// Removes items, `_metadata` first.
    ///
    /// In a bucket that keeps versions they stay behind as old versions: how long is a matter of the
    /// bucket's own rules.
    ///
    /// What lies in the trash goes for good: the versions that its run hid, and the delete markers.
    public func remove(_ items: [RemovalItem]) -> [StorageError?] {
        removeFromStoreAndTrash(items) { plain in
            S3Removal(plain, storage: storage, pause: pause, action: "remove").run().errors
        }
    }

    /// Removes the objects that stand for empty directories; never one that has a file below it.
    ///
    /// Of a run in the trash, where nothing but what it wrote down lies, that goes.
    public func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] {
        removeFromStoreAndTrash(items, removesRecords: true) { plain in
            let empty = plain.map { item in
                RemovalItem(
                    root: item.root,
                    path: item.path,
                    kind: item.kind,
                    identity: item.identity,
                    mustBeEmpty: true
                )
            }
            return S3Removal(
                empty,
                storage: storage,
                pause: pause,
                action: "remove",
                takesNestedDirectories: true
            ).run().errors
        }
    }

    private func removeFromStoreAndTrash(
        _ items: [RemovalItem],
        removesRecords: Bool = false,
        _ removePlain: ([RemovalItem]) -> [StorageError?]
    ) -> [StorageError?] {
        var results = [StorageError?](repeating: nil, count: items.count)
        let runs = Dictionary(grouping: items.indices) { S3Trash.run(of: items[$0]) }
        for (run, indices) in runs {
            let some = indices.map { items[$0] }
            let errors =
                run.map { run in
                    S3Trash(storage: storage, versions: versions, pause: pause, run: run)
                        .removeFromTrash(some, removesRecords: removesRecords)
                } ?? removePlain(some)
            for (index, error) in zip(indices, errors) { results[index] = error }
        }
        return results
    }

    /// Deletes items in a bucket that keeps versions, and writes down which delete markers that left.
    ///
    /// What is to go is written down before, in the trash of the root, so that a run that is cut off can
    /// be undone too.
    public func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        S3Trash(storage: storage, versions: versions, pause: pause, run: run).take(items)
    }

    /// Takes the delete markers of a run away again; the newest version is the object then.
    public func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        S3Trash(storage: storage, versions: versions, pause: pause, run: run).putBack(items)
    }

    /// Makes an empty object where none is; by a conditional put, where the store does that.
    public func create(_ item: RemovalItem) throws(StorageError) {
        guard let key = item.place.storedKey, let root = KeyPrefix(item.root), !root.isBucket else {
            throw StorageError(
                .unusableName,
                action: "create",
                place: item.place,
                detail: "it lies in no root of a bucket"
            )
        }
        do throws(S3Failure) {
            try calls.createEmpty(key, in: root.bucket)
        } catch {
            throw error.error(action: "create", place: item.place)
        }
    }
}
