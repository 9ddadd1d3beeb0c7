// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import JanitorTestSupport
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

/// What protects outside snapshots although no reference leads there, and what freezes everything.
struct SweepProtectionTests {
    private static let shared = "cp/a/\(SweepWorkshop.attempt)/shared"
    private static let attempt = "cp/a/\(SweepWorkshop.attempt)"

    /// A checkpoint that references a file by a path as it is written.
    private func reference(_ path: String, _ shop: inout SweepWorkshop) throws {
        let metadata = SampleMetadata.checkpoint(
            id: 8,
            shared: [SampleMetadata.File(path, 2)],
            own: []
        )
        try shop.shop.tree.write("\(Self.attempt)/chk-8/_metadata", metadata, at: shop.shop.ago(31))
    }

    @Test(arguments: [
        "file:/old/place/shared/", "hdfs:/flink/shared/", "hdfs://nn2:8020/x/", "s3a://bucket/x/",
        "wrong://authority/x/", "/no/scheme/", "",
    ])
    func `law 2: a name protects whatever path was written, and the unknown is told`(
        prefix: String
    ) throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        let free = try shop.file(Self.shared)
        let name = String(file.path.split(separator: "/").last ?? "")
        try reference(prefix + name, &shop)
        let result = try shop.result(shop.policy())
        #expect(result.object(file.path)?.rules == ["named"])
        // Nobody needs to know the place: its name says what it could be.
        #expect(result.object(free.path)?.verdict == .condemn)
        let isUnknown = prefix.contains("://") || prefix.hasPrefix("file:/old")
        if isUnknown { #expect(result.plan.isPartial) }
    }

    @Test func `law 2: a store that is known to be gone still protects by name`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        let name = String(file.path.split(separator: "/").last ?? "")
        try reference("hdfs://old/x/\(name)", &shop)
        let policy = try shop.policy(more: "aliases: { 'hdfs://old': null }")
        #expect(try shop.result(policy).object(file.path)?.rules == ["named"])
    }

    @Test func `an alias leads a reference to the very file`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try reference("hdfs://old/flink/\(file.path)", &shop)
        let policy = try shop.policy(more: "aliases: { 'hdfs://old/flink': '@' }")
        #expect(try shop.result(policy).object(file.path)?.rules == ["referenced"])
    }

    @Test func `a high-availability pointer protects what it names`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        let free = try shop.file(Self.shared)
        try shop.shop.tree.write(
            "ha/completedCheckpoint0123456789ab",
            Array("xx file:/somewhere/\(file.path) yy".utf8),
            at: shop.shop.ago(20)
        )
        let result = try shop.result(shop.policy(more: "alsoRead: ['@/ha']"))
        #expect(result.object(file.path)?.rules == ["namedByPointer"])
        #expect(result.object(free.path)?.verdict == .condemn)
    }

    @Test func `a file that a damaged name may have meant is left, and that is partial`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try shop.shop.tree.write(
            "\(Self.shared)/5a11ed00-0000-4000-8000-0000000000aa",
            [1, 2, 3],
            at: shop.shop.ago(35)
        )
        let top = shop.shop.directory.path
        try reference("file:\(top)/\(Self.shared)/5a11ed00-0000-4000-8000-0000000000ff", &shop)
        let result = try shop.result(shop.policy())
        #expect(result.object(file.path)?.rules == ["possiblyReferenced"])
        #expect(result.object("5a11ed00-0000-4000-8000-0000000000aa")?.verdict == .condemn)
        #expect(result.plan.isPartial)
    }

    // MARK: Law 2

    @Test func `law 2: bytes behind the end of metadata let nothing go`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        let metadata = SampleMetadata.checkpoint(id: 3, shared: [], own: []) + [0]
        try shop.shop.tree.write("cp/b/chk-3/_metadata", metadata, at: shop.shop.ago(50))
        expectFrozen(try shop.result(shop.policy()), file.path, by: "chk-3")
    }

    private func expectFrozen(_ result: PlanningResult, _ path: String, by cause: String) {
        #expect(result.object(path)?.rules.first == "referencesUnknown")
        #expect(result.plan.objects.isEmpty)
        #expect(result.plan.isPartial)
        let isTold = result.plan.findings.contains {
            $0.severity == .partial && $0.subject.contains(cause)
        }
        #expect(isTold, "\(cause)")
    }

    @Test(arguments: ["cp/a", "sp/a", "cp/b", "elsewhere", "cp/a/.janitor-trash/run"], [0, 9, 60])
    func `law 2: metadata that cannot be read, wherever they lie, let nothing go`(
        root: String,
        length: Int
    ) throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        let whole = SampleMetadata.checkpoint(id: 3, shared: [], own: [])
        try shop.shop.tree.write(
            "\(root)/chk-3/_metadata",
            Array(whole.prefix(length)),
            at: shop.shop.ago(50)
        )
        let policy = try shop.policy(more: "alsoRead: ['@/elsewhere']")
        try shop.shop.tree.makeDirectory("elsewhere", at: shop.shop.ago(50))
        expectFrozen(try shop.result(policy), file.path, by: "chk-3")
    }

    @Test func `law 2: an unknown version, a directory and a link for metadata let nothing go`()
        throws
    {
        for number in 0..<3 {
            var shop = try SweepWorkshop()
            let file = try shop.file(Self.shared)
            let path = "cp/b/chk-3/_metadata"
            if number == 0 {
                var bytes = SampleMetadata.checkpoint(id: 3, shared: [], own: [])
                bytes[7] = 9
                try shop.shop.tree.write(path, bytes, at: shop.shop.ago(50))
            } else if number == 1 {
                try shop.shop.tree.makeDirectory(path, at: shop.shop.ago(50))
            } else {
                try shop.shop.tree.makeDirectory("cp/b/chk-3", at: shop.shop.ago(50))
                try FileManager.default.createSymbolicLink(
                    atPath: "\(shop.shop.directory.path)/\(path)",
                    withDestinationPath: "nowhere"
                )
            }
            expectFrozen(try shop.result(shop.policy()), file.path, by: "chk-3")
        }
    }

    @Test func `law 2: a listing that may be cut short lets nothing go under any root`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try shop.shop.tree.makeDirectory("cp/b", at: shop.shop.ago(50))
        try shop.shop.tree.settleTimes()
        let place = StorageURL(
            scheme: "file",
            path: ObjectName("\(shop.shop.directory.path)/cp/b")
        )
        let result = try shop.result(shop.policy(), reader: BentReader(incomplete: [place]))
        expectFrozen(result, file.path, by: "cp/b")
    }

    @Test func `law 2: a symbolic link to what no root holds lets nothing go`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try FileManager.default.createSymbolicLink(
            atPath: "\(shop.shop.directory.path)/sp/a/link",
            withDestinationPath: "/nowhere/at all"
        )
        expectFrozen(try shop.result(shop.policy()), file.path, by: "link")
    }

    @Test func `law 2: a pointer file that does not read lets nothing go`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        let path = "sp/a/completedCheckpoint0123456789ab"
        try shop.shop.tree.write(path, [1], at: shop.shop.ago(20))
        let place = StorageURL(
            scheme: "file",
            path: ObjectName("\(shop.shop.directory.path)/\(path)")
        )
        let result = try shop.result(shop.policy(), reader: BentReader(unreadable: [place]))
        expectFrozen(result, file.path, by: "completedCheckpoint")
    }

    @Test func `law 2: what is to be read and is not there lets nothing go`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        let policy = try shop.policy(more: "alsoRead: ['@/elsewhere']")
        expectFrozen(try shop.result(policy), file.path, by: "elsewhere")
    }

    @Test func `law 2: a root that lost most of what it held lets nothing go under any root`()
        throws
    {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try shop.shop.tree.savepoint("other/x", id: 1, size: 1, at: shop.shop.ago(50))
        let policy = try shop.policy(more: "alsoRead: ['@/other']")
        var memory = PlanningMemory()
        let place = StorageURL(
            scheme: "file",
            path: ObjectName("\(shop.shop.directory.path)/other")
        )
        memory.fileCounts[place] = 1000
        let result = try shop.result(policy, memory: memory)
        #expect(result.object(file.path)?.rules == ["shrunkenRoot"])
        #expect(result.plan.lost.map(\.place) == [place])
        #expect(result.plan.isPartial)
    }

    @Test func `law 2: a night on which nothing can be known takes no sighting away and adds none`()
        throws
    {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        let policy = try shop.policy(orphans: "sightings: 3, apart: '1h'")
        let memory = try shop.memory(after: policy, at: shop.shop.ago(3))
        try FileManager.default.createSymbolicLink(
            atPath: "\(shop.shop.directory.path)/sp/a/link",
            withDestinationPath: "/nowhere/at all"
        )
        let late = try shop.file(Self.shared)
        let blind = try shop.memory(after: policy, at: shop.shop.ago(2), memory)
        #expect(blind.sightings == memory.sightings)
        try FileManager.default.removeItem(atPath: "\(shop.shop.directory.path)/sp/a/link")
        let next = try shop.memory(after: policy, at: shop.shop.ago(1), blind)
        let result = try shop.result(policy, memory: next)
        #expect(result.object(file.path)?.verdict == .condemn)
        #expect(result.object(late.path)?.rules == ["orphans.sightings"])
    }

    @Test func `times that look copied let nothing of the job go`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try shop.shop.tree.checkpoint("\(Self.attempt)/chk-900", id: 900, at: shop.shop.ago(30))
        let young = try shop.file(Self.shared, days: 32)
        let policy = try shop.policy(orphans: "sightings: 1, age: '34d'")
        let result = try shop.result(policy)
        #expect(result.object(file.path)?.rules == ["timesLookCopied", "unreferenced"])
        #expect(result.object(young.path)?.verdict == .leave)
        #expect(result.object(young.path)?.rules.first == "timesLookCopied")
        #expect(result.plan.objectRemovals.isEmpty)
        #expect(result.plan.isPartial)
        #expect(result.plan.isLimited)
        // Whoever has read the plan may approve what it lists, and no more.
        let listed = Set(result.plan.objects.map(\.place))
        #expect(listed.count == 1)
        let approved = try shop.result(policy, lifted: listed)
        #expect(Set(approved.plan.objectRemovals.map(\.place)) == listed)
        #expect(approved.object(file.path)?.rules == ["unreferenced"])
        #expect(approved.plan.objects.allSatisfy { !$0.isHeldByLimit })
    }
}
