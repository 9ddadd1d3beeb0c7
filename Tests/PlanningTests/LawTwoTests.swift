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

/// Law 2: unknown is never absent.
///
/// More faults never mean more deletions.
struct LawTwoTests {
    private static let rules = """
        { savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null }
        """

    /// A tree of which much would go, and its policy.
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

    private func plan(_ policy: JanitorPolicy, _ reader: any StorageReader = LocalStorage()) -> Plan
    {
        let planner = Planner(policy: policy) { _ in reader }
        return planner.plan(at: Instant(Date()), memory: PlanningMemory()).plan
    }

    private func metadataFiles(below path: String) -> [String] {
        let walk = FileManager.default.enumerator(atPath: path)
        var files: [String] = []
        while let below = walk?.nextObject() as? String {
            if below.hasSuffix("/_metadata") { files.append("\(path)/\(below)") }
        }
        return files.sorted()
    }

    /// Ways to damage metadata; each gives other bytes.
    private static func damages(_ bytes: [UInt8]) -> [(String, [UInt8])] {
        var version = bytes
        version[7] = 99
        var flipped = bytes
        flipped[bytes.count / 2] ^= 0xFF
        return [
            ("cut to nothing", []), ("cut to half", Array(bytes[..<(bytes.count / 2)])),
            ("cut by one", Array(bytes.dropLast())), ("version 99", version), ("flipped", flipped),
        ]
    }

    private func check(
        _ policy: JanitorPolicy,
        below path: String,
        sample: Int
    ) throws {
        let whole = plan(policy).condemned
        let files = metadataFiles(below: path)
        try #require(!files.isEmpty)
        for file in files.enumerated().filter({ $0.offset % sample == 0 }).map(\.element) {
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
            var status = stat()
            #expect(lstat(file, &status) == 0)
            for (name, damaged) in Self.damages(bytes) {
                try write(damaged, to: file, times: [status.st_atim, status.st_mtim])
                let after = plan(policy)
                #expect(after.condemned.isSubset(of: whole), "\(file): \(name)")
                let victim = after.snapshots.first { "\($0.place.path)/_metadata" == file }
                if victim?.isComplete == false {
                    #expect(victim?.verdict != .condemn, "\(file): \(name)")
                    #expect(after.isPartial || victim?.verdict == .keep, "\(file): \(name)")
                }
            }
            try write(bytes, to: file, times: [status.st_atim, status.st_mtim])
        }
        #expect(plan(policy).condemned == whole)
    }

    private func write(_ bytes: [UInt8], to file: String, times: [timespec]) throws {
        try Data(bytes).write(to: URL(filePath: file))
        #expect(utimensat(AT_FDCWD, file, times, 0) == 0)
    }

    @Test func `law 2: damaged metadata never condemn one snapshot more`() throws {
        let (directory, policy) = try demo()
        #expect(!plan(policy).condemned.isEmpty)
        try check(policy, below: directory.path, sample: 1)
    }

    @Test(
        .enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"),
        arguments: FlinkTree.names
    )
    func `law 2: damaged metadata of real trees never condemn one more`(name: String) throws {
        let tree = try FlinkTree(name, olderBy: 60)
        let policy = try PolicyDecoder.decode(
            Array(tree.policy(Self.rules).utf8),
            source: "test"
        )
        try check(policy, below: tree.directory.path, sample: 3)
    }

    @Test func `law 2: while a listing is incomplete nothing goes that others could need`() throws {
        let (directory, policy) = try demo()
        let root = directory.url("savepoints/audit")
        let plan = plan(policy, BentReader(incomplete: [root]))
        #expect(plan.isPartial)
        #expect(plan.findings.contains { $0.subject == "\(root)" && $0.severity == .partial })
        for place in plan.condemned {
            let snapshot = plan.snapshots.first { $0.place == place }
            #expect(snapshot?.fileCount == 1, "\(place)")
        }
    }

    @Test func `law 2: metadata that the store cannot give are left, and named`() throws {
        let (directory, policy) = try demo()
        let whole = plan(policy).condemned
        for file in metadataFiles(below: directory.path) {
            let place = StorageURL(scheme: "file", path: ObjectName(file))
            let bent = plan(policy, BentReader(unreadable: [place]))
            #expect(bent.condemned.isSubset(of: whole))
            #expect(bent.isPartial)
            #expect(bent.findings.contains { $0.subject == "\(place)" })
        }
    }

    @Test func `law 2: a directory that became a link is not followed, and nothing more goes`()
        throws
    {
        let (directory, policy) = try demo()
        let whole = plan(policy).condemned
        let orders = ObjectName("checkpoints/orders/0de5500000000000000000000000aaaa")
        try directory.rename(orders, to: "elsewhere")
        try directory.link(orders, to: "\(directory.path)/elsewhere")
        let after = plan(policy)
        #expect(after.condemned.isSubset(of: whole))
        let claimer = try #require(after.snapshots.first { $0.checkpointID == 191 })
        #expect(claimer.isClosed == nil)
        #expect(claimer.verdict == .leave)
        #expect(after.isPartial)
    }

    @Test(.enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"))
    func `law 2: without the alias nothing is known, and the line to add is printed`() throws {
        let tree = try FlinkTree("B-2.3.0", olderBy: 60)
        let mapped = try PolicyDecoder.decode(
            Array(tree.policy(Self.rules).utf8),
            source: "test"
        )
        var policy = mapped
        policy.aliases = []
        let whole = plan(mapped).condemned
        let after = plan(policy)
        #expect(after.condemned.isSubset(of: whole))
        #expect(after.snapshots.contains { $0.isComplete && $0.isClosed == nil })
        #expect(after.findings.contains { $0.hint.contains("file:///data/flinklab") })
    }

    @Test(.enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"))
    func `law 2: an alias that leads elsewhere condemns no more`() throws {
        let tree = try FlinkTree("B-2.3.0", olderBy: 60)
        let mapped = try PolicyDecoder.decode(
            Array(tree.policy(Self.rules).utf8),
            source: "test"
        )
        let whole = plan(mapped).condemned
        for wrong in ["nowhere", "sp", "cp"] {
            let right = "\"file:/data/flinklab\": \"file://\(tree.directory.path)\""
            let text = tree.policy(Self.rules).replacing(
                right,
                with: right.dropLast() + "/\(wrong)\""
            )
            let policy = try PolicyDecoder.decode(Array(text.utf8), source: "test")
            #expect(policy.aliases != mapped.aliases)
            let isSubset = plan(policy).condemned.isSubset(of: whole)
            #expect(isSubset, "\(wrong)")
        }
    }

    @Test func `law 2: metadata that are a directory or a link stay unread and are left`() throws {
        var shop = try Workshop()
        try shop.tree.savepoint("sp/a/one", id: 1, size: 10, at: shop.ago(20))
        try shop.tree.savepoint("sp/a/two", id: 2, size: 10, at: shop.ago(10))
        try shop.directory.makeDirectory("sp/a/three/_metadata")
        try shop.directory.makeDirectory("sp/a/four")
        try shop.directory.link(
            "sp/a/four/_metadata",
            to: "\(shop.directory.path)/sp/a/one/_metadata"
        )
        let plan = try shop.plan(shop.policy("{ name: 'a', savepoints: '@/sp/a' }"))
        #expect(plan.verdict("three") == .leave)
        #expect(plan.verdict("four") == .leave)
        #expect(plan.verdict("one") == .leave)
        #expect(plan.rules("one") == ["referencesUnknown"])
        #expect(plan.isPartial)
    }
}
