// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// What each listed directory belongs to: a scan root, an attempt, a snapshot, the trash.
///
/// One pass over the directories in the order of their numbers; a parent always has a smaller
/// number than what lies in it.
struct DirectoryCensus {
    /// A directory that is, or is to become, a snapshot.
    struct Site {
        let directory: DirectoryID
        /// The file `_metadata`; nil where there is none.
        let metadata: FileID?
        /// `_metadata` is there and is no file.
        let hasOddMetadata: Bool
    }

    /// Where an attempt lies.
    struct AttemptSite {
        let job: Int
        let jobID: ObjectName?
        var directories: [DirectoryID]
    }

    static let none = Int32(-1)

    private(set) var scanRoots: [Int32]
    /// The job that each directory is of; none for what is only read.
    private(set) var jobs: [Int32]
    private(set) var snapshots: [Int32]
    private(set) var attempts: [Int32]
    /// Ours: locks and what else begins with `.janitor-`; in the trash only its upper levels.
    private(set) var isOurs: [Bool]
    /// The run that moved it to the trash, as position in `runs`.
    private(set) var trashRuns: [Int32]

    private(set) var sites: [Site] = []
    private(set) var attemptSites: [AttemptSite] = []
    private(set) var runs: [ObjectName] = []

    private struct AttemptKey: Hashable {
        let job: Int
        let jobID: ObjectName
    }

    private var attemptsByID: [AttemptKey: Int32] = [:]
    private var trashTops: Set<DirectoryID> = []
    private var rootDirectories: Set<DirectoryID> = []

    init(
        table: ObjectTable,
        children: ObjectTable.Children,
        roots: [ScanRoot],
        directoriesOfRoots: [DirectoryID: Int]
    ) {
        let count = table.directoryCount
        scanRoots = Array(repeating: Self.none, count: count)
        jobs = scanRoots
        snapshots = scanRoots
        attempts = scanRoots
        trashRuns = scanRoots
        isOurs = Array(repeating: false, count: count)
        for number in 0..<count {
            let directory = DirectoryID(number)
            inherit(directory, table: table)
            if let root = directoriesOfRoots[directory] {
                enter(Int32(root), at: number, job: roots[root].job)
            }
            let name = table.name(ofDirectory: directory)
            noteShare(directory, name: name, table: table, roots: roots)
            if table.parent(of: directory) != nil, markTrash(directory, name: name, table: table) {
                continue
            }
            if isOurs[number] { continue }
            noteAttempt(directory, name: name, table: table, children: children, roots: roots)
            noteSnapshot(directory, name: name, table: table)
        }
    }

    private mutating func inherit(_ directory: DirectoryID, table: ObjectTable) {
        guard let parent = table.parent(of: directory).map(Int.init) else { return }
        let number = Int(directory)
        scanRoots[number] = scanRoots[parent]
        jobs[number] = jobs[parent]
        snapshots[number] = snapshots[parent]
        attempts[number] = attempts[parent]
        trashRuns[number] = trashRuns[parent]
        isOurs[number] = isOurs[parent]
    }

    /// The attempt whose directory a directory is or lies in.
    func attempt(of directory: DirectoryID) -> Int? {
        let attempt = attempts[Int(directory)]
        return attempt == Self.none ? nil : Int(attempt)
    }

    /// The job that a directory is of; nil for what is only read.
    func job(of directory: DirectoryID) -> Int? {
        let job = jobs[Int(directory)]
        return job == Self.none ? nil : Int(job)
    }

    /// Gives a directory in a shared root to the job that has it.
    private mutating func noteShare(
        _ directory: DirectoryID,
        name: ObjectName,
        table: ObjectTable,
        roots: [ScanRoot]
    ) {
        let number = Int(directory)
        guard jobs[number] == Self.none, scanRoots[number] != Self.none,
            let shares = roots[Int(scanRoots[number])].shares,
            let parent = table.parent(of: directory),
            scanRoots[Int(parent)] == scanRoots[number]
        else { return }
        // Straight in the root is what lies in the one directory that a root was entered at.
        let isTop = rootDirectories.contains(parent)
        if let job = shares.job(of: name, isTop: isTop) { jobs[number] = Int32(job) }
    }

    private mutating func enter(_ root: Int32, at number: Int, job: Int?) {
        scanRoots[number] = root
        jobs[number] = job.map { Int32($0) } ?? Self.none
        rootDirectories.insert(DirectoryID(number))
        // A root of its own inside an attempt without a job id is not that attempt's.
        if attempts[number] != Self.none, attemptSites[Int(attempts[number])].jobID == nil {
            attempts[number] = Self.none
        }
    }

    /// Marks the trash; returns true for its two upper levels, which hold nothing themselves.
    private mutating func markTrash(
        _ directory: DirectoryID,
        name: ObjectName,
        table: ObjectTable
    ) -> Bool {
        let number = Int(directory)
        if let parent = table.parent(of: directory), trashTops.contains(parent) {
            isOurs[number] = false
            trashRuns[number] = Int32(runs.count)
            runs.append(name)
            return true
        }
        if trashRuns[number] == Self.none, FlinkNames.isJanitors(name) {
            isOurs[number] = true
            // Our own files say nothing about an attempt, nor belong to a snapshot.
            attempts[number] = Self.none
            snapshots[number] = Self.none
            if name == FlinkNames.trash { trashTops.insert(directory) }
        }
        return isOurs[number]
    }

    private mutating func noteAttempt(
        _ directory: DirectoryID,
        name: ObjectName,
        table: ObjectTable,
        children: ObjectTable.Children,
        roots: [ScanRoot]
    ) {
        let number = Int(directory)
        let root = scanRoots[number]
        // Below a stray `_metadata` an attempt is one still.
        guard root != Self.none, trashRuns[number] == Self.none, let job = job(of: directory) else {
            return
        }
        // A root is known by its whole path; the attempt's name is the last component of it.
        if FlinkNames.isJobID(name.last) {
            let key = AttemptKey(job: job, jobID: name.last)
            if let known = attemptsByID[key] {
                attemptSites[Int(known)].directories.append(directory)
                attempts[number] = known
            } else {
                attempts[number] = Int32(attemptSites.count)
                attemptsByID[key] = attempts[number]
                attemptSites.append(
                    AttemptSite(job: job, jobID: name.last, directories: [directory])
                )
            }
        } else if attempts[number] == Self.none,
            Self.isAttempt(children.directories(in: directory).map(table.name(ofDirectory:)))
        {
            attempts[number] = Int32(attemptSites.count)
            attemptSites.append(AttemptSite(job: job, jobID: nil, directories: [directory]))
        }
    }

    /// Tells whether a directory without a job id is an attempt's, by the directories in it.
    ///
    /// Source: `AbstractFsCheckpointStorageAccess` makes `shared` and `taskowned` when a job starts,
    /// before it has any checkpoint.
    private static func isAttempt(_ names: [ObjectName]) -> Bool {
        names.contains { FlinkNames.checkpointNumber($0) != nil }
            || names.contains("shared") && names.contains("taskowned")
    }

    private mutating func noteSnapshot(
        _ directory: DirectoryID,
        name: ObjectName,
        table: ObjectTable
    ) {
        guard scanRoots[Int(directory)] != Self.none else { return }
        let metadata = FlinkNames.metadata.bytes.withUnsafeBytes { bytes in
            (
                file: table.file(in: directory, named: bytes),
                directory: table.subdirectory(of: directory, named: bytes)
            )
        }
        let isOdd =
            metadata.directory != nil || table.specials[directory]?[FlinkNames.metadata] != nil
        let isNamed =
            FlinkNames.checkpointNumber(name.last) != nil
            || FlinkNames.savepointDigits(name.last) != nil
        guard metadata.file != nil || isOdd || isNamed else { return }
        snapshots[Int(directory)] = Int32(sites.count)
        sites.append(
            Site(directory: directory, metadata: metadata.file, hasOddMetadata: isOdd)
        )
    }
}

extension DirectoryCensus {
    /// The same census with snapshots and attempts under their final positions.
    func renumbered(snapshots positions: [Int], attempts attemptPositions: [Int]) -> DirectoryCensus
    {
        var copy = self
        copy.snapshots = snapshots.map { $0 == Self.none ? $0 : Int32(positions[Int($0)]) }
        copy.attempts = attempts.map { $0 == Self.none ? $0 : Int32(attemptPositions[Int($0)]) }
        for (old, new) in attemptPositions.enumerated() {
            copy.attemptSites[new] = attemptSites[old]
        }
        return copy
    }
}
