// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// Puts together what the stages of a look found.
struct InventoryAssembly {
    let table: ObjectTable
    let children: ObjectTable.Children
    let census: DirectoryCensus
    let collector: MetadataCollector
    let roots: [ScanRoot]
    let directoriesOfScanRoots: [DirectoryID?]

    func inventory(
        outcomes: [ListingOutcome],
        resolutions: [Int64],
        trash: [RootTrash],
        trashLimits: [String?],
        pointers: [TextNames],
        links: [(place: StorageURL, target: Result<LinkTarget, StorageError>)]
    ) -> Inventory {
        var snapshots = collector.snapshots
        let order = snapshots.indices.sorted { snapshots[$0].place < snapshots[$1].place }
        var positions = [Int](repeating: 0, count: order.count)
        for (new, old) in order.enumerated() { positions[old] = new }
        snapshots = order.map { renumbered(snapshots[$0], positions) }
        let attemptOrder = self.attemptOrder
        var attemptPositions = attemptOrder
        for (new, old) in attemptOrder.enumerated() { attemptPositions[old] = new }
        for position in snapshots.indices {
            snapshots[position].attempt = snapshots[position].attempt.map { attemptPositions[$0] }
        }
        var attempts = self.attempts()
        attempts = attemptOrder.map { attempts[$0] }
        for (position, snapshot) in snapshots.enumerated() {
            if let attempt = snapshot.attempt { attempts[attempt].snapshots.append(position) }
        }
        let census = census.renumbered(snapshots: positions, attempts: attemptPositions)
        // Few trees have any, and then there is nothing to be made.
        let survey = links.isEmpty ? nil : LinkSurvey(table, census)
        return Inventory(
            roots: roots,
            outcomes: outcomes,
            rootIdentities: directoriesOfScanRoots.map { $0.map(table.identity(ofDirectory:)) },
            fileCounts: fileCounts(),
            timeResolutions: resolutions,
            trash: trash,
            trashLimits: trashLimits,
            snapshots: snapshots,
            attempts: attempts,
            pointers: pointers,
            symbolicLinks: links.compactMap { survey?.link($0.place, $0.target) },
            table: table,
            children: children,
            census: census,
            directoriesOfScanRoots: Set(directoriesOfScanRoots.compactMap(\.self)),
            protections: collector.protections,
            pins: collector.isPinned,
            unresolvedNames: collector.unresolvedNames,
            missingDemands: collector.missingDemands
        )
    }

    private func renumbered(_ snapshot: Snapshot, _ positions: [Int]) -> Snapshot {
        var snapshot = snapshot
        snapshot.nested = snapshot.nested.map { positions[$0] }.sorted()
        snapshot.dependencies = snapshot.dependencies
            .map {
                SnapshotDependency(
                    snapshot: positions[$0.snapshot],
                    file: $0.file,
                    isByNameOnly: $0.isByNameOnly
                )
            }
            .sorted { $0.snapshot < $1.snapshot }
        return snapshot
    }

    private var attemptOrder: [Int] {
        let sites = census.attemptSites
        let places = sites.map { table.place(ofDirectory: $0.directories[0]) }
        return sites.indices.sorted {
            (sites[$0].job, sites[$0].jobID ?? "", places[$0])
                < (sites[$1].job, sites[$1].jobID ?? "", places[$1])
        }
    }

    private func attempts() -> [Attempt] {
        var attempts = census.attemptSites.map { site in
            Attempt(
                job: site.job,
                jobID: site.jobID,
                places: site.directories.map { table.place(ofDirectory: $0) }.sorted()
            )
        }
        for number in 0..<table.fileCount {
            let file = FileID(number)
            let position = Int(census.attempts[Int(table.directory(ofFile: file))])
            guard position >= 0,
                table.isNamedByUUID(file) || FlinkNames.label(table.name(ofFile: file)) == nil
            else { continue }
            let time = table.modified(ofFile: file)
            attempts[position].newestFile = max(attempts[position].newestFile ?? time, time)
            attempts[position].oldest = min(attempts[position].oldest ?? time, time)
        }
        for number in 0..<table.directoryCount {
            let directory = DirectoryID(number)
            let position = Int(census.attempts[number])
            guard position >= 0, let time = table.modified(ofDirectory: directory) else { continue }
            attempts[position].newestDirectory = max(
                attempts[position].newestDirectory ?? time,
                time
            )
            attempts[position].oldest = min(attempts[position].oldest ?? time, time)
        }
        return attempts
    }

    private func fileCounts() -> [Int] {
        var counts = [Int](repeating: 0, count: roots.count)
        for number in 0..<table.fileCount {
            let directory = Int(table.directory(ofFile: FileID(number)))
            // What we moved to the trash ourselves is not lost, nor when it is emptied.
            let root = Int(census.scanRoots[directory])
            let isTrash = census.trashRuns[directory] != DirectoryCensus.none
            if root >= 0, !census.isOurs[directory], !isTrash { counts[root] += 1 }
        }
        return counts
    }
}
