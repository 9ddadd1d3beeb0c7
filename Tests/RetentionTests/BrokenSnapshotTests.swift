// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

@testable import Retention

struct BrokenSnapshotTests {
    private func decide(
        _ rules: RuleSet,
        broken: String,
        newestClosedOfJob: String?
    ) throws -> RetentionDecision {
        let setting = try Setting(rules, newestClosedOfJob: newestClosedOfJob)
        return setting.decide([
            try snapshot(broken, labels: ["pre-deploy"], standing: .broken),
            try snapshot("2026-11-10T00:00:00Z"),
            try snapshot("2026-10-10T00:00:00Z"),
            try snapshot("2026-09-10T00:00:00Z"),
        ])[0]
    }

    @Test func `goes when it is older than the newest closed and no rule would keep it`() throws {
        let decision = try decide(
            RuleSet(keepLast: 2),
            broken: "2026-10-01T00:00:00Z",
            newestClosedOfJob: "2026-11-10T00:00:00Z"
        )
        #expect(decision.verdict == .condemn)
        #expect(
            decision.reasons == [
                .broken(.olderThanClosed(try moment("2026-11-10T00:00:00Z"))),
                .notAmongLast(position: 3, limit: 2),
            ]
        )
    }

    @Test(arguments: [
        "2026-10-01T00:00:00Z", "2026-09-30T23:59:59Z", "2025-01-01T00:00:00Z",
    ])
    func `stays where it is not older than the newest closed`(closed: String) throws {
        let decision = try decide(
            RuleSet(keepLast: 2),
            broken: "2026-10-01T00:00:00Z",
            newestClosedOfJob: closed
        )
        #expect(decision.verdict == .leave)
        #expect(decision.reasons == [.broken(.notOlderThanClosed(try moment(closed)))])
    }

    @Test(arguments: [nil, "2026-11-22T02:00:00.001Z"])
    func `stays where nothing closed is known that is not of the future`(closed: String?) throws {
        let decision = try decide(
            RuleSet(keepLast: 2),
            broken: "2026-10-01T00:00:00Z",
            newestClosedOfJob: closed
        )
        #expect(decision.verdict == .leave)
        #expect(decision.reasons == [.broken(.nothingClosed)])
    }

    @Test func `stays where it would be kept if it were whole`() throws {
        let closed = "2026-11-10T00:00:00Z"
        let time = "2026-10-01T00:00:00Z"
        let last = try decide(RuleSet(keepLast: 3), broken: time, newestClosedOfJob: closed)
        #expect(last.reasons == [.broken(.keptIfWhole), .amongLast(position: 3, limit: 3)])
        let label = RuleSet(keepLabelled: ["pre-deploy": RetentionDuration(60, .days)])
        let labelled = try decide(label, broken: time, newestClosedOfJob: closed)
        #expect(labelled.reasons.map(\.ruleID) == ["broken", "keepLabelled"])
        let monthly = RuleSet(keepPerPeriod: [.month: .periods(3)])
        let october = try decide(monthly, broken: time, newestClosedOfJob: closed)
        #expect(october.verdict == .condemn)
        let august = try decide(
            monthly,
            broken: "2026-08-01T00:00:00Z",
            newestClosedOfJob: closed
        )
        #expect(august.verdict == .condemn)
        let later = try decide(monthly, broken: "2026-10-20T00:00:00Z", newestClosedOfJob: closed)
        #expect(later.verdict == .leave)
    }

    @Test func `both obstacles are named`() throws {
        let decision = try decide(
            RuleSet(keepLast: 3),
            broken: "2026-10-01T00:00:00Z",
            newestClosedOfJob: nil
        )
        #expect(
            decision.reasons == [
                .broken(.nothingClosed), .broken(.keptIfWhole), .amongLast(position: 3, limit: 3),
            ]
        )
    }

    @Test func `broken ones take no place from others, nor from each other`() throws {
        let setting = try Setting(RuleSet(keepLast: 1), newestClosedOfJob: "2026-11-01T00:00:00Z")
        let decisions = setting.decide([
            try snapshot("2026-10-30T00:00:00Z", standing: .broken),
            try snapshot("2026-10-29T00:00:00Z", standing: .broken),
            try snapshot("2026-10-28T00:00:00Z"),
            try snapshot("2026-10-27T00:00:00Z", standing: .broken),
        ])
        #expect(decisions.map(\.verdict) == [.leave, .leave, .keep, .condemn])
        #expect(decisions[1].reasons[1] == .newestClosed)
        #expect(decisions[2].reasons == [.newestClosed, .amongLast(position: 1, limit: 1)])
    }
}
