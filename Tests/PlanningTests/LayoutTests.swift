// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Glibc
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Testing

/// Every layout in which Flink leaves snapshots.
struct LayoutTests {
    private static let job = "0123456789abcdef0123456789abcdef"

    @Test func `finds savepoints at any depth and checkpoints with and without a job id`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint(
            "sp/a/savepoint-012345-000000000001",
            id: 7,
            size: 10,
            at: shop.ago(20)
        )
        try shop.tree.savepoint(
            "sp/a/native/savepoint-012345-000000000002",
            id: 8,
            size: 10,
            at: shop.ago(19)
        )
        try shop.tree.savepoint("sp/a/before-upgrade", id: 9, size: 10, at: shop.ago(18))
        try shop.tree.checkpoint("cp/a/\(Self.job)/chk-4", id: 4, size: 5, at: shop.ago(30))
        try shop.tree.checkpoint("cp/b/chk-5", id: 5, size: 5, at: shop.ago(30))
        let plan = try shop.plan(
            shop.policy("{ name: '{job}', savepoints: '@/sp/{job}', checkpoints: '@/cp/{job}' }")
        )
        #expect(plan.snapshots.count == 5)
        let first = try #require(plan.snapshot("savepoint-012345-000000000001"))
        #expect(first.kind == .savepoint)
        #expect(first.attempt == "012345")
        #expect(first.checkpointID == 7)
        #expect(first.isClosed == true)
        #expect(first.job == "a")
        #expect(plan.snapshot("before-upgrade")?.kind == .savepoint)
        #expect(plan.snapshot("chk-4")?.attempt == Self.job)
        #expect(plan.snapshot("chk-4")?.kind == .checkpoint)
        #expect(plan.snapshot("chk-5")?.attempt == nil)
        #expect(plan.snapshot("chk-5")?.job == "b")
        #expect(plan.verdict("before-upgrade") == .keep)
        #expect(plan.verdict("savepoint-012345-000000000001") == .condemn)
        #expect(plan.verdict("savepoint-012345-000000000002") == .condemn)
    }

    @Test func `law 6: a job whose name is not UTF-8 is refused by name, and protects`() throws {
        var shop = try Workshop()
        for number in 1...3 {
            try shop.tree.savepoint(
                "sp/bad/\(number)",
                id: Int64(number),
                size: 10,
                at: shop.ago(20)
            )
        }
        let sound = try shop.policy("{ name: '{job}', savepoints: '@/sp/{job}' }")
        #expect(try shop.plan(sound).snapshots.count == 3)
        let bad = ObjectName(Array("\(shop.directory.path)/sp/b".utf8) + [0xFF])
        let renamed = bad.bytes.withUnsafeBufferPointer { bytes in
            rename("\(shop.directory.path)/sp/bad", bytes.map(CChar.init(bitPattern:)) + [0])
        }
        try #require(renamed == 0)
        func planned(_ policy: JanitorPolicy) -> Plan {
            Planner(policy: policy) { _ in LocalStorage() }
                .plan(at: shop.now, memory: PlanningMemory()).plan
        }
        let plan = planned(sound)
        #expect(plan.snapshots.isEmpty)
        #expect(plan.isPartial)
        let finding = try #require(plan.findings.first)
        #expect(plan.findings.count == 1)
        #expect(finding.subject == "file://\(shop.directory.path)/sp/b\\xFF")
        #expect(finding.message.contains("not UTF-8"))
        #expect(!finding.hint.isEmpty)
        #expect(plan.roots.map(\.role) == [.alsoRead])
        // A name that does not fit the pattern is none of its jobs' whatever its bytes are.
        let other = try shop.policy("{ name: '{job}', savepoints: '@/sp/team-{job}' }")
        #expect(!planned(other).isPartial)
    }

    @Test func `what lies flat where directories of jobs are looked for counts by itself`() throws {
        var shop = try Workshop()
        for number in 1...3 {
            try shop.tree.savepoint(
                "sp/savepoint-012345-00000000000\(number)",
                id: Int64(number),
                size: 10,
                at: shop.ago(20)
            )
        }
        for id: Int64 in 1...3 {
            try shop.tree.checkpoint(
                "cp/\(Self.job)/chk-\(id)",
                id: id,
                size: 5,
                at: shop.ago(30, minutes: -id)
            )
        }
        let plan = try shop.plan(
            shop.policy("{ name: '{job}', savepoints: '@/sp/{job}', checkpoints: '@/cp/{job}' }")
        )
        #expect(plan.snapshots.filter { $0.kind == .savepoint }.allSatisfy { $0.verdict == .keep })
        #expect(Set(plan.snapshots.filter { $0.kind == .savepoint }.map(\.job)).count == 3)
        #expect(plan.verdict("chk-3") == .keep)
        #expect(plan.verdict("chk-1") == .condemn)
        #expect(plan.findings.contains { $0.hint.contains("name: \"…\", savepoints: ") })
    }

    @Test func `a flat root that the policy gives to one job counts together`() throws {
        var shop = try Workshop()
        for number in 1...3 {
            try shop.tree.savepoint(
                "sp/savepoint-01234\(number)-00000000000\(number)",
                id: Int64(number),
                size: 10,
                at: shop.ago(40 - Int64(number))
            )
        }
        let plan = try shop.plan(shop.policy("{ name: 'a', savepoints: '@/sp' }"))
        #expect(plan.snapshots.allSatisfy { $0.job == "a" })
        #expect(plan.condemned.count == 2)
        #expect(plan.verdict("savepoint-012343-000000000003") == .keep)
    }

    @Test func `a savepoint root inside a checkpoint root, and a job carved out of a pattern`()
        throws
    {
        var shop = try Workshop()
        try shop.tree.savepoint(
            "cp/a/savepoints/savepoint-012345-000000000001",
            id: 1,
            size: 10,
            at: shop.ago(20)
        )
        try shop.tree.checkpoint("cp/a/\(Self.job)/chk-4", id: 4, size: 5, at: shop.ago(30))
        try shop.tree.savepoint(
            "sp/b/savepoint-abcdef-000000000001",
            id: 1,
            size: 10,
            at: shop.ago(20)
        )
        try shop.tree.savepoint(
            "sp/c/savepoint-abcdef-000000000002",
            id: 2,
            size: 10,
            at: shop.ago(20)
        )
        let plan = try shop.plan(
            shop.policy(
                """
                { name: 'a', savepoints: '@/cp/a/savepoints', checkpoints: '@/cp/a' },
                { name: 'special', savepoints: '@/sp/b' },
                { name: '{job}', savepoints: '@/sp/{job}' }
                """
            )
        )
        #expect(plan.snapshots.count == 4)
        #expect(plan.snapshot("savepoint-012345-000000000001")?.job == "a")
        #expect(plan.snapshot("savepoint-abcdef-000000000001")?.job == "special")
        #expect(plan.snapshot("savepoint-abcdef-000000000002")?.job == "c")
    }

    @Test func `the root itself is never condemned`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/old", id: 1, size: 10, at: shop.ago(20))
        try shop.tree.savepoint("sp/old/new", id: 2, size: 10, at: shop.ago(10))
        let plan = try shop.plan(shop.policy("{ name: 'a', savepoints: '@/sp/old' }"))
        #expect(plan.snapshots.count == 2)
        #expect(plan.condemned.isEmpty)
    }

    @Test func `labels and pins are read, and bytes are those of the directory`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint(
            "sp/a/savepoint-012345-000000000001",
            id: 1,
            size: 1000,
            at: shop.ago(20),
            labels: ["pin", "pre-deploy"]
        )
        try shop.tree.savepoint(
            "sp/a/savepoint-012345-000000000002",
            id: 2,
            size: 10,
            at: shop.ago(10)
        )
        let plan = try shop.plan(shop.policy("{ name: 'a', savepoints: '@/sp/a' }"))
        let pinned = try #require(plan.snapshot("savepoint-012345-000000000001"))
        #expect(pinned.labels == ["pin", "pre-deploy"])
        #expect(pinned.verdict == .keep)
        #expect(pinned.bytes == 1000 + (pinned.metadataLength ?? 0))
        #expect(pinned.fileCount == 4)
    }
}
