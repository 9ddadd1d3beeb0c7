// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
public import SnapshotModel
public import Storage

/// A look at the roots between planning and removing: what was completed meanwhile may need what
/// is to go, and so may an attempt that began meanwhile.
///
/// Source: a job restored in CLAIM mode references the snapshot that it was restored from, from
/// its first checkpoint on (`RecoveryClaimMode`); that checkpoint may be younger than the plan. Until
/// then a high-availability pointer may name the snapshot (`DefaultCompletedCheckpointStore`).
public struct SecondLook {
    /// What the look showed.
    public enum Outcome: Hashable, Sendable {
        /// What must stay now, each with what appeared and may need it.
        case needed([StorageURL: StorageURL])
        /// Something appeared, or cannot be listed any more, and what it needs is unknown.
        case unknown(StorageURL, String)
    }

    private let inventory: Inventory
    private let condemned: Set<StorageURL>
    private let objects: [(place: StorageURL, path: ObjectName)]
    private let snapshots: [Snapshot]
    private var watch: AttemptWatch
    private var needed: [StorageURL: StorageURL] = [:]

    /// Makes a look that follows one earlier look.
    ///
    /// - Parameters:
    ///   - inventory: What the earlier look showed.
    ///   - condemned: Places of snapshots that are to go.
    ///   - objects: What is to go outside snapshots: places, and their paths below their roots.
    public init(
        after inventory: Inventory,
        condemned: Set<StorageURL>,
        objects: [(place: StorageURL, path: ObjectName)] = []
    ) {
        self.inventory = inventory
        self.condemned = condemned
        self.objects = objects
        snapshots = inventory.snapshots.filter { condemned.contains($0.place) }
        let outside = objects.map(\.place).filter {
            !$0.path.components.contains(where: FlinkNames.isJanitors)
        }
        watch = AttemptWatch(inventory, snapshots: condemned, objects: outside)
    }

    /// Lists everything again and reads the metadata that were not there before.
    ///
    /// - Parameter readerFor: Gives the reader of the store that a place lies in.
    /// - Returns: What must stay.
    public mutating func look(_ readerFor: (StorageURL) -> (any StorageReader)?) -> Outcome {
        guard !condemned.isEmpty || !objects.isEmpty else { return .needed([:]) }
        let tops = inventory.listedRoots
        for shared in SharedReader.all(of: tops, readerFor) {
            let places = shared.positions.map { tops[$0] }
            guard let reader = shared.reader else {
                return .unknown(places[0], "there is no backend for it")
            }
            var sink = NewcomerSink(
                known: places.map { inventory.knownFiles(below: $0) },
                numbers: shared.positions,
                watch: watch
            )
            let outcomes = reader.list(places, into: &sink)
            watch = sink.watch
            for (top, outcome) in zip(places, outcomes) {
                switch outcome {
                case .complete: break
                case .absent where inventory.fileCount(below: top) == 0: break
                case .absent: return .unknown(top, "it is not there any more")
                case .incomplete(let errors):
                    return .unknown(top, errors.first?.detail ?? "its listing may be cut short")
                }
            }
            let links = sink.links(below: places)
            let known = Set(inventory.symbolicLinks.map(\.place))
            if let link = links.first(where: { !known.contains($0) }) {
                return .unknown(link, "it is a symbolic link that was not there before")
            }
            let newcomers = sink.newcomers.map { places[$0.root].appending($0.path) }
            let pointers = newcomers.filter { FlinkNames.isPointerFile($0.path.last) }
            let metadata = newcomers.filter { !FlinkNames.isPointerFile($0.path.last) }
            if let unknown = read(metadata, with: reader) { return unknown }
            if let unknown = read(pointers: pointers, with: reader) { return unknown }
        }
        if let link = inventory.firstChangedLink(readerFor) {
            return .unknown(link, "it is a symbolic link that leads elsewhere now")
        }
        return .needed(needed.merging(watch.needed) { metadata, _ in metadata })
    }

    /// Reads high-availability pointers: a name in their text protects.
    private mutating func read(
        pointers: [StorageURL],
        with reader: any StorageReader
    ) -> Outcome? {
        guard !pointers.isEmpty else { return nil }
        let owners = owners()
        for text in TextNames.read(pointers, with: reader, naming: snapshots) {
            if let error = text.error {
                if error.reason == .notFound { continue }
                return .unknown(text.place, error.detail)
            }
            for snapshot in snapshots where text.isNaming(snapshot) {
                needed[snapshot.place] = text.place
            }
            for name in text.names.uuids {
                for owner in owners[name] ?? [] { needed[owner] = text.place }
            }
        }
        return nil
    }

    private mutating func read(
        _ places: [StorageURL],
        with reader: any StorageReader
    ) -> Outcome? {
        var unknown: Outcome?
        var found: [(StorageURL, SnapshotMetadata)] = []
        reader.read(places) { index, result in
            switch consume result {
            case .success(var source):
                do throws(MetadataError) {
                    found.append((places[index], try MetadataReader.read(&source)))
                } catch {
                    unknown = .unknown(places[index], "\(error)")
                }
            case .failure(let error):
                // Gone again: a live job retires its own, and what it needed its next one tells.
                if error.reason != .notFound { unknown = .unknown(places[index], error.detail) }
            }
        }
        if !found.isEmpty { note(found) }
        return unknown
    }

    private mutating func note(_ found: [(StorageURL, SnapshotMetadata)]) {
        let owners = owners()
        for (place, metadata) in found {
            let names =
                metadata.references.map(\.path.baseName)
                + metadata.pinnedDirectories.map(\.baseName)
            for name in names {
                for owner in owners[name] ?? [] where !place.isBelow(owner) {
                    needed[owner] = place
                }
            }
        }
    }

    /// What goes, by the base names of the files in it; only made where something appeared.
    private func owners() -> [ObjectName: [StorageURL]] {
        var owners: [ObjectName: [StorageURL]] = [:]
        // A directory on the way may be pinned, and with it all that lies in it.
        for (place, path) in objects {
            for name in path.components { owners[name, default: []].append(place) }
        }
        for (file, place) in inventory.filesOfSnapshots(at: condemned) {
            owners[file, default: []].append(place)
        }
        return owners
    }
}

extension StorageURL {
    fileprivate func isBelow(_ other: StorageURL) -> Bool { path(below: other) != nil }
}

/// Notes metadata and pointers that were not listed before, or not with this length and time.
private struct NewcomerSink: ListingSink {
    /// For each root what was known there.
    let known: [[ObjectName: KnownFile]]
    /// The numbers of the roots among all that were listed.
    let numbers: [Int]
    var watch: AttemptWatch
    var newcomers: [(root: Int, path: ObjectName)] = []
    var links: [(root: Int, path: ObjectName)] = []

    func wants(file name: UnsafeRawBufferPointer) -> Bool {
        // In attempts that are watched the time of any file may be a sign of life; of one that began
        // meanwhile its directory is seen.
        watch.isWatchingAttempts || name.elementsEqual(FlinkNames.metadata.bytes)
            || name.starts(with: FlinkNames.pointerPrefix.bytes)
    }

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        if kind == .symbolicLink {
            links.append((root, path.withUnsafeBytes { ObjectName($0) }))
            return
        }
        watch.see(root: numbers[root], path: path, kind: kind, modified: modified)
        let name = path.withUnsafeBytes { bytes -> ObjectName? in
            let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
            let last = bytes[start...]
            let isWanted =
                last.elementsEqual(FlinkNames.metadata.bytes)
                || last.starts(with: FlinkNames.pointerPrefix.bytes)
            return isWanted ? ObjectName(bytes) : nil
        }
        guard let name, kind == .file else { return }
        if known[root][name] != KnownFile(size: size, modified: modified) {
            newcomers.append((root, name))
        }
    }
}

extension NewcomerSink {
    /// The links that were met, sorted, but for those that say themselves what they are.
    func links(below places: [StorageURL]) -> [StorageURL] {
        links.map { places[$0.root].appending($0.path) }
            .filter { $0.path.last != FlinkNames.metadata }.sorted()
    }
}

/// Length and time of a file as an earlier look found it.
struct KnownFile: Hashable {
    let size: Int64
    let modified: Instant
}

extension Inventory {
    /// How many files were listed below a listed root.
    func fileCount(below top: StorageURL) -> Int {
        zip(roots, fileCounts).reduce(0) {
            $1.0.place.path(below: top) == nil ? $0 : $0 + $1.1
        }
    }

    /// The outermost roots, which is what was listed.
    public var listedRoots: [StorageURL] { table.roots }

    /// Metadata and pointers below a listed root, by path.
    func knownFiles(below top: StorageURL) -> [ObjectName: KnownFile] {
        var known: [ObjectName: KnownFile] = [:]
        for snapshot in snapshots {
            guard let size = snapshot.metadataLength, let path = snapshot.place.path(below: top)
            else { continue }
            known[path.appending(FlinkNames.metadata)] = KnownFile(
                size: size,
                modified: snapshot.time
            )
        }
        for pointer in pointers {
            guard let path = pointer.place.path(below: top),
                let (root, whole) = listedRoot(holding: pointer.place),
                case .file(let file) = table.target(of: whole, below: root)
            else { continue }
            known[path] = KnownFile(
                size: table.size(ofFile: file),
                modified: table.modified(ofFile: file)
            )
        }
        return known
    }

    /// Base names of the files, and of the directories, in some snapshots.
    public func filesOfSnapshots(at places: Set<StorageURL>) -> [(ObjectName, StorageURL)] {
        var found: [(ObjectName, StorageURL)] = []
        let isWanted = snapshots.map { places.contains($0.place) }
        for number in 0..<table.fileCount {
            let file = FileID(number)
            let owner = Int(census.snapshots[Int(table.directory(ofFile: file))])
            guard owner >= 0, isWanted[owner] else { continue }
            let name = table.name(ofFile: file)
            if name != FlinkNames.metadata { found.append((name, snapshots[owner].place)) }
        }
        return found
    }
}
