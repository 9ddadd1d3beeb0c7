// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// A reader that counts what goes through it, and is otherwise the one inside.
struct WatchedReader: StorageReader {
    let inner: any StorageReader
    let progress: Progress

    var timeResolution: Int64 { inner.timeResolution }
    var parallelCalls: Int { inner.parallelCalls }
    var hasTrashElsewhere: Bool { inner.hasTrashElsewhere }
    var showsTrash: Bool { inner.showsTrash }

    func serves(_ place: StorageURL) -> Bool { inner.serves(place) }

    func trash(at root: StorageURL) -> RootTrash { inner.trash(at: root) }

    var trashLimit: String? { inner.trashLimit }

    func oldVersions(
        below root: StorageURL
    ) throws(StorageError) -> (count: Int, bytes: Int64)? {
        try inner.oldVersions(below: root)
    }

    func placesWithoutRecord(
        _ places: [StorageURL],
        of run: ObjectName,
        below root: StorageURL
    ) throws(StorageError) -> [StorageURL] {
        try inner.placesWithoutRecord(places, of: run, below: root)
    }

    func runsWithoutTrash(below root: StorageURL) -> Set<ObjectName> {
        inner.runsWithoutTrash(below: root)
    }

    func expect(_ places: [StorageURL]) { inner.expect(places) }

    func list(
        _ roots: [StorageURL],
        into sink: inout some ListingSink
    ) -> [ListingOutcome] {
        progress.begin(.listing)
        return withUnsafeMutablePointer(to: &sink) { pointer in
            // By reference: a copy would have everything listed so far copied once more.
            var counting = CountingSink(inner: pointer, progress: progress)
            let outcomes = inner.list(roots, into: &counting)
            counting.flush()
            return outcomes
        }
    }

    func subdirectories(of directory: StorageURL) throws(StorageError) -> [ObjectName] {
        try inner.subdirectories(of: directory)
    }

    func subdirectories(
        ofEach directories: [StorageURL]
    ) -> [Result<[ObjectName], StorageError>] {
        inner.subdirectories(ofEach: directories)
    }

    func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName] {
        try inner.symbolicLinks(in: directory)
    }

    func linkTargets(of links: [StorageURL]) -> [Result<LinkTarget, StorageError>] {
        inner.linkTargets(of: links)
    }

    func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        progress.begin(.reading, adding: objects.count)
        inner.read(objects) { position, source in
            receive(position, source)
            progress.count(.reading, 1, bytes: 0)
        }
    }

    func status(of objects: [StorageURL]) -> [Result<ObjectStatus?, StorageError>] {
        inner.status(of: objects)
    }
}

/// Hands entries on, and counts them by the thousand.
private struct CountingSink<Inner: ListingSink>: ListingSink {
    let inner: UnsafeMutablePointer<Inner>
    let progress: Progress
    private var entries = 0
    private var bytes: Int64 = 0

    init(inner: UnsafeMutablePointer<Inner>, progress: Progress) {
        self.inner = inner
        self.progress = progress
    }

    func wants(file name: UnsafeRawBufferPointer) -> Bool {
        inner.pointee.wants(file: name)
    }

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        inner.pointee.receive(
            root: root,
            path: path,
            kind: kind,
            size: size,
            modified: modified,
            identity: identity
        )
        entries += 1
        bytes.add(bytes: size)
        if entries == 1024 { flush() }
    }

    mutating func flush() {
        progress.count(.listing, entries, bytes: bytes)
        (entries, bytes) = (0, 0)
    }
}
