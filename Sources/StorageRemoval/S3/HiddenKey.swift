// SPDX-License-Identifier: Apache-2.0

internal import S3Storage
internal import SnapshotModel
internal import Storage

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
