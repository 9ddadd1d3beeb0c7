// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Testing

@testable import Execution
@testable import Planning

struct JobShardTests {
    private let names = (0..<2000).map { "job-\($0)" }

    private func shard(of name: String, _ count: Int) -> [Int] {
        (0..<count).filter { JobShard($0, of: count)?.holds(name) ?? false }
    }

    @Test(arguments: [1, 2, 3, 7, 16])
    func `every job is of exactly one part, and parts are of about one size`(count: Int) {
        var sizes = [Int](repeating: 0, count: count)
        for name in names {
            let own = shard(of: name, count)
            #expect(own.count == 1)
            for index in own { sizes[index] += 1 }
        }
        for size in sizes {
            #expect((names.count / count * 2 / 3...names.count / count * 3 / 2).contains(size))
        }
    }

    @Test func `one part more takes jobs from the others and moves none between them`() {
        var moved = 0
        for name in names {
            let (before, after) = (shard(of: name, 4), shard(of: name, 5))
            if before != after {
                moved += 1
                #expect(after == [4])
            }
        }
        #expect((200...600).contains(moved))
    }

    @Test func `the parts of some names are the same for ever`() {
        // Other numbers would have every cluster's jobs change their parts with an update.
        let names = ["orders", "audit", "sales_pipeline", ""]
        #expect(names.map { shard(of: $0, 4) } == [[2], [2], [1], [3]])
    }

    @Test(arguments: ["", "1", "4/4", "-1/4", "1/0", "0/1001", "a/b", "1/2/3", "1.5/2", " 1/2"])
    func `what names no part is refused`(text: String) {
        #expect(JobShard(parsing: text) == nil)
    }

    @Test func `a part is held up by what vanished no more, and by all else as before`() throws {
        var plan = Plan(
            at: Instant(nanoseconds: 0),
            policy: "policy.json5",
            policyFingerprint: "00",
            snapshots: [],
            roots: [],
            jobs: [],
            findings: [Finding(.partial, subject: "a", message: "it was gone")],
            loose: [:],
            trashCount: 0,
            trashBytes: 0
        )
        let part = try #require(JobShard(0, of: 2))
        #expect(part.view(of: plan).isPartial)
        plan.findings[0].isOfVanished = true
        #expect(plan.isPartial)
        #expect(!part.view(of: plan).isPartial)
        #expect(part.view(of: plan).findings.count == 1)
        plan.findings.append(Finding(.partial, subject: "b", message: "it is not there"))
        #expect(part.view(of: plan).isPartial)
    }
}
