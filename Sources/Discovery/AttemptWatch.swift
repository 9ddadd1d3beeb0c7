// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// Signs in a second listing that an attempt began, or came to life again, since the first (law 7).
///
/// A job that was submitted meanwhile may have been restored from anything of its job, and nothing
/// but its new directory says so; one whose job id is fixed goes on writing where an earlier
/// deployment was quiet for long.
///
/// Source: `FsCheckpointStorageAccess.initializeBaseLocationsForCheckpoint` makes `shared` and
/// `taskowned` when a job starts (Flink 2.3).
struct AttemptWatch {
    /// What is to go, with its job.
    private struct Target {
        let place: StorageURL
        let job: Int?
        /// The position of the attempt that it lies in.
        let attempt: Int?
    }

    /// What a directory of the second listing belongs to.
    private enum Belonging: Hashable {
        case nothing
        /// A known attempt, by its position.
        case known(Int)
        /// An attempt that the first listing did not have, by its path below the listed root.
        case new(ObjectName)
    }

    /// What is looked for below one listed root, by paths below it.
    private struct Top {
        var attempts: [ObjectName: Int] = [:]
        /// Directories that the first listing had and that are called by a job id.
        var known: Set<ObjectName> = []
        /// Roots of the policy: one inside an attempt without a job id is not that attempt's.
        var scanRoots: Set<ObjectName> = []
    }

    private let inventory: Inventory
    private let targets: [Target]
    private var tops: [Top]
    private var last: (root: Int, directory: [UInt8], belonging: Belonging)?
    /// Attempts that began, by places.
    private var began: Set<StorageURL> = []
    /// Known attempts in which something was written since, by position.
    private var revived: Set<Int> = []

    /// Makes a watch for what is to go; what lies in the trash is nobody's to be restored from.
    init(_ inventory: Inventory, snapshots: Set<StorageURL>, objects: [StorageURL]) {
        self.inventory = inventory
        let going = inventory.snapshots.filter {
            $0.trashRun == nil && snapshots.contains($0.place)
        }
        targets =
            going.map { Target(place: $0.place, job: $0.job, attempt: $0.attempt) }
            + objects.map { place in
                let directory = inventory.directory(holding: place)
                return Target(
                    place: place,
                    job: directory.flatMap(inventory.census.job(of:)),
                    attempt: directory.flatMap(inventory.attempt(of:))
                )
            }
        tops = Array(repeating: Top(), count: inventory.table.roots.count)
        watchAttempts()
        noteKnown()
        for root in inventory.roots {
            guard let (top, path) = inventory.listedRoot(holding: root.place) else { continue }
            tops[top].scanRoots.insert(path)
        }
    }

    /// Watches attempts in which something is to go, and those of the same jobs that have no
    /// complete checkpoint: they count as over, or nothing of the job went.
    private mutating func watchAttempts() {
        let jobs = Set(targets.compactMap(\.job))
        let holders = Set(targets.compactMap(\.attempt))
        for (position, attempt) in inventory.attempts.enumerated() {
            guard
                holders.contains(position)
                    || jobs.contains(attempt.job) && !inventory.hasCompleteCheckpoint(attempt)
            else { continue }
            for place in attempt.places {
                guard let (top, path) = inventory.listedRoot(holding: place) else { continue }
                tops[top].attempts[path] = position
            }
        }
    }

    private mutating func noteKnown() {
        let table = inventory.table
        for number in 0..<table.directoryCount {
            let directory = DirectoryID(number)
            guard FlinkNames.isJobID(table.name(ofDirectory: directory).last) else { continue }
            let root = table.root(of: directory)
            tops[root].known.insert(table.path(below: root, ofDirectory: directory))
        }
    }

    // MARK: The second listing

    /// Whether there are attempts in which the time of a file tells something.
    var isWatchingAttempts: Bool { tops.contains { !$0.attempts.isEmpty } }

    /// Takes in an entry of the second listing.
    ///
    /// - Parameters:
    ///   - root: The number of the listed root.
    ///   - path: Its path below that.
    ///   - kind: What it is.
    ///   - modified: Its time.
    mutating func see(root: Int, path: Span<UInt8>, kind: ObjectKind, modified: Instant) {
        guard !targets.isEmpty else { return }
        path.withUnsafeBytes { path in
            let slash = path.lastIndex(of: UInt8(ascii: "/"))
            let end = kind == .directory ? path.count : slash ?? 0
            let directory = UnsafeRawBufferPointer(rebasing: path[..<end])
            if last?.root != root || last?.directory.elementsEqual(directory) != true {
                let belonging = belonging(of: ObjectName(directory), below: root)
                last = (root, Array(directory), belonging)
            }
            switch last?.belonging {
            case .new(let path): began.insert(inventory.table.roots[root].appending(path))
            case .known(let position) where kind == .file:
                let name = ObjectName(
                    UnsafeRawBufferPointer(rebasing: path[(slash.map { $0 + 1 } ?? 0)...])
                )
                guard FlinkNames.label(name) == nil else { return }
                let newest = inventory.attempts[position].newestFile
                if newest.map({ modified > $0 }) ?? true { revived.insert(position) }
            case .known, .nothing, nil: break
            }
        }
    }

    private func belonging(of directory: ObjectName, below root: Int) -> Belonging {
        let top = tops[root]
        var path = ObjectName([])
        var found = top.attempts[path].map { Belonging.known($0) } ?? .nothing
        for component in directory.components {
            // Our own files, a lock for example, say nothing about an attempt.
            if FlinkNames.isJanitors(component) { return .nothing }
            path = path.appending(component)
            if FlinkNames.isJobID(component), !top.known.contains(path) { return .new(path) }
            if case .known(let position) = found, top.scanRoots.contains(path),
                inventory.attempts[position].jobID == nil
            {
                found = .nothing
            }
            if let position = top.attempts[path] { found = .known(position) }
        }
        return found
    }

    // MARK: What came of it

    /// What must stay, each with the attempt for which it does.
    var needed: [StorageURL: StorageURL] {
        var needed: [StorageURL: StorageURL] = [:]
        for place in began.sorted() {
            let jobs = inventory.jobs(ofNewAttempt: place)
            for target in targets where target.job.map(jobs.contains) ?? true {
                needed[target.place] = place
            }
        }
        for position in revived.sorted() {
            let attempt = inventory.attempts[position]
            guard let place = attempt.places.first else { continue }
            let isStarting = !inventory.hasCompleteCheckpoint(attempt)
            for target in targets {
                let isInside = attempt.places.contains { target.place.path(below: $0) != nil }
                if isInside || isStarting && target.job == attempt.job {
                    needed[target.place] = place
                }
            }
        }
        return needed
    }
}

extension Inventory {
    /// Tells whether an attempt has a checkpoint of its own that it can be restored from.
    func hasCompleteCheckpoint(_ attempt: Attempt) -> Bool {
        attempt.snapshots.contains {
            snapshots[$0].kind == .checkpoint && snapshots[$0].state == .complete
        }
    }

    /// The listed root that a place lies in or is, and its path below that.
    func listedRoot(holding place: StorageURL) -> (number: Int, path: ObjectName)? {
        for (number, root) in table.roots.enumerated() {
            if let path = place.path(below: root) { return (number, path) }
        }
        return nil
    }

    /// The directory that the listing had at a place, or that held a file of that place.
    func directory(holding place: StorageURL) -> DirectoryID? {
        guard let (root, path) = listedRoot(holding: place) else { return nil }
        switch table.target(of: path, below: root) {
        case .directory(let directory): return directory
        case .file(let file): return table.directory(ofFile: file)
        default: return nil
        }
    }

    /// The position of the attempt that a directory lies in or is.
    func attempt(of directory: DirectoryID) -> Int? {
        let attempt = census.attempts[Int(directory)]
        return attempt == DirectoryCensus.none ? nil : Int(attempt)
    }

    /// The jobs that an attempt may be of which the listing did not have.
    func jobs(ofNewAttempt place: StorageURL) -> Set<Int> {
        var current = place.parent
        while let (root, path) = listedRoot(holding: current) {
            guard case .directory(let directory) = table.target(of: path, below: root) else {
                if current.path.bytes.count <= 1 { return [] }
                current = current.parent
                continue
            }
            if let job = census.job(of: directory) { return [job] }
            let root = census.scanRoots[Int(directory)]
            guard root != DirectoryCensus.none, let shares = roots[Int(root)].shares else {
                return []
            }
            return shares.jobIDs[place.path.last].map { [$0] } ?? shares.jobs
        }
        return []
    }
}
