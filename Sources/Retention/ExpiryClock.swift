// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import SnapshotModel

/// Tells when snapshots get older than a duration, quick for moments that come in order.
///
/// Gives exactly what `RetentionDuration.end(after:in:)` gives. For months and years that asks a
/// calendar, which is too slow to do a million times: within a day all moments are moved by the
/// same time, unless clocks change on that day or on the one where it ends.
struct ExpiryClock: Sendable {
    let duration: RetentionDuration
    private let calendar: Calendar
    private var zoneClock: ZoneClock
    private var day: Range<Int> = 0..<0
    private var constantStep: Int64?

    init(_ duration: RetentionDuration, _ calendar: Calendar) {
        self.duration = duration
        self.calendar = calendar
        zoneClock = ZoneClock(calendar.timeZone)
    }

    /// The last moment at which what was made at `start` is not older than the duration.
    mutating func end(after start: Instant) -> Instant {
        if let length = duration.fixedNanoseconds { return start.advanced(byNanoseconds: length) }
        let second = Int(start.seconds)
        if !day.contains(second) { enterDay(of: second) }
        guard let constantStep else { return duration.end(after: start, in: calendar) }
        return start.advanced(byNanoseconds: constantStep)
    }

    private mutating func enterDay(of second: Int) {
        let offset = zoneClock.offset(at: second)
        let first = CivilDay(ofLocalSecond: second + offset).number * 86_400 - offset
        let last = first + 86_399
        day = first..<last + 1
        constantStep = nil
        guard zoneClock.offset(at: first) == offset, zoneClock.offset(at: last) == offset else {
            // Clocks change: perhaps not all of these seconds are in one day.
            return
        }
        let start = Instant(seconds: Int64(first))
        let end = duration.end(after: start, in: calendar)
        let lastStart = Instant(seconds: Int64(last))
        let lastEnd = duration.end(after: lastStart, in: calendar)
        // At the ends of time, moments are held there and nothing can be said of their distance.
        guard start > Instant(nanoseconds: .min), lastEnd < Instant(nanoseconds: .max) else {
            return
        }
        let step = end.nanoseconds(since: start)
        if lastEnd.nanoseconds(since: lastStart) == step { constantStep = step }
    }
}
