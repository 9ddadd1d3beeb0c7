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
    private let storage: S3Storage
    private let pause: @Sendable (Duration) -> Void

    /// A version or a delete marker that goes.
    private struct Target {
        let item: Int
        let key: KeyToDelete
        let isMarker: Bool
    }

    /// Prepares the removal of items of one root and one run.
    ///
    /// - Parameters:
    ///   - items: What goes, each with its path before it went to the trash.
    ///   - entries: All that the run wrote down about the root.
    ///   - storage: Looks.
    ///   - pause: Waits.
    init(
        _ items: [(item: RemovalItem, path: ObjectName)],
        _ entries: [TrashRecord.Entry],
        storage: S3Storage,
        pause: @escaping @Sendable (Duration) -> Void
    ) {
        self.items = items.map(\.item)
        paths = items.map(\.path)
        errors = Array(repeating: nil, count: items.count)
        let wanted = Set(paths.map(\.bytes))
        self.entries = entries.filter { wanted.contains($0.path) }
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
            var left = Set<KeyToDelete>()
            for step in 0...2 {
                let part = targets.filter { target in
                    errors[target.item] == nil && Self.step(of: target) == step
                        // What is over a version that stays goes on hiding it.
                        && !(target.isMarker && left.contains { $0.key == target.key.key })
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
        var markers: [StoredKey: Set<String>] = [:]
        for entry in entries {
            if let marker = entry.marker { markers[entry.object.key, default: []].insert(marker) }
        }
        let found = versions()
        var isDone: Set<StoredKey> = []
        for entry in entries {
            let key = entry.object.key
            guard let item = numbers[entry.path], errors[item] == nil,
                isDone.insert(key).inserted
            else { continue }
            targets += Self.targets(item, entry.object, found[key] ?? [], markers[key] ?? [])
        }
        return targets
    }

    /// What goes of one key, whose versions come with the newest first.
    private static func targets(
        _ item: Int,
        _ object: TrashedObject,
        _ versions: [ListedVersion],
        _ markers: Set<String>
    ) -> [Target] {
        func target(_ version: ListedVersion) -> Target {
            let key = KeyToDelete(key: version.key, version: version.id)
            return Target(item: item, key: key, isMarker: version.isMarker)
        }
        let position = versions.indices.first { index in
            let version = versions[index]
            guard version.isMarker, markers.isEmpty || markers.contains(version.id) else {
                return false
            }
            // Without its name the marker is known by what it hides.
            let next = index + 1 < versions.endIndex ? versions[index + 1] : nil
            return !markers.isEmpty || next?.isOld(object) ?? true
        }
        guard let position else { return [] }
        let marker = versions[position]
        let below = versions[(position + 1)...]
        let hidden = below.first.flatMap { $0.isOld(object) ? $0 : nil }
        let older = hidden == nil ? below : below.dropFirst()
        // A marker above something older is all that keeps that from being shown again.
        let isNeeded = marker.isLatest && older.contains { !$0.isMarker }
        return (hidden.map { [target($0)] } ?? []) + (isNeeded ? [] : [target(marker)])
    }

    /// The versions of all keys that were written down.
    private mutating func versions() -> [StoredKey: [ListedVersion]] {
        var prefixes: [KeyPrefix: [Int]] = [:]
        for index in items.indices {
            let place = items[index].root.appending(paths[index])
            guard let prefix = KeyPrefix(place) else { continue }
            // Of files all versions in their directory are listed once.
            prefixes[items[index].kind == .directory ? prefix : prefix.parent, default: []]
                .append(index)
        }
        let outer = prefixes.keys.filter { prefix in
            !prefixes.keys.contains { $0 != prefix && prefix.bytes.starts(with: $0.bytes) }
        }
        var versions: [StoredKey: [ListedVersion]] = [:]
        for (prefix, result) in zip(outer, storage.versions(below: outer)) {
            switch result {
            case .success(let found):
                for version in found { versions[version.key, default: []].append(version) }
            case .failure(let failure):
                for (inner, indices) in prefixes where inner.bytes.starts(with: prefix.bytes) {
                    for index in indices { fail(index, failure, at: nil) }
                }
            }
        }
        // Markers come behind all others of a page.
        return versions.mapValues { $0.sorted { $0.isAbove($1) } }
    }

    // MARK: Going

    /// Deletes, and gives what is still there.
    private mutating func delete(
        _ targets: [Target],
        by deletion: BatchDeletion
    ) -> Set<KeyToDelete> {
        guard !targets.isEmpty else { return [] }
        let outcomes = deletion.delete(targets.map(\.key))
        var left: Set<KeyToDelete> = []
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
            left.insert(target.key)
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

extension ListedVersion {
    /// Tells whether it came to its key after another one.
    fileprivate func isAbove(_ other: ListedVersion) -> Bool {
        if isLatest != other.isLatest { return isLatest }
        if modified != other.modified { return modified > other.modified }
        return isMarker && !other.isMarker
    }
}
