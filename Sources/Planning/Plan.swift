// SPDX-License-Identifier: Apache-2.0

public import Discovery
public import SnapshotModel
public import Storage

/// What is to happen to a snapshot.
public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// It stays because something keeps it.
    case keep
    /// It goes.
    case condemn
    /// It stays because something about it is not as it should be or cannot be known.
    case leave
}

/// A snapshot with its decision, and what has to be true of it still when it goes.
public struct PlannedSnapshot: Hashable, Sendable {
    /// Its directory.
    public var place: StorageURL
    /// The root that it lies under.
    public var root: StorageURL
    /// Its path below the root.
    public var path: ObjectName
    /// The job's name.
    public var job: String
    /// The job id; of a savepoint the six digits; nil without a job-id level.
    public var attempt: String?
    /// Checkpoint or savepoint.
    public var kind: SnapshotKind
    /// From the metadata, else from the name; nil where neither tells.
    public var checkpointID: Int64?
    /// Time of `_metadata`, else of the newest entry.
    public var time: Instant
    /// Bytes in its directory.
    public var bytes: Int64
    /// Files in its directory.
    public var fileCount: Int
    /// `_metadata` is there and reads to the end.
    public var isComplete: Bool
    /// Every reference is there and long enough; nil where that cannot be known.
    public var isClosed: Bool?
    /// How many references were checked.
    public var referencesChecked: Int
    /// How many of them were found.
    public var referencesFound: Int
    /// Where files should be that are missing or short.
    public var missing: [StorageURL]
    /// Where references lead of which nothing can be known.
    public var unknown: [StorageURL]
    /// Its labels, sorted, the pin among them.
    public var labels: [ObjectName]
    /// What is to happen.
    public var verdict: Verdict
    /// Why, never empty.
    public var reasons: [Reason]
    /// Condemned, but its job is over a limit: goes only by an approved plan.
    public var isHeldByLimit: Bool
    /// Condemned snapshots that reference it, which have to be gone first.
    public var goesAfter: [StorageURL]
    /// The directory's identity.
    public var identity: ObjectIdentity
    /// Length of `_metadata`; nil where there is none.
    public var metadataLength: Int64?
    /// What lies in the directory, to see whether anything changed.
    public var contents: ContentsDigest
}

/// A root as it was found.
public struct PlannedRoot: Hashable, Sendable {
    /// Where it is.
    public var place: StorageURL
    /// Names of the jobs that have something in it; empty for what is only read.
    public var jobs: [String]
    /// What it is.
    public var role: RootRole
    /// How its listing ended.
    public var outcome: ListingOutcome
    /// How long what is taken from it can be brought back; nil where it cannot, and where the listing
    /// failed, so that nobody knows.
    public var undo: String?
    /// Files found in it, the trash left out.
    public var fileCount: Int
    /// What of the store's own may end that sooner, for people; nil where nothing does.
    public var undoLimit: String?
    /// False where the store did not say whether there is an undo.
    public var isUndoKnown = true
    /// Whether there is a trash for what is taken from it; whether that is wanted, its job says.
    public var usesTrash = true
}

/// A job with its sums.
public struct PlannedJob: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Closed snapshots before.
    public var closedCount: Int
    /// Snapshots condemned.
    public var condemnedCount: Int
    /// Closed snapshots among the condemned ones.
    public var condemnedClosedCount: Int
    /// Bytes in the directories of condemned snapshots.
    public var condemnedBytes: Int64
    /// Why nothing of it goes without approval; nil where no limit was met.
    public var limit: LimitFinding?
    /// How long the trash is kept, as the policy says it; nil removes at once.
    public var trash: String?
}

/// A limit of the policy that a job's plan goes beyond.
public enum LimitFinding: Hashable, Sendable {
    /// Too many of its closed snapshots would go.
    case share(going: Int, of: Int, share: Double, count: Int)
    /// A root lost most of what it held at the last run.
    case shrunkenRoot(StorageURL, held: Int, holds: Int)
    /// So many snapshots, and files outside snapshots, go only because the job is retired.
    case retirement(going: Int)
    /// Times of the job look copied and say nothing of age and order; the snapshots that show it.
    case copiedTimes(CopyWitness)
}

/// Something to be told that is no decision on one snapshot.
public struct Finding: Hashable, Sendable {
    /// How much it matters.
    public enum Severity: String, Hashable, Sendable {
        /// Good to know.
        case note
        /// Something was left alone for it: the exit code says partial.
        case partial
    }

    /// How much it matters.
    public var severity: Severity
    /// What it is about: a place or a job.
    public var subject: String
    /// What is the matter, lower case.
    public var message: String
    /// What to do; empty where nothing has to be done.
    public var hint: String
    /// Whether it is about a snapshot that was gone when it was to be read, as one is that another
    /// run moves; only what lies outside snapshots is left alone for it.
    public var isOfVanished = false

    /// Makes a finding.
    public init(_ severity: Severity, subject: String, message: String, hint: String = "") {
        self.severity = severity
        self.subject = subject
        self.message = message
        self.hint = hint
    }
}

/// How many loose files of a kind there are and how much they hold.
public struct LooseTotal: Hashable, Sendable {
    /// Number of files, or of directories for `emptyDirectory`.
    public var count: Int = 0
    /// Their bytes.
    public var bytes: Int64 = 0
    /// How many of them some metadata reference.
    public var referencedCount: Int = 0
    /// The bytes of those.
    public var referencedBytes: Int64 = 0

    /// Makes an empty total.
    public init() {}
}

/// Decisions on everything under the roots of a policy, each with its reasons.
///
/// The same policy, storage and time give the same plan, to the byte (law 9).
public struct Plan: Hashable, Sendable {
    /// The format of the written form.
    public static let format = 1

    /// The moment for which it was made.
    public var at: Instant
    /// Where the policy was read from.
    public var policy: String
    /// What the policy means, in short: another meaning has another fingerprint.
    public var policyFingerprint: String
    /// The zone in which its calendar periods are cut.
    public var timeZone = "UTC"
    /// Every live snapshot under the roots, sorted by job, kind, newest first.
    public var snapshots: [PlannedSnapshot]
    /// Every root, sorted by place.
    public var roots: [PlannedRoot]
    /// Roots that hold far less than at the last run or are not there any more, sorted by place.
    public var lost: [LostRoot] = []
    /// Every job, sorted by name.
    public var jobs: [PlannedJob]
    /// What else there is to tell, sorted.
    public var findings: [Finding]
    /// What lies outside snapshots, by kind.
    public var loose: [LooseKind: LooseTotal]
    /// What lies in the trash: snapshots and their bytes.
    public var trashCount: Int
    /// Bytes of snapshots in the trash.
    public var trashBytes: Int64
    /// What is condemned outside snapshots, in the order of removal: files, then empty directories,
    /// the deepest first.
    public var objects: [PlannedObject] = []
    /// What lies outside snapshots, summed up by kind, verdict and first reason, in that order.
    public var objectTotals: [ObjectTotal] = []

    /// Whether something was left alone because it could not be known.
    public var isPartial: Bool {
        findings.contains { $0.severity == .partial }
            || snapshots.contains { $0.reasons.contains(where: \.isUnknown) }
            || objectTotals.contains { $0.reason.isUnknown }
    }

    /// Whether a limit holds back some job.
    public var isLimited: Bool { jobs.contains { $0.limit != nil } }
}

extension Plan {
    /// What a run takes, in the order in which it has to go: whatever references goes before what
    /// it references.
    public var removals: [PlannedSnapshot] {
        var waiting = snapshots.filter { $0.verdict == .condemn && !$0.isHeldByLimit }
        // The newest first: it is what older ones cannot reference.
        waiting.sort { ($0.time, $1.place) > ($1.time, $0.place) }
        var gone: Set<StorageURL> = []
        var order: [PlannedSnapshot] = []
        let going = Set(waiting.map(\.place))
        while !waiting.isEmpty {
            let ready = waiting.filter { snapshot in
                snapshot.goesAfter.allSatisfy { gone.contains($0) || !going.contains($0) }
            }
            if ready.isEmpty { break }
            order += ready
            gone.formUnion(ready.map(\.place))
            waiting.removeAll { gone.contains($0.place) }
        }
        return order
    }
}
