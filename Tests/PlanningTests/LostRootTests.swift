// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Testing

/// Roots that hold far less than at the last run: what was protected from there is not free.
struct LostRootTests {
    private static let attempt = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let keep = """
        savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: { share: 0.9, count: 50 }
        """
    private static let pattern = """
        { name: "{job}", savepoints: "@/a/{job}", checkpoints: "@/b/{job}" }
        """

    /// A savepoint that only a checkpoint elsewhere needs, and newer ones.
    private func claimed(
        _ shop: inout Workshop,
        savepoints: String,
        checkpoints: String,
        files: Int = 0
    ) throws {
        for number in 1...3 {
            try shop.tree.savepoint(
                "\(savepoints)/new-\(number)",
                id: Int64(90 + number),
                size: 10,
                at: shop.ago(10 + Int64(number))
            )
        }
        try shop.tree.savepoint("\(savepoints)/native", id: 5, size: 10, at: shop.ago(50))
        let path = "\(savepoints)/native/\(shop.tree.uuid())"
        try shop.tree.write(path, [1, 2, 3], at: shop.ago(50))
        try shop.tree.checkpoint(
            "\(checkpoints)/\(Self.attempt)/chk-9",
            id: 9,
            shared: [SampleMetadata.File(path, 3)],
            at: shop.ago(30)
        )
        for _ in 0..<files {
            try shop.tree.write(
                "\(checkpoints)/\(Self.attempt)/chk-9/\(shop.tree.uuid())",
                [1],
                at: shop.ago(30)
            )
        }
    }

    private func result(
        _ shop: Workshop,
        _ policy: JanitorPolicy,
        _ memory: PlanningMemory = PlanningMemory()
    ) -> PlanningResult {
        Planner(policy: policy) { _ in LocalStorage() }.plan(at: shop.now, memory: memory)
    }

    /// What a run remembers that sees the tree as it is.
    private func memory(_ shop: Workshop, _ policy: JanitorPolicy) throws -> PlanningMemory {
        try shop.tree.settleTimes()
        let result = result(shop, policy)
        #expect(result.plan.rules("native") == ["referenced"])
        return PlanningMemory().after(runAt: shop.ago(1), seeing: result.inventory)
    }

    @Test(arguments: [false, true])
    func `law 2: directories of jobs that are gone all at once may be a disk that is not mounted`(
        isMountPoint: Bool
    ) throws {
        var shop = try Workshop()
        try claimed(&shop, savepoints: "a/job", checkpoints: "b/job")
        let policy = try shop.policy(Self.pattern, keep: Self.keep)
        let memory = try memory(shop, policy)
        #expect(!result(shop, policy, memory).plan.condemned.isEmpty)

        try FileManager.default.removeItem(atPath: "\(shop.directory.path)/b")
        if isMountPoint { try shop.directory.makeDirectory("b") }
        let plan = result(shop, policy, memory).plan
        #expect(plan.condemned.isEmpty)
        #expect(plan.isPartial)
        #expect(plan.findings.contains { $0.hint.contains("mount it") })
        #expect(plan.lost.map(\.place) == [shop.directory.url("b/job")])
    }

    @Test func `a directory of one job among many that is gone holds up nobody else`() throws {
        var shop = try Workshop()
        for job in ["one", "two", "three"] {
            for number in 1...3 {
                try shop.tree.savepoint(
                    "a/\(job)/sp-\(number)",
                    id: Int64(number),
                    size: 10,
                    at: shop.ago(20 - Int64(number))
                )
            }
        }
        let policy = try shop.policy("{ name: '{job}', savepoints: '@/a/{job}' }", keep: Self.keep)
        try shop.tree.settleTimes()
        let seen = result(shop, policy)
        let memory = PlanningMemory().after(runAt: shop.ago(1), seeing: seen.inventory)
        try FileManager.default.removeItem(atPath: "\(shop.directory.path)/a/three")
        let after = result(shop, policy, memory)
        #expect(after.plan.condemned.count == 4)
        #expect(!after.plan.isPartial)
        #expect(after.plan.lost.isEmpty)
        #expect(after.forgottenRoots == [shop.directory.url("a/three")])
    }

    @Test(arguments: [0, 20])
    func `law 1: what another job's root needed stays when that holds nothing any more`(
        files: Int
    ) throws {
        var shop = try Workshop()
        try claimed(&shop, savepoints: "sp", checkpoints: "other", files: files)
        let jobs = """
            { name: "a", savepoints: "@/sp" }, { name: "b", checkpoints: "@/other" }
            """
        let policy = try shop.policy(jobs, keep: Self.keep)
        let memory = try memory(shop, policy)
        try FileManager.default.removeItem(atPath: "\(shop.directory.path)/other")
        try shop.directory.makeDirectory("other")
        let plan = result(shop, policy, memory).plan
        #expect(plan.rules("native") == ["neededByLostRoot"])
        #expect(plan.verdict("native") == .leave)
        #expect(plan.isPartial)
        // Only what was needed from there: the others of the job go on.
        #expect(plan.verdict("new-3") == .condemn)
        #expect(plan.lost.map(\.place) == [shop.directory.url("other")])
        // Somebody who says that it is right is not asked again.
        let accepted = PlanningMemory(fileCounts: [shop.directory.url("other"): 0])
        #expect(result(shop, policy, accepted).plan.verdict("native") == .condemn)
    }

    @Test func `law 2: metadata not read for a night make nobody forget what they needed`()
        throws
    {
        var shop = try Workshop()
        try claimed(&shop, savepoints: "sp", checkpoints: "other")
        let jobs = """
            { name: "a", savepoints: "@/sp" }, { name: "b", checkpoints: "@/other" }
            """
        let policy = try shop.policy(jobs, keep: Self.keep)
        let memory = try memory(shop, policy)
        let needed = memory.needs[shop.directory.url("other")]
        #expect(needed == [shop.directory.url("sp/native")])
        let path = "\(shop.directory.path)/other/\(Self.attempt)/chk-9/_metadata"
        try Data([1, 2, 3]).write(to: URL(filePath: path))
        let seen = result(shop, policy, memory).inventory
        #expect(memory.after(runAt: shop.now, seeing: seen).needs == memory.needs)
        // Once it is known to be gone, so is what it needed.
        try FileManager.default.removeItem(atPath: path)
        let later = result(shop, policy, memory).inventory
        #expect(memory.after(runAt: shop.now, seeing: later).needs.isEmpty)
    }

    @Test func `what a lost root needed and a rule keeps makes nothing partial`() throws {
        var shop = try Workshop()
        try claimed(&shop, savepoints: "sp", checkpoints: "other")
        let jobs = """
            { name: "a", savepoints: "@/sp", keep: { savepoints: { keepLast: 9 } } },
            { name: "b", checkpoints: "@/other" }
            """
        let policy = try shop.policy(jobs, keep: Self.keep)
        try shop.tree.settleTimes()
        let seen = result(shop, policy)
        let memory = PlanningMemory().after(runAt: shop.ago(1), seeing: seen.inventory)
        try FileManager.default.removeItem(atPath: "\(shop.directory.path)/other")
        try shop.directory.makeDirectory("other")
        let plan = result(shop, policy, memory).plan
        #expect(plan.verdict("native") == .keep)
        #expect(!plan.isPartial)
        #expect(plan.lost.map(\.place) == [shop.directory.url("other")])
    }

    @Test func `law 1: what a root that is only read needed stays when that is empty`()
        throws
    {
        var shop = try Workshop()
        try claimed(&shop, savepoints: "sp", checkpoints: "team", files: 20)
        let policy = try shop.policy(
            "{ name: 'a', savepoints: '@/sp' }",
            keep: Self.keep,
            more: "alsoRead: ['@/team']"
        )
        let memory = try memory(shop, policy)
        try FileManager.default.removeItem(atPath: "\(shop.directory.path)/team")
        try shop.directory.makeDirectory("team")
        let plan = result(shop, policy, memory).plan
        #expect(plan.rules("native") == ["neededByLostRoot"])
        #expect(plan.verdict("new-3") == .condemn)
    }

    @Test func `an approved plan says of those roots alone that they are right that it shows`() {
        let place = StorageURL(scheme: "file", path: "/data/job")
        let approval = Approval(
            source: "plan.json",
            fingerprint: "",
            at: Instant(seconds: 0),
            items: [],
            lost: [LostRoot(place: place, held: 500, holds: 40)]
        )
        #expect(approval.accepts(LostRoot(place: place, held: 500, holds: 40)))
        #expect(approval.accepts(LostRoot(place: place, held: 500, holds: 30)))
        // It lost more since, or what it is compared with is another run's.
        #expect(!approval.accepts(LostRoot(place: place, held: 500, holds: 10)))
        #expect(!approval.accepts(LostRoot(place: place, held: 300, holds: 40)))
        let other = StorageURL(scheme: "file", path: "/data/other")
        #expect(!approval.accepts(LostRoot(place: other, held: 500, holds: 40)))
    }
}
