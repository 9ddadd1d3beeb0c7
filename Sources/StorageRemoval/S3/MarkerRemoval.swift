// SPDX-License-Identifier: Apache-2.0

internal import S3Storage
internal import SnapshotModel
internal import Storage

/// Brings back what a run deleted in a bucket that keeps versions, by taking away its delete markers.
///
/// What shows in the end has to be just what the run wrote down.
/// Metadata come last: until then a snapshot does not look whole (law 5).
struct MarkerRemoval {
    /// For each item nothing, or why it is not back, or not as it was.
    private(set) var errors: [StorageError?]

    private let items: [RemovalItem]
    private let storage: S3Storage
    private let pause: @Sendable (Duration) -> Void
    /// The keys of each item.
    private var keys: [[HiddenKey]] = []

    /// A delete marker that goes.
    private struct Target {
        let item: Int
        let key: KeyToDelete
    }

    /// Prepares to bring back items of one root and one run.
    ///
    /// - Parameters:
    ///   - items: What comes back, each with its path before it went to the trash.
    ///   - entries: All that the run wrote down about the root.
    ///   - run: The run's name.
    ///   - storage: Looks.
    ///   - pause: Waits.
    init(
        of items: [RemovalItem],
        _ entries: [TrashRecord.Entry],
        of run: ObjectName,
        storage: S3Storage,
        pause: @escaping @Sendable (Duration) -> Void
    ) {
        self.items = items
        self.storage = storage
        self.pause = pause
        errors = Array(repeating: nil, count: items.count)
        let entries = Dictionary(grouping: entries, by: \.path)
        for (index, item) in items.enumerated() {
            let some = entries[item.path.bytes] ?? []
            if some.isEmpty { fail(index, S3Failure(untold: "\(item.place)", of: run)) }
            keys.append(
                Dictionary(grouping: some, by: \.object.key).sorted { $0.key < $1.key }
                    .compactMap { HiddenKey($0.value) }
            )
        }
    }

    /// Brings back.
    mutating func bringBack() {
        guard let bucket = items.first?.root.authority else { return }
        let targets = targets(in: bucket)
        guard !targets.isEmpty else { return }
        do throws(S3Failure) {
            let deletion = try BatchDeletion(bucket: bucket, calls: storage.calls, pause: pause)
            for isMetadata in [false, true] {
                let part = targets.filter {
                    errors[$0.item] == nil && $0.key.isMetadata == isMetadata
                }
                delete(part, by: deletion)
            }
        } catch {
            for target in targets { fail(target.item, error) }
        }
        let touched = Set(targets.map(\.item)).sorted()
        storage.forget(touched.map { items[$0].place })
        check(touched.filter { errors[$0] == nil })
    }

    /// The markers to be taken away; none of an item that shows what it was already.
    private mutating func targets(in bucket: String) -> [Target] {
        let versions = look(at: items.indices.filter { errors[$0] == nil })
        var targets: [Target] = []
        for index in items.indices where errors[index] == nil {
            do throws(S3Failure) {
                var own: [Target] = []
                for key in keys[index] {
                    let markers = try key.markers(in: versions[key.object.key] ?? [])
                    own += markers.map { Target(item: index, key: $0) }
                }
                targets += own
            } catch {
                fail(index, error)
            }
        }
        let unnamed = targets.filter { $0.key.version == "null" }
        do throws(S3Failure) {
            try storage.calls.checkNull(unnamed.map(\.key), in: bucket)
            return targets
        } catch {
            for target in unnamed { fail(target.item, error) }
            return targets.filter { errors[$0.item] == nil }
        }
    }

    private mutating func delete(_ targets: [Target], by deletion: BatchDeletion) {
        guard !targets.isEmpty else { return }
        let outcomes = deletion.delete(targets.map(\.key))
        for target in targets {
            do throws(S3Failure) {
                let outcome = outcomes[target.key] ?? .unknown(S3Failure("it was not asked for"))
                try outcome.check()
            } catch {
                let words = "\"\(target.key.key.text)\": \(error.detail)"
                fail(target.item, S3Failure(words, reason: error.reason))
            }
        }
    }

    /// Looks whether what shows now is what was to come back: whoever works there meanwhile may have
    /// put something over it.
    private mutating func check(_ indices: [Int]) {
        let versions = look(at: indices)
        for index in indices where errors[index] == nil {
            let other = keys[index].map(\.object).first { object in
                !(versions[object.key]?.first?.isSame(as: object) ?? false)
            }
            guard let other else { continue }
            fail(index, S3Failure("\"\(other.key.text)\" does not show what it was all the same"))
        }
    }

    private mutating func look(at indices: [Int]) -> [StoredKey: [ListedVersion]] {
        let places = indices.map { (items[$0].place, items[$0].kind) }
        let found = ItemVersions(of: places, storage: storage)
        for (position, failure) in found.failures { fail(indices[position], failure) }
        return found.byKey
    }

    private mutating func fail(_ index: Int, _ failure: S3Failure) {
        guard errors[index] == nil else { return }
        errors[index] = failure.error(action: "restore from the trash", place: items[index].place)
    }
}
