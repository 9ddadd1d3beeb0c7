// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
public import SnapshotModel
public import Storage

/// A look at the roots between planning and removing: what was completed meanwhile may need what
/// is to go.
///
/// Source: a job restored in CLAIM mode references the snapshot that it was restored from, from
/// its first checkpoint on (`RecoveryClaimMode`); that checkpoint may be younger than the plan.
public struct SecondLook {
    /// What the look showed.
    public enum Outcome: Hashable, Sendable {
        /// What must stay now, each with the metadata that appeared and need it.
        case needed([StorageURL: StorageURL])
        /// Something appeared, or cannot be listed any more, and what it needs is unknown.
        case unknown(StorageURL, String)
    }

    private let inventory: Inventory
    private let isAnythingGoing: Bool
    private var owners: [ObjectName: [StorageURL]] = [:]
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
        isAnythingGoing = !condemned.isEmpty || !objects.isEmpty
        // A directory on the way may be pinned, and with it all that lies in it.
        for (place, path) in objects {
            for name in path.components { owners[name, default: []].append(place) }
        }
        for (file, place) in inventory.filesOfSnapshots(at: condemned) {
            owners[file, default: []].append(place)
        }
    }

    /// Lists everything again and reads the metadata that were not there before.
    ///
    /// - Parameter readerFor: Gives the reader of the store that a place lies in.
    /// - Returns: What must stay.
    public mutating func look(_ readerFor: (StorageURL) -> (any StorageReader)?) -> Outcome {
        guard isAnythingGoing else { return .needed([:]) }
        let tops = inventory.listedRoots
        for shared in SharedReader.all(of: tops, readerFor) {
            let places = shared.positions.map { tops[$0] }
            guard let reader = shared.reader else {
                return .unknown(places[0], "there is no backend for it")
            }
            var sink = NewcomerSink(known: places.map { inventory.knownMetadata(below: $0) })
            for (top, outcome) in zip(places, reader.list(places, into: &sink)) {
                guard case .incomplete(let errors) = outcome else { continue }
                return .unknown(top, errors.first?.detail ?? "its listing may be cut short")
            }
            let newcomers = sink.newcomers.map { places[$0.root].appending($0.path) }
            if let unknown = read(newcomers, with: reader) { return unknown }
        }
        return .needed(needed)
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
        for (place, metadata) in found { note(metadata, at: place) }
        return unknown
    }

    private mutating func note(_ metadata: SnapshotMetadata, at place: StorageURL) {
        let names =
            metadata.references.map(\.path.baseName) + metadata.pinnedDirectories.map(\.baseName)
        for name in names {
            for owner in owners[name] ?? [] where !place.isBelow(owner) { needed[owner] = place }
        }
    }
}

extension StorageURL {
    fileprivate func isBelow(_ other: StorageURL) -> Bool { path(below: other) != nil }
}

/// Notes metadata that were not listed before, or not with this length and time.
private struct NewcomerSink: ListingSink {
    /// For each root what was known there.
    let known: [[ObjectName: KnownMetadata]]
    var newcomers: [(root: Int, path: ObjectName)] = []

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        let name = path.withUnsafeBytes { bytes in
            bytes.suffix(FlinkNames.metadata.bytes.count).elementsEqual(FlinkNames.metadata.bytes)
                ? ObjectName(bytes) : nil
        }
        guard let name, name.last == FlinkNames.metadata, kind == .file else { return }
        if known[root][name] != KnownMetadata(size: size, modified: modified) {
            newcomers.append((root, name))
        }
    }
}

/// Length and time of metadata as an earlier look found them.
struct KnownMetadata: Hashable {
    let size: Int64
    let modified: Instant
}

extension Inventory {
    /// The outermost roots, which is what was listed.
    public var listedRoots: [StorageURL] { table.roots }

    /// Metadata below a listed root, by path.
    func knownMetadata(below top: StorageURL) -> [ObjectName: KnownMetadata] {
        var known: [ObjectName: KnownMetadata] = [:]
        for snapshot in snapshots {
            guard let size = snapshot.metadataLength, let path = snapshot.place.path(below: top)
            else { continue }
            known[path.appending(FlinkNames.metadata)] = KnownMetadata(
                size: size,
                modified: snapshot.time
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
