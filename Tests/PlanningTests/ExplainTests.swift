// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Policy
import SnapshotModel
import Testing

@testable import Discovery
@testable import Planning

/// Explanations against plans: the day that is told is the one for which a plan first condemns.
struct ExplainTests {
    private static let rules = """
        savepoints: { keepLast: 1, keepLabelled: { keep: "80d" }, keepMonthly: "100d" },
        checkpoints: { keepLast: 1, keepWithin: "45d", keepDaily: 2 }, quietFor: "10d",
        orphans: { age: "60d", sightings: 1, apart: "0m" }, limits: null
        """

    /// Trees that are looked at; all where every day of them is.
    private static let seeds: [UInt64] =
        PlansByDay.isWhole
        ? Array(0..<6) : TestSample.of(Array(0..<6), count: 3, name: "explained trees")

    @Test(arguments: seeds)
    func `the day is the first for which a plan condemns the thing`(seed: UInt64) throws {
        var tree = try RandomTree(seed: seed)
        try tree.addLitter()
        try tree.addLaterAndLabelled()
        let policy = try tree.shop.policy(
            "{ name: '{job}', savepoints: '@/sp/{job}', checkpoints: '@/cp/{job}' }",
            keep: Self.rules
        )
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let now = tree.shop.now
        let plans = PlansByDay(planner, now: now, .all(130), seed: seed)
        plans.checkPlanning()
        let inventory = planner.plan(at: now, memory: PlanningMemory()).inventory
        // Mostly that on which something is decided, and some of what goes or stays with it.
        var random = SeededGenerator(seed: seed)
        let isWhole = PlansByDay.isWhole
        let all = inventory.everyPlace.shuffled(using: &random)
        let decided = all.filter { inventory.isDecidedOn($0) }.prefix(isWhole ? .max : 20)
        #expect(!decided.isEmpty)
        for place in decided + all.prefix(isWhole ? .max : 5) {
            plans.check(place, "seed \(seed)")
        }
    }

    @Test func `it tells who needs a file, and by which handle`() throws {
        var shop = try Workshop()
        let attempt = "cp/a/\(String(repeating: "a", count: 32))"
        let shared = "\(attempt)/shared/\(shop.tree.uuid())"
        let lone = "\(attempt)/shared/\(shop.tree.uuid())"
        for path in [shared, lone] { try shop.tree.write(path, [1, 2], at: shop.ago(50)) }
        for id in Int64(1)...2 {
            try shop.tree.checkpoint(
                "\(attempt)/chk-\(id)",
                id: id,
                shared: [SampleMetadata.File(shared, 2)],
                size: 3,
                at: shop.ago(50 - id)
            )
        }
        try shop.tree.settleTimes()
        let policy = try shop.policy("{ name: 'a', savepoints: '@/sp/a', checkpoints: '@/cp/a' }")
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        func explain(_ path: String) -> Explanation {
            planner.explain(
                shop.directory.url(ObjectName(path)),
                at: shop.now,
                memory: PlanningMemory()
            )
        }
        let needs = explain(shared).needs
        #expect(needs.map(\.snapshot.path.last) == ["chk-1", "chk-2"])
        #expect(needs.allSatisfy { $0.roleID.hasSuffix(".shared") && !$0.isByNameOnly })
        #expect(explain(lone).needs.isEmpty)
        #expect(explain(lone).verdict != nil)
        #expect(explain("\(attempt)/chk-2").verdict == .keep)
        guard case .partOfSnapshot(let owner, _) = explain("\(attempt)/chk-2/_metadata").subject
        else {
            Issue.record("metadata are part of their snapshot")
            return
        }
        #expect(owner.path.last == "chk-2")
    }

    @Test func `it knows what is no decision's subject`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/a/s", id: 1, size: 3, at: shop.ago(1))
        try shop.tree.savepoint("sp/a/.janitor-trash/run/s", id: 2, size: 3, at: shop.ago(9))
        try shop.tree.write("sp/a/.janitor-lock/owner", [1], at: shop.ago(1))
        try shop.directory.link("sp/a/link", to: "s")
        let policy = try shop.policy("{ name: 'a', savepoints: '@/sp/a', checkpoints: '@/cp/a' }")
        try shop.tree.settleTimes()
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        for (path, expected) in [
            ("sp/a", "root"), ("sp", "root"), ("sp/a/.janitor-trash/run/s/_metadata", "trash"),
            ("sp/a/.janitor-lock/owner", "janitor"), ("sp/a/link", "special"),
            ("sp/a/none", "nothing"), ("elsewhere", "outsideRoots"),
        ] {
            let explanation = planner.explain(
                shop.directory.url(ObjectName(path)),
                at: shop.now,
                memory: PlanningMemory()
            )
            #expect("\(explanation.subject)".hasPrefix(expected), "\(path)")
            #expect(explanation.verdict == nil, "\(path)")
            #expect(explanation.prospect == nil, "\(path)")
        }
    }
}
