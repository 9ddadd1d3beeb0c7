// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

struct InstantTests {
    private static let ends: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]

    @Test(arguments: ends)
    func `seconds and milliseconds are rounded towards the past`(nanoseconds: Int64) {
        let instant = Instant(nanoseconds: nanoseconds)
        let seconds = (Double(nanoseconds) / 1_000_000_000).rounded(.down)
        #expect(abs(Double(instant.seconds) - seconds) <= 1)
        #expect(instant.milliseconds - instant.seconds * 1000 >= 0)
        #expect(instant.milliseconds - instant.seconds * 1000 < 1000)
        let rest = nanoseconds.subtractingReportingOverflow(instant.seconds &* 1_000_000_000)
        #expect((0..<1_000_000_000).contains(rest.partialValue))
    }

    @Test(arguments: ends)
    func `seconds and the rest make the same instant again`(nanoseconds: Int64) {
        let instant = Instant(nanoseconds: nanoseconds)
        let rest = nanoseconds &- instant.seconds &* 1_000_000_000
        #expect(Instant(seconds: instant.seconds, nanoseconds: rest) == instant)
    }

    @Test func `what lies outside is held at the nearer end`() {
        let first = Instant(nanoseconds: .min)
        let last = Instant(nanoseconds: .max)
        #expect(Instant(seconds: .min) == first)
        #expect(Instant(seconds: .min, nanoseconds: 999_999_999) == first)
        #expect(Instant(seconds: .max, nanoseconds: 999_999_999) == last)
        #expect(Instant(seconds: 9_223_372_036, nanoseconds: 854_775_807) == last)
        #expect(Instant(seconds: 9_223_372_036, nanoseconds: 854_775_808) == last)
        #expect(Instant(milliseconds: .min) == first)
        #expect(Instant(milliseconds: .max) == last)
        #expect(Instant(Date(timeIntervalSince1970: .infinity)) == last)
        #expect(Instant(Date(timeIntervalSince1970: -.infinity)) == first)
        #expect(Instant(.distantPast) == first)
        #expect(Instant(.distantFuture) == last)
    }

    @Test func `steps and distances are held at the ends, too`() {
        let first = Instant(nanoseconds: .min)
        let last = Instant(nanoseconds: .max)
        #expect(last.advanced(byNanoseconds: 1) == last)
        #expect(first.advanced(byNanoseconds: -1) == first)
        #expect(last.advanced(byNanoseconds: .min) == Instant(nanoseconds: -1))
        #expect(last.nanoseconds(since: first) == .max)
        #expect(first.nanoseconds(since: last) == .min)
        #expect(last.nanoseconds(since: last) == 0)
        #expect(first < last && !(last < last))
    }

    @Test func `a date that is no number traps nowhere`() {
        #expect(Instant(Date(timeIntervalSince1970: .nan)) == Instant(nanoseconds: .max))
    }

    @Test(arguments: 0..<200)
    func `whole seconds go through dates unharmed`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let seconds = Int64.random(in: -9_223_372_035...9_223_372_035, using: &generator)
        #expect(Instant(Instant(seconds: seconds).date) == Instant(seconds: seconds))
    }
}
