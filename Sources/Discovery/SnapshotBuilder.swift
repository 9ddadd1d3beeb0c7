// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// Makes snapshots of what the listing shows, before any metadata are read.
struct SnapshotBuilder {
    let table: ObjectTable
    let census: DirectoryCensus
    let roots: [ScanRoot]
    let directoriesOfScanRoots: [DirectoryID]

    /// Entries of unknown names in each snapshot, to be compared with its references.
    private(set) var strangers: [[FileID]] = []

    init(
        table: ObjectTable,
        census: DirectoryCensus,
        roots: [ScanRoot],
        directoriesOfScanRoots: [DirectoryID]
    ) {
        self.table = table
        self.census = census
        self.roots = roots
        self.directoriesOfScanRoots = directoriesOfScanRoots
    }

    /// One snapshot for each site, in the order of the sites.
    mutating func build() -> [Snapshot] {
        var snapshots = census.sites.map(empty)
        strangers = Array(repeating: [], count: snapshots.count)
        for number in 0..<table.fileCount {
            let file = FileID(number)
            let owner = census.snapshots[Int(table.directory(ofFile: file))]
            if owner != DirectoryCensus.none {
                add(file, to: &snapshots[Int(owner)], at: Int(owner))
            }
        }
        for number in 0..<table.directoryCount { add(directory: DirectoryID(number), &snapshots) }
        for (directory, entries) in table.specials {
            let owner = census.snapshots[Int(directory)]
            guard owner != DirectoryCensus.none else { continue }
            for name in entries.keys.sorted() where name != FlinkNames.metadata {
                let path = path(of: name, in: directory, below: snapshots[Int(owner)].directory)
                snapshots[Int(owner)].foreignEntries.append(path)
                snapshots[Int(owner)].contents = snapshots[Int(owner)].contents.adding(
                    path: path,
                    size: -1,
                    modified: nil
                )
            }
        }
        return snapshots
    }

    private func empty(_ site: DirectoryCensus.Site) -> Snapshot {
        let number = Int(site.directory)
        let root = Int(census.scanRoots[number])
        let name = table.name(ofDirectory: site.directory).last
        let attempt = census.attempts[number]
        let run = census.trashRuns[number]
        let digits = FlinkNames.savepointDigits(name)
        let checkpoint = FlinkNames.checkpointNumber(name)
        let time =
            site.metadata.map { table.modified(ofFile: $0) }
            ?? table.modified(ofDirectory: site.directory) ?? Instant(nanoseconds: .min)
        return Snapshot(
            place: table.place(ofDirectory: site.directory),
            directory: site.directory,
            root: root,
            path: relativePath(of: site.directory, below: directoriesOfScanRoots[root]),
            job: census.job(of: site.directory),
            trashRun: run == DirectoryCensus.none ? nil : census.runs[Int(run)],
            attempt: attempt == DirectoryCensus.none ? nil : Int(attempt),
            attemptName: digits
                ?? (attempt == DirectoryCensus.none
                    ? nil : census.attemptSites[Int(attempt)].jobID),
            kind: kind(byName: digits != nil, checkpoint != nil, role: roots[root].role),
            checkpointID: checkpoint,
            time: time,
            newestTime: time,
            bytes: 0,
            fileCount: 0,
            state: site.metadata == nil && !site.hasOddMetadata
                ? .unfinished : .unreadable("it is a link or a directory, not a file"),
            metadataLength: site.metadata.map { table.size(ofFile: $0) },
            identity: table.identity(ofDirectory: site.directory),
            contents: .empty
        )
    }

    /// What a directory's name says; where it says nothing, what its root is for.
    private func kind(byName isSavepoint: Bool, _ isCheckpoint: Bool, role: RootRole)
        -> SnapshotKind
    {
        if isSavepoint { return .savepoint }
        return isCheckpoint || role != .savepoints ? .checkpoint : .savepoint
    }

    private mutating func add(_ file: FileID, to snapshot: inout Snapshot, at position: Int) {
        let directory = table.directory(ofFile: file)
        let size = table.size(ofFile: file)
        let modified = table.modified(ofFile: file)
        snapshot.bytes.add(bytes: size)
        snapshot.fileCount += 1
        let isTop = directory == snapshot.directory
        if isTop, table.isNamedByUUID(file) {
            // Nearly every file: no name is made for it.
            snapshot.contents = table.withName(ofFile: file) {
                snapshot.contents.adding(path: $0, size: size, modified: modified)
            }
            snapshot.newestTime = max(snapshot.newestTime, modified)
            return
        }
        let name = table.name(ofFile: file)
        let path = path(of: name, in: directory, below: snapshot.directory)
        snapshot.contents = snapshot.contents.adding(path: path, size: size, modified: modified)
        if isTop, let label = FlinkNames.label(name) {
            snapshot.labels.append(label)
            return
        }
        snapshot.newestTime = max(snapshot.newestTime, modified)
        let isFlinks =
            FlinkNames.isUUID(name) || name == FlinkNames.metadata
            || FlinkNames.isMetadataInProgress(name)
        if !isTop || !isFlinks { strangers[position].append(file) }
    }

    private func add(directory: DirectoryID, _ snapshots: inout [Snapshot]) {
        let owner = Int(census.snapshots[Int(directory)])
        guard owner >= 0 else { return }
        if snapshots[owner].directory == directory {
            if let parent = table.parent(of: directory) {
                let outer = Int(census.snapshots[Int(parent)])
                if outer >= 0 { snapshots[outer].nested.append(owner) }
            }
            return
        }
        let path = relativePath(of: directory, below: snapshots[owner].directory)
        snapshots[owner].contents = snapshots[owner].contents.adding(
            path: path,
            size: -2,
            modified: nil
        )
        // Flink makes no directories inside a snapshot's own.
        snapshots[owner].foreignEntries.append(path)
    }

    private func path(
        of name: ObjectName,
        in directory: DirectoryID,
        below top: DirectoryID
    ) -> ObjectName {
        directory == top ? name : relativePath(of: directory, below: top).appending(name)
    }

    private func relativePath(
        of directory: DirectoryID,
        below top: DirectoryID
    ) -> ObjectName {
        var parts: [ObjectName] = []
        var current = directory
        while current != top, let parent = table.parent(of: current) {
            parts.append(table.name(ofDirectory: current))
            current = parent
        }
        return ObjectName(parts.reversed().map(\.bytes).joined(separator: [UInt8(ascii: "/")]))
    }
}
