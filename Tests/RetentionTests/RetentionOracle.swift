// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import SnapshotModel

@testable import Retention

/// The rules said over again, each candidate alone against all others: slow, without a pass.
struct RetentionOracle {
    let rules: RuleSet
    let calendar: OracleCalendar
    let now: Instant
    let newestClosedOfJob: Instant?
    let counting: [RetentionCandidate]

    init(_ setting: Setting, _ candidates: [RetentionCandidate]) {
        rules = setting.rules
        calendar = OracleCalendar(zone: setting.calendar.timeZone)
        now = setting.now
        newestClosedOfJob = setting.newestClosedOfJob
        counting = candidates.filter { $0.standing == .counts && $0.time <= setting.now }
    }

    func decision(on candidate: RetentionCandidate) -> RetentionDecision {
        let pin: [RetentionReason] = candidate.isPinned ? [.pinned] : []
        if candidate.time > now { return RetentionDecision(.keep, pin + [.futureDated(now: now)]) }
        if candidate.standing != .counts, candidate.isPinned {
            return RetentionDecision(.keep, pin)
        }
        if candidate.standing == .doesNotCount { return RetentionDecision(.leave, [.notCounted]) }
        let newer = counting.filter { isNewer($0, than: candidate) }
        let opinions = opinions(on: candidate, newer: newer)
        let first: [RetentionReason] = newer.isEmpty ? [.newestClosed] : []
        let none: [RetentionReason] = rules.isEmpty ? [.noRules] : []
        let keeping = first + none + opinions.filter(\.keeps).map(\.reason)
        let passing = opinions.filter { !$0.keeps }.map(\.reason)
        if candidate.standing == .counts {
            return (pin + keeping).isEmpty
                ? RetentionDecision(.condemn, passing) : RetentionDecision(.keep, pin + keeping)
        }
        let whole = keeping.isEmpty ? [] : [.broken(.keptIfWhole)] + keeping
        guard let closed = newestClosedOfJob, closed <= now else {
            return RetentionDecision(.leave, [.broken(.nothingClosed)] + whole)
        }
        guard candidate.time < closed else {
            return RetentionDecision(.leave, [.broken(.notOlderThanClosed(closed))] + whole)
        }
        return keeping.isEmpty
            ? RetentionDecision(.condemn, [.broken(.olderThanClosed(closed))] + passing)
            : RetentionDecision(.leave, whole)
    }

    private func isNewer(_ other: RetentionCandidate, than one: RetentionCandidate) -> Bool {
        if other.time != one.time { return other.time > one.time }
        if other.checkpointID != one.checkpointID { return other.checkpointID > one.checkpointID }
        return one.key.bytes.lexicographicallyPrecedes(other.key.bytes)
    }

    private func opinions(
        on candidate: RetentionCandidate,
        newer: [RetentionCandidate]
    ) -> [RetentionOpinion] {
        var opinions: [RetentionOpinion] = []
        if let limit = rules.keepLast {
            let position = newer.count + 1
            opinions.append(
                position <= limit
                    ? .keep(.amongLast(position: position, limit: limit))
                    : .pass(.notAmongLast(position: position, limit: limit))
            )
        }
        if let duration = rules.keepWithin {
            let end = calendar.end(duration, after: candidate.time)
            opinions.append(
                now <= end
                    ? .keep(.within(duration, until: end))
                    : .pass(.olderThan(duration, since: end))
            )
        }
        for label in rules.keepLabelled.keys.sorted() {
            opinions.append(opinion(on: candidate, label: label))
        }
        for period in [CalendarPeriod.day, .week, .month, .year] {
            if let limit = rules.keepPerPeriod[period] {
                opinions.append(opinion(on: candidate, newer: newer, period, limit))
            }
        }
        return opinions
    }

    private func opinion(on candidate: RetentionCandidate, label: String) -> RetentionOpinion {
        guard candidate.labels.contains(label), let duration = rules.keepLabelled[label] else {
            return .pass(.withoutLabel(label))
        }
        let end = calendar.end(duration, after: candidate.time)
        return now <= end
            ? .keep(.labelled(label, within: duration, until: end))
            : .pass(.labelledButOlder(label, than: duration, since: end))
    }

    private func opinion(
        on candidate: RetentionCandidate,
        newer: [RetentionCandidate],
        _ period: CalendarPeriod,
        _ limit: PeriodLimit
    ) -> RetentionOpinion {
        let bucket = calendar.bucket(period, candidate.time)
        let same = newer.filter { calendar.bucket(period, $0.time) == bucket }
        if let newest = same.first(where: { one in !same.contains { isNewer($0, than: one) } }) {
            return .pass(.notNewest(of: bucket, newest: newest.key))
        }
        switch limit {
        case .periods(let count):
            let position = Set(newer.map { calendar.bucket(period, $0.time) }).count + 1
            return position <= count
                ? .keep(.newest(of: bucket, position: position, limit: count))
                : .pass(.newestBeyond(bucket, position: position, limit: count))
        case .within(let duration):
            let end = calendar.end(duration, after: candidate.time)
            return now <= end
                ? .keep(.newestWithin(bucket, duration, until: end))
                : .pass(.newestButOlder(bucket, than: duration, since: end))
        }
    }
}
