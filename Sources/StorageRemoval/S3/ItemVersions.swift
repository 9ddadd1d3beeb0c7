// SPDX-License-Identifier: Apache-2.0

internal import S3Storage
internal import SnapshotModel
internal import Storage

/// All versions of what items hold, by as few listings as that is cheaper with.
struct ItemVersions {
    /// The versions of each key, the newest first; of other keys there may be some too.
    private(set) var byKey: [StoredKey: [ListedVersion]] = [:]
    /// Items whose versions are not known, by their positions.
    private(set) var failures: [Int: S3Failure] = [:]

    /// Lists versions.
    ///
    /// - Parameters:
    ///   - places: Where the items were, and whether each is a file or a directory.
    ///   - storage: Looks.
    init(of places: [(place: StorageURL, kind: ObjectKind)], storage: S3Storage) {
        var directories: [KeyPrefix: [Int]] = [:]
        var files: [String: [(index: Int, key: StoredKey)]] = [:]
        for (index, item) in places.enumerated() {
            guard let prefix = KeyPrefix(item.place), !prefix.isBucket,
                let key = item.place.storedKey
            else {
                failures[index] = S3Failure("it lies in no bucket", reason: .unusableName)
                continue
            }
            if item.kind == .directory {
                directories[prefix, default: []].append(index)
            } else {
                files[prefix.bucket, default: []].append((index, key))
            }
        }
        look(below: directories, storage)
        for (bucket, files) in files {
            let results = storage.versions(of: files.map(\.key), in: bucket)
            for ((index, _), result) in zip(files, results) {
                switch result {
                case .success(let found): add(found)
                case .failure(let failure): failures[index] = failure
                }
            }
        }
    }

    private mutating func look(below directories: [KeyPrefix: [Int]], _ storage: S3Storage) {
        let outer = Array(directories.keys).outermost
        for (prefix, result) in zip(outer, storage.versions(below: outer)) {
            switch result {
            case .success(let found): add(found)
            case .failure(let failure):
                for (inner, indices) in directories where inner.lies(in: prefix) {
                    for index in indices { failures[index] = failure }
                }
            }
        }
    }

    private mutating func add(_ versions: [ListedVersion]) {
        // Markers come behind all others of a page.
        for (key, found) in Dictionary(grouping: versions, by: \.key) {
            byKey[key] = found.sorted { $0.isAbove($1) }
        }
    }
}

extension KeyPrefix {
    fileprivate func lies(in other: KeyPrefix) -> Bool {
        bucket == other.bucket && bytes.starts(with: other.bytes)
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
