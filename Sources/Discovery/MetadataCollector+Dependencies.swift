// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import SnapshotModel
internal import Storage

extension MetadataCollector {
    /// A base name in readable metadata protects every file of that name (FLINK-39964, wrong
    /// aliases): names are random, a clash is not a concern.
    mutating func protectByName(_ name: ObjectName, of position: Int) {
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

    mutating func depend(on file: FileID, of position: Int, byName: Bool) {
        let owner = Int(census.snapshots[Int(table.directory(ofFile: file))])
        guard isNewDependency(on: owner, of: position) else { return }
        snapshots[position].dependencies.append(
            SnapshotDependency(
                snapshot: owner,
                file: table.place(ofFile: file),
                isByNameOnly: byName
            )
        )
    }

    /// Whether a snapshot is another's and not known yet to be needed by it.
    ///
    /// Copies of one savepoint need each other by their names, every one all the others.
    private mutating func isNewDependency(on owner: Int, of position: Int) -> Bool {
        guard owner >= 0, owner != position else { return false }
        if dependent != position {
            dependent = position
            knownOwners = Set(snapshots[position].dependencies.map(\.snapshot))
        }
        return knownOwners.insert(owner).inserted
    }

    mutating func pin(_ path: ReferencePath, of position: Int) {
        let root = table.root(of: snapshots[position].directory)
        let (holder, _) = resolver.holder(of: path.normalized.bytes[...], metadataRoot: root)
        pinnedNames.insert(path.baseName)
        guard case .directory(let directory) = holder else { return }
        isPinned[Int(directory)] = true
        let owner = Int(census.snapshots[Int(directory)])
        guard isNewDependency(on: owner, of: position) else { return }
        snapshots[position].dependencies.append(
            SnapshotDependency(
                snapshot: owner,
                file: table.place(ofDirectory: directory),
                isByNameOnly: false
            )
        )
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
