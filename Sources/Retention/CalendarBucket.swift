// SPDX-License-Identifier: Apache-2.0

public import Policy
import SnapshotModel

/// One day, ISO week, month or year of the policy's time zone, by its number.
///
/// Cut by whole-number arithmetic on the date that the zone's clock shows. Foundation's
/// `dateInterval(of:for:)` would not do: in swift-foundation 6.3 it gives nil for some weeks in
/// which clocks change, and days that do not hold the moment asked for where clocks are turned
/// back over midnight. Numbers are small ones because a million reasons hold them.
public enum CalendarBucket: Hashable, Sendable {
    /// A calendar day.
    case day(year: Int32, month: Int32, day: Int32)
    /// An ISO 8601 week, by the year that holds its Thursday.
    case week(yearForWeek: Int32, week: Int32)
    /// A calendar month.
    case month(year: Int32, month: Int32)
    /// A calendar year.
    case year(Int32)

    /// The unit that this is one of.
    public var period: CalendarPeriod {
        switch self {
        case .day: .day
        case .week: .week
        case .month: .month
        case .year: .year
        }
    }

    init(_ period: CalendarPeriod, of day: CivilDay) {
        switch period {
        case .day:
            let date = day.date
            self = .day(year: Int32(date.year), month: Int32(date.month), day: Int32(date.day))
        case .week:
            let thursday = CivilDay(number: day.number - day.weekday + 3)
            let year = thursday.date.year
            let first = CivilDay(year: year, month: 1, day: 1)
            let week = (thursday.number - first.number) / 7 + 1
            self = .week(yearForWeek: Int32(year), week: Int32(week))
        case .month:
            let date = day.date
            self = .month(year: Int32(date.year), month: Int32(date.month))
        case .year:
            self = .year(Int32(day.date.year))
        }
    }
}

// MARK: - CustomStringConvertible

extension CalendarBucket: CustomStringConvertible {
    /// As ISO 8601 writes it: `2026-05-03`, `2026-W18`, `2026-05`, `2026`.
    public var description: String {
        switch self {
        case .day(let year, let month, let day): "\(year)-\(padded(month))-\(padded(day))"
        case .week(let year, let week): "\(year)-W\(padded(week))"
        case .month(let year, let month): "\(year)-\(padded(month))"
        case .year(let year): "\(year)"
        }
    }

    private func padded(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
