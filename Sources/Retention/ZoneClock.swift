// SPDX-License-Identifier: Apache-2.0

import Foundation
import SnapshotModel

/// The clock on the wall of a time zone, quick for moments that come in order.
///
/// Asks the zone about the two ends of a day in UTC, and about every single moment only in the
/// few days in which they differ. The clocks of no zone change twice within a day.
///
/// Source: the IANA time zone data base as Foundation 6.3 reads it; the shortest time between two
/// changes since 1890 is 6.9 days (America/Cambridge_Bay, 2000).
struct ZoneClock: Sendable {
    private let zone: TimeZone
    private var stretch: Range<Int> = 0..<0
    private var constantOffset: Int?

    init(_ zone: TimeZone) {
        self.zone = zone
    }

    /// Seconds by which the zone's clock is ahead of UTC.
    mutating func offset(at second: Int) -> Int {
        if !stretch.contains(second) {
            let start = CivilDay(ofLocalSecond: second).number * 86_400
            stretch = start..<start + 86_400
            let offset = lookUp(start)
            constantOffset = lookUp(start + 86_400) == offset ? offset : nil
        }
        return constantOffset ?? lookUp(second)
    }

    /// The day that the zone's calendar shows.
    mutating func day(at time: Instant) -> CivilDay {
        let second = Int(time.seconds)
        return CivilDay(ofLocalSecond: second + offset(at: second))
    }

    private func lookUp(_ second: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
    }
}
