// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import SnapshotModel

/// One pass over the candidates from the newest to the oldest.
struct RetentionSession {
    private let candidates: [RetentionCandidate]
    private let now: Instant
    private let newestClosedOfJob: Instant?
    private let isJobRetired: Bool
    private var rules: [any RetentionRule]
    private var clock: ZoneClock
    private var isFirst = true
    private var keeping: [RetentionReason] = []
    private var passing: [RetentionReason] = []

    init(
        candidates: [RetentionCandidate],
        rules: [any RetentionRule],
        clock: ZoneClock,
        now: Instant,
        newestClosedOfJob: Instant?,
        isJobRetired: Bool
    ) {
        self.candidates = candidates
        self.rules = rules
        self.clock = clock
        self.now = now
        self.newestClosedOfJob = newestClosedOfJob
        self.isJobRetired = isJobRetired
    }

    /// Decides on the next subject.
    mutating func decide(_ subject: RetentionSubject) -> RetentionDecision {
        if subject.time > now {
            let reason = RetentionReason.futureDated(now: now)
            return RetentionDecision(.keep, subject.isPinned ? [.pinned, reason] : [reason])
        }
        switch subject.standing {
        case .counts: return decideOnCounting(subject)
        case .broken: return subject.isPinned ? Self.pinned : decideOnBroken(subject)
        case .doesNotCount: return subject.isPinned ? Self.pinned : Self.notCounted
        }
    }

    private static let pinned = RetentionDecision(.keep, [.pinned])
    private static let notCounted = RetentionDecision(.leave, [.notCounted])

    private mutating func decideOnCounting(_ subject: RetentionSubject) -> RetentionDecision {
        ask(about: subject, takesPlace: true)
        return keeping.isEmpty
            ? RetentionDecision(.condemn, Self.copy(passing))
            : RetentionDecision(.keep, Self.copy(keeping))
    }

    private mutating func decideOnBroken(_ subject: RetentionSubject) -> RetentionDecision {
        ask(about: subject, takesPlace: false)
        let age: RetentionReason.Broken
        let isOlder: Bool
        if let newestClosedOfJob {
            isOlder = subject.time < newestClosedOfJob
            age =
                isOlder
                ? .olderThanClosed(newestClosedOfJob) : .notOlderThanClosed(newestClosedOfJob)
        } else {
            isOlder = false
            age = .nothingClosed
        }
        if isOlder || isJobRetired, keeping.isEmpty {
            return RetentionDecision(.condemn, [.broken(age)] + passing)
        }
        let obstacle: [RetentionReason] = isOlder ? [] : [.broken(age)]
        let wouldKeep = keeping.isEmpty ? [] : [.broken(.keptIfWhole)] + keeping
        return RetentionDecision(.leave, obstacle + wouldKeep)
    }

    /// Collects what keeps a candidate and what does not.
    private mutating func ask(about subject: RetentionSubject, takesPlace: Bool) {
        keeping.removeAll(keepingCapacity: true)
        passing.removeAll(keepingCapacity: true)
        if subject.isPinned { keeping.append(.pinned) }
        if !isJobRetired {
            if isFirst { keeping.append(.newestClosed) }
            if rules.isEmpty { keeping.append(.noRules) }
        }
        if takesPlace { isFirst = false }
        let question = RetentionQuestion(
            subject: subject,
            day: clock.day(at: subject.time),
            takesPlace: takesPlace,
            candidates: candidates
        )
        for index in rules.indices {
            let opinion = rules[index].opinion(on: question)
            if opinion.keeps {
                keeping.append(opinion.reason)
            } else {
                passing.append(opinion.reason)
            }
        }
    }

    /// Makes an array of just the length, so that those at work keep their room.
    private static func copy(_ reasons: [RetentionReason]) -> [RetentionReason] {
        var copy: [RetentionReason] = []
        copy.reserveCapacity(reasons.count)
        copy.append(contentsOf: reasons)
        return copy
    }
}
