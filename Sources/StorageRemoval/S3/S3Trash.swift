// SPDX-License-Identifier: Apache-2.0

internal import Foundation
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
    func take(_ items: [RemovalItem]) -> [StorageError?] {
        let action = "move to the trash"
        var results = [StorageError?](repeating: nil, count: items.count)
        for (root, indices) in Dictionary(grouping: items.indices, by: { items[$0].root }) {
            let part = indices.map { items[$0] }
            do throws(S3Failure) {
                guard KeyPrefix(root)?.isBucket == false else {
                    throw S3Failure("it lies in no root of a bucket", reason: .unusableName)
                }
                guard try versions.areKept(in: root.authority, calls) else {
                    throw S3Failure("the bucket keeps no versions: there is no trash")
                }
                let removal = S3Removal(part, storage: storage, pause: pause, action: action)
                let plan = removal.found()
                if !plan.keys.isEmpty {
                    try write(plan.keys.map { TrashRecord.Entry(part[$0.item], $0.key, nil) }, root)
                }
                let done = removal.run()
                for (index, error) in zip(indices, done.errors) { results[index] = error }
                if !done.markers.isEmpty {
                    try write(
                        done.markers.map { TrashRecord.Entry(part[$0.item], $0.key, $0.version) },
                        root
                    )
                }
            } catch {
                for index in indices where results[index] == nil {
                    results[index] = error.error(action: action, place: items[index].place)
                }
            }
        }
        return results
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

/// What a run wrote down about objects that it deleted.
struct TrashRecord: Codable {
    /// One object.
    struct Entry: Codable {
        /// The path of the item that it belongs to, below the root; bytes.
        var path: [UInt8]
        /// Its key; bytes.
        var key: [UInt8]
        /// The delete marker in its place; nil where it was not deleted yet.
        var marker: String?

        init(_ item: RemovalItem, _ key: StoredKey, _ marker: String?) {
            path = item.path.bytes
            self.key = key.bytes
            self.marker = marker
        }

        private enum CodingKeys: String, CodingKey {
            case path, key, marker
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            path = Array(try values.decode(Data.self, forKey: .path))
            key = Array(try values.decode(Data.self, forKey: .key))
            marker = try values.decodeIfPresent(String.self, forKey: .marker)
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(Data(path), forKey: .path)
            try values.encode(Data(key), forKey: .key)
            try values.encodeIfPresent(marker, forKey: .marker)
        }
    }

    var format = 1
    var entries: [Entry]

    init(entries: [Entry]) {
        self.entries = entries
    }

    /// Reads what `encoded` gives; nil where it is anything else.
    init?(_ bytes: [UInt8]) {
        guard let record = try? JSONDecoder().decode(TrashRecord.self, from: Data(bytes)),
            record.format == 1
        else { return nil }
        self = record
    }

    /// The record as JSON.
    var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }

    /// A name for it that no other one has.
    var checksum: String {
        var sum = Checksum128()
        encoded.withUnsafeBytes { sum.add($0) }
        return "\(sum)"
    }
}
