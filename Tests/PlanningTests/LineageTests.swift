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

/// Roots in which several jobs mix: what counts together, and what is only suggested.
struct LineageTests {
    private static let one = "0123456789abcdef0123456789abcdef"
    private static let two = "abcdef0123456789abcdef0123456789"
    private static let new = "5555550123456789abcdef0123456789"
    private static let roots = "savepoints: '@/sp', checkpoints: '@/cp'"
    private static let orders = """
        { name: 'orders', \(roots),
          attempts: { jobIds: ['\(one)', '\(two)'], digits: ['012345', 'abcdef'] } }
        """
    private static let sales = "{ name: 'sales', \(roots), attempts: { names: ['sales-*'] } }"
    private var shop: Workshop

    init() throws { shop = try Workshop() }

    private mutating func savepoint(
        _ path: String,
        _ days: Int64,
        operator: UInt64 = SampleMetadata.usualOperator
    ) throws {
        try shop.tree.savepoint(
            path,
            id: 100 - days,
            size: 9,
            at: shop.ago(days),
            operator: `operator`
        )
    }

    private mutating func checkpoints(
        _ job: String,
        _ ids: ClosedRange<Int64>,
        _ days: Int64,
        operator: UInt64 = SampleMetadata.usualOperator
    ) throws {
        for id in ids {
            try shop.tree.checkpoint(
                "cp/\(job)/chk-\(id)",
                id: id,
                size: 5,
                at: shop.ago(days, minutes: 100 - id),
                operator: `operator`
            )
        }
    }

    /// Savepoints of two attempts of one job, of another job, and of nobody, in one directory.
    private mutating func writeMixed() throws {
        try savepoint("sp/savepoint-012345-000000000001", 30)
        try savepoint("sp/savepoint-012345-000000000002", 20)
        try savepoint("sp/native/savepoint-abcdef-000000000003", 10)
        try savepoint("sp/sales-a/savepoint-777777-000000000001", 28, operator: 7)
        try savepoint("sp/sales-b", 27, operator: 7)
        try savepoint("sp/savepoint-999999-000000000001", 26, operator: 9)
        try savepoint("sp/savepoint-999999-000000000002", 25, operator: 9)
        try checkpoints(Self.one, 1...2, 30)
        try checkpoints(Self.two, 3...4, 20)
        try checkpoints(Self.new, 1...2, 19, operator: 9)
    }

    @Test mutating func `attempts count together where the policy says so, and only there`() throws
    {
        try writeMixed()
        let plan = try shop.plan(shop.policy("\(Self.orders), \(Self.sales)"))
        #expect(plan.snapshot("savepoint-abcdef-000000000003")?.job == "orders")
        #expect(plan.verdict("savepoint-abcdef-000000000003") == .keep)
        #expect(plan.verdict("savepoint-012345-000000000001") == .condemn)
        #expect(plan.verdict("savepoint-012345-000000000002") == .condemn)
        #expect(plan.snapshot("\(Self.one)/chk-2")?.job == "orders")
        #expect(plan.verdict("\(Self.one)/chk-2") == .condemn)
        #expect(plan.verdict("\(Self.two)/chk-4") == .keep)
        #expect(plan.snapshot("savepoint-777777-000000000001")?.job == "sales")
        #expect(plan.verdict("savepoint-777777-000000000001") == .condemn)
        #expect(plan.verdict("sales-b") == .keep)
        // What nobody claims: each for itself.
        #expect(plan.verdict("savepoint-999999-000000000001") == .keep)
        #expect(plan.verdict("savepoint-999999-000000000002") == .keep)
        #expect(plan.snapshot("\(Self.new)/chk-2")?.job == Self.new)
        #expect(plan.verdict("\(Self.new)/chk-2") == .keep)
        #expect(plan.verdict("\(Self.new)/chk-1") == .condemn)
        #expect(plan.condemned.count == 7)
        let roots = plan.roots.filter { $0.jobs.contains("orders") }
        #expect(roots.count == 2)
        #expect(roots.allSatisfy { $0.jobs.contains("sales") && $0.undo == "7d" })
    }

    @Test mutating func `the order of the jobs and of the listing does not matter`() throws {
        try writeMixed()
        let one = try shop.plan(shop.policy("\(Self.orders), \(Self.sales)"))
        let other = try shop.plan(
            shop.policy("\(Self.sales), \(Self.orders)"),
            reader: BentReader(shuffled: 7)
        )
        #expect(one.snapshots.map(\.place) == other.snapshots.map(\.place))
        #expect(one.snapshots.map(\.job) == other.snapshots.map(\.job))
        #expect(one.snapshots.map(\.reasons) == other.snapshots.map(\.reasons))
        #expect(one.roots == other.roots)
        #expect(one.findings == other.findings)
    }

    @Test mutating func `the line to add is suggested from equal operators, and nothing more`()
        throws
    {
        try writeMixed()
        try savepoint("sp/savepoint-888888-000000000001", 24)
        let plan = try shop.plan(shop.policy("\(Self.orders), \(Self.sales)"))
        #expect(plan.verdict("savepoint-888888-000000000001") == .keep)
        let hints = plan.findings.map(\.hint)
        #expect(
            hints.contains(
                "its operators are those of \"orders\"; if it is the same job, add there: "
                    + "attempts: { digits: [\"888888\"] }"
            )
        )
        #expect(
            hints.contains {
                $0.hasSuffix(
                    "savepoints: \"file://\(shop.directory.path)/sp\", "
                        + "attempts: { digits: [\"999999\"] } }"
                )
            }
        )
        #expect(hints.contains { $0.contains("jobIds: [\"\(Self.new)\"]") })
        let note = try #require(plan.findings.first { $0.hint.contains("999999") })
        #expect(note.message.contains("and 1 more in it: given to no job, count each by itself"))
        #expect(note.severity == .note)
    }

    @Test mutating func `what is claimed together and has no operator in common is told`() throws {
        try savepoint("sp/savepoint-012345-000000000001", 30)
        try savepoint("sp/savepoint-abcdef-000000000001", 20, operator: 9)
        let plan = try shop.plan(shop.policy(Self.orders))
        #expect(plan.verdict("savepoint-012345-000000000001") == .condemn)
        let warning = try #require(
            plan.findings.first { $0.message.contains("have no operator in common") }
        )
        #expect(warning.subject == "job orders")
        try savepoint("sp/savepoint-abcdef-000000000001", 20)
        let same = try shop.plan(shop.policy(Self.orders))
        #expect(!same.findings.contains { $0.message.contains("no operator in common") })
    }

    @Test
    mutating func `law 7: a new attempt that nobody claims yet holds all that share its root`()
        throws
    {
        try writeMixed()
        let policy = try shop.policy("\(Self.orders), \(Self.sales)")
        #expect(try shop.plan(policy).condemned.count == 7)
        let started = "5656560123456789abcdef0123456789"
        try shop.tree.makeDirectory("cp/\(started)/shared", at: shop.ago(0, minutes: 5))
        let plan = try shop.plan(policy)
        #expect(plan.verdict("savepoint-012345-000000000001") == .keep)
        #expect(plan.rules("savepoint-012345-000000000001") == ["newestAttemptHasNoCheckpoint"])
        #expect(plan.verdict("savepoint-777777-000000000001") == .keep)
        // Its first checkpoint says what it needs.
        try shop.tree.checkpoint("cp/\(started)/chk-1", id: 1, at: shop.ago(0, minutes: 4))
        #expect(try shop.plan(policy).condemned.count == 7)
    }

    @Test
    mutating func `what lies straight in a pattern's place can be claimed, the rest counts apart`()
        throws
    {
        try savepoint("sp/a/savepoint-333333-000000000001", 30)
        try savepoint("sp/a/savepoint-333333-000000000002", 29)
        try savepoint("sp/sales-x/savepoint-777777-000000000001", 29, operator: 7)
        try savepoint("sp/savepoint-777777-000000000002", 20, operator: 7)
        try savepoint("sp/savepoint-999999-000000000001", 26, operator: 9)
        let plan = try shop.plan(
            shop.policy(
                """
                { name: 'sales', savepoints: '@/sp',
                  attempts: { digits: ['777777'], names: ['sales-*'] } },
                { name: '{job}', savepoints: '@/sp/{job}' }
                """
            )
        )
        #expect(plan.snapshot("savepoint-333333-000000000001")?.job == "a")
        #expect(plan.verdict("savepoint-333333-000000000001") == .condemn)
        #expect(plan.snapshot("savepoint-777777-000000000001")?.job == "sales")
        #expect(plan.verdict("savepoint-777777-000000000001") == .condemn)
        #expect(plan.verdict("savepoint-777777-000000000002") == .keep)
        #expect(plan.verdict("savepoint-999999-000000000001") == .keep)
        #expect(plan.condemned.count == 2)
    }

    @Test mutating func `where the jobs that share a root differ, what nobody claims is only read`()
        throws
    {
        try writeMixed()
        let policy = try shop.policy(
            Self.orders + ", " + Self.sales.dropLast(1)
                + ", keep: { savepoints: { keepLast: 2 } } }"
        )
        let plan = try shop.plan(policy)
        #expect(plan.snapshot("\(Self.new)/chk-1") == nil)
        #expect(plan.snapshot("savepoint-999999-000000000001") == nil)
        #expect(plan.findings.contains { $0.message.contains("belong to no job") })
        #expect(plan.verdict("savepoint-012345-000000000001") == .condemn)
        // Law 7: an attempt that began there may be of any of them.
        let begun = "cp/5656560123456789abcdef0123456789"
        try shop.tree.makeDirectory("\(begun)/shared", at: shop.ago(0, minutes: 5))
        let held = try shop.plan(policy)
        #expect(held.rules("savepoint-012345-000000000001") == ["newestAttemptHasNoCheckpoint"])
        try shop.tree.checkpoint("\(begun)/chk-1", id: 1, at: shop.ago(0, minutes: 4))
        #expect(try shop.plan(policy).verdict("savepoint-012345-000000000001") == .condemn)
    }

    @Test mutating func `law 1: what nobody claims protects`() throws {
        let needed = "cp/\(Self.one)/chk-1/5a11ed01-0000-4000-8000-000000000001"
        try checkpoints(Self.one, 1...2, 30)
        try shop.tree.write(needed, [0], at: shop.ago(30))
        try shop.tree.checkpoint(
            "cp/other/chk-9",
            id: 9,
            shared: [.init(needed, 1)],
            at: shop.ago(9)
        )
        let plan = try shop.plan(shop.policy(Self.orders))
        #expect(plan.rules("chk-1") == ["referenced"])
    }

    @Test mutating func `checkpoints straight in a root of several jobs are nobody's`() throws {
        try shop.tree.checkpoint("cp/chk-1", id: 1, at: shop.ago(30))
        try shop.tree.checkpoint("cp/chk-2", id: 2, at: shop.ago(29))
        let plan = try shop.plan(shop.policy("\(Self.orders), \(Self.sales)"))
        #expect(plan.snapshots.isEmpty)
        #expect(plan.findings.contains { $0.hint.contains("nothing tells whose these are") })
    }

    @Test mutating func `a changelog of several jobs is nobody's, unless job ids say whose`() throws
    {
        let id = "5a11ed01-0000-4000-8000-000000000001"
        try shop.tree.write("dstl/\(Self.one)/dstl/\(id)", [0], at: shop.ago(1))
        try checkpoints(Self.one, 1...2, 30)
        let shared = "changelog: '@/dstl'"
        let unsaid = try shop.policy(
            "{ name: 'a', checkpoints: '@/cp', \(shared) }, { name: 'b', savepoints: '@/x', \(shared) }"
        )
        let plan = try shop.plan(unsaid)
        #expect(plan.condemned.count == 1)
        #expect(plan.findings.contains { $0.hint.contains("jobIds: [\"\(Self.one)\"]") })
        let said = try shop.policy(
            """
            { name: 'a', checkpoints: '@/cp', \(shared), attempts: { jobIds: ['\(Self.one)'] } },
            { name: 'b', savepoints: '@/x', \(shared) }
            """
        )
        // Its changelog was written yesterday: the attempt may be running.
        #expect(try shop.plan(said).rules("chk-1") == ["attemptNotOver"])
    }

    @Test
    mutating func `several deployments under one job id count together by time, and are told`()
        throws
    {
        for id: Int64 in 90...92 {
            let time = shop.ago(40, minutes: 100 - id)
            try shop.tree.checkpoint("cp/\(Self.one)/chk-\(id)", id: id, at: time)
        }
        try checkpoints(Self.one, 3...5, 20)
        let plan = try shop.plan(shop.policy("{ name: 'a', checkpoints: '@/cp' }"))
        #expect(plan.verdict("chk-5") == .keep)
        #expect(plan.condemned.count == 5)
        #expect(plan.findings.contains { $0.message.hasPrefix("several deployments have used it") })
    }

    @Test mutating func `law 10: numbers that fall faster than that are a copy's`() throws {
        for (id, minutes) in [(90, 10), (91, 9), (5, 8)] as [(Int64, Int64)] {
            let time = shop.ago(20, minutes: minutes)
            try shop.tree.checkpoint("cp/\(Self.one)/chk-\(id)", id: id, at: time)
        }
        let plan = try shop.plan(shop.policy("{ name: 'a', checkpoints: '@/cp' }"))
        #expect(plan.removals.isEmpty)
        #expect(plan.rules("chk-90").contains("timesLookCopied"))
    }
}
