// SPDX-License-Identifier: Apache-2.0

/// A day of the Gregorian calendar, counted from 1970-01-01.
///
/// Whole numbers only, for any year that a 64-bit count of seconds can reach.
public struct CivilDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01, negative before it.
    public let number: Int

    /// Makes the day so many days after 1970-01-01.
    public init(number: Int) {
        self.number = number
    }

    /// Makes the day of a date.
    ///
    /// - Parameters:
    ///   - year: Any year of the proleptic Gregorian calendar.
    ///   - month: From 1 to 12.
    ///   - day: From 1; days behind the month's end are those of the next one.
    public init(year: Int, month: Int, day: Int) {
        // Years begin in March here, so that a leap day is a year's last; 400 of them are one
        // cycle of 146,097 days.
        let marchYear = month <= 2 ? year - 1 : year
        let cycle = Self.floor(marchYear, by: 400)
        let yearOfCycle = marchYear - cycle * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let leapDays = yearOfCycle / 4 - yearOfCycle / 100
        number = cycle * 146_097 + yearOfCycle * 365 + leapDays + dayOfYear - 719_468
    }

    /// Makes the day that a clock shows so many seconds after it showed 1970-01-01 00:00:00.
    public init(ofLocalSecond second: Int) {
        number = Self.floor(second, by: 86_400)
    }

    /// 0 for Monday up to 6 for Sunday.
    public var weekday: Int {
        let rest = (number + 3) % 7
        return rest < 0 ? rest + 7 : rest
    }

    /// Year, month from 1 and day of the month from 1.
    public var date: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let cycle = Self.floor(shifted, by: 146_097)
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle =
            (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (
            cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0),
            month,
            dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }

    /// Tells whether a day comes before another.
    public static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }

    private static func floor(_ value: Int, by divisor: Int) -> Int {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
