// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Testing

/// Small roots that are empty all at once: a disk that is not mounted, or what somebody removed.
struct ReplacedRootTests {
    private static let attempt = "cp/b/\(SweepWorkshop.other)"
    private static let limits = "{ share: 0.9, count: 50 }"

    private var shop: SweepWorkshop
    /// A file of job `a` that only a checkpoint of job `b` needs.
    private let file: SampleMetadata.File

    init() throws {
        shop = try SweepWorkshop()
        file = try shop.file("cp/a/\(SweepWorkshop.attempt)/shared")
        try shop.shop.tree.checkpoint(
            "\(Self.attempt)/chk-5",
            id: 5,
            shared: [file],
            size: 3,
            at: shop.shop.ago(33)
        )
    }

    private var root: StorageURL { shop.shop.directory.url("cp/b") }

    /// What a run remembers that sees the tree as it is.
    private func memory(_ policy: JanitorPolicy) throws -> PlanningMemory {
        #expect(try shop.result(policy).object(file.path)?.rules == ["referenced"])
        return try shop.memory(after: policy, at: shop.shop.ago(1))
    }

    /// What a plan comes to; the times of the tree are left as they are.
    private func result(_ policy: JanitorPolicy, _ memory: PlanningMemory) -> PlanningResult {
        Planner(policy: policy) { _ in LocalStorage() }.plan(at: shop.shop.now, memory: memory)
    }

    /// Leaves the mount point without what was mounted there.
    private func unmount() throws {
        try shop.shop.directory.rename("cp/b", to: "unmounted")
        try shop.shop.directory.makeDirectory("cp/b")
    }

    @Test(arguments: ["null", limits], ["sightings: 1", "sightings: 2"])
    func `law 2: a small root that is empty may be a disk that is not mounted`(
        limits: String,
        orphans: String
    ) throws {
        let policy = try shop.policy(orphans: orphans, limits: limits)
        let memory = try memory(policy)
        try unmount()
        let result = result(policy, memory)
        #expect(result.object(file.path)?.verdict == .leave)
        #expect(result.object(file.path)?.rules.first == "shrunkenRoot")
        #expect(result.plan.objects.isEmpty)
        #expect(result.plan.lost == [LostRoot(place: root, held: 2, holds: 0)])
        #expect(result.replacedRoots == [root])
        #expect(result.plan.isPartial)
        let told = try #require(result.plan.findings.first { $0.subject == "\(root)" })
        #expect(told.severity == .partial)
        #expect(told.message.contains("it held 2 files at the last run and holds 0 now"))
        #expect(told.hint.contains("mount it"))
        #expect(told.hint.contains("approved plan"))
    }

    @Test func `law 2: without word of which directory it was nobody knows that it is the same`()
        throws
    {
        let policy = try shop.policy()
        var memory = try memory(policy)
        try FileManager.default.removeItem(atPath: "\(shop.shop.directory.path)/\(Self.attempt)")
        #expect(memory.directories[root] != nil)
        memory.directories = [:]
        #expect(result(policy, memory).object(file.path)?.rules == ["shrunkenRoot"])
    }

    @Test func `what was removed from a directory that is still there holds up nothing`() throws {
        let policy = try shop.policy(limits: Self.limits)
        let memory = try memory(policy)
        // As Flink leaves it when a job is cancelled that retains nothing.
        let path = "\(shop.shop.directory.path)/\(Self.attempt)"
        try FileManager.default.removeItem(atPath: "\(path)/chk-5")
        let result = result(policy, memory)
        #expect(result.object(file.path)?.verdict == .condemn)
        #expect(result.plan.lost.isEmpty)
        #expect(!result.plan.isPartial)
    }

    @Test func `what a run took itself holds up nothing`() throws {
        let policy = try shop.policy(limits: Self.limits)
        var memory = try memory(policy)
        memory.fileCounts[root] = 0
        try unmount()
        #expect(result(policy, memory).object(file.path)?.verdict == .condemn)
    }

    @Test func `law 2: what is written where the disk should be does not make it the same`()
        throws
    {
        let policy = try shop.policy()
        var memory = try memory(policy)
        try unmount()
        memory.replaced = [root]
        try shop.shop.directory.write(
            ObjectName("cp/b/\(SweepWorkshop.attempt)/shared/note")
        )
        let result = result(policy, memory)
        #expect(result.object(file.path)?.rules == ["shrunkenRoot"])
        #expect(result.plan.lost == [LostRoot(place: root, held: 2, holds: 1)])
        #expect(result.plan.isPartial)
        // The disk is back.
        try FileManager.default.removeItem(atPath: "\(shop.shop.directory.path)/cp/b")
        try shop.shop.directory.rename("unmounted", to: "cp/b")
        let back = self.result(policy, memory)
        #expect(back.object(file.path)?.rules == ["referenced"])
        #expect(back.plan.lost.isEmpty)
        let next = memory.after(runAt: shop.shop.now, seeing: back.inventory)
        #expect(next.replaced.isEmpty)
    }

    @Test func `nothing is told of it where nothing stays on account of it`() throws {
        let top = shop.shop.directory.path
        try FileManager.default.removeItem(atPath: "\(top)/\(file.path)")
        let policy = try shop.policy()
        try shop.shop.tree.settleTimes()
        let seen = result(policy, PlanningMemory())
        let memory = PlanningMemory().after(runAt: shop.shop.ago(1), seeing: seen.inventory)
        try unmount()
        let plan = result(policy, memory).plan
        #expect(plan.lost.map(\.place) == [root])
        #expect(!plan.isPartial)
    }
}
