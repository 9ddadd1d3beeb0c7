// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import SnapshotModel

@testable import Retention

/// Calendar arithmetic by counting, slow and plain; nothing of it is taken from the sources.
struct OracleCalendar {
    struct Date: Hashable {
        var year: Int
        var month: Int
        var day: Int
    }

    let zone: TimeZone

    static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    static func length(of month: Int, _ year: Int) -> Int {
        [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    static func length(of year: Int) -> Int { isLeap(year) ? 366 : 365 }

    /// Days before 1 January of a year, counted from 1970.
    private static func daysBefore(_ year: Int) -> Int {
        year >= 1970
            ? (1970..<year).reduce(0) { $0 + length(of: $1) }
            : -(year..<1970).reduce(0) { $0 + length(of: $1) }
    }

    static func dayNumber(_ date: Date) -> Int {
        daysBefore(date.year) + ordinal(date) - 1
    }

    /// 1 for 1 January.
    static func ordinal(_ date: Date) -> Int {
        (1..<date.month).reduce(date.day) { $0 + length(of: $1, date.year) }
    }

    static func date(_ dayNumber: Int) -> Date {
        var year = 1970
        var rest = dayNumber
        while rest < 0 {
            year -= 1
            rest += length(of: year)
        }
        while rest >= length(of: year) {
            rest -= length(of: year)
            year += 1
        }
        var month = 1
        while rest >= length(of: month, year) {
            rest -= length(of: month, year)
            month += 1
        }
        return Date(year: year, month: month, day: rest + 1)
    }

    /// The number of the week by the ordinal formula of ISO 8601, not by its Thursday.
    static func week(_ date: Date) -> CalendarBucket {
        // 1 January 1970 was a Thursday; 1 is Monday.
        let weekday = ((dayNumber(date) + 3) % 7 + 7) % 7 + 1
        let week = (ordinal(date) - weekday + 10) / 7
        if week < 1 { return weekOfLast(date.year - 1) }
        if week == 53, weekOfLast(date.year) != numbered(53, date.year) {
            return numbered(1, date.year + 1)
        }
        return numbered(week, date.year)
    }

    private static func numbered(_ week: Int, _ year: Int) -> CalendarBucket {
        .week(yearForWeek: Int32(year), week: Int32(week))
    }

    /// The last week of a year: 53 where 1 January or 31 December is a Thursday.
    private static func weekOfLast(_ year: Int) -> CalendarBucket {
        let thursdays = [Date(year: year, month: 1, day: 1), Date(year: year, month: 12, day: 31)]
            .filter { ((dayNumber($0) % 7) + 7) % 7 == 0 }
        return numbered(thursdays.isEmpty ? 52 : 53, year)
    }

    static func bucket(_ period: CalendarPeriod, _ date: Date) -> CalendarBucket {
        switch period {
        case .day: .day(year: Int32(date.year), month: Int32(date.month), day: Int32(date.day))
        case .week: week(date)
        case .month: .month(year: Int32(date.year), month: Int32(date.month))
        case .year: .year(Int32(date.year))
        }
    }

    func offset(_ second: Int) -> Int {
        zone.secondsFromGMT(for: Foundation.Date(timeIntervalSince1970: Double(second)))
    }

    /// What the zone's clock shows, as seconds of that clock since 1970.
    func shown(_ time: Instant) -> Int { Int(time.seconds) + offset(Int(time.seconds)) }

    static func dayNumber(ofShown second: Int) -> Int {
        Int((Double(second) / 86_400).rounded(.down))
    }

    func bucket(_ period: CalendarPeriod, _ time: Instant) -> CalendarBucket {
        Self.bucket(period, Self.date(Self.dayNumber(ofShown: shown(time))))
    }

    /// When something gets older than a duration, by the words of law 10.
    func end(_ duration: RetentionDuration, after time: Instant) -> Instant {
        let minutes: [RetentionDuration.Unit: Int64] = [
            .minutes: 1, .hours: 60, .days: 1440, .weeks: 10_080,
        ]
        if let length = minutes[duration.unit] {
            return time.advanced(byNanoseconds: Int64(duration.amount) * length * 60_000_000_000)
        }
        let local = shown(time)
        let number = Self.dayNumber(ofShown: local)
        var date = Self.date(number)
        for _ in 0..<(duration.unit == .years ? 12 * duration.amount : duration.amount) {
            date.month += 1
            if date.month == 13 { (date.year, date.month) = (date.year + 1, 1) }
        }
        date.day = min(date.day, Self.length(of: date.month, date.year))
        let target = Self.dayNumber(date) * 86_400 + local - number * 86_400
        let fraction = time.nanoseconds(since: Instant(seconds: time.seconds))
        return Instant(seconds: Int64(moment(shown: target)), nanoseconds: fraction)
    }

    /// The first moment at which the clock shows this; what it skips is moved on by the gap.
    private func moment(shown second: Int) -> Int {
        let before = offset(second - 2 * 86_400)
        let after = offset(second + 2 * 86_400)
        let matches = [before, after].map { second - $0 }.filter { offset($0) == second - $0 }
        return matches.min() ?? second - before
    }
}
