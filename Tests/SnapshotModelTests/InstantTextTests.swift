// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Testing

struct InstantTextTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (1_795_312_800_123, "2026-11-22T02:00:00.123Z"),
            (1_795_312_800_001, "2026-11-22T02:00:00.001Z"),
            (1_795_312_800_000, "2026-11-22T02:00:00Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func `is written to the millisecond and read again`(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).description == text)
        #expect(Instant(text) == Instant(milliseconds: milliseconds))
    }

    @Test func `is written at the ends of time and read again to the millisecond`() {
        #expect(Instant(nanoseconds: .max).description == "2262-04-11T23:47:16.854Z")
        #expect(Instant(nanoseconds: .min).description == "1677-09-21T00:12:43.145Z")
        #expect(Instant("1677-09-21T00:12:43.145Z") == Instant(nanoseconds: .min))
        #expect(
            Instant("2262-04-11T23:47:16.854Z")
                == Instant(seconds: 9_223_372_036, nanoseconds: 854_000_000)
        )
    }

    @Test(arguments: 0..<500)
    func `any millisecond is read as it was written`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let span: ClosedRange<Int64> = -9_223_372_036_854...9_223_372_036_854
        let instant = Instant(milliseconds: .random(in: span, using: &generator))
        #expect(Instant(instant.description) == instant, "seed \(seed)")
    }

    @Test func `offsets and fractions are read`() {
        let time = Instant(seconds: 1_795_312_800)
        #expect(Instant("2026-11-22T03:00:00+01:00") == time)
        #expect(Instant("2026-11-21T20:15:00-05:45") == time)
        #expect(Instant("2026-11-22T02:00:00-00:00") == time)
        #expect(Instant("2026-11-22T02:00:00.5Z") == time.advanced(byNanoseconds: 500_000_000))
        #expect(Instant("2026-11-22T02:00:00.000000001Z") == time.advanced(byNanoseconds: 1))
    }

    @Test func `years that an instant does not reach are held at the ends`() {
        #expect(Instant("9999-12-31T23:59:59Z") == Instant(nanoseconds: .max))
        #expect(Instant("0001-01-01T00:00:00Z") == Instant(nanoseconds: .min))
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-11-22T02:00:00", "2026-11-22 02:00:00Z", "20261122T020000Z",
        "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T02:60:00Z", "2026-11-22T02:00:60Z", "2026-11-22T02:00:00Zjunk",
        " 2026-11-22T02:00:00Z", "2026-11-22T02:00:00Z\n", "2026-11-22T02:00:00.Z",
        "2026-11-22T02:00:00.0000000001Z", "2026-11-22T02:00:00+0100", "2026-11-22T02:00:00+24:00",
        "2026-11-22T02:00:00+01:60", "2026-11-22t02:00:00z", "+026-11-22T02:00:00Z",
        "-2026-11-22T02:00:00Z", "2026-1-22T02:00:00Z", "２026-11-22T02:00:00Z",
        "2026-11-22T02:00:00.1+Z", "2026-11-22T02:00Z",
    ])
    func `anything else is no time`(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test(arguments: 0..<300)
    func `a changed character never traps`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var bytes = Array("2026-11-22T02:00:00.123+01:00".utf8)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let index = bytes.indices.randomElement(using: &generator) ?? 0
            if Bool.random(using: &generator) {
                bytes[index] = UInt8.random(in: 0...127, using: &generator)
            } else {
                bytes.remove(at: index)
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let instant = Instant(text) { #expect(!instant.description.isEmpty) }
    }
}
