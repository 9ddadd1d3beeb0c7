// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import SnapshotModel
import Testing

/// Every file in `policies/` is sound, says whom it suits, and means what it says.
struct ShippedPolicyTests {
    private func policy(_ name: String) throws -> JanitorPolicy {
        try PolicyDecoder.decode(try ShippedPolicies.bytes(name), source: name)
    }

    @Test func `holds the policies that are tested here, and no other`() throws {
        #expect(
            try ShippedPolicies.names() == ["compliance.json5", "development.json5", "guide.json5"]
        )
    }

    @Test func `opens every policy with whom it suits and what it keeps`() throws {
        for name in try ShippedPolicies.names() {
            let text = String(decoding: try ShippedPolicies.bytes(name), as: UTF8.self)
            #expect(text.hasPrefix("// For "), "\(name)")
            #expect(text.prefix { $0 != "{" }.contains("Of every job it keeps"), "\(name)")
        }
    }

    @Test func `keeps in the guide what the guide for these jobs asks for`() throws {
        let policy = try policy("guide.json5")
        #expect(policy.jobs.map(\.name) == ["sales_pipeline", "{job}"])
        #expect(policy.jobs[1].settings == .builtIn)
        var sales = JobSettings.builtIn
        sales.savepoints.keepLast = 5
        #expect(policy.jobs[0].settings == sales)
        #expect(policy.timeZone == .gmt)
        #expect(policy.jobs[0].changelog?.description == "hdfs:///flink/dstl")
        #expect(policy.jobs[0].flink == FlinkSettings(.rest("http://jobmanager:8081")))
        #expect(policy.jobs[1].savepoints?.description == "hdfs:///flink/savepoints/{job}")
        #expect(policy.jobs[1].checkpoints?.description == "hdfs:///flink/checkpoints/{job}")
    }

    @Test func `keeps little in development`() throws {
        let policy = try policy("development.json5")
        let settings = try #require(policy.jobs.first).settings
        #expect(settings.savepoints.description == "the last 1; all for 2d")
        #expect(settings.checkpoints.description == "the last 2")
        #expect(settings.limits == nil)
        #expect(settings.trash == RetentionDuration(1, .days))
        #expect(settings.quietFor == RetentionDuration(1, .days))
        #expect(
            policy.jobs.first?.savepoints?.description == "file:///var/lib/flink/savepoints/{job}"
        )
    }

    @Test func `keeps days, weeks, months and years for compliance`() throws {
        let policy = try policy("compliance.json5")
        let settings = try #require(policy.jobs.first).settings
        #expect(
            settings.savepoints.description
                == "the last 7; audit for 10y; pre-deploy for 90d; one a day for 30d; "
                + "one a week for 12w; one a month for 2y; one a year for 10y"
        )
        #expect(settings.checkpoints.description == "the last 10")
        #expect(settings.limits == RemovalLimits(share: 0.1, count: 3))
        #expect(settings.orphans.age == RetentionDuration(7, .days))
        #expect(settings.orphans.apart == RetentionDuration(20, .hours))
        #expect(policy.timeZone == TimeZone(identifier: "Europe/Berlin"))
    }

    @Test func `says what a set of rules keeps`() {
        #expect(RuleSet().description == "nothing but the newest")
        let rules = RuleSet(keepLast: 2, keepPerPeriod: [.week: .periods(4), .day: .periods(7)])
        #expect(rules.description == "the last 2; one a day, 7 of them; one a week, 4 of them")
    }
}
