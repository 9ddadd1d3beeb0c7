// SPDX-License-Identifier: Apache-2.0

import DemoTree
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Testing

/// Jobs that an operator said are no more.
struct RetirementTests {
    private static let job = "0123456789abcdef0123456789abcdef"
    private static let both = "{ name: 'a', savepoints: '@/sp/a', checkpoints: '@/cp/a' }"
    private var shop: Workshop

    init() throws { shop = try Workshop() }

    private func retired(_ days: Int64 = 0, _ name: String = "a") -> Waivers {
        let note = Waivers.Note(by: "ada@host", at: shop.ago(days), because: "moved to b")
        return Waivers(retirements: [name: note])
    }

    private func plan(
        _ policy: JanitorPolicy,
        _ waivers: Waivers,
        lifted: Set<StorageURL> = []
    ) throws -> Plan {
        try shop.tree.settleTimes()
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        return planner.plan(
            at: shop.now,
            memory: PlanningMemory(),
            lifted: lifted,
            waivers: waivers
        ).plan
    }

    /// Three savepoints, the oldest pinned, and an attempt that wrote yesterday.
    private mutating func writeJob() throws {
        for number: Int64 in 1...3 {
            try shop.tree.savepoint(
                "sp/a/savepoint-012345-00000000000\(number)",
                id: number,
                size: 10,
                at: shop.ago(20 - number),
                labels: number == 1 ? ["pin"] : []
            )
        }
        for number: Int64 in 4...5 {
            try shop.tree.checkpoint(
                "cp/a/\(Self.job)/chk-\(number)",
                id: number,
                size: 5,
                at: shop.ago(1, minutes: 10 - number)
            )
        }
    }

    @Test mutating func `law 3 and quiet yield, for an approved plan only`() throws {
        try writeJob()
        let policy = try shop.policy(Self.both)
        let before = try plan(policy, Waivers())
        #expect(before.condemned.count == 1)
        #expect(before.verdict("chk-4") == .keep)
        let after = try plan(policy, retired())
        #expect(after.condemned.count == 4)
        #expect(after.verdict("savepoint-012345-000000000001") == .keep)
        #expect(after.rules("savepoint-012345-000000000001") == ["pinned"])
        #expect(after.rules("chk-5") == ["retired"])
        // What went without it goes on going; the rest waits for approval.
        #expect(after.removals.map(\.path) == ["savepoint-012345-000000000002"])
        #expect(after.isLimited)
        #expect(after.jobs[0].limit == .retirement(going: 3))
        let approved = try plan(policy, retired(), lifted: after.condemned)
        #expect(approved.removals.count == 4)
        #expect(!approved.isLimited)
    }

    @Test mutating func `rules that count keep nothing any more, labels do`() throws {
        try writeJob()
        try shop.tree.savepoint(
            "sp/a/savepoint-012345-00000000000a",
            id: 10,
            size: 10,
            at: shop.ago(2),
            labels: ["audit"]
        )
        let policy = try shop.policy(
            Self.both,
            keep: "savepoints: { keepLast: 9, keepLabelled: { audit: '1y' } }, limits: null"
        )
        let plan = try plan(policy, retired())
        #expect(plan.verdict("savepoint-012345-00000000000a") == .keep)
        #expect(plan.rules("savepoint-012345-00000000000a") == ["keepLabelled"])
        #expect(plan.verdict("savepoint-012345-000000000003") == .condemn)
    }

    @Test mutating func `a job that wrote after it was retired is not gone`() throws {
        try writeJob()
        let policy = try shop.policy(Self.both)
        let plan = try plan(policy, retired(2))
        #expect(plan.condemned == (try self.plan(policy, Waivers())).condemned)
        #expect(!plan.isLimited)
        #expect(plan.findings.contains { $0.message.contains("the retirement does not hold") })
    }

    @Test mutating func `law 7: a job that is started again is not gone before it wrote a file`()
        throws
    {
        try writeJob()
        let policy = try shop.policy(Self.both)
        let before = try plan(policy, retired(1))
        #expect(before.condemned.count == 4)
        let begun = "cp/a/fedcba9876543210fedcba9876543210"
        try shop.tree.makeDirectory("\(begun)/shared", at: shop.ago(0, minutes: 9))
        try shop.tree.makeDirectory("\(begun)/taskowned", at: shop.ago(0, minutes: 9))
        // Whoever approved the plan did not know of that.
        let after = try plan(policy, retired(1), lifted: before.condemned)
        #expect(after.condemned.isEmpty)
        #expect(after.objectRemovals.isEmpty)
        #expect(after.rules("savepoint-012345-000000000002") == ["newestAttemptHasNoCheckpoint"])
        let told = try #require(
            after.findings.first { $0.message.contains("the retirement does not hold") }
        )
        #expect(told.message.contains("an attempt began in"))
        #expect(told.message.contains("/\(begun)\""))
    }

    @Test mutating func `directories that a run which was cut off left end no retirement`() throws {
        try writeJob()
        let left = "cp/a/fedcba9876543210fedcba9876543210"
        // What was moved away changed the time of the directory that held it.
        try shop.tree.makeDirectory("\(left)/shared", at: shop.ago(40))
        try shop.tree.makeDirectory("\(left)/taskowned", at: shop.ago(40))
        try shop.tree.makeDirectory(left, at: shop.ago(0, minutes: 9))
        let plan = try plan(shop.policy(Self.both), retired(1))
        #expect(plan.condemned.count == 4)
        #expect(!plan.findings.contains { $0.message.contains("does not hold") })
    }

    @Test mutating func `law 1: what another job's snapshot references stays`() throws {
        try writeJob()
        let needed = "cp/a/\(Self.job)/chk-5/5a11ed01-0000-4000-8000-000000000001"
        try shop.tree.write(needed, [0], at: shop.ago(1, minutes: 5))
        try shop.tree.checkpoint("cp/b/chk-9", id: 9, shared: [.init(needed, 1)], at: shop.ago(30))
        let policy = try shop.policy(Self.both + ", { name: 'b', checkpoints: '@/cp/b' }")
        let plan = try plan(policy, retired())
        #expect(plan.rules("chk-5") == ["referenced"])
        #expect(plan.verdict("chk-4") == .condemn)
        #expect(plan.verdict("chk-9") == .keep)
    }

    @Test mutating func `protect keeps, and a Flink that the policy names has the last word`()
        throws
    {
        try writeJob()
        let name = "sp/a/savepoint-012345-000000000003"
        let protected = try shop.policy(Self.both, more: "protect: ['@/\(name)']")
        #expect(
            try plan(protected, retired()).rules("savepoint-012345-000000000003") == ["protected"]
        )
        let asked = try shop.policy(
            "{ name: 'a', savepoints: '@/sp/a', checkpoints: '@/cp/a', flink: { rest: 'http://x' } }"
        )
        #expect(try plan(asked, retired()).condemned.isEmpty)
    }

    @Test mutating func `law 2: what does not read frees nothing of a retired job either`() throws {
        try writeJob()
        try shop.tree.write("cp/a/\(Self.job)/chk-3/_metadata", [], at: shop.ago(1, minutes: 20))
        let plan = try plan(shop.policy(Self.both), retired())
        #expect(plan.condemned.isEmpty)
        #expect(plan.isPartial)
    }

    @Test mutating func `law 7: what takes its place may have been restored from it`() throws {
        try writeJob()
        let begun = "cp/b/5656560123456789abcdef0123456789"
        try shop.tree.makeDirectory("\(begun)/shared", at: shop.ago(0, minutes: 9))
        let policy = try shop.policy(Self.both + ", { name: 'b', checkpoints: '@/cp/b' }")
        let plan = try plan(policy, retired())
        #expect(plan.rules("savepoint-012345-000000000003") == ["otherAttemptHasNoCheckpoint"])
        #expect(plan.condemned.count == 1)
        try shop.tree.checkpoint("\(begun)/chk-1", id: 1, at: shop.ago(0, minutes: 8))
        #expect(try self.plan(policy, retired()).condemned.count == 4)
    }

    @Test mutating func `other jobs are judged as ever, and a name that is nobody's is told`()
        throws
    {
        try writeJob()
        try shop.tree.savepoint(
            "sp/b/savepoint-abcdef-000000000001",
            id: 1,
            size: 1,
            at: shop.ago(9)
        )
        let policy = try shop.policy(Self.both + ", { name: 'b', savepoints: '@/sp/b' }")
        let plan = try plan(policy, retired(0, "c"))
        #expect(plan.condemned == (try self.plan(policy, Waivers())).condemned)
        #expect(plan.findings.contains { $0.message.contains("no such job any more") })
        let b = try self.plan(policy, retired(0, "a"))
        #expect(b.verdict("savepoint-abcdef-000000000001") == .keep)
    }
}
