// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Policy
internal import SnapshotModel
internal import Storage
internal import Synchronization

/// The records that listings of roots have shown, which tell what lies in their trash.
struct TrashListing {
    let roots: [StorageURL]
    /// For each root the keys of its records, each with the run's name.
    private(set) var records: [Int: [(run: ObjectName, key: StoredKey)]] = [:]

    private static let beginning = Array(TrashRecord.directory.bytes) + [UInt8(ascii: "/")]

    init(_ roots: [StorageURL]) {
        self.roots = roots
    }

    /// Notes an object if it is a record: `.janitor-trash/<run>/<name>`.
    mutating func note(_ object: ListedObject, at path: ArraySlice<UInt8>, root: Int) {
        guard path.starts(with: Self.beginning), object.isExact else { return }
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return }
        records[root, default: []].append((ObjectName(parts[1]), object.key))
    }
}

/// What the records tell of metadata in the trash: they are read as old versions.
final class TrashedMetadata: Sendable {
    private let objects = Mutex<[StorageURL: TrashedObject]>([:])

    func note(_ object: TrashedObject, at place: StorageURL) {
        objects.withLock { $0[place] = object }
    }

    /// What lay at a place before it went to the trash; nil for a place that is none in the trash.
    func object(at place: StorageURL) -> TrashedObject? {
        objects.withLock { $0[place] }
    }
}

extension S3Storage {
    /// Hands over what lies in the trash of roots, below `.janitor-trash/<run>` in each: there it
    /// protects what it references.
    ///
    /// Nothing is asked of the store where copies of the records are there. What a record tells of is
    /// there as long as the bucket's own rules leave old versions alone.
    func list(
        _ trash: TrashListing,
        into sink: inout some ListingSink,
        _ outcomes: inout [ListingOutcome]
    ) {
        let open = trash.records.keys.sorted().filter { outcomes[$0] == .complete }
        if open.isEmpty { return }
        let trashed: TrashedPlaces
        do {
            trashed = try self.trashed()
        } catch {
            let detail = "cannot tell what earlier runs moved to the trash: \(error)"
            let failure = S3Failure(detail)
            for index in open {
                let place = trash.roots[index]
                outcomes[index] = .incomplete([failure.error(action: "list", place: place)])
            }
            return
        }
        for index in open where trashed.holdAnything(below: trash.roots[index]) {
            do throws(S3Failure) {
                try list(trash, index, trashed, into: &sink)
            } catch {
                let place = trash.roots[index]
                outcomes[index] = .incomplete([
                    error.error(action: "list the trash of", place: place)
                ])
            }
        }
    }

    private func list(
        _ trash: TrashListing,
        _ index: Int,
        _ trashed: TrashedPlaces,
        into sink: inout some ListingSink
    ) throws(S3Failure) {
        let root = trash.roots[index]
        guard let prefix = KeyPrefix(root) else { return }
        // Written down before it went and after, and again by whoever went on.
        var given: Set<StoredKey> = []
        for (run, key) in trash.records[index] ?? [] {
            for entry in try records.entries(at: key, in: prefix.bucket, calls) {
                let object = entry.object
                guard trashed.run(of: root.appending(ObjectName(entry.path))) == run,
                    let rest = prefix.path(of: object.key), given.insert(object.key).inserted
                else { continue }
                let top = TrashRecord.directory.appending(run)
                let path = top.bytes + [UInt8(ascii: "/")] + rest
                if object.key.lastComponent.elementsEqual(ListingNotes.metadataName) {
                    trashedMetadata.note(object, at: root.appending(ObjectName(path)))
                }
                give(object, isExact: true, at: path[...], root: index, to: &sink)
            }
        }
    }

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
        let version = try calls.versions(below: exactly).first { $0.isOld(object) }
        guard let version else {
            throw S3Failure("its old version is gone from the bucket", reason: .notFound)
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
        for group in ListingGroup.groups(of: roots, notes: notes) {
            var finder = RootFinder(group.roots)
            var found: [Int: [ListedVersion]] = [:]
            do throws(S3Failure) {
                try calls.eachVersion(below: group.prefix) { version in
                    if let (root, _) = finder.root(of: version.key) {
                        found[root, default: []].append(version)
                    }
                }
                for (root, _) in group.roots { results[root] = .success(found[root] ?? []) }
            } catch {
                for (root, _) in group.roots { results[root] = .failure(error) }
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
        !isMarker && !isLatest && key == object.key && size == object.size
            && (identity.device, identity.inode) == (object.identity.device, object.identity.inode)
    }
}
