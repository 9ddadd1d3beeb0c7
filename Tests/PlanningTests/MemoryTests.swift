// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

/// What one run hands on to the next.
struct MemoryTests {
    private static let job = "{ name: 'a', savepoints: '@/sp' }"
    private static let name = "savepoint-aaaaaa-000000000001"

    private func look(
        _ shop: Workshop,
        _ policy: JanitorPolicy,
        _ reader: any StorageReader = LocalStorage()
    ) throws -> Inventory {
        try shop.tree.settleTimes()
        return Planner(policy: policy) { _ in reader }
            .plan(at: shop.now, memory: PlanningMemory()).inventory
    }

    /// A savepoint without metadata, and its place.
    private func unfinished(_ shop: inout Workshop) throws -> StorageURL {
        try shop.tree.write("sp/\(Self.name)/\(shop.tree.uuid())", [1], at: shop.ago(30))
        return shop.directory.url(ObjectName("sp/\(Self.name)"))
    }

    @Test func `a sighting keeps its first moment as long as the entries are the same`() throws {
        var shop = try Workshop()
        let place = try unfinished(&shop)
        let policy = try shop.policy(Self.job)
        let first = PlanningMemory().after(runAt: shop.ago(5), seeing: try look(shop, policy))
        let second = first.after(runAt: shop.ago(4), seeing: try look(shop, policy))
        #expect(second.unfinished[place]?.firstSeen == shop.ago(5))
        #expect(second.lastRun == shop.ago(4))
        try shop.tree.write("sp/\(Self.name)/\(shop.tree.uuid())", [1], at: shop.ago(30))
        let third = second.after(runAt: shop.ago(3), seeing: try look(shop, policy))
        #expect(third.unfinished[place]?.firstSeen == shop.ago(3))
    }

    @Test func `a sighting ends when metadata come, and when the snapshot is gone`() throws {
        var shop = try Workshop()
        let place = try unfinished(&shop)
        let policy = try shop.policy(Self.job)
        let seen = PlanningMemory().after(runAt: shop.ago(5), seeing: try look(shop, policy))
        #expect(seen.unfinished[place] != nil)
        try shop.tree.savepoint("sp/\(Self.name)", id: 1, size: 3, at: shop.ago(30))
        let complete = seen.after(runAt: shop.ago(4), seeing: try look(shop, policy))
        #expect(complete.unfinished.isEmpty)
        var empty = try Workshop()
        try empty.tree.savepoint("sp/other", id: 1, size: 3, at: shop.ago(30))
        let other = try empty.policy(Self.job)
        let there = PlanningMemory(unfinished: [
            empty.directory.url(ObjectName("sp/\(Self.name)")):
                .init(firstSeen: shop.ago(5), contents: .empty)
        ])
        let gone = there.after(runAt: shop.ago(4), seeing: try look(empty, other))
        #expect(gone.unfinished.isEmpty)
    }

    @Test func `law 2: an incomplete listing makes the memory forget nothing`() throws {
        var shop = try Workshop()
        let place = try unfinished(&shop)
        for id: Int64 in 1...12 {
            try shop.tree.savepoint("sp/s\(id)", id: id, size: 3, at: shop.ago(40 - id))
        }
        let policy = try shop.policy(Self.job)
        let root = shop.directory.url("sp")
        let seen = PlanningMemory().after(runAt: shop.ago(5), seeing: try look(shop, policy))
        #expect(seen.fileCounts[root] == 25)
        let reader = BentReader(hidden: [root])
        let blind = seen.after(runAt: shop.ago(4), seeing: try look(shop, policy, reader))
        #expect(blind.unfinished[place]?.firstSeen == shop.ago(5))
        // Else what was lost would not be missed by the next run.
        #expect(blind.fileCounts[root] == 25)
    }

    @Test func `what janitor moved to the trash does not count, so that emptying it is no loss`()
        throws
    {
        var shop = try Workshop()
        let policy = try shop.policy(Self.job)
        let root = shop.directory.url("sp")
        try shop.tree.savepoint("sp/s1", id: 1, size: 3, at: shop.ago(9))
        let without = PlanningMemory().after(runAt: shop.ago(5), seeing: try look(shop, policy))
        for id: Int64 in 2...20 {
            let place = "sp/.janitor-trash/20261101T000000Z-aaaaaaaa/s\(id)"
            try shop.tree.savepoint(place, id: id, size: 3, at: shop.ago(9))
        }
        let inventory = try look(shop, policy)
        let with = PlanningMemory().after(runAt: shop.ago(5), seeing: inventory)
        #expect(without.fileCounts[root] == 2)
        #expect(with.fileCounts[root] == 2)
        #expect(inventory.snapshots.count { $0.trashRun != nil } == 19)
    }

    @Test func `law 2: both kinds of one job in one place are counted together`() throws {
        var shop = try Workshop()
        let policy = try shop.policy(
            "{ name: 'a', savepoints: '@/f', checkpoints: '@/f' }",
            keep: "savepoints: { keepLast: 1 }, limits: { share: 0.99, count: 100 }"
        )
        let root = shop.directory.url("f")
        for id: Int64 in 1...12 {
            try shop.tree.savepoint("f/s\(id)", id: id, size: 3, at: shop.ago(40 - id))
        }
        let memory = PlanningMemory().after(runAt: shop.ago(1), seeing: try look(shop, policy))
        #expect(memory.fileCounts[root] == 24)
        let plan = try shop.plan(policy, memory: memory)
        #expect(!plan.isLimited)
        #expect(plan.roots.map(\.fileCount) == [24, 24])
        // What is lost is told once, with what is there.
        let more = PlanningMemory(fileCounts: [root: 60])
        let lost = Planner(policy: policy) { _ in LocalStorage() }.plan(at: shop.now, memory: more)
        #expect(lost.plan.lost == [LostRoot(place: root, held: 60, holds: 24)])
        #expect(lost.plan.isLimited)
    }

    @Test func `a limit of the share speaks beyond it only, and an approval lifts it`() throws {
        var shop = try Workshop()
        for id: Int64 in 1...10 {
            try shop.tree.savepoint("sp/s\(id)", id: id, size: 3, at: shop.ago(40 - id))
        }
        // Of ten, five go: not more than the half. Of ten, six go: more, and five or more.
        for (keep, isLimited) in [(5, false), (4, true)] {
            let policy = try shop.policy(
                Self.job,
                keep: "savepoints: { keepLast: \(keep) }, limits: { share: 0.5, count: 10 }"
            )
            let plan = try shop.plan(policy)
            #expect(plan.isLimited == isLimited)
            #expect(plan.condemned.count == 10 - keep)
            #expect(plan.removals.count == (isLimited ? 0 : 10 - keep))
            let planner = Planner(policy: policy) { _ in LocalStorage() }
            let lifted = planner.plan(
                at: shop.now,
                memory: PlanningMemory(),
                lifted: plan.condemned
            ).plan
            #expect(!lifted.isLimited)
            #expect(lifted.removals.count == 10 - keep)
        }
    }

    @Test func `a limit holds back its own job only`() throws {
        var shop = try Workshop()
        for id: Int64 in 1...12 {
            try shop.tree.savepoint("sp/big/s\(id)", id: id, size: 3, at: shop.ago(40 - id))
        }
        for id: Int64 in 1...3 {
            try shop.tree.savepoint("sp/small/t\(id)", id: id, size: 3, at: shop.ago(40 - id))
        }
        let policy = try shop.policy(
            "{ name: '{job}', savepoints: '@/sp/{job}' }",
            keep: "savepoints: { keepLast: 1 }, limits: { share: 0.5, count: 10 }"
        )
        let plan = try shop.plan(policy)
        #expect(plan.snapshots.filter(\.isHeldByLimit).allSatisfy { $0.job == "big" })
        #expect(plan.snapshots.count(where: \.isHeldByLimit) == 11)
        #expect(plan.removals.map(\.job) == ["small", "small"])
    }
}
