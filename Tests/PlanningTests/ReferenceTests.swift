// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Planning
import SnapshotModel
import Testing

/// Law 1: what something that stays references stays.
struct ReferenceTests {
    private static let first = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let second = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    private static let job = "{ name: 'a', savepoints: '@/sp', checkpoints: '@/cp' }"
    private static let rules = """
        savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null
        """

    /// A native savepoint that a later checkpoint claims, with the claimed file's path.
    private func claimed(_ shop: inout Workshop) throws -> SampleMetadata.File {
        try shop.tree.savepoint("sp/newest", id: 90, size: 10, at: shop.ago(10))
        try shop.tree.savepoint("sp/native", id: 5, size: 10, at: shop.ago(50))
        let path = "sp/native/\(shop.tree.uuid())"
        try shop.tree.write(path, [1, 2, 3], at: shop.ago(50))
        return SampleMetadata.File(path, 3)
    }

    @Test func `law 1: a savepoint that a kept checkpoint claimed stays, and says by whom`() throws
    {
        var shop = try Workshop()
        let file = try claimed(&shop)
        try shop.tree.checkpoint(
            "cp/\(Self.first)/chk-9",
            id: 9,
            shared: [file],
            at: shop.ago(30)
        )
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.verdict("sp/native") == .keep)
        guard case .referenced(let by, _, let byName)? = plan.snapshot("sp/native")?.reasons.first
        else {
            Issue.record("it does not say what references it")
            return
        }
        #expect(by.description.hasSuffix("chk-9"))
        #expect(!byName)
    }

    @Test func `law 1: a savepoint that another job claimed stays`() throws {
        var shop = try Workshop()
        let file = try claimed(&shop)
        try shop.tree.checkpoint(
            "other/\(Self.first)/chk-9",
            id: 9,
            shared: [file],
            at: shop.ago(30)
        )
        let policy = try shop.policy("\(Self.job), { name: 'b', checkpoints: '@/other' }")
        let plan = try shop.plan(policy)
        #expect(plan.snapshot("chk-9")?.job == "b")
        #expect(plan.snapshot("sp/native")?.job == "a")
        #expect(plan.rules("sp/native") == ["referenced"])
    }

    @Test(arguments: ["0d", "7d"])
    func `what goes to the trash keeps what would be removed for good and what it needs`(
        trash: String
    ) throws {
        var shop = try Workshop()
        let file = try claimed(&shop)
        for number in 8...9 {
            try shop.tree.checkpoint(
                "other/\(Self.first)/chk-\(number)",
                id: Int64(number),
                shared: number == 8 ? [file] : [],
                at: shop.ago(38 - Int64(number))
            )
        }
        let jobs = "{ name: 'a', savepoints: '@/sp' }, { name: 'b', checkpoints: '@/other' }"
        let rules = Self.rules + ", trash: '7d'"
        let own = "{ name: 'a', savepoints: '@/sp', keep: { trash: '\(trash)' } }"
        let policy = try shop.policy(
            jobs.replacing("{ name: 'a', savepoints: '@/sp' }", with: own),
            keep: rules
        )
        let plan = try shop.plan(policy)
        #expect(plan.verdict("chk-8") == .condemn)
        #expect(plan.rules("sp/native") == (trash == "0d" ? ["neededInTrash"] : ["keepLast"]))
    }

    @Test func `law 1: chains of references stay as long as their first link does`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/c", id: 1, size: 10, at: shop.ago(60))
        let inC = "sp/c/\(shop.tree.uuid())"
        try shop.tree.write(inC, [1], at: shop.ago(60))
        try shop.tree.checkpoint(
            "cp/\(Self.first)/chk-2",
            id: 2,
            shared: [SampleMetadata.File(inC, 1)],
            size: 4,
            at: shop.ago(50)
        )
        let inB = "cp/\(Self.first)/chk-2/\(shop.tree.uuid())"
        try shop.tree.write(inB, [1, 2], at: shop.ago(50))
        try shop.tree.savepoint("sp/newest", id: 9, size: 10, at: shop.ago(8))
        try shop.tree.checkpoint(
            "cp/\(Self.second)/chk-7",
            id: 7,
            shared: [SampleMetadata.File(inB, 2)],
            at: shop.ago(40)
        )
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.verdict("chk-7") == .keep)
        #expect(plan.verdict("chk-2") == .keep)
        #expect(plan.verdict("sp/c") == .keep)
    }

    @Test func `law 1: among condemned ones the referencing goes first`() throws {
        var shop = try Workshop()
        let file = try claimed(&shop)
        try shop.tree.checkpoint(
            "cp/\(Self.first)/chk-9",
            id: 9,
            shared: [file],
            at: shop.ago(60)
        )
        try shop.tree.checkpoint("cp/\(Self.second)/chk-20", id: 20, size: 4, at: shop.ago(20))
        let plan = try shop.plan(shop.policy(Self.job))
        let order = plan.removals.map { $0.path.description }
        #expect(order == ["\(Self.first)/chk-9", "native"])
        #expect(plan.snapshot("sp/native")?.goesAfter.count == 1)
    }

    @Test func `law 1: snapshots that need each other in a cycle stay`() throws {
        var shop = try Workshop()
        try shop.tree.checkpoint("cp/\(Self.second)/chk-20", id: 20, size: 4, at: shop.ago(20))
        let one = "cp/\(Self.first)/chk-1/\(shop.tree.uuid())"
        let two = "cp/\(Self.first)/chk-2/\(shop.tree.uuid())"
        try shop.tree.write(one, [1], at: shop.ago(60))
        try shop.tree.write(two, [1], at: shop.ago(59))
        try shop.tree.checkpoint(
            "cp/\(Self.first)/chk-1",
            id: 1,
            shared: [SampleMetadata.File(two, 1)],
            at: shop.ago(60)
        )
        try shop.tree.checkpoint(
            "cp/\(Self.first)/chk-2",
            id: 2,
            shared: [SampleMetadata.File(one, 1)],
            at: shop.ago(59)
        )
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.verdict("chk-1") == .keep)
        #expect(plan.verdict("chk-2") == .keep)
        for (needed, by) in [("chk-1", "chk-2"), ("chk-2", "chk-1")] {
            guard case .referenced(let place, let file, _)? = plan.snapshot(needed)?.reasons.first
            else {
                Issue.record("\(needed) does not say what references it")
                continue
            }
            #expect(place.path.last == ObjectName(by))
            #expect(file.parent.path.last == ObjectName(needed))
        }
    }

    @Test func `law 8: what a cycle leads to says what references it`() throws {
        var shop = try Workshop()
        try shop.tree.checkpoint("cp/\(Self.second)/chk-20", id: 20, size: 4, at: shop.ago(20))
        let outside = "cp/\(Self.first)/chk-1/\(shop.tree.uuid())"
        try shop.tree.write(outside, [1], at: shop.ago(61))
        try shop.tree.checkpoint("cp/\(Self.first)/chk-1", id: 1, at: shop.ago(61))
        let files = try (2...3).map { id in
            let file = "cp/\(Self.first)/chk-\(id)/\(shop.tree.uuid())"
            try shop.tree.write(file, [1], at: shop.ago(60))
            return SampleMetadata.File(file, 1)
        }
        for (id, other) in [(Int64(2), files[1]), (3, files[0])] {
            try shop.tree.checkpoint(
                "cp/\(Self.first)/chk-\(id)",
                id: id,
                shared: [other, SampleMetadata.File(outside, 1)],
                at: shop.ago(60, minutes: -id)
            )
        }
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.condemned.isEmpty)
        #expect(plan.rules("chk-1") == ["referenced"])
    }

    @Test func `law 1: what lies in the trash and what is only read protect`() throws {
        for place in ["cp/.janitor-trash/run/\(Self.first)", "other"] {
            var shop = try Workshop()
            let file = try claimed(&shop)
            try shop.tree.checkpoint("\(place)/chk-9", id: 9, shared: [file], at: shop.ago(60))
            try shop.tree.checkpoint("cp/\(Self.second)/chk-20", id: 20, size: 4, at: shop.ago(20))
            try shop.tree.makeDirectory("other", at: shop.ago(60))
            let policy = try shop.policy(Self.job, more: "alsoRead: ['@/other']")
            let plan = try shop.plan(policy)
            #expect(plan.verdict("sp/native") == .keep, "\(place)")
            #expect(plan.snapshot("chk-9") == nil, "\(place)")
        }
    }

    @Test func `law 1: a base name protects where the path leads nowhere (FLINK-39964)`() throws {
        var shop = try Workshop()
        let file = try claimed(&shop)
        let name = String(file.path.split(separator: "/").last ?? "")
        let metadata = SampleMetadata.checkpoint(
            id: 9,
            shared: [],
            own: [SampleMetadata.File(name, 3)]
        )
        try shop.tree.write("cp/\(Self.first)/chk-9/_metadata", metadata, at: shop.ago(30))
        try shop.tree.checkpoint("cp/\(Self.second)/chk-8", id: 8, size: 4, at: shop.ago(31))
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.snapshot("chk-9")?.isClosed == false)
        #expect(plan.verdict("chk-9") == .leave)
        #expect(plan.verdict("sp/native") == .keep)
    }

    @Test func `law 1: what a limit holds back protects as well`() throws {
        var shop = try Workshop()
        let file = try claimed(&shop)
        for id: Int64 in 9...19 {
            try shop.tree.checkpoint(
                "cp2/\(Self.first)/chk-\(id)",
                id: id,
                shared: [file],
                at: shop.ago(60, minutes: -id)
            )
        }
        let policy = try shop.policy(
            "{ name: 'a', savepoints: '@/sp' }, { name: 'b', checkpoints: '@/cp2' }",
            keep: """
                savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 },
                limits: { share: 0.5, count: 2 }
                """
        )
        let plan = try shop.plan(policy)
        #expect(plan.isLimited)
        #expect(plan.snapshots.count(where: \.isHeldByLimit) == 10)
        #expect(plan.verdict("sp/native") == .keep)
        #expect(plan.removals.isEmpty)
    }

    @Test func `law 1: a snapshot around one that stays is kept`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/old", id: 1, size: 10, at: shop.ago(50))
        try shop.tree.savepoint("sp/old/newest", id: 2, size: 10, at: shop.ago(10))
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.verdict("sp/old/newest") == .keep)
        #expect(plan.verdict("sp/old") == .keep)
    }

    @Test func `law 1: high-availability pointers protect what they name`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/newest", id: 90, size: 10, at: shop.ago(10))
        try shop.tree.savepoint(
            "sp/savepoint-abcdef-000000000001",
            id: 5,
            size: 10,
            at: shop.ago(50)
        )
        let text = Array("\u{0}\u{5}x/savepoint-abcdef-000000000001/_metadata\u{0}".utf8)
        try shop.tree.write("ha/completedCheckpoint0123456789ab", text, at: shop.ago(40))
        let policy = try shop.policy(Self.job, more: "alsoRead: ['@/ha']")
        let plan = try shop.plan(policy)
        #expect(plan.rules("savepoint-abcdef-000000000001") == ["namedByPointer"])
    }

    @Test func `the policy's protect keeps a snapshot by name`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/newest", id: 90, size: 10, at: shop.ago(10))
        try shop.tree.savepoint("sp/old", id: 5, size: 10, at: shop.ago(50))
        let policy = try shop.policy(Self.job, more: "protect: ['@/sp/old', '@/sp/gone']")
        let plan = try shop.plan(policy)
        #expect(plan.rules("sp/old") == ["protected"])
        #expect(plan.findings.contains { $0.subject.hasSuffix("/sp/gone") })
    }
}
