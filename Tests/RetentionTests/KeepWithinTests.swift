// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

@testable import Retention

struct KeepWithinTests {
    private func isKept(
        _ time: String,
        by duration: RetentionDuration,
        at now: String,
        in zone: String = "UTC"
    ) throws -> Bool {
        let setting = try Setting(RuleSet(keepWithin: duration), now: now, zone: zone)
        // One at the same moment as now takes the place that law 3 keeps.
        return setting.verdicts([try snapshot(time), try snapshot(now)])[0] == .keep
    }

    @Test func `30 days are 30 times 24 hours, to the second`() throws {
        let thirty = RetentionDuration(30, .days)
        let time = "2026-03-10T12:00:00Z"
        #expect(try isKept(time, by: thirty, at: "2026-04-09T12:00:00Z", in: "Europe/Berlin"))
        #expect(try !isKept(time, by: thirty, at: "2026-04-09T12:00:00.001Z", in: "Europe/Berlin"))
    }

    @Test func `a year ends on the same date, on 28 February where there is no 29th`() throws {
        let year = RetentionDuration(1, .years)
        #expect(try isKept("2024-02-29T10:00:00Z", by: year, at: "2025-02-28T10:00:00Z"))
        #expect(try !isKept("2024-02-29T10:00:00Z", by: year, at: "2025-02-28T10:00:01Z"))
        #expect(try isKept("2023-02-28T10:00:00Z", by: year, at: "2024-02-28T10:00:00Z"))
        #expect(try !isKept("2023-02-28T10:00:00Z", by: year, at: "2024-02-28T10:00:01Z"))
    }

    @Test func `a month after 31 January is the end of February`() throws {
        let month = RetentionDuration(1, .months)
        #expect(try isKept("2026-01-31T10:00:00Z", by: month, at: "2026-02-28T10:00:00Z"))
        #expect(try !isKept("2026-01-31T10:00:00Z", by: month, at: "2026-02-28T10:00:01Z"))
        #expect(try isKept("2024-01-31T10:00:00Z", by: month, at: "2024-02-29T10:00:00Z"))
    }

    @Test func `months are counted on the clock of the zone`() throws {
        let month = RetentionDuration(1, .months)
        // 12:00 in Berlin is 11:00 UTC in winter and 10:00 UTC in summer.
        let time = "2026-03-15T11:00:00Z"
        #expect(try isKept(time, by: month, at: "2026-04-15T10:00:00Z", in: "Europe/Berlin"))
        #expect(try !isKept(time, by: month, at: "2026-04-15T10:00:01Z", in: "Europe/Berlin"))
        #expect(try isKept(time, by: month, at: "2026-04-15T11:00:00Z", in: "UTC"))
    }

    @Test func `an older date with an earlier hour can be kept longer`() throws {
        // 30 January 23:00 and 31 January 01:00 both end on 28 February.
        let month = RetentionDuration(1, .months)
        let now = "2026-02-28T12:00:00Z"
        #expect(try isKept("2026-01-30T23:00:00Z", by: month, at: now))
        #expect(try !isKept("2026-01-31T01:00:00Z", by: month, at: now))
    }

    @Test func `reasons name both sides of the moment`() throws {
        let setting = try Setting(RuleSet(keepWithin: RetentionDuration(2, .weeks)))
        let decisions = setting.decide([
            try snapshot("2026-11-20T00:00:00Z"), try snapshot("2026-11-01T00:00:00Z"),
        ])
        #expect(
            decisions[0].reasons.last
                == .within(.init(2, .weeks), until: try moment("2026-12-04T00:00:00Z"))
        )
        #expect(
            decisions[1].reasons
                == [.olderThan(.init(2, .weeks), since: try moment("2026-11-15T00:00:00Z"))]
        )
    }

    @Test(arguments: RetentionDuration.Unit.allCases)
    func `a huge duration keeps for ever`(unit: RetentionDuration.Unit) throws {
        let setting = try Setting(RuleSet(keepWithin: RetentionDuration(.max, unit)))
        let decision = setting.decide([try snapshot("1970-01-01T00:00:00Z")])[0]
        #expect(decision.reasons.last?.text.hasSuffix("kept for ever") == true)
    }
}
