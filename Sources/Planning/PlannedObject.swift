// SPDX-License-Identifier: Apache-2.0

public import Discovery
public import SnapshotModel
public import Storage

/// A file or an empty directory outside snapshots that is to go, and what has to be true of it
/// still when it goes.
public struct PlannedObject: Hashable, Sendable {
    /// Where it is.
    public var place: StorageURL
    /// The root that it lies under.
    public var root: StorageURL
    /// Its path below the root, never empty.
    public var path: ObjectName
    /// The job's name.
    public var job: String
    /// What it is; `emptyDirectory` for a directory, a file else.
    public var kind: LooseKind
    /// Length in bytes; 0 for directories.
    public var bytes: Int64
    /// Modification time.
    ///
    /// A directory's is compared only where nothing of it went before it in the same run.
    public var modified: Instant
    /// Its identity; `.none` where the listing keeps none.
    public var identity: ObjectIdentity
    /// What is to happen; a plan holds only what is condemned.
    public var verdict: Verdict
    /// Why, never empty.
    public var reasons: [Reason]
    /// Whether it goes to the trash of its root, or at once and for good.
    public var usesTrash: Bool
    /// Condemned, but its job is over a limit: goes only by an approved plan.
    public var isHeldByLimit: Bool

    /// Makes an object of its parts.
    public init(
        place: StorageURL,
        root: StorageURL,
        path: ObjectName,
        job: String,
        kind: LooseKind,
        bytes: Int64,
        modified: Instant,
        identity: ObjectIdentity = .none,
        verdict: Verdict = .condemn,
        reasons: [Reason],
        usesTrash: Bool,
        isHeldByLimit: Bool = false
    ) {
        self.place = place
        self.root = root
        self.path = path
        self.job = job
        self.kind = kind
        self.bytes = bytes
        self.modified = modified
        self.identity = identity
        self.verdict = verdict
        self.reasons = reasons
        self.usesTrash = usesTrash
        self.isHeldByLimit = isHeldByLimit
    }

    /// Whether it is a directory, which has to be empty when it goes.
    public var isDirectory: Bool { kind == .emptyDirectory }
}

extension Plan {
    /// What a run takes outside snapshots, in the order in which it goes: files, then directories,
    /// the deepest first.
    public var objectRemovals: [PlannedObject] {
        objects.filter { $0.verdict == .condemn && !$0.isHeldByLimit }
    }
}
