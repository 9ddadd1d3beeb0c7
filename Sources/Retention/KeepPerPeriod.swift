// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel

/// Keeps the newest of each calendar day, week, month or year, as far back as a limit reaches.
struct KeepPerPeriod: RetentionRule {
    /// How far back the rule reaches.
    enum Reach {
        case time(ExpiryClock)
        case count(Int)
    }

    private let period: CalendarPeriod
    private var reach: Reach
    private let now: Instant
    /// The newest of every period met so far.
    ///
    /// Where clocks are turned back over midnight the days of snapshots in order are not in order
    /// themselves, so the last period alone would not do.
    private var newest: [CalendarBucket: ObjectName] = [:]
    private var current: (day: CivilDay, bucket: CalendarBucket, newest: ObjectName?)?

    init(period: CalendarPeriod, reach: Reach, now: Instant) {
        self.period = period
        self.reach = reach
        self.now = now
    }

    mutating func opinion(on question: RetentionQuestion) -> RetentionOpinion {
        let (bucket, newest) = enterBucket(of: question.day)
        if let newest { return .pass(.notNewest(of: bucket, newest: newest)) }
        let position = self.newest.count + 1
        if question.takesPlace {
            self.newest[bucket] = question.key
            current = (question.day, bucket, question.key)
        }
        switch reach {
        case .count(let limit):
            return position <= limit
                ? .keep(.newest(of: bucket, position: position, limit: limit))
                : .pass(.newestBeyond(bucket, position: position, limit: limit))
        case .time(var expiry):
            let end = expiry.end(after: question.time)
            // The clock remembers the day, so that many broken ones of one day cost little.
            reach = .time(expiry)
            return now <= end
                ? .keep(.newestWithin(bucket, expiry.duration, until: end))
                : .pass(.newestButOlder(bucket, than: expiry.duration, since: end))
        }
    }

    /// The period of a day, and the snapshot that is the newest of it already.
    private mutating func enterBucket(
        of day: CivilDay
    ) -> (bucket: CalendarBucket, newest: ObjectName?) {
        if let current, current.day == day { return (current.bucket, current.newest) }
        let bucket = CalendarBucket(period, of: day)
        let taken = current?.bucket == bucket ? current?.newest : newest[bucket]
        current = (day, bucket, taken)
        return (bucket, taken)
    }
}
