// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

@testable import Retention

/// Two moments, and whether the zone's calendar puts them on one day.
struct DayCase: Sendable, CustomTestStringConvertible {
    let zone: String
    let older: String
    let newer: String
    let isOneDay: Bool
    var testDescription: String { "\(zone) \(older) \(newer)" }
}

struct ZonePeriodTests {
    static let days: [DayCase] = [
        // Midnight of the zone, not of UTC.
        DayCase("Europe/Berlin", "2026-05-31T21:59:59Z", "2026-05-31T22:00:00Z", false),
        DayCase("Asia/Kathmandu", "2026-05-31T18:14:59Z", "2026-05-31T18:15:00Z", false),
        // Days of 23 and 25 hours.
        DayCase("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", true),
        DayCase("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", false),
        DayCase("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", true),
        DayCase("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", false),
        // 00:00 of 4 November 2018 did not exist, and 23:00 of 17 February 2018 came twice.
        DayCase("America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-04T03:00:00Z", false),
        DayCase("America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T01:59:59Z", true),
        DayCase("America/Sao_Paulo", "2018-02-17T02:00:00Z", "2018-02-18T02:59:59Z", true),
        DayCase("America/Sao_Paulo", "2018-02-18T02:59:59Z", "2018-02-18T03:00:00Z", false),
        // 30 December 2011 did not exist.
        DayCase("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z", false),
        DayCase("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T09:59:59Z", true),
        // One minute after midnight clocks went back to 23:01 of the day before.
        DayCase("America/St_Johns", "2010-11-07T02:29:00Z", "2010-11-07T03:00:00Z", true),
        DayCase("America/St_Johns", "2010-11-07T02:30:30Z", "2010-11-07T03:00:00Z", false),
        DayCase("America/St_Johns", "2010-11-07T02:30:30Z", "2010-11-07T04:00:00Z", true),
    ]

    @Test(arguments: days)
    func `a day is what the clock of the zone shows`(days: DayCase) throws {
        let setting = try Setting(RuleSet(keepPerPeriod: [.day: .periods(10)]), zone: days.zone)
        let verdicts = setting.verdicts([try snapshot(days.older), try snapshot(days.newer)])
        #expect(verdicts == [days.isOneDay ? .condemn : .keep, .keep])
    }

    @Test func `a day that comes up again behind another one is not met twice`() throws {
        let setting = try Setting(
            RuleSet(keepPerPeriod: [.day: .periods(10)]),
            zone: "America/St_Johns"
        )
        let reasons = setting.decide([
            try snapshot("2010-11-07T02:30:30Z"),  // 00:00:30 of the 7th
            try snapshot("2010-11-07T03:00:00Z"),  // 23:30 of the 6th
            try snapshot("2010-11-07T04:00:00Z", key: "last"),  // 00:30 of the 7th
        ]).map { $0.reasons.last }
        #expect(
            reasons == [
                .notNewest(of: .day(year: 2010, month: 11, day: 7), newest: "last"),
                .newest(of: .day(year: 2010, month: 11, day: 6), position: 2, limit: 10),
                .newest(of: .day(year: 2010, month: 11, day: 7), position: 1, limit: 10),
            ]
        )
    }

    @Test func `weeks in which clocks change are weeks like others`() throws {
        // swift-foundation 6.3 gives no interval for this one, and a wrong one for Apia's.
        for (name, time) in [
            ("Africa/Algiers", "1916-06-15T22:59:59Z"), ("Pacific/Apia", "2011-12-31T09:00:00Z"),
        ] {
            let setting = try Setting(RuleSet(keepPerPeriod: [.week: .periods(2)]), zone: name)
            #expect(setting.verdicts([try snapshot(time)]) == [.keep])
        }
    }
}

extension DayCase {
    fileprivate init(_ zone: String, _ older: String, _ newer: String, _ isOneDay: Bool) {
        self.init(zone: zone, older: older, newer: newer, isOneDay: isOneDay)
    }
}
