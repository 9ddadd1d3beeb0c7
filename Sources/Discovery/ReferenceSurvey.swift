// SPDX-License-Identifier: Apache-2.0

public import FlinkMetadata
public import Policy
public import SnapshotModel
public import Storage

/// Reads metadata once more, and tells snapshot by snapshot which files each one needs.
///
/// An inventory keeps of references only what came of them; who asks which snapshot needs which
/// file, and by which handle, has them read again. Nothing is held but the snapshot in hand.
public struct ReferenceSurvey {
    /// A reference and what it leads to.
    public struct Need {
        /// The handle's path, and what it is to the snapshot.
        public let reference: StateReference
        /// The file; several where only the name is the same, none where there is none.
        public let files: [FileID]
        /// The path leads to no file; those of its name are protected all the same.
        public let isByNameOnly: Bool
    }

    /// A directory that stays though no file in it need be referenced, and what it leads to.
    public struct Pin {
        /// As the metadata have it.
        public let path: ReferencePath
        /// The directory; nil where there is none.
        public let directory: DirectoryID?
    }

    /// Everything that one snapshot needs.
    public struct Needs {
        /// The references, in the order of the metadata.
        public let references: [Need]
        /// Directories of file merging.
        public let pins: [Pin]
    }

    private let inventory: Inventory
    private let readerFor: (StorageURL) -> (any StorageReader)?
    private var resolver: ReferenceResolver

    /// Makes a survey.
    ///
    /// - Parameters:
    ///   - inventory: What was found.
    ///   - aliases: What places in metadata mean.
    ///   - readerFor: Gives the reader of the store that a place lies in.
    public init(
        of inventory: Inventory,
        aliases: [PathAlias],
        readerFor: @escaping (StorageURL) -> (any StorageReader)?
    ) {
        self.inventory = inventory
        self.readerFor = readerFor
        // Only files that were listed are looked for: what is absent needs no proof here.
        resolver = ReferenceResolver(
            table: inventory.table,
            outcomes: inventory.table.roots.map { _ in .complete },
            aliases: aliases
        )
    }

    /// Reads the metadata of snapshots.
    ///
    /// - Parameters:
    ///   - wanted: Positions of snapshots; those that have no metadata are left out.
    ///   - body: Gets a snapshot's position and what it needs.
    /// - Returns: Positions of those that did not read, sorted.
    public mutating func forEachSnapshot(
        of wanted: some Sequence<Int>,
        _ body: (Int, Needs) -> Void
    ) -> [Int] {
        let wanted = wanted.filter { inventory.snapshots[$0].metadataLength != nil }
        guard !wanted.isEmpty else { return [] }
        var unread: [Int] = []
        for shared in SharedReader.all(of: inventory.table.roots, readerFor) {
            let tops = Set(shared.positions)
            let positions = wanted.filter {
                tops.contains(inventory.table.root(of: inventory.snapshots[$0].directory))
            }
            guard let reader = shared.reader, !positions.isEmpty else {
                unread += positions
                continue
            }
            let places = positions.map {
                inventory.snapshots[$0].place.appending(FlinkNames.metadata)
            }
            reader.read(places) { index, result in
                guard case .success(var source) = consume result,
                    let metadata = try? MetadataReader.read(&source)
                else {
                    unread.append(positions[index])
                    return
                }
                let position = positions[index]
                body(
                    position,
                    Needs(
                        references: metadata.references.map { need($0, of: position) },
                        pins: metadata.pinnedDirectories.map { pin($0, of: position) }
                    )
                )
            }
        }
        return unread.sorted()
    }

    /// Positions of snapshots whose metadata may need a file or what lies in a snapshot, as far as
    /// what came of their references tells: all others need not be read again.
    public func mayNeed(file: FileID?, inSnapshot position: Int?) -> [Int] {
        let all = inventory.snapshots.indices
        if let position {
            return all.filter { other in
                other == position
                    || inventory.snapshots[other].dependencies.contains { $0.snapshot == position }
            }
        }
        guard let file, inventory.protection(ofFile: file) != nil else { return [] }
        return Array(all)
    }

    private mutating func pin(_ path: ReferencePath, of position: Int) -> Pin {
        let root = inventory.table.root(of: inventory.snapshots[position].directory)
        let holder = resolver.holder(of: path.normalized.bytes[...], metadataRoot: root).0
        guard case .directory(let directory) = holder else {
            return Pin(path: path, directory: nil)
        }
        return Pin(path: path, directory: directory)
    }

    private mutating func need(_ reference: StateReference, of position: Int) -> Need {
        if let file = file(reference.path, of: position) {
            return Need(reference: reference, files: [file], isByNameOnly: false)
        }
        var files: [FileID] = []
        inventory.table.forEachFile(named: reference.path.baseName) { files.append($0) }
        return Need(reference: reference, files: files.sorted(), isByNameOnly: true)
    }

    /// The file that a path leads to.
    private mutating func file(_ path: ReferencePath, of position: Int) -> FileID? {
        let own = inventory.snapshots[position].directory
        let text = path.normalized.bytes
        let slash = text.lastIndex(of: UInt8(ascii: "/"))
        var directory = own
        if !path.isRelative || slash != nil {
            let holder =
                path.isRelative
                ? resolver.holder(below: own, path: ObjectName(text[..<(slash ?? 0)])).0
                : resolver.holder(
                    of: text[..<(slash ?? 0)],
                    metadataRoot: inventory.table.root(of: own)
                ).0
            guard case .directory(let found) = holder else { return nil }
            directory = found
        }
        return path.baseName.bytes.withUnsafeBytes {
            inventory.table.file(in: directory, named: $0)
        }
    }
}
