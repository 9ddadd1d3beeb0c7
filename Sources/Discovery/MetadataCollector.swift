// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import Policy
internal import SnapshotModel
internal import Storage

/// Reads the metadata of snapshots one after the other and follows every reference.
///
/// Of each snapshot's references only what came of them is kept: counts, what is missing or
/// unknown, which files are referenced at all, and which other snapshots hold some of them.
struct MetadataCollector {
    let table: ObjectTable
    let census: DirectoryCensus
    var resolver: ReferenceResolver
    var strangers: [[FileID]]
    private let memory: (any MetadataMemory)?

    var snapshots: [Snapshot]
    /// For each file what shows that it is needed, as `Protection` has it; 0 where nothing does.
    var protections: [UInt8]
    /// For each directory, whether a handle of file merging pins it, or one of its name.
    var isPinned: [Bool]
    /// Base names, other than UUIDs, that are referenced but lead to no known file.
    ///
    /// A UUID protects by itself, wherever a file of that name lies.
    var unresolvedNames: Set<ObjectName> = []
    /// What is demanded of files that are not there, by the directory outside snapshots in which
    /// they should be.
    ///
    /// Metadata have no checksum: one wrong bit in a name leads here.
    var missingDemands: [DirectoryID: Set<LengthDemand>] = [:]
    /// Base names of pinned directories.
    var pinnedNames: Set<ObjectName> = []
    private var operatorSets: [[OperatorID]: [OperatorID]] = [:]
    /// Snapshots whose metadata were gone or other than listed when they were to be read.
    var vanished: [Int] = []
    /// Files in snapshots by base name, those whose name is no UUID: the table finds all others.
    let snapshotFileNames: HashSlots
    /// The snapshot whose dependencies were noted last, and on which others it depends.
    var dependent = -1
    var knownOwners: Set<Int> = []
    /// Room for the references in hand, kept from one snapshot to the next.
    var probes: [NameProbe] = []

    init(
        table: ObjectTable,
        census: DirectoryCensus,
        outcomes: [ListingOutcome],
        aliases: [PathAlias],
        snapshots: [Snapshot],
        strangers: [[FileID]],
        memory: (any MetadataMemory)? = nil
    ) {
        self.table = table
        self.census = census
        self.snapshots = snapshots
        self.strangers = strangers
        self.memory = memory
        resolver = ReferenceResolver(table: table, outcomes: outcomes, aliases: aliases)
        protections = Array(repeating: 0, count: table.fileCount)
        isPinned = Array(repeating: false, count: table.directoryCount)
        var names = HashSlots()
        for number in 0..<table.fileCount {
            let file = FileID(number)
            guard !table.isNamedByUUID(file),
                census.snapshots[Int(table.directory(ofFile: file))] != DirectoryCensus.none
            else { continue }
            let name = table.name(ofFile: file)
            guard name != FlinkNames.metadata, FlinkNames.label(name) == nil else { continue }
            names.insert(file, hash: Self.hash(name)) { Self.hash(table.name(ofFile: $0)) }
        }
        snapshotFileNames = names
    }

    static func hash(_ name: ObjectName) -> UInt64 {
        name.bytes.withUnsafeBytes { nameHash($0, seed: 0) }
    }

    /// Reads the metadata of the given snapshots, or recalls what an earlier run read from them.
    mutating func read(_ listed: [Int], with reader: any StorageReader) {
        let positions = listed.filter { position in
            guard let key = key(of: position), let known = memory?.recall(key) else { return true }
            take(known, of: position)
            snapshots[position].timeBefore = memory?.timeBefore(key, known)
            snapshots[position].state = .complete
            return false
        }
        let files = positions.map { position in
            ListedMetadata(
                place: snapshots[position].place.appending(FlinkNames.metadata),
                length: snapshots[position].metadataLength,
                modified: snapshots[position].time
            )
        }
        MetadataReading(files: files, reader: reader).forEach { index, outcome in
            take(outcome, of: positions[index])
        }
    }

    private mutating func take(_ outcome: ReadMetadata, of position: Int) {
        switch outcome {
        case .failed(let error):
            snapshots[position].state = .unreadable(error.detail)
            if error.reason == .notFound {
                vanished.append(position)
                snapshots[position].state = .vanished
            }
        case .changed:
            vanished.append(position)
            snapshots[position].state = .unreadable("it changed while it was being read")
        case .unreadable(let why): snapshots[position].state = .unreadable(why)
        case .read(let metadata, let isUnderstoodToTheEnd, let trailingBytes):
            // A file cut off in its last part still says what it references, but does not restore.
            snapshots[position].state =
                isUnderstoodToTheEnd
                ? .complete : .unreadable("its last part, the properties, cannot be read")
            snapshots[position].trailingBytes = trailingBytes
            take(metadata, of: position)
            // What looks damaged is read again every time.
            let isWhole = isUnderstoodToTheEnd && trailingBytes == 0
            if isWhole, let key = key(of: position) {
                snapshots[position].timeBefore = memory?.timeBefore(key, metadata)
                memory?.note(key, metadata)
            }
        }
    }

    /// The ids of operators, in one array for all snapshots that have the same.
    private mutating func operators(of metadata: RememberedMetadata) -> [OperatorID] {
        let ids = metadata.operators
        if let known = operatorSets[ids] { return known }
        operatorSets[ids] = ids
        return ids
    }

    private func key(of position: Int) -> MetadataKey? {
        let snapshot = snapshots[position]
        return snapshot.metadataLength.map { length in
            MetadataKey(
                place: snapshot.place,
                length: length,
                modified: snapshot.time,
                identity: table.metadataIdentities[snapshot.directory] ?? .none
            )
        }
    }

    private mutating func take(_ metadata: RememberedMetadata, of position: Int) {
        snapshots[position].areReferencesKnown = true
        snapshots[position].operators = operators(of: metadata)
        snapshots[position].checkpointID = metadata.checkpointID
        if let kind = metadata.suggestedKind { snapshots[position].kind = kind }
        follow(metadata, of: position)
    }
}
