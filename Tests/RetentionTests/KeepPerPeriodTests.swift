// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

@testable import Retention

struct KeepPerPeriodTests {
    @Test func `keeps the newest of each month while that one is not older`() throws {
        let year = RetentionDuration(1, .years)
        let setting = try Setting(RuleSet(keepPerPeriod: [.month: .within(year)]))
        let lines = setting.lines([
            try snapshot("2026-11-20T00:00:00Z"),
            try snapshot("2026-05-31T22:00:00Z"),
            try snapshot("2026-05-31T21:59:59Z"),
            try snapshot("2025-11-22T01:59:59Z"),
            try snapshot("2025-11-01T00:00:00Z"),
        ])
        #expect(
            Array(lines.dropFirst()) == [
                "keep: keepMonthly: newest of 2026-05 and not older than 1y, "
                    + "kept until 2027-05-31T22:00:00Z",
                "condemn: keepMonthly: not the newest of 2026-05, "
                    + "that is savepoint-2026-05-31T22:00:00Z",
                "condemn: keepMonthly: newest of 2025-11, but older than 1y "
                    + "since 2026-11-22T01:59:59Z",
                "condemn: keepMonthly: not the newest of 2025-11, "
                    + "that is savepoint-2025-11-22T01:59:59Z",
            ]
        )
    }

    @Test func `a count takes the newest periods that have a snapshot at all`() throws {
        let setting = try Setting(RuleSet(keepPerPeriod: [.day: .periods(2)]))
        let lines = setting.lines([
            try snapshot("2026-11-20T10:00:00Z"),
            try snapshot("2026-11-20T09:00:00Z"),
            try snapshot("2026-03-01T10:00:00Z"),
            try snapshot("2025-03-01T10:00:00Z"),
        ])
        #expect(
            Array(lines.dropFirst()) == [
                "condemn: keepDaily: not the newest of 2026-11-20, "
                    + "that is savepoint-2026-11-20T10:00:00Z",
                "keep: keepDaily: newest of 2026-03-01, "
                    + "the 2nd newest of the 2 days that are kept",
                "condemn: keepDaily: newest of 2025-03-01, "
                    + "but that is the 3rd newest day, 2 are kept",
            ]
        )
    }

    @Test func `an ISO week is not split at New Year`() throws {
        let setting = try Setting(RuleSet(keepPerPeriod: [.week: .periods(10)]))
        let decisions = setting.decide([
            try snapshot("2027-01-04T00:00:00Z"),
            try snapshot("2027-01-03T23:00:00Z"),
            try snapshot("2026-12-28T00:00:00Z"),
            try snapshot("2026-12-27T23:00:00Z"),
        ])
        let future = try Setting(
            RuleSet(keepPerPeriod: [.week: .periods(10)]),
            now: "2027-02-01T00:00:00Z"
        )
        #expect(decisions.allSatisfy { $0.verdict == .keep })
        let reasons = future.decide([
            try snapshot("2027-01-04T00:00:00Z"),
            try snapshot("2027-01-03T23:00:00Z", key: "sunday"),
            try snapshot("2026-12-28T00:00:00Z"),
            try snapshot("2026-12-27T23:00:00Z"),
        ]).map { $0.reasons.last }
        #expect(
            reasons == [
                .newest(of: .week(yearForWeek: 2027, week: 1), position: 1, limit: 10),
                .newest(of: .week(yearForWeek: 2026, week: 53), position: 2, limit: 10),
                .notNewest(of: .week(yearForWeek: 2026, week: 53), newest: "sunday"),
                .newest(of: .week(yearForWeek: 2026, week: 52), position: 3, limit: 10),
            ]
        )
    }

    @Test func `every period rule of a set judges for itself`() throws {
        let rules = RuleSet(keepPerPeriod: [
            .day: .periods(1), .week: .periods(1), .month: .periods(1), .year: .periods(2),
        ])
        let decisions = try Setting(rules).decide([
            try snapshot("2026-11-20T10:00:00Z", key: "new"),
            try snapshot("2025-11-20T10:00:00Z"),
        ])
        #expect(
            decisions[0].reasons.map(\.ruleID)
                == ["newestClosed", "keepDaily", "keepWeekly", "keepMonthly", "keepYearly"]
        )
        #expect(decisions[1].reasons == [.newest(of: .year(2025), position: 2, limit: 2)])
    }
}
