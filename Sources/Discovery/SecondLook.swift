// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
public import SnapshotModel
public import Storage

/// A look at the roots between planning and removing: what was completed or begun meanwhile may need
/// what is to go.
///
/// Metadata and pointer files that appeared keep what they name. An attempt in which a file was
/// written is not over any more, and nothing of it goes (law 7); an attempt that appeared may have
/// been restored from any snapshot of its job.
///
/// Source: a job restored in CLAIM mode references the snapshot that it was restored from, from
/// its first checkpoint on (`RecoveryClaimMode`); that checkpoint may be younger than the plan.
public struct SecondLook {
    /// What the look showed.
    public enum Outcome: Hashable, Sendable {
        /// What must stay now, each with what appeared and needs it, or shows that Flink does.
        case needed([StorageURL: StorageURL])
        /// Something appeared, or cannot be listed any more, and what it needs is unknown.
        case unknown(StorageURL, String)
    }

    private let inventory: Inventory
    private let isAnythingGoing: Bool
    private let since: Instant
    private let condemned: Set<StorageURL>
    private let objects: [StorageURL]
    private var owners: [ObjectName: [StorageURL]] = [:]
    private var needed: [StorageURL: StorageURL] = [:]

    /// Makes a look that follows one earlier look.
    ///
    /// - Parameters:
    ///   - inventory: What the earlier look showed.
    ///   - condemned: Places of snapshots that are to go.
    ///   - objects: What is to go outside snapshots: places, and their paths below their roots.
    ///   - since: A moment before the earlier look, by the stores' clocks.
    public init(
        after inventory: Inventory,
        condemned: Set<StorageURL>,
        objects: [(place: StorageURL, path: ObjectName)] = [],
        since: Instant = Instant(nanoseconds: .min)
    ) {
        self.since = since
        self.inventory = inventory
        self.condemned = condemned
        self.objects = objects.map(\.place)
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
            var sink = SecondLookSink(places, after: inventory, since: since)
            for (top, outcome) in zip(places, reader.list(places, into: &sink)) {
                switch outcome {
                case .complete: break
                case .absent where inventory.fileCount(below: top) == 0: break
                case .absent: return .unknown(top, "it is not there any more")
                case .incomplete(let errors):
                    return .unknown(top, errors.first?.detail ?? "its listing may be cut short")
                }
            }
            if let link = sink.link {
                return .unknown(places[link.root].appending(link.path), "it is a symbolic link")
            }
            let newcomers = sink.newcomers.map { places[$0.root].appending($0.path) }
            if let unknown = read(newcomers, with: reader) { return unknown }
            let pointers = sink.pointers.map { places[$0.root].appending($0.path) }
            if let unknown = readPointers(pointers, with: reader) { return unknown }
            keepWhatFlinkUses(sink, places)
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

    private mutating func readPointers(
        _ places: [StorageURL],
        with reader: any StorageReader
    ) -> Outcome? {
        for text in TextNames.read(places, with: reader) {
            if let error = text.error {
                if error.reason == .notFound { continue }
                return .unknown(text.place, error.detail)
            }
            for name in text.names.uuids {
                for owner in owners[name] ?? [] { needed[owner] = text.place }
            }
            for snapshot in inventory.snapshots
            where condemned.contains(snapshot.place) && text.isNaming(snapshot) {
                needed[snapshot.place] = text.place
            }
        }
        return nil
    }

    /// Law 7: keeps what lies in an attempt that was written to, and all of a job that began anew.
    private mutating func keepWhatFlinkUses(_ sink: SecondLookSink, _ places: [StorageURL]) {
        guard !sink.active.isEmpty || !sink.begun.isEmpty else { return }
        let begun = sink.begun.compactMap { entry -> (job: Int, place: StorageURL)? in
            let place = places[entry.root].appending(entry.path)
            return inventory.job(holding: place).map { ($0, place) }
        }
        let jobs = Dictionary(begun, uniquingKeysWith: { first, _ in first })
        for snapshot in inventory.snapshots where condemned.contains(snapshot.place) {
            if let attempt = snapshot.attempt, let entry = sink.active[attempt] {
                needed[snapshot.place] = places[entry.root].appending(entry.path)
            } else if let job = snapshot.job, let place = jobs[job] {
                needed[snapshot.place] = place
            }
        }
        for object in objects {
            if let attempt = inventory.attempt(holding: object), let entry = sink.active[attempt] {
                needed[object] = places[entry.root].appending(entry.path)
            } else if let job = inventory.job(holding: object), let place = jobs[job] {
                needed[object] = place
            }
        }
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
