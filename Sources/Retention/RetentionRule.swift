// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import SnapshotModel

/// One rule of a set, asked about the candidates from the newest to the oldest.
protocol RetentionRule: Sendable {
    /// Tells whether the rule keeps a snapshot, and why.
    ///
    /// Questions come in the order of the candidates, the newest first.
    mutating func opinion(on question: RetentionQuestion) -> RetentionOpinion
}

/// A candidate in its place among the others.
///
/// Holds what every rule needs. The candidate itself is looked at only where it must be: a million
/// of them are in no cache, and following each one's references costs more than all the rules.
struct RetentionSubject {
    let time: Instant
    let checkpointID: Int64
    /// The place in the engine's input.
    let index: Int
    let standing: RetentionCandidate.Standing
    let isPinned: Bool
    let hasLabels: Bool

    init(_ candidate: RetentionCandidate, index: Int) {
        time = candidate.time
        checkpointID = candidate.checkpointID
        self.index = index
        standing = candidate.standing
        isPinned = candidate.isPinned
        hasLabels = !candidate.labels.isEmpty
    }
}

/// What a rule is asked about one candidate.
struct RetentionQuestion {
    let subject: RetentionSubject
    /// The day that the policy's calendar showed when it was made.
    let day: CivilDay
    /// Whether it stands in the way of older ones; false asks what the rule would say of it beside
    /// those that do.
    let takesPlace: Bool
    /// All candidates, in the order of the engine's input.
    let candidates: [RetentionCandidate]

    var time: Instant { subject.time }
    var key: ObjectName { candidates[subject.index].key }

    func hasLabel(_ label: String) -> Bool {
        subject.hasLabels && candidates[subject.index].labels.contains(label)
    }
}

/// What one rule says of one candidate.
struct RetentionOpinion {
    let keeps: Bool
    let reason: RetentionReason

    static func keep(_ reason: RetentionReason) -> Self { Self(keeps: true, reason: reason) }
    static func pass(_ reason: RetentionReason) -> Self { Self(keeps: false, reason: reason) }
}

extension RuleSet {
    /// The rules of the set in the order in which reasons are given.
    func rules(calendar: Calendar, now: Instant) -> [any RetentionRule] {
        var rules: [any RetentionRule] = []
        if let keepLast { rules.append(KeepLast(limit: keepLast)) }
        if let keepWithin {
            rules.append(KeepWithin(expiry: ExpiryClock(keepWithin, calendar), now: now))
        }
        for (label, duration) in keepLabelled.sorted(by: { $0.key < $1.key }) {
            let expiry = ExpiryClock(duration, calendar)
            rules.append(KeepLabelled(label: label, expiry: expiry, now: now))
        }
        for period in CalendarPeriod.allCases {
            switch keepPerPeriod[period] {
            case .within(let duration):
                let expiry = ExpiryClock(duration, calendar)
                rules.append(KeepPerPeriod(period: period, reach: .time(expiry), now: now))
            case .periods(let count):
                rules.append(KeepPerPeriod(period: period, reach: .count(count), now: now))
            case nil: break
            }
        }
        return rules
    }
}
