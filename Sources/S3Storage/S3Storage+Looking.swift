// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

extension S3Storage {
    /// The objects below places, as a look of the last minute or a new one shows them.
    ///
    /// - Parameter places: Places with different prefixes.
    /// - Returns: For each its objects, none where nothing lies there; or why that is not known.
    package func objects(below places: [StorageURL]) -> [Result<[ListedObject], S3Failure>] {
        var results = [Result<[ListedObject], S3Failure>](
            repeating: .failure(S3Failure("it names no bucket", reason: .unusableName)),
            count: places.count
        )
        var missing: [(root: Int, prefix: KeyPrefix)] = []
        for (index, place) in places.enumerated() {
            guard let prefix = KeyPrefix(place) else { continue }
            if let objects = fresh.objects(below: prefix) {
                results[index] = .success(objects)
            } else {
                missing.append((index, prefix))
            }
        }
        for group in ListingGroup.groups(of: missing, notes: notes) {
            var finder = RootFinder(group.roots)
            var found: [Int: [ListedObject]] = [:]
            do throws(S3Failure) {
                try calls.list(group.prefix) { object in
                    if let (root, _) = finder.root(of: object.key) {
                        found[root, default: []].append(object)
                    }
                }
                for (root, _) in group.roots { results[root] = .success(found[root] ?? []) }
            } catch {
                for (root, _) in group.roots { results[root] = .failure(error) }
            }
        }
        return results
    }

    /// Forgets what was seen below places a moment ago.
    package func forget(_ places: [StorageURL]) {
        fresh.forget(places.compactMap(KeyPrefix.init))
    }
}

extension S3Storage {
    /// Looks at single objects, and at objects that stand for directories, by listings: those tell
    /// times as finely as the plan saw them, which a question for one object does not.
    public func status(of objects: [StorageURL]) -> [Result<ObjectStatus?, StorageError>] {
        var results = [Result<ObjectStatus?, StorageError>](
            repeating: .success(nil),
            count: objects.count
        )
        let started = fresh.now
        let buckets = Dictionary(grouping: objects.indices) { objects[$0].authority }
        for (bucket, indices) in buckets.sorted(by: { $0.key < $1.key }) {
            var wanted: [StoredKey: Int] = [:]
            for index in indices {
                if let key = objects[index].storedKey { wanted[key] = index }
            }
            for prefix in prefixes(of: Array(wanted.keys), in: bucket) {
                do throws(S3Failure) {
                    try calls.list(prefix) { object in
                        guard let (index, status) = Self.status(of: object, wanted) else { return }
                        results[index] = .success(status)
                    }
                } catch {
                    for (key, index) in wanted where key.bytes.starts(with: prefix.bytes) {
                        let place = objects[index]
                        results[index] = .failure(error.error(action: "look at", place: place))
                    }
                }
            }
        }
        fresh.keep(
            zip(objects, results).compactMap { place, result in
                if case .success(let status) = result { (place, status) } else { nil }
            },
            since: started
        )
        return results
    }

    /// Looks at single objects, as far as nobody did in the last minute.
    package func freshStatus(
        of objects: [StorageURL]
    ) -> [Result<ObjectStatus?, StorageError>] {
        let known = objects.map { fresh.takeStatus(of: $0) }
        let missing = objects.indices.filter { known[$0] == nil }
        var results = known.map { Result<ObjectStatus?, StorageError>.success($0 ?? nil) }
        guard !missing.isEmpty else { return results }
        for (index, result) in zip(missing, status(of: missing.map { objects[$0] })) {
            results[index] = result
        }
        return results
    }

    /// What has to be listed to see some keys: all that they have in common, or each by itself.
    private func prefixes(of keys: [StoredKey], in bucket: String) -> [KeyPrefix] {
        let each = keys.sorted().map { KeyPrefix(bucket: bucket, bytes: $0.bytes) }
        guard let first = each.first else { return [] }
        let common = each.dropFirst().reduce(
            KeyPrefix(bucket: bucket, bytes: first.bytes)
        ) { $0.shared(with: $1) ?? $0 }
        guard let (count, _) = notes.count(below: common),
            ListingGroup.isCheaper(keys: count, than: keys.count)
        else { return each }
        return [common]
    }

    private static func status(
        of object: ListedObject,
        _ wanted: [StoredKey: Int]
    ) -> (Int, ObjectStatus)? {
        if let index = wanted[object.key], object.isExact {
            let status = ObjectStatus(
                kind: .file,
                size: object.size,
                modified: object.modified,
                identity: object.identity
            )
            return (index, status)
        }
        guard object.key.bytes.last == UInt8(ascii: "/"), object.size == 0,
            let index = wanted[StoredKey(object.key.bytes.dropLast())]
        else { return nil }
        let status = ObjectStatus(
            kind: .directory,
            size: 0,
            modified: object.modified,
            identity: .none
        )
        return (index, status)
    }
}
