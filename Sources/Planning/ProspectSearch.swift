// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
internal import Policy
internal import SnapshotModel

/// Finds the first day for which a plan condemns something.
///
/// A decision changes with time only where something gets older than a duration of the policy, or
/// where something dated in the future comes to pass. All these moments of all jobs that could have
/// a say are worked out, and a decision is made for the midnights around each of them: no rule is
/// worked out backwards, so that whatever a plan weighs is weighed here too.
struct ProspectSearch {
    private static let secondsOfDay = 86_400

    /// Days at whose beginning a decision may be another one than the day before, ascending.
    private let days: [CivilDay]
    private let now: Instant

    init(
        inventory: Inventory,
        roster: JobRoster,
        memory: PlanningMemory,
        calendar: Calendar,
        now: Instant,
        jobs: Set<Int>,
        more: [Instant] = []
    ) {
        self.now = now
        var changes = Changes(calendar: calendar)
        for instant in more { changes.days.formUnion(Changes.days(around: instant)) }
        for job in jobs {
            let settings = roster.jobs[job].settings
            changes.durations = settings.allDurations
            for snapshot in inventory.snapshots where snapshot.job == job {
                changes.add(snapshot.time)
                if snapshot.newestTime != snapshot.time { changes.add(snapshot.newestTime) }
                if let seen = memory.unfinished[snapshot.place] { changes.add(seen.firstSeen) }
            }
            for attempt in inventory.attempts where attempt.job == job {
                if let last = attempt.lastActivity { changes.add(last) }
                if let last = attempt.newestDirectory { changes.add(last) }
            }
        }
        days = changes.days.sorted()
    }

    /// Finds the day.
    ///
    /// - Parameter isCondemned: Decides for a moment.
    /// - Returns: The day, or that there is none.
    func search(_ isCondemned: (Instant) -> Bool) -> Prospect {
        let (past, future) = (
            days.filter { Self.midnight($0) <= now }, days.filter { Self.midnight($0) > now }
        )
        let tomorrow = CivilDay(ofLocalSecond: Int(now.seconds) + Self.secondsOfDay)
        guard isCondemned(now) else {
            let first = ([tomorrow] + future).first { isCondemned(Self.midnight($0)) }
            return first.map { .first($0) } ?? .never
        }
        // The first of the days that come before now without one on which it stays.
        var since = tomorrow
        let today = CivilDay(ofLocalSecond: Int(now.seconds))
        for day in [today] + past.reversed() {
            guard isCondemned(Self.midnight(day)) else { break }
            since = day
        }
        return .due(since: since)
    }

    /// Finds for everything that is not condemned now the first day on which it is.
    ///
    /// - Parameters:
    ///   - horizon: The last day that is looked at.
    ///   - condemned: What a decision for a moment condemns.
    /// - Returns: Days by what goes; nothing of what stays up to the horizon, or goes now.
    func departures(
        until horizon: CivilDay,
        _ condemned: (Instant) -> Set<Int>
    ) -> [Int: CivilDay] {
        let tomorrow = CivilDay(ofLocalSecond: Int(now.seconds) + Self.secondsOfDay)
        let days = Set([tomorrow] + days.filter { Self.midnight($0) > now && $0 <= horizon })
            .sorted()
        let present = condemned(now)
        var goes: [Int: CivilDay] = [:]
        /// Between two decisions that are equal nothing is taken to change: time alone condemns
        /// more and more.
        func look(_ range: Range<Int>, after before: Set<Int>, upTo last: Set<Int>) {
            let more = last.subtracting(before).subtracting(present).filter { goes[$0] == nil }
            if more.isEmpty { return }
            guard range.count > 1 else {
                for position in more { goes[position] = days[range.lowerBound] }
                return
            }
            let half = range.lowerBound + range.count / 2
            let middle = condemned(Self.midnight(days[half - 1]))
            look(range.lowerBound..<half, after: before, upTo: middle)
            look(half..<range.upperBound, after: middle, upTo: last)
        }
        let last = days[days.count - 1]
        look(0..<days.count, after: present, upTo: condemned(Self.midnight(last)))
        return goes
    }

    private static func midnight(_ day: CivilDay) -> Instant {
        Instant(seconds: Int64(day.number * secondsOfDay))
    }

    /// Gathers the days around moments at which something gets older than a duration.
    private struct Changes {
        let calendar: Calendar
        var durations: [RetentionDuration] = []
        var days: Set<CivilDay> = []

        init(calendar: Calendar) {
            self.calendar = calendar
        }

        mutating func add(_ start: Instant) {
            days.formUnion(Self.days(around: start))
            for duration in durations {
                days.formUnion(Self.days(around: duration.end(after: start, in: calendar)))
            }
        }

        /// The day of a moment, and the two at whose beginning it is past.
        static func days(around moment: Instant) -> [CivilDay] {
            // At the ends of time nothing changes any more.
            guard moment > Instant(nanoseconds: .min), moment < Instant(nanoseconds: .max) else {
                return []
            }
            let day = CivilDay(ofLocalSecond: Int(moment.seconds)).number
            return (day...day + 2).map { CivilDay(number: $0) }
        }
    }
}

extension JobSettings {
    /// Every duration after which something of the job may be decided on in another way.
    var allDurations: [RetentionDuration] {
        var all = [unfinished, orphans.age, orphans.apart, quietFor]
        for rules in [savepoints, checkpoints] {
            all += rules.keepLabelled.values
            if let within = rules.keepWithin { all.append(within) }
            for case .within(let duration) in rules.keepPerPeriod.values { all.append(duration) }
        }
        return Array(Set(all))
    }
}
