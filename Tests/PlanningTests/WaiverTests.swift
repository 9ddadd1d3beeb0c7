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

/// What an operator dismissed or retired, and what that does and does not change.
struct WaiverTests {
    private static let job = "0123456789abcdef0123456789abcdef"
    private static let savepoints = "{ name: 'a', savepoints: '@/sp/a' }"
    private var shop: Workshop

    init() throws { shop = try Workshop() }

    private func note(_ days: Int64 = 0) -> Waivers.Note {
        Waivers.Note(by: "ada@host", at: shop.ago(days), because: "moved to b")
    }

    private func place(_ path: String) throws -> StorageURL {
        try #require(StorageURL(parsing: ObjectName("file://\(shop.directory.path)/\(path)")))
    }

    /// The dismissal of what lies at a path now.
    private func dismissal(_ path: String) throws -> Waivers {
        let place = try place(path)
        let root = place.parent
        let checksums = MetadataChecksums(of: [place], below: [root]) { _ in LocalStorage() }
        let checksum = try #require(try checksums.results[place]?.get())
        let found = try DirectoryProbe.probe(place, with: LocalStorage())
        return Waivers(dismissals: [
            place: Waivers.Dismissal(
                length: try #require(found?.metadataLength),
                modified: shop.ago(9),
                checksum: checksum,
                note: note()
            )
        ])
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

    /// Three savepoints that share files by name with nobody, and one that does not read.
    private mutating func writeUnreadable() throws {
        for number: Int64 in 1...3 {
            try shop.tree.savepoint(
                "sp/a/savepoint-012345-00000000000\(number)",
                id: number,
                size: 10,
                at: shop.ago(20 - number)
            )
        }
        try shop.tree.write("sp/a/savepoint-012345-000000000009/_metadata", [], at: shop.ago(9))
    }

    // MARK: Dismissed

    @Test mutating func `what is dismissed holds up nothing, is left, and is no ignorance`() throws
    {
        try writeUnreadable()
        let policy = try shop.policy(Self.savepoints)
        let before = try plan(policy, Waivers())
        #expect(before.condemned.isEmpty)
        #expect(before.isPartial)
        let waivers = try dismissal("sp/a/savepoint-012345-000000000009")
        let after = try plan(policy, waivers)
        #expect(after.condemned.count == 2)
        #expect(!after.isPartial)
        let dismissed = try #require(after.snapshot("savepoint-012345-000000000009"))
        #expect(dismissed.verdict == .leave)
        #expect(dismissed.reasons == [.dismissed(note())])
        #expect(dismissed.isClosed == nil)
        #expect(dismissed.reasons[0].text.contains("\"moved to b\""))
    }

    @Test mutating func `it takes no place in a rule`() throws {
        try writeUnreadable()
        let waivers = try dismissal("sp/a/savepoint-012345-000000000009")
        let plan = try plan(shop.policy(Self.savepoints), waivers)
        #expect(plan.verdict("savepoint-012345-000000000003") == .keep)
        #expect(plan.rules("savepoint-012345-000000000003").contains("newestClosed"))
    }

    @Test(arguments: ["length", "time", "bytes"])
    mutating func `a dismissal ends when anything about the metadata changes`(
        what: String
    ) throws {
        try writeUnreadable()
        let path = "sp/a/savepoint-012345-000000000009"
        try shop.tree.write("\(path)/_metadata", [1, 2, 3], at: shop.ago(9))
        let waivers = try dismissal(path)
        let policy = try shop.policy(Self.savepoints)
        #expect(try plan(policy, waivers).condemned.count == 2)
        switch what {
        case "length": try shop.tree.write("\(path)/_metadata", [1, 2], at: shop.ago(9))
        case "time": try shop.tree.write("\(path)/_metadata", [1, 2, 3], at: shop.ago(8))
        default: try shop.tree.write("\(path)/_metadata", [1, 2, 4], at: shop.ago(9))
        }
        let after = try plan(policy, waivers)
        #expect(after.condemned.isEmpty)
        #expect(after.isPartial)
        #expect(after.findings.contains { $0.message.contains("changed since it was dismissed") })
    }

    @Test mutating func `law 2: a dismissal that cannot be compared does not hold`() throws {
        try writeUnreadable()
        let path = "sp/a/savepoint-012345-000000000009"
        let waivers = try dismissal(path)
        try shop.tree.settleTimes()
        let metadata = try place("\(path)/_metadata")
        let reader = BentReader(unreadable: [metadata])
        let planner = Planner(policy: try shop.policy(Self.savepoints)) { _ in reader }
        let plan = planner.plan(at: shop.now, memory: PlanningMemory(), waivers: waivers).plan
        #expect(plan.condemned.isEmpty)
        #expect(plan.isPartial)
    }

    @Test mutating func `a dismissed one that is broken still protects what it references`() throws
    {
        let needed = "cp/a/\(Self.job)/chk-1/5a11ed01-0000-4000-8000-000000000001"
        try shop.tree.write(needed, [0], at: shop.ago(30))
        try shop.tree.checkpoint("cp/a/\(Self.job)/chk-1", id: 1, at: shop.ago(30))
        try shop.tree.checkpoint("cp/a/\(Self.job)/chk-2", id: 2, at: shop.ago(29))
        try shop.tree.checkpoint(
            "cp/a/\(Self.job)/chk-3",
            id: 3,
            shared: [.init(needed, 1), .init("cp/a/\(Self.job)/shared/gone", 1)],
            at: shop.ago(9)
        )
        let policy = try shop.policy("{ name: 'a', checkpoints: '@/cp/a' }")
        let waivers = try dismissal("cp/a/\(Self.job)/chk-3")
        let plan = try plan(policy, waivers)
        #expect(plan.rules("chk-3") == ["dismissed"])
        #expect(plan.verdict("chk-3") == .leave)
        #expect(plan.verdict("chk-1") == .keep)
        #expect(plan.rules("chk-1") == ["referenced"])
    }

    @Test mutating func `one that is whole by now counts again`() throws {
        try writeUnreadable()
        let path = "sp/a/savepoint-012345-000000000009"
        let waivers = try dismissal(path)
        try shop.tree.savepoint(path, id: 9, size: 10, at: shop.ago(9))
        let plan = try plan(shop.policy(Self.savepoints), waivers)
        #expect(plan.rules("savepoint-012345-000000000009").contains("newestClosed"))
        #expect(plan.findings.contains { $0.message.contains("holds no more") })
    }

    @Test mutating func `what is gone meanwhile is told`() throws {
        try writeUnreadable()
        let there = try place("sp/a/savepoint-012345-00000000000f")
        let waivers = Waivers(dismissals: [
            there: Waivers.Dismissal(length: 0, modified: shop.ago(9), checksum: "", note: note())
        ])
        let plan = try plan(shop.policy(Self.savepoints), waivers)
        #expect(plan.findings.contains { $0.message.contains("no snapshot is there any more") })
    }
}
