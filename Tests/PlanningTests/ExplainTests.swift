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

    /// The first day from a plan of now on for which a plan condemns each thing, and whether one
    /// made now does; by looking at every day.
    private struct Truth {
        var due: Set<StorageURL> = []
        /// For what is due, the first of the days since when every one condemns it.
        var since: [StorageURL: CivilDay] = [:]
        var first: [StorageURL: CivilDay] = [:]
        var all: Set<StorageURL> = []

        init(_ planner: Planner, now: Instant, days: ClosedRange<Int>) {
            let today = CivilDay(ofLocalSecond: Int(now.seconds)).number
            func condemned(_ moment: Instant) -> Set<StorageURL> {
                let plan = planner.plan(at: moment, memory: PlanningMemory()).plan
                all.formUnion(plan.snapshots.map(\.place) + plan.objects.map(\.place))
                let snapshots = plan.snapshots.filter { $0.verdict == .condemn }.map(\.place)
                return Set(snapshots + plan.objects.map(\.place))
            }
            due = condemned(now)
            var open = due
            for day in stride(from: today, through: today + days.lowerBound, by: -1) {
                open.formIntersection(condemned(Instant(seconds: Int64(day * 86_400))))
                for place in open { since[place] = CivilDay(number: day) }
            }
            for day in today + 1...today + days.upperBound {
                for place in condemned(Instant(seconds: Int64(day * 86_400)))
                where !due.contains(place) && first[place] == nil {
                    first[place] = CivilDay(number: day)
                }
            }
        }
    }

    private func check(_ planner: Planner, _ now: Instant, _ name: String) {
        let truth = Truth(planner, now: now, days: -130...130)
        #expect(!truth.all.isEmpty)
        for place in truth.all {
            let told = planner.explain(place, at: now, memory: PlanningMemory()).prospect
            if truth.due.contains(place) {
                let tomorrow = CivilDay(ofLocalSecond: Int(now.seconds) + 86_400)
                #expect(told == .due(since: truth.since[place] ?? tomorrow), "\(place) of \(name)")
            } else if let first = truth.first[place] {
                #expect(told == .first(first), "\(place) of \(name)")
            } else {
                #expect(told == .never, "\(place) of \(name)")
            }
        }
    }

    @Test(arguments: UInt64(0)..<6)
    func `the day is the first for which a plan condemns the thing`(seed: UInt64) throws {
        var tree = try RandomTree(seed: seed)
        try tree.addLitter()
        try tree.addLaterAndLabelled()
        let policy = try tree.shop.policy(
            "{ name: '{job}', savepoints: '@/sp/{job}', checkpoints: '@/cp/{job}' }",
            keep: Self.rules
        )
        check(Planner(policy: policy) { _ in LocalStorage() }, tree.shop.now, "seed \(seed)")
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
