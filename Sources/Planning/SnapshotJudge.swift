// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
internal import Policy
internal import Retention
internal import SnapshotModel

/// A decision while it is being made.
struct Draft {
    var verdict: Verdict
    var reasons: [Reason]

    init(_ verdict: Verdict, _ reasons: [Reason]) {
        self.verdict = verdict
        self.reasons = reasons
    }
}

/// Decides on every snapshot of a job by itself: the policy's rules, and what is not complete.
///
/// What others need of it is looked at afterwards.
struct SnapshotJudge {
    let inventory: Inventory
    let roster: JobRoster
    let activity: AttemptActivity
    let memory: PlanningMemory
    let flink: FlinkView
    /// What the policy's `protect` keeps, by position.
    let protected: [Int: Reason]
    /// Dismissals that hold, by the snapshot's position.
    let dismissed: [Int: Waivers.Dismissal]
    /// Jobs that are judged as no more: only labels, pins and `protect` keep.
    let retired: Set<Int>
    let calendar: Calendar
    let now: Instant

    /// A draft for each snapshot under a job's root; nil for what is only read, in the trash or
    /// gone by now.
    func drafts() -> [Draft?] {
        var drafts = [Draft?](repeating: nil, count: inventory.snapshots.count)
        let byJob = Dictionary(
            grouping: inventory.snapshots.indices.filter { isJudged(inventory.snapshots[$0]) },
            by: { inventory.snapshots[$0].job ?? 0 }
        )
        let claimed = snapshotsOfOpenAttempts()
        for (job, positions) in byJob {
            decide(positions, of: job, claimed: claimed, into: &drafts)
        }
        for (position, reason) in protected { drafts[position]?.keep(reason) }
        // Whoever made the link means to find a snapshot behind it.
        for link in inventory.symbolicLinks {
            if let position = link.snapshot { drafts[position]?.keep(.linked(link.place)) }
        }
        return drafts
    }

    private func isJudged(_ snapshot: Snapshot) -> Bool {
        snapshot.job != nil && snapshot.trashRun == nil && snapshot.state != .vanished
    }

    /// Snapshots that one of an attempt which is not over references, with that one and the file.
    private func snapshotsOfOpenAttempts() -> [Int: Reason] {
        var claimed: [Int: Reason] = [:]
        for snapshot in inventory.snapshots where activity.open(snapshot.attempt) != nil {
            for dependency in snapshot.dependencies where claimed[dependency.snapshot] == nil {
                claimed[dependency.snapshot] = .referenced(
                    by: snapshot.place,
                    file: dependency.file,
                    byNameOnly: dependency.isByNameOnly
                )
            }
        }
        return claimed
    }

    // MARK: One job

    private func decide(
        _ positions: [Int],
        of job: Int,
        claimed: [Int: Reason],
        into drafts: inout [Draft?]
    ) {
        var ruled: [SnapshotKind: [Int]] = [:]
        for position in positions {
            let snapshot = inventory.snapshots[position]
            if let reason = activity.reason(snapshot.attempt) {
                drafts[position] = Draft(.keep, [reason])
            } else if let reason = flink.restored[position] {
                // The job may have claimed it: then Flink deletes it, and no rule may count on it.
                drafts[position] = Draft(.keep, [reason])
            } else if let reason = claimed[position], snapshot.isClosed == true {
                drafts[position] = Draft(.keep, [reason])
            } else if let dismissal = dismissed[position] {
                drafts[position] = dismissedDraft(snapshot, dismissal)
            } else if let draft = withoutRules(snapshot) {
                drafts[position] = draft
            } else {
                ruled[snapshot.kind, default: []].append(position)
            }
        }
        let newestClosed = ruled.values.joined().map { inventory.snapshots[$0] }
            .filter { $0.isClosed == true && $0.time <= now }.map(\.time).max()
        for (kind, positions) in ruled {
            let settings = roster.jobs[job].settings
            let engine = RetentionEngine(
                rules: kind == .savepoint ? settings.savepoints : settings.checkpoints,
                calendar: calendar,
                now: now,
                isJobRetired: retired.contains(job)
            )
            let decisions = engine.decide(
                positions.map { candidate(inventory.snapshots[$0]) },
                newestClosedOfJob: newestClosed
            )
            for (position, decision) in zip(positions, decisions) {
                drafts[position] = Draft(
                    Verdict(decision.verdict),
                    decision.reasons.map { .rule($0) }
                )
            }
        }
    }

    private func candidate(_ snapshot: Snapshot) -> RetentionCandidate {
        RetentionCandidate(
            key: ObjectName("\(snapshot.place)"),
            time: snapshot.time,
            checkpointID: snapshot.checkpointID ?? 0,
            labels: snapshot.labels.filter { $0 != FlinkNames.pin }.map(\.description),
            isPinned: snapshot.isPinned,
            standing: snapshot.isClosed == true ? .counts : .broken
        )
    }

    // MARK: Not for the rules

    private func dismissedDraft(_ snapshot: Snapshot, _ dismissal: Waivers.Dismissal) -> Draft {
        let reason = Reason.dismissed(dismissal.note)
        return snapshot.isPinned
            ? Draft(.keep, [reason, .rule(.pinned)]) : Draft(.leave, [reason])
    }

    private func withoutRules(_ snapshot: Snapshot) -> Draft? {
        switch snapshot.state {
        case .unreadable(let why), .dismissed(let why):
            return Draft(.leave, [.unreadable(why)])
        case .unfinished:
            if snapshot.isPinned { return Draft(.keep, [.rule(.pinned)]) }
            return unfinished(snapshot)
        case .complete, .vanished:
            guard snapshot.isClosed == nil, let first = snapshot.unknown.first else { return nil }
            let cause = first.cause.text
            return Draft(
                snapshot.isPinned ? .keep : .leave,
                [.closureUnknown(first.place, cause: cause, count: snapshot.unknown.count)]
                    + (snapshot.isPinned ? [.rule(.pinned)] : [])
            )
        }
    }

    private func unfinished(_ snapshot: Snapshot) -> Draft {
        let job = roster.jobs[snapshot.job ?? 0]
        if snapshot.kind == .savepoint, let reason = memory.savepointUnderWay(ofJob: job.name) {
            return Draft(.keep, [reason])
        }
        let limit = job.settings.unfinished
        let text = limit.description
        guard limit.end(after: snapshot.newestTime, in: calendar) < now else {
            return Draft(.keep, [.unfinished(newest: snapshot.newestTime, limit: text)])
        }
        if let first = snapshot.foreignEntries.first {
            return Draft(
                .leave,
                [.foreignEntries(first, count: snapshot.foreignEntries.count)]
            )
        }
        let sighting = memory.unfinished[snapshot.place]
        guard let sighting, sighting.contents == snapshot.contents,
            limit.end(after: sighting.firstSeen, in: calendar) <= now
        else {
            let isSame = sighting?.contents == snapshot.contents
            return Draft(
                .leave,
                [
                    .unfinishedNotSeenBefore(
                        firstSeen: isSame ? sighting?.firstSeen : nil,
                        limit: text
                    )
                ]
            )
        }
        return Draft(.condemn, [.unfinishedForLong(since: snapshot.newestTime, limit: text)])
    }
}

extension Draft {
    /// Turns the decision into keeping, unless it is that already, and says why.
    mutating func keep(_ reason: Reason) {
        if verdict != .keep { reasons = [] }
        verdict = .keep
        reasons.append(reason)
    }

    /// Leaves alone what was condemned, and says why; anything else stays as it is.
    mutating func spare(_ reason: Reason) {
        guard verdict == .condemn else { return }
        verdict = .leave
        reasons = [reason]
    }
}

extension Verdict {
    init(_ verdict: RetentionDecision.Verdict) {
        switch verdict {
        case .keep: self = .keep
        case .condemn: self = .condemn
        case .leave: self = .leave
        }
    }
}

extension UnknownReference.Cause {
    /// Why it cannot be known, for people.
    var text: String {
        switch self {
        case .noRoot: "it leads to no root of the policy"
        case .incompleteListing: "its root was not listed completely"
        case .symbolicLink(let link): "it leads through the symbolic link \"\(link)\""
        }
    }
}
