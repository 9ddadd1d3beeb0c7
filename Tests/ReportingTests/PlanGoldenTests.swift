// SPDX-License-Identifier: Apache-2.0

import Discovery
import Foundation
import Planning
import SnapshotModel
import Testing

@testable import Reporting

/// Plans as people and machines read them, whole.
struct PlanGoldenTests {
    @Test(arguments: PlanSample.all)
    func `a plan reads as it should`(sample: PlanSample) throws {
        let next = NextCommand(policy: "/etc/janitor/it's ours.json5", state: "/srv/state")
        let text = PlanText(sample.plan, next: next).text
        try Golden.compare(text, with: "plan-\(sample).txt")
    }

    @Test(arguments: PlanSample.all)
    func `a plan is written as it should be`(sample: PlanSample) throws {
        let data = collected { PlanJSON(sample.plan).write($0) }
        try Golden.compare(String(decoding: data, as: UTF8.self), with: "plan-\(sample).json")
    }

    @Test(arguments: PlanSample.all)
    func `a list and a proof read as they should`(sample: PlanSample) throws {
        let snapshots = sample.plan.snapshots
        let proof = VerifyReport(snapshots, inventory: nil).text
        let text = SnapshotList(snapshots).text + "\n" + proof
        try Golden.compare(text, with: "list-\(sample).txt")
    }

    @Test(arguments: PlanSample.all)
    func `no line holds what a terminal obeys, and only names make one long`(
        sample: PlanSample
    ) {
        let text = PlanText(sample.plan).text
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
            #expect(
                line.count <= 100 || line.contains("/") || line.contains("xxxxx")
                    || line.contains("\\xE4\\xE4"),
                "\(line)"
            )
        }
        #expect(text.hasSuffix("\n"))
    }

    @Test func `what is held back and broken is told as two things`() throws {
        var plan = try #require(PlanSample.all.first { "\($0)" == "partial" }).plan
        for position in plan.snapshots.indices { plan.snapshots[position].isHeldByLimit = true }
        #expect(PlanText(plan).text.contains("  held back, broken, 1 file missing\n"))
    }

    @Test(arguments: PlanSample.all)
    func `every verdict adds up in the last line`(sample: PlanSample) throws {
        let last = try #require(PlanText(sample.plan).text.split(separator: "\n").last)
        let counts = last.matches(of: #/(\d+) (?:go|held back|stay|left alone) /#)
            .compactMap { Int($0.1) }
        #expect(counts.reduce(0, +) == sample.plan.snapshots.count)
        #expect(last.contains("partial") == sample.plan.isPartial)
    }
}
