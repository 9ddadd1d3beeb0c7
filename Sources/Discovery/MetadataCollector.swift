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
    private let census: DirectoryCensus
    private var resolver: ReferenceResolver
    var strangers: [[FileID]]
    private let memory: (any MetadataMemory)?

    var snapshots: [Snapshot]
    /// For each file what shows that it is needed, as `Protection` has it; 0 where nothing does.
    private(set) var protections: [UInt8]
    /// For each directory, whether a handle of file merging pins it, or one of its name.
    var isPinned: [Bool]
    /// Base names, other than UUIDs, that are referenced but lead to no known file.
    ///
    /// A UUID protects by itself, wherever a file of that name lies.
    private(set) var unresolvedNames: Set<ObjectName> = []
    /// What is demanded of files that are not there, by the directory outside snapshots in which
    /// they should be.
    ///
    /// Metadata have no checksum: one wrong bit in a name leads here.
    private(set) var missingDemands: [DirectoryID: Set<LengthDemand>] = [:]
    /// Base names of pinned directories.
    var pinnedNames: Set<ObjectName> = []
    private var operatorSets: [[OperatorID]: [OperatorID]] = [:]
    /// Snapshots whose metadata were gone or other than listed when they were to be read.
    private(set) var vanished: [Int] = []
    /// Files in snapshots by base name, those whose name is no UUID: the table finds all others.
    private let snapshotFileNames: HashSlots

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
            snapshots[position].state = .complete
            return false
        }
        let places = positions.map { snapshots[$0].place.appending(FlinkNames.metadata) }
        reader.read(places) { index, result in
            let position = positions[index]
            switch consume result {
            case .success(var source): take(&source, of: position)
            case .failure(let error):
                snapshots[position].state = .unreadable(error.detail)
                if error.reason == .notFound {
                    vanished.append(position)
                    snapshots[position].state = .vanished
                }
            }
        }
    }

    private mutating func take(_ source: inout FileByteSource, of position: Int) {
        let snapshot = snapshots[position]
        guard source.length == snapshot.metadataLength, source.modified == snapshot.time else {
            vanished.append(position)
            snapshots[position].state = .unreadable("it changed while it was being read")
            return
        }
        do {
            let metadata = try MetadataReader.read(&source)
            // A file cut off in its last part still says what it references, but does not restore.
            snapshots[position].state =
                metadata.isUnderstoodToTheEnd
                ? .complete : .unreadable("its last part, the properties, does not read")
            snapshots[position].trailingBytes = metadata.trailingBytes
            let read = RememberedMetadata(metadata)
            take(read, of: position)
            // What looks damaged is read again every time.
            let isWhole = metadata.isUnderstoodToTheEnd && metadata.trailingBytes == 0
            if isWhole, let key = key(of: position) { memory?.note(key, read) }
        } catch {
            snapshots[position].state = .unreadable("\(error)")
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

    // MARK: References

    private mutating func follow(_ metadata: RememberedMetadata, of position: Int) {
        let directory = snapshots[position].directory
        let root = table.root(of: directory)
        let hasStrangers = !strangers[position].isEmpty
        var found: Set<FileID> = []
        for reference in metadata.references {
            let file =
                quickly(follow: reference, from: directory, root: root, of: position)
                ?? slowly(follow: reference, of: position)
            if hasStrangers, let file { found.insert(file) }
        }
        snapshots[position].referencesChecked += metadata.references.count
        for directory in metadata.pinnedDirectories { pin(directory, of: position) }
        if hasStrangers { strangers[position].removeAll { found.contains($0) } }
    }

    /// Follows a reference as nearly all are: to a UUID in a directory that was listed.
    ///
    /// Makes no value of a name or a place. Ten million references go this way.
    ///
    /// - Returns: The file; nil where the reference has to be looked at more closely.
    private mutating func quickly(
        follow reference: RememberedMetadata.Reference,
        from directory: DirectoryID,
        root: Int,
        of position: Int
    ) -> FileID? {
        let text = reference.path.normalized.bytes
        let slash = text.lastIndex(of: UInt8(ascii: "/"))
        let packed = text.withUnsafeBytes { bytes in
            PackedName(UnsafeRawBufferPointer(rebasing: bytes[(slash.map { $0 + 1 } ?? 0)...]))
        }
        guard let packed else { return nil }
        var holder: DirectoryID? = directory
        if let slash {
            if reference.path.isRelative { return nil }
            holder = resolver.directory(of: text[..<slash], metadataRoot: root)
        } else if !reference.path.isRelative {
            return nil
        }
        guard let holder else { return nil }
        var exact: FileID?
        var others: [FileID] = []
        table.forEachFile(named: packed) { file in
            if exact == nil, table.directory(ofFile: file) == holder {
                exact = file
            } else {
                others.append(file)
            }
        }
        guard let exact else { return nil }
        check(exact, reference, of: position)
        for file in others { protectByName(file, of: position) }
        return exact
    }

    private mutating func slowly(
        follow reference: RememberedMetadata.Reference,
        of position: Int
    ) -> FileID? {
        let name = reference.path.baseName
        var found: FileID?
        let (holder, holderPlace) = holder(of: reference.path, position)
        switch holder {
        case .directory(let directory):
            switch resolver.file(named: name, in: directory) {
            case .success(let file):
                found = file
                check(file, reference, of: position)
            case .failure(.absent):
                miss(holderPlace.appending(name), .absent, position)
                if census.snapshots[Int(directory)] == DirectoryCensus.none {
                    missingDemands[directory, default: []].insert(reference.demand)
                }
            case .failure(.unknown(let cause)): note(holderPlace.appending(name), cause, position)
            }
        case .missing: miss(holderPlace.appending(name), .absent, position)
        case .unknown(let cause): note(holderPlace.appending(name), cause, position)
        }
        protectByName(name, of: position)
        return found
    }

    private mutating func holder(
        of path: ReferencePath,
        _ position: Int
    ) -> (ReferenceResolver.Holder, StorageURL) {
        let text = path.normalized.bytes
        let slash = text.lastIndex(of: UInt8(ascii: "/"))
        let directory = snapshots[position].directory
        guard path.isRelative else {
            let root = table.root(of: directory)
            return resolver.holder(of: text[..<(slash ?? 0)], metadataRoot: root)
        }
        guard let slash else { return (.directory(directory), snapshots[position].place) }
        return resolver.holder(below: directory, path: ObjectName(text[..<slash]))
    }

    private mutating func check(
        _ file: FileID,
        _ reference: RememberedMetadata.Reference,
        of position: Int
    ) {
        protections[Int(file)] = Protection.referenced.rawValue
        let size = table.size(ofFile: file)
        if reference.demand.isMet(byLength: size) {
            snapshots[position].referencesFound += 1
        } else {
            miss(
                table.place(ofFile: file),
                .length(found: size, demand: reference.demand),
                position
            )
        }
        depend(on: file, of: position, byName: false)
    }

    private mutating func miss(
        _ place: StorageURL,
        _ fault: MissingReference.Fault,
        _ position: Int
    ) {
        snapshots[position].missing.append(MissingReference(place: place, fault: fault))
        noteUnresolved(place.path.last)
    }

    private mutating func noteUnresolved(_ name: ObjectName) {
        if !FlinkNames.isUUID(name) { unresolvedNames.insert(name) }
    }

    private mutating func note(
        _ place: StorageURL,
        _ cause: UnknownReference.Cause,
        _ position: Int
    ) {
        snapshots[position].unknown.append(UnknownReference(place: place, cause: cause))
        noteUnresolved(place.path.last)
    }

    // MARK: Snapshots that need one another

    /// A base name in readable metadata protects every file of that name (FLINK-39964, wrong
    /// aliases): names are random, a clash is not a concern.
    private mutating func protectByName(_ name: ObjectName, of position: Int) {
        var files: [FileID] = []
        table.forEachFile(named: name) { files.append($0) }
        snapshotFileNames.forEach(hash: Self.hash(name)) { file in
            if table.name(ofFile: file) == name { files.append(file) }
        }
        for file in files { protectByName(file, of: position) }
    }

    private mutating func protectByName(_ file: FileID, of position: Int) {
        if protections[Int(file)] == 0 { protections[Int(file)] = Protection.named.rawValue }
        depend(on: file, of: position, byName: true)
    }

    private mutating func depend(on file: FileID, of position: Int, byName: Bool) {
        let owner = Int(census.snapshots[Int(table.directory(ofFile: file))])
        guard owner >= 0, owner != position,
            !snapshots[position].dependencies.contains(where: { $0.snapshot == owner })
        else { return }
        snapshots[position].dependencies.append(
            SnapshotDependency(
                snapshot: owner,
                file: table.place(ofFile: file),
                isByNameOnly: byName
            )
        )
    }

    private mutating func pin(_ path: ReferencePath, of position: Int) {
        let root = table.root(of: snapshots[position].directory)
        let (holder, _) = resolver.holder(of: path.normalized.bytes[...], metadataRoot: root)
        pinnedNames.insert(path.baseName)
        guard case .directory(let directory) = holder else { return }
        isPinned[Int(directory)] = true
        let owner = Int(census.snapshots[Int(directory)])
        guard owner >= 0, owner != position,
            !snapshots[position].dependencies.contains(where: { $0.snapshot == owner })
        else { return }
        snapshots[position].dependencies.append(
            SnapshotDependency(
                snapshot: owner,
                file: table.place(ofDirectory: directory),
                isByNameOnly: false
            )
        )
    }

    // MARK: Vanished

    /// Gives the snapshots that vanished so far, and forgets them.
    mutating func takeVanished() -> [Int] {
        defer { vanished = [] }
        return Array(Set(vanished)).sorted()
    }

    mutating func noteVanished(_ position: Int) {
        vanished.append(position)
    }

    mutating func noteUnreadable(_ position: Int, _ why: String) {
        snapshots[position].state = .unreadable(why)
    }

    /// Lets metadata protect that are not those of a listed snapshot.
    mutating func protect(_ metadata: RememberedMetadata, onBehalfOf position: Int) {
        for reference in metadata.references {
            let name = reference.path.baseName
            if !reference.path.isRelative {
                let (holder, _) = holder(of: reference.path, position)
                if case .directory(let directory) = holder,
                    case .success(let file) = resolver.file(named: name, in: directory)
                {
                    protections[Int(file)] = Protection.referenced.rawValue
                    depend(on: file, of: position, byName: false)
                }
            }
            protectByName(name, of: position)
        }
        for directory in metadata.pinnedDirectories { pin(directory, of: position) }
    }
}
