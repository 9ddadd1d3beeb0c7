// SPDX-License-Identifier: Apache-2.0

/// When a run stops before it takes too much of one job (design: limits).
public struct RemovalLimits: Hashable, Sendable {
    /// Share of a job's closed snapshots, above 0 and at most 1.
    public var share: Double
    /// Number of snapshots of a job, 0 or more; from five that would go the share alone decides.
    public var count: Int

    /// Makes limits; a run leaves a job of which it would take more than the share, and more than the
    /// count or at least five.
    public init(share: Double, count: Int) {
        self.share = share
        self.count = count
    }
}

/// When files that no snapshot references may go.
public struct OrphanSettings: Hashable, Sendable {
    /// A file is left while it is younger than this.
    public var age: RetentionDuration
    /// How many runs have to find it unreferenced, the removing one counted.
    public var sightings: Int
    /// How far the first and the removing run lie apart at least.
    public var apart: RetentionDuration
    /// Whether plain files in `taskowned/` may go at all.
    public var taskOwned: Bool

    /// Makes settings of their parts.
    public init(
        age: RetentionDuration,
        sightings: Int,
        apart: RetentionDuration,
        taskOwned: Bool
    ) {
        self.age = age
        self.sightings = sightings
        self.apart = apart
        self.taskOwned = taskOwned
    }
}

/// Everything that `defaults` may say, and a job's `keep` over it.
public struct JobSettings: Hashable, Sendable {
    /// Rules for savepoints.
    public var savepoints: RuleSet
    /// Rules for retained checkpoints.
    public var checkpoints: RuleSet
    /// A snapshot without metadata may go when it is older than this.
    public var unfinished: RetentionDuration
    /// When unreferenced files may go.
    public var orphans: OrphanSettings
    /// Without Flink's word an attempt that was quiet for so long is over.
    public var quietFor: RetentionDuration
    /// How long the trash is kept; zero removes at once, without undo.
    public var trash: RetentionDuration
    /// When a run stops; nil switches the limits off.
    public var limits: RemovalLimits?

    /// Makes settings of their parts.
    public init(
        savepoints: RuleSet,
        checkpoints: RuleSet,
        unfinished: RetentionDuration,
        orphans: OrphanSettings,
        quietFor: RetentionDuration,
        trash: RetentionDuration,
        limits: RemovalLimits?
    ) {
        self.savepoints = savepoints
        self.checkpoints = checkpoints
        self.unfinished = unfinished
        self.orphans = orphans
        self.quietFor = quietFor
        self.trash = trash
        self.limits = limits
    }

    /// What holds where a policy is silent: last 3 savepoints, `pre-deploy` for 30 days, monthly
    /// for 1 year, last 10 checkpoints, 7 days of trash.
    public static let builtIn = JobSettings(
        savepoints: RuleSet(
            keepLast: 3,
            keepLabelled: ["pre-deploy": RetentionDuration(30, .days)],
            keepPerPeriod: [.month: .within(RetentionDuration(1, .years))]
        ),
        checkpoints: RuleSet(keepLast: 10),
        unfinished: RetentionDuration(24, .hours),
        orphans: OrphanSettings(
            age: RetentionDuration(24, .hours),
            sightings: 2,
            apart: RetentionDuration(20, .hours),
            taskOwned: false
        ),
        quietFor: RetentionDuration(7, .days),
        trash: RetentionDuration(7, .days),
        limits: RemovalLimits(share: 0.5, count: 10)
    )
}
