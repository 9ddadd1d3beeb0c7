// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

@testable import Retention

struct KeepLabelledTests {
    @Test func `keeps what has the label while it is not older than that`() throws {
        let setting = try Setting(
            RuleSet(keepLabelled: ["pre-deploy": RetentionDuration(30, .days)])
        )
        let lines = setting.lines([
            try snapshot("2026-11-21T00:00:00Z"),
            try snapshot("2026-11-20T00:00:00Z"),
            try snapshot("2026-11-19T00:00:00Z", labels: ["other", "pre-deploy"]),
            try snapshot("2026-10-01T00:00:00Z", labels: ["pre-deploy"]),
            try snapshot("2026-11-18T00:00:00Z", labels: ["Pre-Deploy", "pre-deploy-2"]),
        ])
        let label = "labelled pre-deploy"
        #expect(
            Array(lines.dropFirst()) == [
                "condemn: keepLabelled: has no label pre-deploy",
                "keep: keepLabelled: \(label) and not older than 30d, "
                    + "kept until 2026-12-19T00:00:00Z",
                "condemn: keepLabelled: \(label), but older than 30d since 2026-10-31T00:00:00Z",
                "condemn: keepLabelled: has no label pre-deploy",
            ]
        )
    }

    @Test func `each label has its own duration, and one of them is enough`() throws {
        let rules = RuleSet(keepLabelled: [
            "b": RetentionDuration(1, .days), "a": RetentionDuration(1, .years),
        ])
        let decisions = try Setting(rules).decide([
            try snapshot("2026-11-21T12:00:00Z"),
            try snapshot("2026-11-01T00:00:00Z", labels: ["a", "b"]),
            try snapshot("2026-11-01T00:00:00Z", id: 0, labels: ["b"]),
        ])
        #expect(
            decisions[1].reasons
                == [
                    .labelled(
                        "a",
                        within: .init(1, .years),
                        until: try moment("2027-11-01T00:00:00Z")
                    )
                ]
        )
        #expect(
            decisions[2].reasons == [
                .withoutLabel("a"),
                .labelledButOlder(
                    "b",
                    than: .init(1, .days),
                    since: try moment("2026-11-02T00:00:00Z")
                ),
            ]
        )
    }
}
