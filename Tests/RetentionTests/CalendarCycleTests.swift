// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import SnapshotModel
import Testing

@testable import Retention

/// Every day of one cycle of the Gregorian calendar, 1800 to 2199.
struct CalendarCycleTests {
    private typealias Date = OracleCalendar.Date

    /// Calls the body with every day's number and date, counted on one by one.
    private static func everyDay(_ body: (Int, Date) throws -> Void) rethrows -> Int {
        var date = Date(year: 1800, month: 1, day: 1)
        var number = OracleCalendar.dayNumber(date)
        var count = 0
        while date.year < 2200 {
            try body(number, date)
            count += 1
            number += 1
            date.day += 1
            guard date.day > OracleCalendar.length(of: date.month, date.year) else { continue }
            (date.month, date.day) = (date.month + 1, 1)
            guard date.month == 13 else { continue }
            (date.year, date.month) = (date.year + 1, 1)
        }
        return count
    }

    @Test func `every day falls into its day, month and year, and its week follows the last`() {
        var previous: CalendarBucket?
        let count = Self.everyDay { number, date in
            let day = CivilDay(number: number)
            let isRight =
                CivilDay(year: date.year, month: date.month, day: date.day) == day
                && CalendarBucket(.day, of: day) == OracleCalendar.bucket(.day, date)
                && CalendarBucket(.month, of: day) == OracleCalendar.bucket(.month, date)
                && CalendarBucket(.year, of: day) == OracleCalendar.bucket(.year, date)
            if !isRight { Issue.record("\(date)") }
            let week = CalendarBucket(.week, of: day)
            if let previous, (previous != week) != (day.weekday == 0) { Issue.record("\(date)") }
            previous = week
        }
        #expect(count == 146_097)
    }

    @Test(arguments: ["UTC", "Europe/Berlin"])
    func `every day is the one that Foundation's calendar names`(name: String) throws {
        let calendar = try calendar(name)
        var clock = ZoneClock(calendar.timeZone)
        let count = Self.everyDay { number, date in
            let noon = Instant(seconds: Int64(number * 86_400 + 43_200))
            let parts = calendar.dateComponents(
                [.yearForWeekOfYear, .weekOfYear, .day],
                from: noon.date
            )
            let day = clock.day(at: noon)
            let week = CalendarBucket.week(
                yearForWeek: Int32(parts.yearForWeekOfYear ?? 0),
                week: Int32(parts.weekOfYear ?? 0)
            )
            if parts.day != date.day || day.number != number
                || CalendarBucket(.week, of: day) != week
            {
                Issue.record("\(date)")
            }
        }
        #expect(count == 146_097)
    }

    @Test func `every week is that of the formula of ISO 8601`() {
        // The formula is slow; every second year holds all kinds of years within the cycle.
        var count = 0
        for year in 1900..<2020 {
            for ordinal in Array(0..<8) + Array(355..<366) {
                let first = OracleCalendar.dayNumber(Date(year: year, month: 1, day: 1))
                let number = first + ordinal
                let week = OracleCalendar.week(OracleCalendar.date(number))
                #expect(CalendarBucket(.week, of: CivilDay(number: number)) == week)
                count += 1
            }
        }
        #expect(count == 120 * 19)
    }

    @Test(arguments: [
        RetentionDuration(1, .years), RetentionDuration(1, .months), RetentionDuration(12, .months),
    ])
    func `every day's expiry is the same date later, or the end of a shorter month`(
        duration: RetentionDuration
    ) throws {
        let calendar = try calendar("UTC")
        let months = duration.unit == .years ? 12 * duration.amount : duration.amount
        let count = Self.everyDay { number, date in
            let index = date.year * 12 + date.month - 1 + months
            let (year, month) = (index / 12, index % 12 + 1)
            let day = min(date.day, OracleCalendar.length(of: month, year))
            let target = CivilDay(year: year, month: month, day: day).number * 86_400 + 43_200
            let noon = Instant(seconds: Int64(number * 86_400 + 43_200), nanoseconds: 5)
            let end = duration.end(after: noon, in: calendar)
            if end != Instant(seconds: Int64(target), nanoseconds: 5) { Issue.record("\(date)") }
        }
        #expect(count == 146_097)
    }

    @Test(arguments: [
        RetentionDuration(1, .years), RetentionDuration(1, .months), RetentionDuration(12, .months),
    ])
    func `the quick clock of expiry gives what the calendar gives`(
        duration: RetentionDuration
    ) throws {
        let calendar = try calendar("Europe/Berlin")
        var clock = ExpiryClock(duration, calendar)
        let count = Self.everyDay { number, date in
            // All hours in turn; those around clock changes have a test of their own.
            let second = abs(number) % 24 * 3600 + 1
            let time = Instant(seconds: Int64(number * 86_400 + second), nanoseconds: 7)
            let end = duration.end(after: time, in: calendar)
            if clock.end(after: time) != end { Issue.record("\(date) \(second)") }
        }
        #expect(count == 146_097)
    }

    @Test(arguments: RandomSetting.zones)
    func `the quick clocks are right in every hour around changes`(name: String) throws {
        let calendar = try calendar(name)
        let oracle = OracleCalendar(zone: calendar.timeZone)
        var changes = 0
        var clock = ZoneClock(calendar.timeZone)
        var expiry = ExpiryClock(RetentionDuration(1, .months), calendar)
        var change = Foundation.Date(timeIntervalSince1970: 1_250_000_000)
        while let next = calendar.timeZone.nextDaylightSavingTimeTransition(after: change),
            next.timeIntervalSince1970 < 1_600_000_000
        {
            change = next
            changes += 1
            for target in [0, -31, -30, -28] {
                for halfHour in -60...60 {
                    let offset = Double(target * 86_400 + halfHour * 1800 + halfHour % 2)
                    let time = Instant(change.addingTimeInterval(offset))
                    let day = clock.day(at: time)
                    #expect(
                        CalendarBucket(.day, of: day)
                            == oracle.bucket(.day, time)
                    )
                    #expect(expiry.end(after: time) == oracle.end(.init(1, .months), after: time))
                }
            }
        }
        let isFixed = ["UTC", "Asia/Kathmandu", "Pacific/Kiritimati"].contains(name)
        #expect(isFixed ? changes == 0 : changes > 2)
    }
}
