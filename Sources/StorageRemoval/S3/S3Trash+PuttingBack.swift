// SPDX-License-Identifier: Apache-2.0

internal import S3Storage
internal import SnapshotModel
internal import Storage

/// Bringing back what a run deleted: what shows in the end has to be just what it wrote down.
extension S3Trash {
    /// Takes the delete markers away that hide what the run deleted of items.
    func putBack(_ items: [RemovalItem]) -> [StorageError?] {
        let action = "restore from the trash"
        return eachRoot(items, action) { _, items, records throws(S3Failure) in
            let entries = Dictionary(grouping: records.entries, by: \.path)
            return items.map { item in
                do throws(S3Failure) {
                    try putBack(item, entries[item.path.bytes] ?? [])
                    return nil
                } catch {
                    return error.error(action: action, place: item.place)
                }
            }
        }
    }

    private func putBack(
        _ item: RemovalItem,
        _ entries: [TrashRecord.Entry]
    ) throws(S3Failure) {
        guard let prefix = KeyPrefix(item.place) else {
            throw S3Failure("it lies in no bucket", reason: .unusableName)
        }
        guard !entries.isEmpty else { throw S3Failure(untold: "\(item.place)", of: run) }
        let keys = Dictionary(grouping: entries, by: \.object.key).sorted { $0.key < $1.key }
            .compactMap { HiddenKey($0.value) }
        let place =
            item.kind == .directory
            ? prefix : KeyPrefix(bucket: prefix.bucket, bytes: Array(prefix.bytes.dropLast()))
        var versions = try calls.versions(below: place).newestFirst
        var markers: [KeyToDelete] = []
        for key in keys { markers += try key.markers(in: versions[key.object.key] ?? []) }
        guard !markers.isEmpty else { return }
        try checkNull(markers, in: prefix.bucket)
        // Metadata last: until then the snapshot does not look whole (law 5).
        let ordered = markers.filter { !$0.isMetadata } + [nil] + markers.filter(\.isMetadata)
        for part in ordered.split(separator: nil) {
            let deletion = try BatchDeletion(bucket: prefix.bucket, calls: calls, pause: pause)
            for (key, outcome) in deletion.delete(part.compactMap(\.self)) {
                do throws(S3Failure) {
                    try outcome.check()
                } catch {
                    throw S3Failure("\"\(key.key.text)\": \(error.detail)", reason: error.reason)
                }
            }
        }
        storage.forget([item.place])
        // Whoever works there meanwhile may have put something over it.
        versions = try calls.versions(below: place).newestFirst
        for key in keys where !(versions[key.object.key]?.first?.isSame(as: key.object) ?? false) {
            throw S3Failure("\"\(key.object.key.text)\" does not show what it was all the same")
        }
    }
}

/// A key that a run deleted.
struct HiddenKey {
    /// The object that it deleted, the newest where it found more than one.
    let object: TrashedObject
    /// The delete markers that it left, as far as that is known.
    let markers: Set<String>

    init?(_ entries: [TrashRecord.Entry]) {
        guard let newest = entries.map(\.object).max(by: { $0.modified < $1.modified }) else {
            return nil
        }
        object = newest
        markers = Set(entries.compactMap(\.marker))
    }

    /// The delete markers that have to go so that the key shows the object; none where it does.
    ///
    /// - Parameter versions: All versions of the key, the newest first.
    /// - Returns: The markers.
    /// - Throws: `S3Failure` where it would show anything else, or somebody deleted it since.
    func markers(in versions: [ListedVersion]) throws(S3Failure) -> [KeyToDelete] {
        let name = "\"\(object.key.text)\""
        let gone = "the old version of \(name) is gone from the bucket: it would not be whole"
        let above = versions.prefix(while: \.isMarker)
        guard let found = versions.dropFirst(above.count).first else {
            throw S3Failure(gone)
        }
        guard found.isSame(as: object) else {
            guard above.isEmpty || versions.contains(where: { $0.isSame(as: object) }) else {
                throw S3Failure(gone)
            }
            throw S3Failure("\(name) was written again since", reason: .alreadyExists)
        }
        // Of a run that was cut off only the keys are known: then all are the run's.
        if let first = above.first, !markers.isEmpty, !markers.contains(first.id) {
            throw S3Failure("\(name) was deleted again since", reason: .changed)
        }
        return above.map { KeyToDelete(key: $0.key, version: $0.id) }
    }
}

extension [ListedVersion] {
    /// The versions of each key, the newest first.
    var newestFirst: [StoredKey: [ListedVersion]] {
        // Markers come behind all others of a page.
        Dictionary(grouping: self, by: \.key).mapValues { $0.sorted { $0.isAbove($1) } }
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
