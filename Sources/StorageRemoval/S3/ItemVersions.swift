// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Policy
internal import S3Storage
internal import SnapshotModel
internal import Storage

/// All versions of what items hold, by as few listings as that is cheaper with.
struct ItemVersions {
    /// The versions of each key, the newest first; of other keys there may be some too.
    private(set) var byKey: [StoredKey: [ListedVersion]] = [:]
    /// Items whose versions are not known, by their positions.
    private(set) var failures: [Int: S3Failure] = [:]

    /// As many files of one directory are looked at one by one: it may hold any number of others.
    private static let fewFiles = 4

    /// Lists versions.
    ///
    /// - Parameters:
    ///   - places: Where the items were, and whether each is a file or a directory.
    ///   - storage: Looks.
    init(of places: [(place: StorageURL, kind: ObjectKind)], storage: S3Storage) {
        var directories: [KeyPrefix: [Int]] = [:]
        var files: [KeyPrefix: [Int]] = [:]
        for (index, item) in places.enumerated() {
            guard let prefix = KeyPrefix(item.place), !prefix.isBucket else {
                failures[index] = S3Failure("it lies in no bucket", reason: .unusableName)
                continue
            }
            if item.kind == .directory {
                directories[prefix, default: []].append(index)
            } else {
                files[prefix.parent, default: []].append(index)
            }
        }
        var single: [(index: Int, prefix: KeyPrefix)] = []
        for (parent, indices) in files {
            guard indices.count <= Self.fewFiles || parent.isBucket else {
                directories[parent, default: []] += indices
                continue
            }
            single += indices.compactMap { index in
                KeyPrefix(places[index].place).map { file in
                    (index, KeyPrefix(bucket: file.bucket, bytes: Array(file.bytes.dropLast())))
                }
            }
        }
        look(below: directories, storage)
        look(at: single, storage)
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

    private mutating func look(
        at files: [(index: Int, prefix: KeyPrefix)],
        _ storage: S3Storage
    ) {
        let calls = storage.calls
        let results = concurrentMap(files.map(\.prefix), atMost: calls.settings.parallel) { file in
            Result { () throws(S3Failure) in
                // Keys that go on after the file's name are other files.
                try calls.versions(below: file).filter { $0.key.bytes.elementsEqual(file.bytes) }
            }
        }
        for (file, result) in zip(files, results) {
            switch result {
            case .success(let found): add(found)
            case .failure(let failure): failures[file.index] = failure
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
