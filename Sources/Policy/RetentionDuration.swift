// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import SnapshotModel

/// A length of time as policies write it: a whole number and a unit.
///
/// Minutes, hours, days and weeks are lengths of time: `30d` is 30 × 24 h whatever the clocks do.
/// Months and years are calendar steps in the policy's time zone: `1y` after 29 February is
/// 28 February (law 10).
public struct RetentionDuration: Hashable, Sendable {
    /// The units that a policy may write, by their suffix.
    public enum Unit: String, Hashable, Sendable, CaseIterable {
        /// 60 seconds.
        case minutes = "m"
        /// 60 minutes.
        case hours = "h"
        /// 24 hours.
        case days = "d"
        /// 7 × 24 hours.
        case weeks = "w"
        /// Calendar months.
        case months = "mo"
        /// Calendar years.
        case years = "y"
    }

    /// How many units, 0 or more.
    public let amount: Int
    /// The unit counted.
    public let unit: Unit

    /// Makes a duration of so many units.
    public init(_ amount: Int, _ unit: Unit) {
        self.amount = amount
        self.unit = unit
    }

    /// The length in nanoseconds where the unit is a length of time; nil for months and years.
    public var fixedNanoseconds: Int64? {
        let minutes: Int64
        switch unit {
        case .minutes: minutes = 1
        case .hours: minutes = 60
        case .days: minutes = 24 * 60
        case .weeks: minutes = 7 * 24 * 60
        case .months, .years: return nil
        }
        let (length, overflow) = Int64(amount).multipliedReportingOverflow(
            by: minutes * 60_000_000_000
        )
        return overflow ? .max : length
    }

    /// The moment so long after another one.
    ///
    /// - Parameters:
    ///   - start: The moment to count from.
    ///   - calendar: Gregorian, in the policy's time zone; used for months and years only.
    /// - Returns: The last moment at which something made at `start` is not older than this.
    public func end(after start: Instant, in calendar: Calendar) -> Instant {
        if let fixedNanoseconds { return start.advanced(byNanoseconds: fixedNanoseconds) }
        // No instant is so far from another, and a calendar ignores what it cannot count: adding
        // `Int.max` months gives the same date back.
        guard amount <= (unit == .months ? 7200 : 600) else { return Instant(nanoseconds: .max) }
        // Calendars work in seconds of a Double; the part below a second is carried past them.
        let moved = calendar.date(
            byAdding: unit == .months ? .month : .year,
            value: amount,
            to: Date(timeIntervalSince1970: Double(start.seconds))
        )
        guard let moved else { return Instant(nanoseconds: .max) }
        let fraction = start.nanoseconds % 1_000_000_000
        return Instant(moved).advanced(
            byNanoseconds: fraction < 0 ? fraction + 1_000_000_000 : fraction
        )
    }
}

// MARK: - CustomStringConvertible

extension RetentionDuration: CustomStringConvertible {
    /// As policies write it: `30d`.
    public var description: String { "\(amount)\(unit.rawValue)" }
}
