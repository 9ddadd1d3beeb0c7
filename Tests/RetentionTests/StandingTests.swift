// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

@testable import Retention

struct StandingTests {
    private let strict = RuleSet(keepWithin: RetentionDuration(1, .hours))

    @Test func `law 3: the newest that counts stays whatever the rules say`() throws {
        let decisions = try Setting(strict).decide([
            try snapshot("2020-01-01T00:00:00Z"), try snapshot("2021-01-01T00:00:00Z"),
        ])
        #expect(decisions.map(\.verdict) == [.condemn, .keep])
        #expect(decisions[1].reasons == [.newestClosed])
    }

    @Test func `an empty set of rules keeps everything`() throws {
        let decisions = try Setting(RuleSet(), newestClosedOfJob: "2021-01-01T00:00:00Z").decide([
            try snapshot("2020-01-01T00:00:00Z"), try snapshot("2021-01-01T00:00:00Z"),
            try snapshot("2019-01-01T00:00:00Z", standing: .broken),
        ])
        #expect(decisions.map(\.reasons[0]) == [.noRules, .newestClosed, .broken(.keptIfWhole)])
        #expect(decisions.map(\.verdict) == [.keep, .keep, .leave])
    }

    @Test func `law 10: what is dated in the future is kept and takes no place`() throws {
        let decisions = try Setting(RuleSet(keepLast: 1)).decide([
            try snapshot("2026-11-22T02:00:00.001Z"),
            try snapshot("2026-11-22T02:00:00Z"),
            try snapshot("2030-01-01T00:00:00Z", pinned: true, standing: .broken),
        ])
        let now = try moment("2026-11-22T02:00:00Z")
        #expect(decisions[0].reasons == [.futureDated(now: now)])
        #expect(decisions[1].reasons == [.newestClosed, .amongLast(position: 1, limit: 1)])
        #expect(decisions[2].reasons == [.pinned, .futureDated(now: now)])
        #expect(decisions.allSatisfy { $0.verdict == .keep })
    }

    @Test func `a pin keeps, and a pinned one takes its place like any other`() throws {
        let decisions = try Setting(RuleSet(keepLast: 1)).decide([
            try snapshot("2026-11-03T00:00:00Z", pinned: true),
            try snapshot("2026-11-02T00:00:00Z"),
            try snapshot("2026-11-01T00:00:00Z", pinned: true),
        ])
        #expect(decisions.map(\.verdict) == [.keep, .condemn, .keep])
        #expect(decisions[0].reasons.map(\.ruleID) == ["pinned", "newestClosed", "keepLast"])
        #expect(decisions[2].reasons == [.pinned])
    }

    @Test(arguments: [RetentionCandidate.Standing.broken, .doesNotCount])
    func `a pin keeps what does not count, too`(standing: RetentionCandidate.Standing) throws {
        let decisions = try Setting(strict).decide([
            try snapshot("2020-01-01T00:00:00Z", pinned: true, standing: standing),
            try snapshot("2019-01-01T00:00:00Z"),
        ])
        #expect(decisions[0].verdict == .keep)
        #expect(decisions[0].reasons == [.pinned])
        #expect(decisions[1].reasons == [.newestClosed])
    }

    @Test func `what rules must not judge is left and takes no place`() throws {
        let decisions = try Setting(RuleSet(keepLast: 1)).decide([
            try snapshot("2026-11-03T00:00:00Z", standing: .doesNotCount),
            try snapshot("2026-11-02T00:00:00Z"),
        ])
        #expect(decisions.map(\.verdict) == [.leave, .keep])
        #expect(decisions[0].reasons == [.notCounted])
    }
}
