// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Policy
import SnapshotModel
import Storage
import Testing

@testable import Discovery
@testable import Planning

/// The days that are told of trees: each is the first for which a plan condemns the thing.
///
/// A sample by seed; `Tests/run days` looks at every path and at every day.
struct TreeExplainTests {
    private static let isWhole = PlansByDay.isWhole
    private static let rules = """
        { savepoints: { keepLast: 1, keepMonthly: "70d" }, quietFor: "10d", limits: null,
          checkpoints: { keepLast: 1, keepWithin: "45d", keepDaily: 2 },
          orphans: { age: "60d", sightings: 1, apart: "0m" } }
        """

    /// Looks at some paths of a tree, or at all.
    ///
    /// - Returns: How many of what was told was a day.
    private func check(
        _ planner: Planner,
        _ now: Instant,
        reach: Int,
        _ name: String,
        seed: UInt64
    ) -> Int {
        let extent = Self.isWhole ? PlansByDay.Extent.all(reach) : .some(3, of: reach)
        let plans = PlansByDay(planner, now: now, extent, seed: seed)
        plans.checkPlanning()
        var random = SeededGenerator(seed: seed)
        let inventory = planner.plan(at: now, memory: PlanningMemory()).inventory
        var places = inventory.everyPlace
        #expect(!places.isEmpty)
        if !Self.isWhole {
            // Of either sort some, whatever there is more of.
            let outside = places.filter { inventory.isLoose($0) }.shuffled(using: &random)
            places = Array(outside.prefix(2) + places.shuffled(using: &random).prefix(3))
        }
        return places.count { plans.check($0, "\(name), seed \(seed)").prospect?.day != nil }
    }

    @Test(
        .enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"),
        arguments: Array(FlinkTree.names.enumerated())
    )
    func `what is told of a real tree is the day on which a plan first condemns it`(
        number: Int,
        name: String
    ) throws {
        let tree = try FlinkTree(name)
        let policy = try PolicyDecoder.decode(
            Array(tree.policy(Self.rules).utf8),
            source: "test"
        )
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let newest = planner.plan(at: Instant(seconds: 0), memory: PlanningMemory()).plan
            .snapshots.map(\.time).max()
        let ages: [Int64] = [2, 33, 58, 90]
        for age in Self.isWhole ? ages : [ages[number % ages.count]] {
            let now = try #require(newest).advanced(byNanoseconds: age * Workshop.day)
            _ = check(planner, now, reach: 130, "\(name) of \(age) days", seed: UInt64(number))
        }
    }

    @Test(.enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"))
    func `a directory of merged files is told with the handles that pin it`() throws {
        let tree = try FlinkTree("D-merging-2.3.0")
        let policy = try PolicyDecoder.decode(Array(tree.policy("{}").utf8), source: "test")
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let now = Instant(Date())
        let places = planner.plan(at: now, memory: PlanningMemory()).inventory.everyPlace
        let merged = places.filter { $0.path.last.description.hasPrefix("job_") }
        #expect(!merged.isEmpty)
        let told = merged.map { planner.explain($0, at: now, memory: PlanningMemory()).needs }
        for needs in told {
            #expect(needs.contains { $0.roleID == "directory" && !$0.isByNameOnly })
        }
        // Files in them are needed by their own handles.
        #expect(told.contains { $0.contains { $0.roleID != "directory" && $0.count > 0 } })
    }

    @Test func `what is told of the demonstration is so too`() throws {
        let directory = try TemporaryDirectory()
        let now = Instant(Date())
        try DemoTree.write(into: directory.path, now: now)
        let text = DemoTree.policy(top: directory.path)
        let policy = try PolicyDecoder.decode(Array(text.utf8), source: "test")
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let days = UInt64(0)..<(Self.isWhole ? 1 : 3)
        #expect(days.map { check(planner, now, reach: 400, "demo", seed: $0) }.contains { $0 > 0 })
    }
}
