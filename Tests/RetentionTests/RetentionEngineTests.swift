// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import SnapshotModel
import Testing

@testable import Retention

struct RetentionEngineTests {
    @Test func `the policy that is built in does what its table says`() throws {
        let setting = try Setting(JobSettings.builtIn.savepoints, zone: "Europe/Berlin")
        let lines = setting.lines([
            try snapshot("2026-11-21T02:00:00Z"),
            try snapshot("2026-11-20T02:00:00Z"),
            try snapshot("2026-11-19T02:00:00Z"),
            try snapshot("2026-11-18T02:00:00Z"),
            try snapshot("2026-11-02T02:00:00Z", labels: ["pre-deploy"]),
            try snapshot("2026-10-31T22:59:59Z"),
            try snapshot("2025-10-30T02:00:00Z"),
        ]).map { String($0.prefix { $0 != ":" }) }
        #expect(
            lines == ["keep", "keep", "keep", "condemn", "keep", "keep", "condemn"]
        )
    }

    @Test func `a condemned one has a word from every rule, in the order of the rules`() throws {
        let rules = RuleSet(
            keepLast: 1,
            keepWithin: RetentionDuration(1, .days),
            keepLabelled: ["b": RetentionDuration(1, .days), "a": RetentionDuration(1, .days)],
            keepPerPeriod: [
                .year: .periods(1), .day: .within(RetentionDuration(1, .days)),
                .week: .periods(1), .month: .periods(1),
            ]
        )
        let decision = try Setting(rules).decide([
            try snapshot("2024-11-21T02:00:00Z"), try snapshot("2026-11-21T02:00:00Z"),
        ])[0]
        #expect(decision.verdict == .condemn)
        #expect(
            decision.reasons.map(\.ruleID) == [
                "keepLast", "keepWithin", "keepLabelled", "keepLabelled", "keepDaily",
                "keepWeekly", "keepMonthly", "keepYearly",
            ]
        )
        #expect(decision.reasons[2] == .withoutLabel("a"))
    }

    @Test func `weeks are those of ISO 8601 whatever calendar is given`() throws {
        var american = Calendar(identifier: .gregorian)
        american.timeZone = try zone("UTC")
        american.firstWeekday = 1
        american.minimumDaysInFirstWeek = 1
        let engine = RetentionEngine(
            rules: RuleSet(keepPerPeriod: [.week: .periods(9)]),
            calendar: american,
            now: try moment("2026-11-22T02:00:00Z")
        )
        let decision = engine.decide(
            [try snapshot("2026-11-22T01:00:00Z")],
            newestClosedOfJob: nil
        )[0]
        let week = CalendarBucket.week(yearForWeek: 2026, week: 47)
        #expect(decision.reasons.last == .newest(of: week, position: 1, limit: 9))
    }

    @Test(arguments: [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max])
    func `times at the ends of the scale trap nowhere`(nanoseconds: Int64) throws {
        let time = Instant(nanoseconds: nanoseconds)
        let rules = RuleSet(
            keepLast: 1,
            keepWithin: RetentionDuration(1, .months),
            keepPerPeriod: [
                .day: .within(RetentionDuration(1, .years)), .week: .periods(1),
                .month: .within(RetentionDuration(600, .years)), .year: .periods(1),
            ]
        )
        for now in [Instant(nanoseconds: .min), time, Instant(nanoseconds: .max)] {
            for name in ["UTC", "Asia/Kathmandu", "America/St_Johns"] {
                let engine = RetentionEngine(rules: rules, calendar: try calendar(name), now: now)
                let decisions = engine.decide(
                    [RetentionCandidate(key: "x", time: time, checkpointID: .min)],
                    newestClosedOfJob: time
                )
                #expect(decisions.map(\.verdict) == [.keep])
            }
        }
    }
}
