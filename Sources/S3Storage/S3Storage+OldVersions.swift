// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Policy
internal import SnapshotModel
internal import Storage

extension S3Storage {
    // MARK: Reading

    /// Reads metadata in the trash, each from the version that a delete marker hides.
    ///
    /// That costs two calls for each: those that were remembered before they went are not read.
    func readTrashed(
        _ places: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        let directory: PrivateDirectory
        do throws(S3Failure) {
            directory = try PrivateDirectory(in: calls.temporaryDirectory)
        } catch {
            for (position, place) in places.enumerated() {
                receive(position, .failure(error.error(action: "read", place: place)))
            }
            return
        }
        let positions = Array(places.indices)
        let results = concurrentMap(positions, atMost: calls.settings.parallel) { position in
            Result { () throws(S3Failure) in
                try readOldVersion(of: places[position], into: "\(directory.path)/\(position)")
            }
        }
        for (position, result) in zip(positions, results) {
            let place = places[position]
            switch result {
            case .failure(let failure):
                receive(position, .failure(failure.error(action: "read", place: place)))
            case .success(let object):
                let file = "\(directory.path)/\(position)"
                receive(position, DownloadedFile.open(file, place, as: object))
            }
        }
    }

    private func readOldVersion(
        of place: StorageURL,
        into file: String
    ) throws(S3Failure) -> TrashedObject {
        guard let object = trashedMetadata.object(at: place), object.key.fitsArgument else {
            throw S3Failure("it names no object", reason: .unusableName)
        }
        let bucket = place.authority
        let exactly = KeyPrefix(bucket: bucket, bytes: object.key.bytes)
        let versions = try calls.versions(below: exactly).filter {
            $0.key == object.key && !$0.isMarker
        }
        // Whoever brought it back by hand did not change what it says.
        guard let version = versions.first(where: { $0.isSame(as: object) }) else {
            throw versions.isEmpty
                ? S3Failure("its old version is gone from the bucket", reason: .notFound)
                : S3Failure("no version of it is the one that a run moved to the trash")
        }
        _ = try calls.aws([
            "s3api", "get-object", "--bucket=\(bucket)", "--key=\(object.key.text)",
            "--version-id=\(version.id)", "--output=text", "--query=ContentLength", file,
        ])
        guard DownloadedFile.size(of: file) == object.size else {
            throw S3Failure("it came with another length than it had")
        }
        return object
    }

    // MARK: Old versions

    /// What of a run's is an old version now.
    ///
    /// - Parameters:
    ///   - entries: What it wrote down.
    ///   - root: The root that it lay in.
    /// - Returns: The entries of which that is so.
    /// - Throws: `S3Failure` where that is not known.
    func hidden(
        _ entries: [TrashRecord.Entry],
        _ root: StorageURL
    ) throws(S3Failure) -> [TrashRecord.Entry] {
        let prefixes = entries.compactMap { entry -> KeyPrefix? in
            let item = root.appending(ObjectName(entry.path))
            // Of files all versions in their directory are listed once.
            return KeyPrefix(item.storedKey == entry.object.key ? item.parent : item)
        }
        var versions: [StoredKey: [ListedVersion]] = [:]
        for result in self.versions(below: prefixes.outermost) {
            for version in try result.get() { versions[version.key, default: []].append(version) }
        }
        return entries.filter { entry in
            versions[entry.object.key]?.contains { $0.isOld(entry.object) } ?? false
        }
    }

    /// All versions and delete markers below places, by as few listings as that is cheaper with.
    ///
    /// - Parameter places: Prefixes, none the beginning of another.
    /// - Returns: For each its versions, in no order.
    package func versions(
        below places: [KeyPrefix]
    ) -> [Result<[ListedVersion], S3Failure>] {
        var results = [Result<[ListedVersion], S3Failure>](
            repeating: .success([]),
            count: places.count
        )
        let roots = places.enumerated().map { (root: $0.offset, prefix: $0.element) }
        let groups = ListingGroup.groups(of: roots, notes: notes)
        let calls = calls
        let listed = concurrentMap(groups, atMost: calls.settings.parallel) { group in
            Result { () throws(S3Failure) in
                var finder = RootFinder(group.roots)
                var found: [Int: [ListedVersion]] = [:]
                try calls.eachVersion(below: group.prefix) { version in
                    if let (root, _) = finder.root(of: version.key) {
                        found[root, default: []].append(version)
                    }
                }
                return found
            }
        }
        for (group, result) in zip(groups, listed) {
            for (root, _) in group.roots { results[root] = result.map { $0[root] ?? [] } }
        }
        return results
    }
}

extension S3Storage {
    /// All versions and delete markers of single keys of a bucket, by as few listings as that is cheaper
    /// with: of many in one directory that is listed, unless it holds too many others.
    ///
    /// - Parameters:
    ///   - keys: The keys.
    ///   - bucket: Their bucket.
    /// - Returns: For each its versions, in no order.
    package func versions(
        of keys: [StoredKey],
        in bucket: String
    ) -> [Result<[ListedVersion], S3Failure>] {
        let roots = keys.enumerated().map { number, key in
            // As if each was a directory: then their own directories are their parents.
            (root: number, prefix: KeyPrefix(bucket: bucket, bytes: key.bytes + [0x2F]))
        }
        let groups = ListingGroup.groups(of: roots, notes: notes)
        let calls = calls
        let found = concurrentMap(groups, atMost: calls.settings.parallel) { group in
            Result { () throws(S3Failure) in
                let wanted = Set(group.roots.map { keys[$0.root] })
                // Of one key, or of one with others below it, what they have in common is that key.
                let isAbove = wanted.allSatisfy { $0.bytes.starts(with: group.prefix.bytes) }
                let prefix =
                    isAbove
                    ? group.prefix
                    : KeyPrefix(bucket: bucket, bytes: Array(group.prefix.bytes.dropLast()))
                var versions: [StoredKey: [ListedVersion]] = [:]
                try calls.eachVersion(below: prefix) { version in
                    if wanted.contains(version.key) {
                        versions[version.key, default: []].append(version)
                    }
                }
                return versions
            }
        }
        var results = [Result<[ListedVersion], S3Failure>](
            repeating: .success([]),
            count: keys.count
        )
        for (group, result) in zip(groups, found) {
            for (number, _) in group.roots {
                results[number] = result.map { $0[keys[number]] ?? [] }
            }
        }
        return results
    }
}

extension ListedVersion {
    /// Tells whether it is the version that an object was, and nothing shows it now.
    ///
    /// Source: Ceph 16 gives a version another time once it is retained and then deleted.
    package func isOld(_ object: TrashedObject) -> Bool {
        !isLatest && isSame(as: object)
    }

    /// Tells whether it is the version that an object was, whatever the key shows.
    package func isSame(as object: TrashedObject) -> Bool {
        !isMarker && key == object.key && size == object.size
            && (identity.device, identity.inode) == (object.identity.device, object.identity.inode)
    }
}

extension [KeyPrefix] {
    /// Each that lies in no other one, once.
    package var outermost: [KeyPrefix] {
        var found: [KeyPrefix] = []
        for prefix in sorted(by: { $0.isBefore($1) }) {
            if let last = found.last, last.bucket == prefix.bucket,
                prefix.bytes.starts(with: last.bytes)
            {
                continue
            }
            found.append(prefix)
        }
        return found
    }
}

extension KeyPrefix {
    /// By bytes, so that what lies in it comes right behind it.
    fileprivate func isBefore(_ other: KeyPrefix) -> Bool {
        bucket == other.bucket
            ? bytes.lexicographicallyPrecedes(other.bytes) : bucket < other.bucket
    }
}
