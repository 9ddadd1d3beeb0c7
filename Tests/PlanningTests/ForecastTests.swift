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

/// The forecast of all snapshots against the explanation of each.
struct ForecastTests {
    private static let rules = """
        savepoints: { keepLast: 1, keepLabelled: { keep: "80d" }, keepMonthly: "100d" },
        checkpoints: { keepLast: 1, keepWithin: "45d", keepDaily: 2 }, quietFor: "10d",
        orphans: { age: "60d", sightings: 1, apart: "0m" }, limits: null
        """

    @Test(arguments: UInt64(20)..<24)
    func `a snapshot goes on the day that its explanation tells`(seed: UInt64) throws {
        var tree = try RandomTree(seed: seed)
        try tree.addLaterAndLabelled()
        let policy = try tree.shop.policy(
            "{ name: '{job}', savepoints: '@/sp/{job}', checkpoints: '@/cp/{job}' }",
            keep: Self.rules
        )
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let overview = planner.overview(at: tree.shop.now, memory: PlanningMemory())
        let forecast = overview.forecast
        #expect(!overview.result.plan.snapshots.isEmpty)
        #expect(!forecast.departures.isEmpty)
        for snapshot in overview.result.plan.snapshots {
            let told = planner.explain(
                snapshot.place,
                at: tree.shop.now,
                memory: PlanningMemory()
            ).prospect
            guard case .first(let day) = told, day <= forecast.horizon else {
                #expect(forecast.departures[snapshot.place] == nil, "\(snapshot.place)")
                continue
            }
            #expect(forecast.departures[snapshot.place] == day, "\(snapshot.place)")
        }
    }

    @Test func `an overview decides and counts as a plan and as usage do`() throws {
        var tree = try RandomTree(seed: 7)
        try tree.addLitter()
        let planner = Planner(policy: try tree.policy()) { _ in LocalStorage() }
        let overview = planner.overview(at: tree.shop.now, memory: PlanningMemory())
        let plan = planner.plan(at: tree.shop.now, memory: PlanningMemory()).plan
        #expect(overview.result.plan == plan)
        let usage = planner.usage(at: tree.shop.now).usage
        #expect(!usage.jobs.isEmpty)
        #expect(overview.usage.jobs == usage.jobs)
    }
}
