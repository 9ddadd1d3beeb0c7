// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Policy
public import SnapshotModel

/// Decides what a set of rules keeps of the snapshots of one job and kind.
///
/// A pure function of its input: the order of the candidates does not matter, and there is no
/// other clock than `now`. Time is spent on the sort and then once per candidate.
public struct RetentionEngine: Sendable {
    private let rules: RuleSet
    private let calendar: Calendar
    private let now: Instant
    private let isJobRetired: Bool

    /// Makes an engine for one set of rules.
    ///
    /// - Parameters:
    ///   - rules: What keeps; an empty set keeps everything.
    ///   - calendar: Gives the time zone in which periods are cut. Periods are those of ISO 8601
    ///     whatever calendar this is.
    ///   - now: The moment at which ages are taken.
    ///   - isJobRetired: The job is no more: pins and labels keep, and nothing else does, not
    ///     even being the newest.
    public init(rules: RuleSet, calendar: Calendar, now: Instant, isJobRetired: Bool = false) {
        var iso = Calendar(identifier: .iso8601)
        iso.timeZone = calendar.timeZone
        self.isJobRetired = isJobRetired
        self.rules = isJobRetired ? RuleSet(keepLabelled: rules.keepLabelled) : rules
        self.calendar = iso
        self.now = now
    }

    /// Decides on all snapshots of one job and kind.
    ///
    /// - Parameters:
    ///   - candidates: In any order, each with a key of its own.
    ///   - newestClosedOfJob: The time of the newest snapshot of the job that counts, savepoint or
    ///     checkpoint; nil where there is none, and then nothing broken is condemned. A time after
    ///     `now` is not believed.
    /// - Returns: One decision for each candidate, in the order of the candidates.
    public func decide(
        _ candidates: [RetentionCandidate],
        newestClosedOfJob: Instant?
    ) -> [RetentionDecision] {
        var session = RetentionSession(
            candidates: candidates,
            rules: rules.rules(calendar: calendar, now: now),
            clock: ZoneClock(calendar.timeZone),
            now: now,
            newestClosedOfJob: newestClosedOfJob.flatMap { $0 <= now ? $0 : nil },
            isJobRetired: isJobRetired
        )
        var decisions = [RetentionDecision](
            repeating: RetentionDecision(.leave, []),
            count: candidates.count
        )
        for subject in Self.newestFirst(candidates) {
            decisions[subject.index] = session.decide(subject)
        }
        return decisions
    }

    /// The candidates sorted by time, then checkpoint id, then key.
    private static func newestFirst(_ candidates: [RetentionCandidate]) -> [RetentionSubject] {
        var subjects = candidates.indices.map { RetentionSubject(candidates[$0], index: $0) }
        subjects.sort { left, right in
            if left.time != right.time { return left.time > right.time }
            if left.checkpointID != right.checkpointID {
                return left.checkpointID > right.checkpointID
            }
            return candidates[left.index].key > candidates[right.index].key
        }
        return subjects
    }
}
