// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A moment on the time line, in whole nanoseconds since 1970-01-01T00:00:00Z.
///
/// Covers the years 1677 to 2262; what lies outside is held at the nearer end, so that a wild
/// modification time can neither trap nor wrap round into another century.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the epoch; negative before it.
    public let nanoseconds: Int64

    /// Makes the moment that lies so many nanoseconds after the epoch.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Makes the moment that `stat` and its like give as two numbers.
    ///
    /// - Parameters:
    ///   - seconds: Whole seconds since the epoch, any value.
    ///   - nanoseconds: What comes on top, 0 ..< 1,000,000,000.
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        // Counted from the second nearer to the epoch, so that the first one of all is reached.
        let isBehind = seconds < 0 && nanoseconds > 0
        let (scaled, overflow) = (isBehind ? seconds + 1 : seconds)
            .multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = scaled.addingReportingOverflow(
            isBehind ? nanoseconds - 1_000_000_000 : nanoseconds
        )
        self.nanoseconds = overflow || carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// Makes the moment that lies so many milliseconds after the epoch.
    public init(milliseconds: Int64) {
        let (scaled, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        nanoseconds = overflow ? (milliseconds < 0 ? .min : .max) : scaled
    }

    /// Makes the moment of a Foundation date, to the nearest nanosecond that its `Double` holds.
    ///
    /// A date that is no number is held at the end: what is dated in the future is kept.
    public init(_ date: Date) {
        let seconds = date.timeIntervalSince1970
        if seconds.isNaN || seconds >= 9_223_372_036 {
            self.init(nanoseconds: .max)
        } else if seconds <= -9_223_372_036 {
            self.init(nanoseconds: .min)
        } else {
            let whole = seconds.rounded(.down)
            self.init(
                seconds: Int64(whole),
                nanoseconds: Int64(((seconds - whole) * 1_000_000_000).rounded())
            )
        }
    }

    /// The same moment for Foundation's calendars, exact to the microsecond in this century.
    public var date: Date {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Date(timeIntervalSince1970: Double(seconds) + Double(rest) / 1_000_000_000)
    }

    /// Whole seconds since the epoch, rounded towards the past.
    public var seconds: Int64 {
        nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds + 1) / 1_000_000_000 - 1
    }

    /// Whole milliseconds since the epoch, rounded towards the past.
    public var milliseconds: Int64 {
        nanoseconds >= 0 ? nanoseconds / 1_000_000 : (nanoseconds + 1) / 1_000_000 - 1
    }

    /// The nanoseconds from another moment to this one, held at the ends of `Int64`.
    public func nanoseconds(since other: Instant) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return overflow ? (nanoseconds < other.nanoseconds ? .min : .max) : difference
    }

    /// The moment so many nanoseconds later, or earlier where the number is negative.
    public func advanced(byNanoseconds step: Int64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(step)
        return Instant(nanoseconds: overflow ? (step < 0 ? .min : .max) : sum)
    }

    /// Tells whether one moment lies before another.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
