// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
internal import Policy
internal import SnapshotModel

/// Which attempts are over, as far as storage shows (design §6, law 7).
struct AttemptActivity {
    /// When each attempt was active last, and from when on it counts as over; nil for one that is.
    private let openUntil: [(since: Instant, over: Instant)?]
    /// For each job the attempt on account of which none of its snapshots goes.
    private(set) var starting: [Int: StartingAttempt] = [:]

    private let flink: FlinkView

    /// Looks at all attempts; those of `retired` jobs, which are no more, are over.
    ///
    /// Flink's word comes first: an attempt that runs is not over however quiet it is, and one that
    /// ended is over at once.
    init(
        inventory: Inventory,
        roster: JobRoster,
        calendar: Calendar,
        now: Instant,
        flink: FlinkView,
        retired: Set<Int> = []
    ) {
        self.flink = flink
        openUntil = inventory.attempts.enumerated().map { position, attempt in
            if flink.running[position] != nil {
                return (attempt.lastActivity ?? now, Instant(nanoseconds: .max))
            }
            if retired.contains(attempt.job) || flink.ended.contains(position) { return nil }
            // Without any time nothing shows that it is over.
            let since = attempt.lastActivity ?? now
            let quiet = roster.jobs[attempt.job].settings.quietFor
            let over = quiet.end(after: since, in: calendar)
            return over < now ? nil : (since, over)
        }
        noteStarting(inventory)
        // A new attempt that nobody claims yet may be of any job that shares its root.
        for unclaimed in roster.unclaimed {
            guard let attempt = starting[unclaimed.job] else { continue }
            for job in unclaimed.mayBe where starting[job] == nil {
                starting[job] = attempt
            }
        }
        noteUnassigned(inventory, roster, calendar, now)
        starting.merge(flink.starting) { listed, _ in listed }
    }

    /// Since when an attempt has been quiet and until when it counts as running; nil when over.
    func open(_ attempt: Int?) -> (since: Instant, over: Instant)? {
        attempt.flatMap { openUntil[$0] }
    }

    /// Why an attempt is not over; nil when it is.
    func reason(_ attempt: Int?) -> Reason? {
        guard let attempt, let open = openUntil[attempt] else { return nil }
        return flink.running[attempt].map { .attemptRuns($0) }
            ?? .attemptNotOver(quietSince: open.since, overAfter: open.over)
    }

    /// A job's newest attempt that is not over and has no complete checkpoint may need any of the
    /// job's snapshots: it may have been restored from it, and nothing on disk says so.
    ///
    /// Newest by its first sign of life or by its last: either will do, as clocks of several
    /// machines made these times.
    private mutating func noteStarting(_ inventory: Inventory) {
        for (job, attempts) in Dictionary(
            grouping: inventory.attempts.indices,
            by: { inventory.attempts[$0].job }
        ) {
            let newest = [
                attempts.max { key(\.oldest, $0, $1, inventory) },
                attempts.max { key(\.lastActivity, $0, $1, inventory) },
            ]
            for attempt in newest.compactMap(\.self).sorted() where openUntil[attempt] != nil {
                if !Self.hasOwnCheckpoint(attempt, inventory), starting[job] == nil {
                    starting[job] = inventory.attempts[attempt].places.first.map { .listed($0) }
                }
            }
        }
    }

    /// Whether an attempt has a complete checkpoint of its present deployment.
    ///
    /// In the directory of a fixed job id complete checkpoints may be an earlier deployment's: a
    /// checkpoint in progress that is later than one with a higher number shows that a new one began.
    ///
    /// Source: `CheckpointCoordinator.restoreSavepoint` goes on counting from the snapshot that it
    /// restores (Flink 2.3).
    private static func hasOwnCheckpoint(_ attempt: Int, _ inventory: Inventory) -> Bool {
        let checkpoints = inventory.attempts[attempt].snapshots.map { inventory.snapshots[$0] }
            .filter { $0.kind == .checkpoint }
        let complete = checkpoints.filter { $0.state == .complete }
        guard
            let begun = checkpoints.filter({ $0.state == .unfinished })
                .max(by: { ($0.newestTime, $0.place) < ($1.newestTime, $1.place) }),
            let number = begun.checkpointID
        else { return !complete.isEmpty }
        let earlier = complete.filter {
            $0.time < begun.newestTime && ($0.checkpointID ?? 0) > number
        }
        let end = earlier.map(\.time).max() ?? Instant(nanoseconds: .min)
        return complete.contains { $0.time > end }
    }

    /// An attempt that is given to no job, in a root that jobs share, may be of any of them.
    private mutating func noteUnassigned(
        _ inventory: Inventory,
        _ roster: JobRoster,
        _ calendar: Calendar,
        _ now: Instant
    ) {
        for attempt in inventory.unassignedAttempts() where !attempt.hasCompleteCheckpoint {
            for job in attempt.jobs.sorted() where starting[job] == nil {
                let quiet = roster.jobs[job].settings.quietFor
                if quiet.end(after: attempt.lastActivity ?? now, in: calendar) >= now {
                    starting[job] = .listed(attempt.place)
                }
            }
        }
    }

    private func key(
        _ time: (Attempt) -> Instant?,
        _ left: Int,
        _ right: Int,
        _ inventory: Inventory
    ) -> Bool {
        let past = Instant(nanoseconds: .min)
        return (time(inventory.attempts[left]) ?? past, left)
            < (time(inventory.attempts[right]) ?? past, right)
    }
}
