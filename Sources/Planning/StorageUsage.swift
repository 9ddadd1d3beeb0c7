// SPDX-License-Identifier: Apache-2.0

public import Discovery
internal import Policy
public import SnapshotModel
public import Storage

/// How many files there are, and their bytes.
public struct UsageTally: Hashable, Sendable {
    /// Number of files.
    public private(set) var count = 0
    /// Their bytes.
    public private(set) var bytes: Int64 = 0

    /// Makes the tally of nothing.
    public init() {}

    /// Counts one more file.
    ///
    /// - Parameter more: Its bytes.
    public mutating func add(_ more: Int64) {
        count += 1
        bytes.add(bytes: more)
    }

    /// The sum of two tallies.
    public static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.count += right.count
        sum.bytes.add(bytes: right.bytes)
        return sum
    }
}

/// What lies outside snapshots, of one kind.
public struct OutsideUsage: Hashable, Sendable {
    /// All of it.
    public internal(set) var all = UsageTally()
    /// What nothing needs.
    public internal(set) var unreferenced = UsageTally()

    /// Makes the usage of nothing.
    public init() {}

    static func + (left: Self, right: Self) -> Self {
        var sum = Self()
        sum.all = left.all + right.all
        sum.unreferenced = left.unreferenced + right.unreferenced
        return sum
    }
}

/// One snapshot and what it uses.
public struct SnapshotUsage: Hashable, Sendable {
    /// Its directory.
    public let place: StorageURL
    /// Job id of its attempt, of a savepoint the six digits of its name; nil without either.
    public let attempt: String?
    /// Checkpoint or savepoint.
    public let kind: SnapshotKind
    /// Time of its metadata.
    public let time: Instant
    /// Bytes of the files in its directory.
    public let directoryBytes: Int64
    /// What of all it uses it shares with others, and with how many.
    public let share: SnapshotShare
}

/// One attempt and what lies in its directories.
public struct AttemptUsage: Hashable, Sendable {
    /// Its job id; nil where the checkpoint directory has no job-id level.
    public let jobID: ObjectName?
    /// Its directories.
    public let places: [StorageURL]
    /// Since when it has been quiet, while it may be running; nil where it is over.
    public let openSince: Instant?
    /// Files in its snapshots.
    public internal(set) var snapshots = UsageTally()
    /// Files outside them, by kind.
    public internal(set) var outside: [LooseKind: OutsideUsage] = [:]
}

/// One job and everything under its roots.
public struct JobUsage: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Files in the directories of savepoints.
    public internal(set) var savepoints = UsageTally()
    /// Files in the directories of checkpoints.
    public internal(set) var checkpoints = UsageTally()
    /// Files outside snapshots, by kind.
    public internal(set) var outside: [LooseKind: OutsideUsage] = [:]
    /// Files in the trash.
    public internal(set) var trash = UsageTally()
    /// Our own files.
    public internal(set) var janitor = UsageTally()
    /// Its attempts, in the order of the inventory.
    public internal(set) var attempts: [AttemptUsage] = []
    /// Its snapshots, sorted by place; those in the trash left out.
    public internal(set) var snapshots: [SnapshotUsage] = []

    /// Everything under its roots.
    public var total: UsageTally {
        outside.values.reduce(savepoints + checkpoints + trash + janitor) { $0 + $1.all }
    }
}

/// What is stored under all roots, to the byte, and whose it is.
public struct StorageUsage: Sendable {
    /// The jobs, sorted by name.
    public private(set) var jobs: [JobUsage]
    /// Files that are no job's: under roots that are only read, or in a shared one and nobody's.
    public private(set) var onlyRead = UsageTally()
    /// Old versions below each listed root in a store that keeps them, those in the trash too.
    public internal(set) var oldVersions: [(root: StorageURL, count: Int, bytes: Int64)] = []
    /// Why old versions could not be counted.
    public internal(set) var uncounted: [StorageError] = []
    /// Snapshots whose metadata did not read: what they use outside their directory is not known.
    public let unread: [StorageURL]

    /// Counts.
    ///
    /// - Parameters:
    ///   - inventory: What was found.
    ///   - roster: The jobs that it was found for.
    ///   - sharing: Which snapshots use the same files.
    ///   - openSince: Since when an attempt has been quiet, by its position; nil where it is over.
    init(
        _ inventory: Inventory,
        roster: JobRoster,
        sharing: FileSharing,
        openSince: (Int) -> Instant?
    ) {
        jobs = roster.jobs.map { JobUsage(name: $0.name) }
        unread = sharing.unread.map { inventory.snapshots[$0].place }
        let slots = addAttempts(inventory, openSince)
        addFiles(inventory, slots)
        addOutside(inventory, slots)
        for (position, snapshot) in inventory.snapshots.enumerated() {
            guard let job = snapshot.job, snapshot.trashRun == nil else { continue }
            jobs[job].snapshots.append(
                SnapshotUsage(
                    place: snapshot.place,
                    attempt: snapshot.attemptName?.description,
                    kind: snapshot.kind,
                    time: snapshot.time,
                    directoryBytes: snapshot.bytes,
                    share: sharing.shares[position]
                )
            )
        }
    }

    /// Makes a place for each attempt; gives where each one's is among its job's.
    private mutating func addAttempts(
        _ inventory: Inventory,
        _ openSince: (Int) -> Instant?
    ) -> [Int] {
        inventory.attempts.enumerated().map { position, attempt in
            jobs[attempt.job].attempts.append(
                AttemptUsage(
                    jobID: attempt.jobID,
                    places: attempt.places,
                    openSince: openSince(position)
                )
            )
            return jobs[attempt.job].attempts.count - 1
        }
    }

    private mutating func addFiles(_ inventory: Inventory, _ slots: [Int]) {
        inventory.forEachStoredFile { job, stored, bytes in
            guard let job else {
                onlyRead.add(bytes)
                return
            }
            switch stored {
            case .trash: jobs[job].trash.add(bytes)
            case .janitor: jobs[job].janitor.add(bytes)
            case .loose: break
            case .snapshot(let position):
                let snapshot = inventory.snapshots[position]
                if snapshot.kind == .savepoint {
                    jobs[job].savepoints.add(bytes)
                } else {
                    jobs[job].checkpoints.add(bytes)
                }
                guard let attempt = snapshot.attempt else { return }
                let owner = inventory.attempts[attempt].job
                jobs[owner].attempts[slots[attempt]].snapshots.add(bytes)
            }
        }
    }

    private mutating func addOutside(_ inventory: Inventory, _ slots: [Int]) {
        inventory.forEachLooseObject { object in
            // Directories and links hold no bytes of state.
            guard let job = object.job, case .file = object.entry else { return }
            jobs[job].outside[object.kind, default: OutsideUsage()].add(object)
            guard let attempt = object.attempt else { return }
            let owner = inventory.attempts[attempt].job
            jobs[owner].attempts[slots[attempt]].outside[object.kind, default: OutsideUsage()]
                .add(object)
        }
    }
}

extension OutsideUsage {
    fileprivate mutating func add(_ object: LooseObject) {
        all.add(object.bytes)
        if !object.isReferenced { unreferenced.add(object.bytes) }
    }
}

extension Planner {
    /// Looks at everything and counts what is stored, and whose it is.
    ///
    /// - Parameters:
    ///   - now: The moment that tells which attempts are over.
    ///   - waivers: What an operator dismissed, and which jobs are retired.
    /// - Returns: The plan of that moment, which tells what could not be read, and the sums.
    public func usage(
        at now: Instant,
        waivers: Waivers = Waivers()
    ) -> (result: PlanningResult, usage: StorageUsage) {
        let result = plan(at: now, memory: PlanningMemory(), waivers: waivers)
        var usage = usage(of: result, at: now)
        for root in result.inventory.listedRoots {
            do throws(StorageError) {
                guard let old = try readerFor(root)?.oldVersions(below: root) else { continue }
                usage.oldVersions.append((root, old.count, old.bytes))
            } catch {
                usage.uncounted.append(error)
            }
        }
        return (result, usage)
    }

    /// Counts what was found for a plan; reads all metadata once more.
    ///
    /// - Parameters:
    ///   - result: A plan, and what it was made from.
    ///   - now: The moment that tells which attempts are over.
    /// - Returns: The sums.
    func usage(of result: PlanningResult, at now: Instant) -> StorageUsage {
        let activity = AttemptActivity(
            inventory: result.inventory,
            roster: result.roster,
            calendar: policy.calendar,
            now: now,
            flink: FlinkView(
                result.word,
                inventory: result.inventory,
                roster: result.roster,
                aliases: policy.aliases
            )
        )
        let survey = ReferenceSurvey(
            of: result.inventory,
            aliases: policy.aliases,
            readerFor: readerFor
        )
        return StorageUsage(
            result.inventory,
            roster: result.roster,
            sharing: FileSharing(result.inventory, survey),
            openSince: { activity.open($0)?.since }
        )
    }
}
