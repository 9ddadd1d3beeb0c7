// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Execution
public import Planning
internal import Retention
internal import SnapshotModel

/// Everything that an operator wants to know of the stores: what goes and what stays, what goes
/// when, whose bytes are whose, and what was left alone.
///
/// A value; `html`, `text`, `csv` and `writeJSON` show it.
public struct RetentionReport: Sendable {
    /// Bytes of one job, or of all.
    struct Bytes: Hashable, Sendable {
        /// Everything under the roots.
        var stored: Int64 = 0
        /// Of snapshots, what only one of them uses.
        var exclusive: Int64 = 0
        /// Of snapshots, what several of them use, each file once.
        var shared: Int64 = 0
        /// Outside snapshots, what nothing needs.
        var unreferenced: Int64 = 0
        /// In the trash.
        var trash: Int64 = 0
        /// Removed for good by earlier runs, as their journals tell.
        var freed: Int64 = 0
    }

    /// One job with everything that is told of it.
    struct Job: Sendable {
        /// As planned.
        var planned: PlannedJob
        /// Its snapshots, by kind, the newest first.
        var snapshots: [PlannedSnapshot]
        /// Its roots.
        var roots: [PlannedRoot]
        /// Its bytes.
        var bytes: Bytes

        var name: String { planned.name }

        /// Time of the newest closed snapshot of a kind; nil where there is none.
        func newestClosed(_ kind: SnapshotKind) -> Instant? {
            snapshots.filter { $0.kind == kind }.newestClosed
        }
    }

    /// The decisions.
    public let plan: Plan
    let jobs: [Job]
    /// What each snapshot shares; empty where that was not counted.
    let shares: [StorageURL: SnapshotShare]
    let forecast: Forecast
    /// What the trash lets go on which day: things and their bytes.
    let trashEnds: [CivilDay: UsageTally]
    /// When the oldest journal was begun; nil where there is none.
    let journalsSince: Instant?

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - overview: One look at everything.
    ///   - history: Past runs, the oldest first.
    public init(_ overview: Overview, history: [PastRun]) {
        var bytes = overview.usage.jobs.reduce(into: [:]) { $0[$1.name] = Bytes($1) }
        for (job, freed) in history.freedBytes { bytes[job]?.freed = freed }
        var shares: [StorageURL: SnapshotShare] = [:]
        for snapshot in overview.usage.jobs.flatMap(\.snapshots) {
            shares[snapshot.place] = snapshot.share
        }
        self.init(
            overview.result.plan,
            bytes: bytes,
            shares: shares,
            forecast: overview.forecast,
            trashEnds: history.trashEnds,
            journalsSince: history.first?.at
        )
    }

    /// Makes a report of its parts.
    init(
        _ plan: Plan,
        bytes: [String: Bytes],
        shares: [StorageURL: SnapshotShare],
        forecast: Forecast,
        trashEnds: [CivilDay: UsageTally] = [:],
        journalsSince: Instant? = nil
    ) {
        self.plan = plan
        self.shares = shares
        self.forecast = forecast
        self.trashEnds = trashEnds
        self.journalsSince = journalsSince
        let snapshots = Dictionary(grouping: plan.snapshots, by: \.job)
        jobs = plan.jobs.map { job in
            Job(
                planned: job,
                snapshots: snapshots[job.name] ?? [],
                roots: plan.roots.filter { $0.jobs.contains(job.name) },
                bytes: bytes[job.name] ?? Bytes()
            )
        }
    }

    /// Whether something was left alone because it could not be known.
    public var isPartial: Bool { plan.isPartial }

    /// How many snapshots the next run takes.
    public var condemnedCount: Int {
        plan.snapshots.count { $0.verdict == .condemn && !$0.isHeldByLimit }
    }

    /// The sums of all jobs.
    var total: Bytes {
        jobs.reduce(into: Bytes()) { sum, job in
            sum.stored.add(bytes: job.bytes.stored)
            sum.exclusive.add(bytes: job.bytes.exclusive)
            sum.shared.add(bytes: job.bytes.shared)
            sum.unreferenced.add(bytes: job.bytes.unreferenced)
            sum.trash.add(bytes: job.bytes.trash)
            sum.freed.add(bytes: job.bytes.freed)
        }
    }
}

extension RetentionReport.Bytes {
    init(_ usage: JobUsage) {
        stored = usage.total.bytes
        exclusive = usage.snapshots.sum(of: \.share.exclusive)
        unreferenced = usage.outside.values.sum(of: \.unreferenced.bytes)
        let outside = usage.outside.values.sum(of: \.all.bytes)
        trash = usage.trash.bytes
        let all = [usage.savepoints.bytes, usage.checkpoints.bytes, outside - unreferenced]
        // A snapshot may use what lies under another job's root.
        shared = max(0, all.sum(of: \.self) - exclusive)
    }
}

extension [PastRun] {
    /// Bytes that were removed for good, by job.
    var freedBytes: [String: Int64] {
        var freed: [String: Int64] = [:]
        for item in flatMap(\.items) where item.outcome == .done {
            guard item.action == .remove || item.action == .empty else { continue }
            freed[item.job, default: 0].add(bytes: item.bytes)
        }
        return freed
    }

    /// What lies in the trash, by the day behind the last one that it is kept for.
    var trashEnds: [CivilDay: UsageTally] {
        var ends: [CivilDay: UsageTally] = [:]
        for item in flatMap(\.trashed) {
            guard let until = item.until else { continue }
            let day = CivilDay(ofLocalSecond: Int(until.seconds) + 86_400)
            ends[day, default: UsageTally()].add(item.bytes)
        }
        return ends
    }
}

extension [PlannedSnapshot] {
    /// Time of the newest closed one; nil where there is none.
    var newestClosed: Instant? {
        lazy.filter { $0.isClosed == true && !$0.isFutureDated }.map(\.time).max()
    }
}

extension PlannedSnapshot {
    /// Whether it is dated after the moment of the plan: nobody knows how old it is.
    var isFutureDated: Bool {
        reasons.contains { if case .rule(.futureDated) = $0 { true } else { false } }
    }
}
