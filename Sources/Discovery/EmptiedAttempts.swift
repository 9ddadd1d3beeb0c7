// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// A directory of an attempt in which nothing is left once something has gone.
public struct EmptiedDirectory: Sendable {
    /// The directory.
    public let object: LooseObject
    /// Whether there is nothing in it already.
    public let isEmptyNow: Bool
}

extension Inventory {
    /// Directories of attempts in which nothing is left once some snapshots and files have gone,
    /// each before what is in it.
    ///
    /// Left as they are they would look like an attempt that has just begun: their times are those
    /// of the removal then, and there is no file to tell otherwise.
    ///
    /// - Parameters:
    ///   - goneSnapshots: Positions of snapshots.
    ///   - goneFiles: Files outside snapshots.
    /// - Returns: All of such an attempt, or none of it.
    public func directoriesEmptied(
        without goneSnapshots: Set<Int>,
        _ goneFiles: Set<FileID>
    ) -> [EmptiedDirectory] {
        var touched = Set(goneSnapshots.compactMap { snapshots[$0].attempt })
        for file in goneFiles {
            let attempt = census.attempts[Int(table.directory(ofFile: file))]
            if attempt != DirectoryCensus.none { touched.insert(Int(attempt)) }
        }
        guard !touched.isEmpty else { return [] }
        var emptying = Emptying(
            inventory: self,
            goneSnapshots: goneSnapshots,
            goneFiles: goneFiles
        )
        return touched.sorted().filter { attempts[$0].jobID != nil }.flatMap { attempt in
            census.attemptSites[attempt].directories.flatMap {
                emptying.directories(of: attempt, at: $0)
            }
        }
    }
}

/// One attempt after the other.
private struct Emptying {
    let inventory: Inventory
    let goneSnapshots: Set<Int>
    let goneFiles: Set<FileID>

    private var found: [(directory: DirectoryID, isEmptyNow: Bool)] = []
    private var newest: Instant?

    init(inventory: Inventory, goneSnapshots: Set<Int>, goneFiles: Set<FileID>) {
        self.inventory = inventory
        self.goneSnapshots = goneSnapshots
        self.goneFiles = goneFiles
    }

    mutating func directories(of attempt: Int, at top: DirectoryID) -> [EmptiedDirectory] {
        found = []
        newest = Instant(nanoseconds: .min)
        guard visit(top, .attempt) != nil else { return [] }
        let job = inventory.attempts[attempt].job
        return found.map { directory, isEmptyNow in
            let object = LooseObject(
                entry: .directory(directory),
                kind: .emptyDirectory,
                bytes: 0,
                modified: inventory.table.modified(ofDirectory: directory),
                job: job,
                attempt: attempt,
                protection: nil,
                emptiness: .attempt(newest: newest)
            )
            return EmptiedDirectory(object: object, isEmptyNow: isEmptyNow)
        }
    }

    /// Looks at a directory and all below it.
    ///
    /// - Returns: Whether there is nothing in it already; nil where something stays.
    private mutating func visit(_ directory: DirectoryID, _ zone: StateZone) -> Bool? {
        let census = inventory.census
        let table = inventory.table
        let number = Int(directory)
        if census.snapshots[number] != DirectoryCensus.none {
            return goneSnapshots.contains(Int(census.snapshots[number])) ? false : nil
        }
        let files = inventory.children.files(in: directory)
        guard zone != .none, table.specials[directory] == nil, !census.isOurs[number],
            census.trashRuns[number] == DirectoryCensus.none, !inventory.isPinned(directory),
            !inventory.isScanRoot(directory), files.allSatisfy(goneFiles.contains)
        else { return nil }
        let position = found.count
        found.append((directory, true))
        newest = table.modified(ofDirectory: directory).flatMap { time in
            newest.map { max($0, time) }
        }
        var isEmptyNow = files.isEmpty
        for inner in inventory.children.directories(in: directory) {
            let name = table.name(ofDirectory: inner)
            guard let isInnerEmpty = visit(inner, zone.below(name, hasJobID: true)) else {
                return nil
            }
            isEmptyNow = isEmptyNow && isInnerEmpty
        }
        found[position].isEmptyNow = isEmptyNow
        return isEmptyNow
    }
}
