// SPDX-License-Identifier: Apache-2.0

internal import S3Storage
internal import SnapshotModel
internal import Storage

/// Removes for good what a run deleted in a bucket that keeps versions: just the versions that it hid,
/// and its delete markers; what had been written over before is the bucket's own affair.
///
/// Of each snapshot its metadata go first, and each version before the marker over it: so nothing ever
/// shows again, and what is left half done can be told from what is whole (law 5).
struct OldVersionRemoval {
    /// Paths below the root where the items were.
    let paths: [ObjectName]
    /// For each item nothing, or why something of it is still there.
    private(set) var errors: [StorageError?]

    private let items: [RemovalItem]
    private let entries: [TrashRecord.Entry]
    private let origin: ObjectName
    private let storage: S3Storage
    private let pause: @Sendable (Duration) -> Void

    /// A version or a delete marker that goes.
    struct Target {
        let item: Int
        let key: KeyToDelete
        let isMarker: Bool
    }

    /// Prepares the removal of items of one root and one run.
    ///
    /// - Parameters:
    ///   - items: What goes, each with its path before it went to the trash.
    ///   - entries: All that the run wrote down about the root.
    ///   - run: The run's name.
    ///   - storage: Looks.
    ///   - pause: Waits.
    init(
        _ items: [(item: RemovalItem, path: ObjectName)],
        _ entries: [TrashRecord.Entry],
        of run: ObjectName,
        storage: S3Storage,
        pause: @escaping @Sendable (Duration) -> Void
    ) {
        self.items = items.map(\.item)
        paths = items.map(\.path)
        errors = Array(repeating: nil, count: items.count)
        let wanted = Set(paths.map(\.bytes))
        self.entries = entries.filter { wanted.contains($0.path) }
        origin = run
        self.storage = storage
        self.pause = pause
    }

    /// Removes.
    mutating func run() {
        guard let bucket = items.first?.root.authority else { return }
        let targets = targets()
        guard !targets.isEmpty else { return }
        do throws(S3Failure) {
            let deletion = try BatchDeletion(bucket: bucket, calls: storage.calls, pause: pause)
            var left = Set<StoredKey>()
            for step in 0...2 {
                let part = targets.filter { target in
                    errors[target.item] == nil && Self.step(of: target) == step
                        // What is over a version that stays goes on hiding it.
                        && !(target.isMarker && left.contains(target.key.key))
                }
                left.formUnion(delete(part, by: deletion))
            }
        } catch {
            for index in items.indices { fail(index, error, at: nil) }
        }
    }

    /// Versions of metadata, then their markers and all other versions, then the other markers.
    private static func step(of target: Target) -> Int {
        (target.key.isMetadata ? 0 : 1) + (target.isMarker ? 1 : 0)
    }

    // MARK: What goes

    private mutating func targets() -> [Target] {
        var targets: [Target] = []
        let numbers = Dictionary(zip(paths.map(\.bytes), items.indices)) { first, _ in first }
        let known = Set(entries.map(\.path))
        for (index, path) in paths.enumerated() where !known.contains(path.bytes) {
            let words = "\(items[index].root.appending(path))"
            fail(index, S3Failure(untold: words, of: origin), at: nil)
        }
        let found = versions()
        for (key, entries) in Dictionary(grouping: entries, by: \.object.key) {
            guard let item = entries.lazy.compactMap({ numbers[$0.path] }).first,
                errors[item] == nil
            else { continue }
            do throws(S3Failure) {
                targets += try Self.targets(item, entries, found[key] ?? [])
            } catch {
                fail(item, error, at: key)
            }
        }
        return withoutUnsure(targets)
    }

    /// What goes of one key.
    ///
    /// - Parameters:
    ///   - item: The item that it belongs to.
    ///   - entries: All that was written down about it.
    ///   - versions: All its versions, the newest first.
    /// - Returns: Versions and delete markers.
    /// - Throws: `S3Failure` where it cannot be told which version the run hid.
    static func targets(
        _ item: Int,
        _ entries: [TrashRecord.Entry],
        _ versions: [ListedVersion]
    ) throws(S3Failure) -> [Target] {
        let names = Set(entries.compactMap(\.marker))
        var going: Set<Int> = []
        // A removal that was cut off left what hid something.
        if names.isEmpty, versions.allSatisfy(\.isMarker) { going.formUnion(versions.indices) }
        // What a marker of the run's hides: what was the same before it was written over is not that.
        // Where somebody took the marker away nothing is hidden.
        let objects = Set(entries.map(\.object))
        let old = versions.indices.filter { index in
            objects.contains { versions[index].isOld($0) }
        }
        if names.isEmpty {
            let hidden = old.filter { $0 > 0 && versions[$0 - 1].isMarker }
            guard hidden.count < 2 else {
                throw S3Failure("several are alike, and nothing tells which of them a run hid")
            }
            for index in hidden { going.formUnion([index - 1, index]) }
        }
        for marker in versions.indices where names.contains(versions[marker].id) {
            going.insert(marker)
            let below = versions.indices[(marker + 1)...]
            guard let hidden = below.first(where: { !versions[$0].isMarker }) else { continue }
            if old.contains(hidden) {
                going.insert(hidden)
            } else if old.contains(where: { $0 > marker }) {
                throw S3Failure("what the run hid is not what it had written down before")
            }
        }
        let staying = versions.indices.filter { !going.contains($0) }.map { versions[$0] }
        return going.sorted().compactMap { index in
            let version = versions[index]
            if version.isMarker, version.isLatest, !staying.isHidden { return nil }
            let key = KeyToDelete(key: version.key, version: version.id)
            return Target(item: item, key: key, isMarker: version.isMarker)
        }
    }

    /// Targets but those of items of which a version has no name of its own, where one that is put
    /// there meanwhile would bear the same.
    private mutating func withoutUnsure(_ targets: [Target]) -> [Target] {
        let unnamed = targets.filter { $0.key.version == "null" }
        guard !unnamed.isEmpty, let bucket = items.first?.root.authority else { return targets }
        let failure: S3Failure
        do throws(S3Failure) {
            if try storage.calls.keepsVersions(bucket) { return targets }
            failure = S3Failure(suspended: bucket)
        } catch {
            failure = error
        }
        for target in unnamed { fail(target.item, failure, at: target.key.key) }
        return targets
    }

    /// The versions of all keys that were written down.
    private mutating func versions() -> [StoredKey: [ListedVersion]] {
        let places = items.indices.map { (items[$0].root.appending(paths[$0]), items[$0].kind) }
        let found = ItemVersions(of: places, storage: storage)
        for (index, failure) in found.failures { fail(index, failure, at: nil) }
        return found.byKey
    }

    // MARK: Going

    /// Deletes, and gives the keys of what is still there.
    private mutating func delete(
        _ targets: [Target],
        by deletion: BatchDeletion
    ) -> Set<StoredKey> {
        guard !targets.isEmpty else { return [] }
        let outcomes = deletion.delete(targets.map(\.key))
        var left: Set<StoredKey> = []
        var words: S3Failure?
        for target in targets {
            switch outcomes[target.key] {
            case .deleted: continue
            case .failed(let failure):
                // In a batch a store may only say that it is denied; asked for one it says why.
                if words == nil { words = deletion.reason(of: target.key) ?? failure }
                fail(target.item, words ?? failure, at: target.key.key)
            case .unknown(let failure): fail(target.item, failure, at: target.key.key)
            case nil: fail(target.item, S3Failure("it was not asked for"), at: target.key.key)
            }
            left.insert(target.key.key)
        }
        return left
    }

    private mutating func fail(_ index: Int, _ failure: S3Failure, at key: StoredKey?) {
        guard errors[index] == nil else { return }
        let words = key.map { "an old version of \"\($0.text)\": \(failure.detail)" }
        errors[index] = StorageError(
            failure.reason == .denied ? .denied : .failed,
            action: "remove",
            place: items[index].place,
            detail: words ?? failure.detail
        )
    }
}

extension [ListedVersion] {
    /// Whether nothing of a key shows where these are all that is left of it, the newest first.
    ///
    /// A marker above something older is all that keeps that from being shown again. Times may be whole
    /// seconds: what is as old as a marker may lie above it.
    fileprivate var isHidden: Bool {
        guard let newest = first, contains(where: { !$0.isMarker }) else { return true }
        return newest.isMarker && allSatisfy { $0.isMarker || $0.modified < newest.modified }
    }
}
