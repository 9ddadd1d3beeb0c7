// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

/// Law 2, where listings do not show everything: behind links, in directories that do not list,
/// past the point where a listing was cut short.
struct HiddenTests {
    private static let old = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let newer = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    private static let job = "{ name: 'a', savepoints: '@/sp', checkpoints: '@/cp' }"
    private static let rules = """
        { savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null }
        """

    private func plan(_ policy: JanitorPolicy, _ reader: any StorageReader = LocalStorage()) -> Plan
    {
        Planner(policy: policy) { _ in reader }
            .plan(at: Instant(Date()), memory: PlanningMemory()).plan
    }

    /// Everything below a directory that is one itself, deepest last.
    private func directories(below path: String) -> [String] {
        let walk = FileManager.default.enumerator(atPath: path)
        var found: [String] = []
        while let below = walk?.nextObject() as? String {
            if walk?.fileAttributes?[.type] as? FileAttributeType == .typeDirectory {
                found.append(below)
            }
        }
        return found.sorted()
    }

    private func demo() throws -> (directory: TemporaryDirectory, policy: JanitorPolicy) {
        let directory = try TemporaryDirectory()
        try DemoTree.write(into: directory.path, now: Instant(Date()))
        let text = """
            { defaults: \(Self.rules), jobs: [
              { name: "{job}", savepoints: "file://\(directory.path)/savepoints/{job}",
                checkpoints: "file://\(directory.path)/checkpoints/{job}" } ] }
            """
        return (directory, try PolicyDecoder.decode(Array(text.utf8), source: "test"))
    }

    /// Replaces directories by links to where they went, one after the other.
    private func checkLinks(
        _ directory: TemporaryDirectory,
        _ policy: JanitorPolicy,
        sample: Int
    ) throws {
        let whole = plan(policy).condemned
        let all = directories(below: directory.path)
        try #require(all.count > 5)
        // The tree has to lie outside the roots while the link stands for it.
        let away = try TemporaryDirectory()
        for (number, path) in all.enumerated() where number.isMultiple(of: sample) {
            let holder = "\(directory.path)/\((path as NSString).deletingLastPathComponent)"
            let times = try FileManager.default.attributesOfItem(atPath: holder)[.modificationDate]
            let here = "\(directory.path)/\(path)"
            try FileManager.default.moveItem(atPath: here, toPath: "\(away.path)/moved")
            try directory.link(ObjectName(path), to: "\(away.path)/moved")
            let after = plan(policy)
            let isSubset = after.condemned.isSubset(of: whole)
            #expect(isSubset, "a link at \(path)")
            try directory.delete(ObjectName(path))
            try FileManager.default.moveItem(atPath: "\(away.path)/moved", toPath: here)
            if let times {
                try FileManager.default.setAttributes(
                    [.modificationDate: times],
                    ofItemAtPath: holder
                )
            }
        }
        let isSame = plan(policy).condemned == whole
        #expect(isSame, "the tree is as it was")
    }

    @Test func `law 2: a link in the place of any directory never condemns one more`() throws {
        let (directory, policy) = try demo()
        try checkLinks(directory, policy, sample: 1)
    }

    @Test(
        .enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"),
        arguments: FlinkTree.names
    )
    func `law 2: a link in the place of a directory of real trees never condemns one more`(
        name: String
    ) throws {
        let tree = try FlinkTree(name, olderBy: 60)
        let policy = try PolicyDecoder.decode(Array(tree.policy(Self.rules).utf8), source: "test")
        try checkLinks(tree.directory, policy, sample: 2)
    }

    @Test func `law 2: a directory that does not list never condemns one more`() throws {
        let (directory, policy) = try demo()
        let whole = plan(policy).condemned
        for path in directories(below: directory.path) where path.contains("/") {
            let place = directory.url(ObjectName(path))
            let after = plan(policy, BentReader(hidden: [place]))
            let isSubset = after.condemned.isSubset(of: whole)
            #expect(isSubset, "\(path)")
            #expect(after.isPartial, "\(path)")
            #expect(after.findings.contains { $0.subject == "\(place)" }, "\(path)")
        }
    }

    /// Three checkpoints that are only their metadata, so that nothing can reference them.
    private func bare(_ shop: inout Workshop) throws {
        for id: Int64 in 1...3 {
            try shop.tree.checkpoint(
                "cp/\(Self.old)/chk-\(id)",
                id: id,
                at: shop.ago(60, minutes: -id)
            )
        }
    }

    @Test func `law 2: activity may hide where a listing failed`() throws {
        var shop = try Workshop()
        try bare(&shop)
        try shop.tree.write("cp/\(Self.old)/shared/\(shop.tree.uuid())", [1], at: shop.ago(0))
        let policy = try shop.policy(Self.job)
        #expect(try shop.plan(policy).condemned.isEmpty)
        let shared = shop.directory.url(ObjectName("cp/\(Self.old)/shared"))
        #expect(try shop.plan(policy, reader: BentReader(hidden: [shared])).condemned.isEmpty)
    }

    @Test func `law 2: a pin may hide where a listing was cut short`() throws {
        var shop = try Workshop()
        try bare(&shop)
        let pin = "cp/\(Self.old)/chk-1/_label.pin"
        try shop.tree.write(pin, [], at: shop.ago(3))
        let policy = try shop.policy(Self.job)
        #expect(try shop.plan(policy).verdict("chk-1") == .keep)
        let reader = BentReader(dropped: [shop.directory.url(ObjectName(pin))])
        #expect(try shop.plan(policy, reader: reader).verdict("chk-1") == .leave)
    }

    @Test func `law 2: a running attempt may hide where a listing failed`() throws {
        var shop = try Workshop()
        try bare(&shop)
        try shop.tree.makeDirectory("cp/\(Self.newer)/shared", at: shop.ago(0))
        let policy = try shop.policy(Self.job)
        #expect(try shop.plan(policy).condemned.isEmpty)
        let reader = BentReader(
            hidden: [shop.directory.url(ObjectName("cp/\(Self.newer)"))],
            dropped: [shop.directory.url(ObjectName("cp/\(Self.newer)"))]
        )
        #expect(try shop.plan(policy, reader: reader).condemned.isEmpty)
    }

    @Test func `law 2: a pointer that does not read may name any snapshot`() throws {
        var shop = try Workshop()
        try bare(&shop)
        let file = "ha/completedCheckpoint0123456789ab"
        let text = Array("\u{0}\u{5}x/\(Self.old)/chk-1/_metadata\u{0}".utf8)
        try shop.tree.write(file, text, at: shop.ago(40))
        let policy = try shop.policy(Self.job, more: "alsoRead: ['@/ha']")
        #expect(try shop.plan(policy).rules("chk-1") == ["namedByPointer"])
        let place = shop.directory.url(ObjectName(file))
        for reader in [
            BentReader(unreadable: [place]), BentReader(dropped: [place]),
            BentReader(hidden: [shop.directory.url("ha")]),
        ] {
            let plan = try shop.plan(policy, reader: reader)
            #expect(plan.verdict("chk-1") == .leave)
            #expect(plan.isPartial)
        }
    }

    @Test func `law 2: what is to be read and is not there, or never was, may name any snapshot`()
        throws
    {
        var shop = try Workshop()
        try bare(&shop)
        #expect(try shop.plan(shop.policy(Self.job)).condemned.count == 2)
        let policy = try shop.policy(Self.job, more: "alsoRead: ['@/ha']")
        let place = shop.directory.url("ha")
        for memory in [PlanningMemory(), PlanningMemory(fileCounts: [place: 3])] {
            try shop.tree.settleTimes()
            let result = Planner(policy: policy) { _ in LocalStorage() }
                .plan(at: shop.now, memory: memory)
            #expect(result.plan.rules("chk-1") == ["referencesUnknown"])
            #expect(result.plan.verdict("chk-1") == .leave)
            #expect(result.plan.condemned.isEmpty)
            // What lies in the trash stays as well.
            #expect(result.unread.map(\.place) == [place])
            let told = result.plan.findings.filter {
                $0.severity == .partial && $0.subject == "\(place)"
            }
            #expect(told.count == 1)
            #expect(told.first?.message.contains("it is not there") == true)
            #expect(told.first?.hint.contains("correct \"alsoRead\"") == true)
        }
        try shop.tree.makeDirectory("ha", at: shop.ago(40))
        let there = try shop.plan(policy)
        #expect(there.condemned.count == 2)
        #expect(!there.isPartial)
    }

    @Test func `law 2: a job's directory that became a link may need what another job has`() throws
    {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/b/newest", id: 90, size: 10, at: shop.ago(10))
        try shop.tree.savepoint("sp/b/native", id: 5, size: 10, at: shop.ago(50))
        let path = "sp/b/native/\(shop.tree.uuid())"
        try shop.tree.write(path, [1, 2], at: shop.ago(50))
        let file = SampleMetadata.File(path, 2)
        try shop.tree.checkpoint(
            "cp/a/\(Self.old)/chk-9",
            id: 9,
            shared: [file],
            at: shop.ago(30)
        )
        let policy = try shop.policy(
            "{ name: '{job}', savepoints: '@/sp/{job}', checkpoints: '@/cp/{job}' }"
        )
        #expect(try shop.plan(policy).verdict("native") == .keep)
        try shop.directory.rename("cp/a", to: "moved")
        try shop.directory.link("cp/a", to: "\(shop.directory.path)/moved")
        let after = plan(policy)
        #expect(after.verdict("native") == .leave)
        #expect(after.isPartial)
        #expect(after.findings.contains { $0.subject == "\(shop.directory.url("cp/a"))" })
    }
}
