// SPDX-License-Identifier: Apache-2.0

internal import S3Storage
internal import SnapshotModel
internal import Storage

/// One removal of many items: what they hold, `_metadata` first, then the rest, then a look at what
/// was not confirmed.
struct S3Removal {
    private let items: [RemovalItem]
    private let storage: S3Storage
    private let pause: @Sendable (Duration) -> Void
    private let action: String
    /// Whether what has to be empty may hold empty directories, which go with it.
    private let takesNestedDirectories: Bool
    /// Whether the store has to name the delete markers that it leaves.
    private let namesMarkers: Bool

    /// For each item nothing, or why something of it is still there.
    private(set) var errors: [StorageError?]
    /// Delete markers that stand where keys stood.
    private(set) var markers: [(item: Int, object: TrashedObject, version: String)] = []

    private struct Target {
        let item: Int
        let object: TrashedObject
        let isMetadata: Bool

        var key: StoredKey { object.key }
    }

    /// What goes, where that was looked at already.
    private var known: [Target]?

    private static let metadata = Array("_metadata".utf8)

    init(
        _ items: [RemovalItem],
        storage: S3Storage,
        pause: @escaping @Sendable (Duration) -> Void,
        action: String,
        takesNestedDirectories: Bool = false,
        namesMarkers: Bool = false
    ) {
        self.namesMarkers = namesMarkers
        self.takesNestedDirectories = takesNestedDirectories
        self.items = items
        self.storage = storage
        self.pause = pause
        self.action = action
        errors = Array(repeating: nil, count: items.count)
    }

    /// Removes.
    ///
    /// After `looked` just what was found then, and nothing that came meanwhile.
    func run() -> S3Removal {
        var removal = self
        let buckets = Dictionary(grouping: items.indices) { items[$0].root.authority }
        for (bucket, indices) in buckets { removal.run(indices, in: bucket) }
        return removal
    }

    /// Looks at what the items hold right now, without anything being removed.
    func looked() -> S3Removal {
        var removal = self
        removal.known = removal.targets(of: Array(items.indices))
        return removal
    }

    /// What `looked` found.
    var found: [(item: Int, object: TrashedObject)] {
        (known ?? []).map { ($0.item, $0.object) }
    }

    /// Lets an item be where it is.
    mutating func leave(_ index: Int, because error: StorageError) {
        errors[index] = errors[index] ?? error
    }

    private mutating func run(_ indices: [Int], in bucket: String) {
        let own = Set(indices)
        let targets = (known ?? targets(of: indices)).filter {
            own.contains($0.item) && errors[$0.item] == nil
        }
        guard !targets.isEmpty else { return }
        let deletion: BatchDeletion
        do throws(S3Failure) {
            deletion = try BatchDeletion(bucket: bucket, calls: storage.calls, pause: pause)
        } catch {
            for index in indices where errors[index] == nil { fail(index, error) }
            return
        }
        var metadata = targets.filter(\.isMetadata)
        var rest = targets.filter { !$0.isMetadata }
        if namesMarkers, !storage.versions.areProven(in: bucket) {
            // One by itself: should nothing be left of it, it is the only one.
            let first = metadata.isEmpty ? rest.removeFirst() : metadata.removeFirst()
            delete([first], by: deletion, in: bucket)
            if errors[first.item] == nil { storage.versions.noteProof(in: bucket) }
        }
        for part in [metadata, rest] {
            if let stop {
                for target in part { fail(target.item, stop) }
                continue
            }
            // A snapshot whose metadata are still there is whole and stays so.
            delete(part.filter { errors[$0.item] == nil }, by: deletion, in: bucket)
        }
        storage.forget(indices.map { items[$0].place })
    }

    /// Why nothing more goes.
    private var stop: S3Failure?

    // MARK: What goes

    private mutating func targets(of indices: [Int]) -> [Target] {
        var directories: [Int] = []
        var files: [Int] = []
        for index in indices {
            let item = items[index]
            guard let root = KeyPrefix(item.root), !root.isBucket, !item.path.bytes.isEmpty,
                item.place.path(below: item.root)?.bytes == item.path.bytes
            else {
                fail(index, S3Failure("it lies in no root of a bucket", reason: .unusableName))
                continue
            }
            if item.kind == .directory { directories.append(index) } else { files.append(index) }
        }
        return targets(ofDirectories: directories) + targets(ofFiles: files)
    }

    private mutating func targets(ofDirectories indices: [Int]) -> [Target] {
        var targets: [Target] = []
        let found = storage.objects(below: indices.map { items[$0].place })
        for (index, result) in zip(indices, found) {
            switch result {
            case .failure(let error): fail(index, error)
            case .success(let objects):
                if let refusal = refusal(objects, of: items[index]) {
                    fail(index, refusal)
                    continue
                }
                for object in objects {
                    let isMetadata = object.key.lastComponent.elementsEqual(Self.metadata)
                    let object = TrashedObject(object)
                    targets.append(Target(item: index, object: object, isMetadata: isMetadata))
                }
            }
        }
        return targets
    }

    private func refusal(_ objects: [ListedObject], of item: RemovalItem) -> S3Failure? {
        if objects.isEmpty { return S3Failure("no key begins with it", reason: .notFound) }
        if !objects.allSatisfy(\.isExact) {
            return S3Failure("it holds a name that cannot be known exactly", reason: .unusableName)
        }
        guard item.mustBeEmpty else { return nil }
        let marker = StoredKey(KeyPrefix(item.place)?.bytes ?? [])
        let isEmpty = objects.allSatisfy { object in
            object.size == 0
                && (object.key == marker
                    || takesNestedDirectories && object.key.bytes.last == UInt8(ascii: "/"))
        }
        return isEmpty ? nil : S3Failure("something lies in it", reason: .alreadyExists)
    }

    private mutating func targets(ofFiles indices: [Int]) -> [Target] {
        var targets: [Target] = []
        let known = storage.freshStatus(of: indices.map { items[$0].place })
        for (index, result) in zip(indices, known) {
            guard let key = items[index].place.storedKey else { continue }
            switch result {
            case .failure(let error): errors[index] = error
            case .success(nil): fail(index, S3Failure("there is no such key", reason: .notFound))
            case .success(let status?):
                let expected = items[index].identity
                guard expected == .none || status.identity.isSameObject(as: expected) else {
                    fail(index, S3Failure("another object was put in its place", reason: .changed))
                    continue
                }
                let object = TrashedObject(
                    key: key,
                    size: status.size,
                    modified: status.modified,
                    identity: status.identity
                )
                targets.append(Target(item: index, object: object, isMetadata: false))
            }
        }
        return targets
    }

    // MARK: Going

    private mutating func delete(
        _ targets: [Target],
        by deletion: BatchDeletion,
        in bucket: String
    ) {
        guard !targets.isEmpty else { return }
        let outcomes = deletion.delete(
            targets.map { KeyToDelete(key: $0.key, version: nil) },
            namesMarkers: namesMarkers
        )
        var unknown: [(Target, S3Failure)] = []
        var unmarked: [Target] = []
        for target in targets {
            switch outcomes[KeyToDelete(key: target.key, version: nil)] {
            case .deleted(let marker?) where marker != "null":
                markers.append((target.item, target.object, marker))
            case .deleted: unmarked.append(target)
            case .failed(let failure): fail(target.item, failure, at: target.key)
            case .unknown(let failure): unknown.append((target, failure))
            case nil: unknown.append((target, S3Failure("it was not asked for")))
            }
        }
        // What is gone without an answer may be gone for good as well.
        if !unknown.isEmpty { unmarked += lookAgain(unknown, in: bucket) }
        if namesMarkers, !unmarked.isEmpty { lookBelow(unmarked, in: bucket) }
    }

    /// Looks whether what was deleted without a marker of its own is there still, as an old version.
    ///
    /// Source: where versioning is suspended the marker is called `null`, and takes the place of a version
    /// that is called so; some stores do not name their markers.
    private mutating func lookBelow(_ targets: [Target], in bucket: String) {
        let prefixes = targets.map { KeyPrefix(bucket: bucket, bytes: $0.key.bytes) }
        let common = prefixes.dropFirst().reduce(prefixes[0]) { $0.shared(with: $1) ?? $0 }
        let wanted = Dictionary(targets.map { ($0.key, $0) }) { first, _ in first }
        var kept: Set<StoredKey> = []
        var shown: Set<StoredKey> = []
        var marks: [StoredKey: String] = [:]
        do throws(S3Failure) {
            try storage.calls.eachVersion(below: common) { version in
                guard let target = wanted[version.key] else { return }
                if version.isMarker {
                    if version.isLatest, version.id != "null" { marks[version.key] = version.id }
                } else if version.identity.isSameObject(as: target.object.identity) {
                    kept.insert(version.key)
                    if version.isLatest { shown.insert(version.key) }
                }
            }
        } catch {
            for target in targets { fail(target.item, error, at: target.key) }
            return
        }
        for target in targets {
            if shown.contains(target.key) {
                let words = "it is still there, although the client said that it was deleted"
                fail(target.item, S3Failure(words), at: target.key)
                continue
            }
            if kept.contains(target.key) {
                if let mark = marks[target.key] {
                    markers.append((target.item, target.object, mark))
                }
                continue
            }
            let loss = storage.versions.noteLoss(in: bucket)
            stop = loss
            fail(
                target.item,
                S3Failure("it is gone for good: \(loss.detail)", hint: loss.hint),
                at: target.key
            )
        }
    }

    /// Looks at what was not confirmed: what a fresh listing does not show has gone.
    ///
    /// - Returns: What has gone.
    private mutating func lookAgain(
        _ unknown: [(Target, S3Failure)],
        in bucket: String
    ) -> [Target] {
        let indices = Set(unknown.map(\.0.item)).sorted()
        storage.forget(indices.map { items[$0].place })
        let directories = indices.filter { items[$0].kind == .directory }
        var there: Set<StoredKey> = []
        var isKnown: Set<Int> = []
        let found = storage.objects(below: directories.map { items[$0].place })
        for (index, result) in zip(directories, found) {
            guard case .success(let objects) = result else { continue }
            isKnown.insert(index)
            there.formUnion(objects.map(\.key))
        }
        let files = indices.filter { items[$0].kind != .directory }
        for (index, result) in zip(files, storage.status(of: files.map { items[$0].place })) {
            guard case .success(let status) = result else { continue }
            isKnown.insert(index)
            if status != nil, let key = items[index].place.storedKey { there.insert(key) }
        }
        var gone: [Target] = []
        for (target, failure) in unknown {
            if isKnown.contains(target.item), !there.contains(target.key) {
                gone.append(target)
            } else {
                fail(target.item, failure, at: target.key)
            }
        }
        return gone
    }

    private mutating func fail(_ index: Int, _ failure: S3Failure, at key: StoredKey? = nil) {
        guard errors[index] == nil else { return }
        let error = failure.error(action: action, place: items[index].place)
        guard let key else {
            errors[index] = error
            return
        }
        // Something of it may have gone: it is not merely other than expected, or absent.
        errors[index] = StorageError(
            failure.reason == .denied ? .denied : .failed,
            action: action,
            place: items[index].place,
            detail: "\"\(key.text)\": \(error.detail)",
            hint: failure.hint
        )
    }
}
