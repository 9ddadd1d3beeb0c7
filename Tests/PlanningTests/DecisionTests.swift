// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Testing

/// Attempts, time, limits, and what is not complete.
struct DecisionTests {
    private static let attempt = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let newer = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    private static let job = "{ name: 'a', savepoints: '@/sp', checkpoints: '@/cp' }"

    private func oldCheckpoints(_ shop: inout Workshop, days: Int64) throws {
        for id: Int64 in 1...3 {
            try shop.tree.checkpoint(
                "cp/\(Self.attempt)/chk-\(id)",
                id: id,
                size: 4,
                at: shop.ago(days, minutes: -id)
            )
        }
    }

    @Test func `law 7: nothing goes in an attempt that was active within quietFor`() throws {
        for (days, verdict) in [(Int64(6), Verdict.keep), (8, .condemn)] {
            var shop = try Workshop()
            try oldCheckpoints(&shop, days: days)
            let plan = try shop.plan(shop.policy(Self.job))
            #expect(plan.verdict("chk-1") == verdict)
            #expect(plan.verdict("chk-3") == .keep)
        }
    }

    @Test func `law 7: our own files and times of directories are no activity`() throws {
        var shop = try Workshop()
        try oldCheckpoints(&shop, days: 30)
        try shop.tree.write("cp/\(Self.attempt)/chk-3/_label.pin", [], at: shop.ago(0))
        try shop.tree.makeDirectory("cp/\(Self.attempt)/taskowned", at: shop.ago(0))
        try shop.tree.write("cp/\(Self.attempt)/.janitor-lock/x", [], at: shop.ago(0))
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.verdict("chk-1") == .condemn)
    }

    @Test func `law 7: a newest attempt without a checkpoint of its own freezes the job`() throws {
        var shop = try Workshop()
        try oldCheckpoints(&shop, days: 30)
        try shop.tree.savepoint("sp/one", id: 8, size: 3, at: shop.ago(20))
        try shop.tree.savepoint("sp/two", id: 9, size: 3, at: shop.ago(10))
        try shop.tree.makeDirectory("cp/\(Self.newer)/shared", at: shop.ago(1))
        try shop.tree.makeDirectory("cp/\(Self.newer)/taskowned", at: shop.ago(1))
        let frozen = try shop.plan(shop.policy(Self.job))
        #expect(frozen.condemned.isEmpty)
        #expect(frozen.rules("sp/one") == ["newestAttemptHasNoCheckpoint"])
        try shop.tree.checkpoint("cp/\(Self.newer)/chk-10", id: 10, size: 4, at: shop.ago(1))
        let freed = try shop.plan(shop.policy(Self.job))
        #expect(freed.verdict("sp/one") == .condemn)
        #expect(freed.verdict("chk-1") == .condemn)
        #expect(freed.verdict("chk-3") == .keep)
    }

    @Test func `law 3: the newest closed of each kind stays whatever the rules say`() throws {
        var shop = try Workshop()
        try oldCheckpoints(&shop, days: 3000)
        try shop.tree.savepoint("sp/one", id: 8, size: 3, at: shop.ago(2000))
        try shop.tree.savepoint("sp/two", id: 9, size: 3, at: shop.ago(1900))
        let policy = try shop.policy(
            Self.job,
            keep:
                "savepoints: { keepWithin: '1d' }, checkpoints: { keepWithin: '1d' }, limits: null"
        )
        let plan = try shop.plan(policy)
        #expect(plan.rules("sp/two") == ["newestClosed"])
        #expect(plan.rules("chk-3") == ["newestClosed"])
        #expect(plan.verdict("sp/one") == .condemn)
    }

    @Test func `law 10: what is dated in the future is kept and takes no place`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/future", id: 10, size: 3, at: shop.ago(-3))
        try shop.tree.savepoint("sp/now", id: 9, size: 3, at: shop.ago(10))
        try shop.tree.savepoint("sp/old", id: 8, size: 3, at: shop.ago(20))
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.rules("sp/future") == ["futureDated"])
        #expect(plan.verdict("sp/now") == .keep)
        #expect(plan.verdict("sp/old") == .condemn)
    }

    @Test func `law 10: times that look copied are not believed`() throws {
        var shop = try Workshop()
        for id: Int64 in [1, 5, 9] {
            try shop.tree.checkpoint(
                "cp/\(Self.attempt)/chk-\(id)",
                id: id,
                size: 4,
                at: shop.ago(30)
            )
        }
        let policy = try shop.policy(Self.job)
        let plan = try shop.plan(policy)
        #expect(plan.removals.isEmpty)
        #expect(plan.rules("chk-1").first == "timesLookCopied")
        #expect(plan.isPartial)
        #expect(plan.isLimited)
        // Whoever has read the plan may approve what it lists, and no more.
        let listed = Set(plan.condemned.prefix(1))
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let approved = planner.plan(at: shop.now, memory: PlanningMemory(), lifted: listed).plan
        #expect(Set(approved.removals.map(\.place)) == listed)
        #expect(plan.condemned.count == 2)
    }

    @Test
    func `law 10: savepoints of one attempt cannot have followed one another faster than it could`()
        throws
    {
        var shop = try Workshop()
        for (digits, id): (String, Int64) in [
            ("a0d170", 10), ("a0d170", 70), ("000000", 10), ("000000", 70),
        ] {
            try shop.tree.savepoint(
                "\(digits == "a0d170" ? "sp" : "other")/savepoint-\(digits)-0000000000\(id)",
                id: id,
                size: 3,
                at: shop.ago(30).advanced(byNanoseconds: id * 100_000_000)
            )
        }
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.removals.isEmpty)
        #expect(plan.rules("savepoint-a0d170-000000000010").first == "timesLookCopied")
        #expect(plan.isPartial)
        // Many deployments may have these digits.
        let other = try shop.plan(shop.policy("{ name: \"other\", savepoints: \"@/other\" }"))
        #expect(other.removals.count == 1)
    }

    @Test func `a snapshot without metadata goes only after an earlier run saw it so`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/kept", id: 9, size: 3, at: shop.ago(1))
        let file = "sp/savepoint-aaaaaa-000000000001/\(shop.tree.uuid())"
        try shop.tree.write(file, [1, 2], at: shop.ago(3))
        try shop.tree.settleTimes()
        let policy = try shop.policy(Self.job)
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let first = planner.plan(at: shop.now, memory: PlanningMemory())
        #expect(first.plan.verdict("savepoint-aaaaaa-000000000001") == .leave)
        let memory = PlanningMemory().after(runAt: shop.now, seeing: first.inventory)
        let soon = shop.now.advanced(byNanoseconds: Workshop.day / 2)
        let later = shop.now.advanced(byNanoseconds: Workshop.day + 1)
        #expect(
            try shop.plan(policy, memory: memory, at: soon)
                .verdict("savepoint-aaaaaa-000000000001") == .leave
        )
        #expect(
            try shop.plan(policy, memory: memory, at: later)
                .verdict("savepoint-aaaaaa-000000000001") == .condemn
        )
        try shop.tree.write("sp/savepoint-aaaaaa-000000000001/notes", [], at: shop.ago(3))
        #expect(
            try shop.plan(policy, memory: memory, at: later)
                .verdict("savepoint-aaaaaa-000000000001") == .leave
        )
    }

    @Test func `a directory with somebody's own file in it is left`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/kept", id: 9, size: 3, at: shop.ago(1))
        try shop.tree.savepoint("sp/old", id: 8, size: 3, at: shop.ago(30))
        try shop.tree.write("sp/old/notes.txt", [1], at: shop.ago(30))
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.rules("sp/old") == ["foreignEntries"])
    }

    @Test func `a Flink that is named and not asked keeps everything of its job`() throws {
        var shop = try Workshop()
        try oldCheckpoints(&shop, days: 30)
        let policy = try shop.policy(
            "{ name: 'a', checkpoints: '@/cp', flink: { rest: 'http://localhost:1' } }"
        )
        let plan = try shop.plan(policy)
        #expect(plan.rules("chk-1") == ["flinkNotAsked"])
        #expect(plan.isPartial)
    }

    @Test func `a root that lost most of what it held is left`() throws {
        var shop = try Workshop()
        try oldCheckpoints(&shop, days: 30)
        let policy = try shop.policy(
            Self.job,
            keep: "savepoints: { keepLast: 1 }, checkpoints: { keepLast: 2 }"
        )
        let root = shop.directory.url("cp")
        #expect(try shop.plan(policy).removals.count == 1)
        let memory = PlanningMemory(fileCounts: [root: 20])
        let plan = try shop.plan(policy, memory: memory)
        #expect(plan.isLimited)
        #expect(plan.removals.isEmpty)
    }

    @Test func `law 2: a root that is gone since the last run may be a disk that is not mounted`()
        throws
    {
        var shop = try Workshop()
        try oldCheckpoints(&shop, days: 30)
        let policy = try shop.policy(Self.job)
        #expect(!(try shop.plan(policy)).condemned.isEmpty)
        let memory = PlanningMemory(fileCounts: [shop.directory.url("sp"): 3])
        let plan = try shop.plan(policy, memory: memory)
        #expect(plan.condemned.isEmpty)
        #expect(plan.isPartial)
        #expect(plan.findings.contains { $0.hint.contains("mount it") })
    }

    @Test(arguments: UInt64(0)..<20)
    func `law 9: the order of the listing does not matter, and every decision has a reason`(
        seed: UInt64
    ) throws {
        let directory = try TemporaryDirectory()
        let now = Instant(Date())
        try DemoTree.write(into: directory.path, now: now)
        let text = DemoTree.policy(top: directory.path)
        let policy = try PolicyDecoder.decode(Array(text.utf8), source: "test")
        let straight = Planner(policy: policy) { _ in LocalStorage() }
            .plan(at: now, memory: PlanningMemory()).plan
        let shuffled = Planner(policy: policy) { _ in BentReader(shuffled: seed) }
            .plan(at: now, memory: PlanningMemory()).plan
        let isSame = straight == shuffled
        #expect(isSame)
        #expect(straight.snapshots.count == 37)
        #expect(straight.snapshots.allSatisfy { !$0.reasons.isEmpty })
        #expect(!straight.removals.isEmpty)
    }
}
