// SPDX-License-Identifier: Apache-2.0

import Discovery
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

/// Law 2 on trees that real Flink left behind: whatever is damaged or hidden, not one deletion more
/// than without.
@Suite(.enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"))
struct SweepMutationTests {
    private static let now = Instant(Date())
    /// Of four damages of a kind how many are tried; all if `JANITOR_TEST_ALL` is set.
    private static let few = ProcessInfo.processInfo.environment["JANITOR_TEST_ALL"] == nil ? 1 : 4
    private static let defaults = """
        { savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null, trash: "0d",
          orphans: { age: "1m", sightings: 1, taskOwned: true } }
        """

    /// A tree, with Flink's word that every job of it ended.
    private struct Subject {
        let tree: FlinkTree
        let policy: JanitorPolicy
        let ended: FlinkWord
        let whole: Set<StorageURL>
        /// Paths of metadata below the tree's top, sorted.
        let metadata: [String]

        init(_ name: String) throws {
            tree = try FlinkTree(name, olderBy: 60)
            policy = try PolicyDecoder.decode(
                Array(tree.policy(SweepMutationTests.defaults).utf8),
                source: "test"
            )
            let planner = Planner(policy: policy) { _ in LocalStorage() }
            let quiet = planner.plan(at: SweepMutationTests.now, memory: PlanningMemory())
            let ids = Set(quiet.inventory.attempts.compactMap(\.jobID))
            ended = FlinkWord(
                ended: Dictionary(uniqueKeysWithValues: quiet.plan.jobs.map { ($0.name, ids) })
            )
            let paths = FileManager.default.subpaths(atPath: tree.directory.path) ?? []
            metadata = paths.filter { $0.hasSuffix("/_metadata") }.sorted()
            let plan = planner.plan(
                at: SweepMutationTests.now,
                memory: PlanningMemory(),
                word: ended
            ).plan
            whole = plan.condemned.union(plan.objects.map(\.place))
        }

        func plan(_ reader: any StorageReader = LocalStorage()) -> Plan {
            Planner(policy: policy) { _ in reader }
                .plan(at: SweepMutationTests.now, memory: PlanningMemory(), word: ended).plan
        }

        /// Replaces a file's bytes for as long as the closure runs, with the time that it had.
        func withBytes(
            _ path: String,
            _ change: ([UInt8]) -> [UInt8],
            _ body: () throws -> Void
        ) throws {
            let file = "\(tree.directory.path)/\(path)"
            let manager = FileManager.default
            let bytes = try Data(contentsOf: URL(filePath: file))
            let time = try manager.attributesOfItem(atPath: file)[.modificationDate] as? Date
            func write(_ data: Data) throws {
                try data.write(to: URL(filePath: file))
                try manager.setAttributes(
                    [.modificationDate: time ?? Date.distantPast],
                    ofItemAtPath: file
                )
            }
            try write(Data(change(Array(bytes))))
            defer { try? write(bytes) }
            try body()
        }
    }

    private func expectNoMore(_ plan: Plan, than subject: Subject, _ what: String) {
        let more = plan.condemned.union(plan.objects.map(\.place)).subtracting(subject.whole)
        #expect(more.isEmpty, "\(subject.tree.name): \(what): \(more.map(\.path))")
    }

    private func expectNamed(_ plan: Plan, _ path: String, _ subject: Subject, _ what: String) {
        #expect(plan.isPartial, "\(subject.tree.name): \(what)")
        #expect(plan.objects.isEmpty, "\(subject.tree.name): \(what)")
        let isNamed = plan.findings.contains {
            $0.severity == .partial && $0.subject.hasSuffix(path)
        }
        #expect(isNamed, "\(subject.tree.name): \(what)")
    }

    @Test(arguments: FlinkTree.names)
    func `metadata that are cut anywhere, or of another version, free nothing`(
        name: String
    ) throws {
        let subject = try Subject(name)
        #expect(!subject.metadata.isEmpty)
        let seed = UInt64.random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        for path in subject.metadata {
            let cut = Int.random(in: 0..<300, using: &random)
            let damages: [(String, ([UInt8]) -> [UInt8])] = [
                ("empty", { (_: [UInt8]) in [] }), ("cut", { Array($0.prefix(cut)) }),
                ("last byte", { $0.dropLast() }),
                ("version", { $0.prefix(7) + [9] + $0.dropFirst(8) }),
                ("version 1", { $0.prefix(7) + [1] + $0.dropFirst(8) }),
                ("one byte more", { $0 + [0] }), ("no metadata", { _ in [1, 2, 3, 4, 5] }),
            ]
            for (damage, change) in damages.shuffled(using: &random).prefix(1) {
                let what = "\(damage), seed \(seed)"
                try subject.withBytes(path, change) {
                    let plan = subject.plan()
                    expectNoMore(plan, than: subject, "\(what) \(path)")
                    expectNamed(plan, path, subject, "\(what) \(path)")
                }
            }
        }
    }

    @Test(arguments: FlinkTree.names)
    func `no single wrong bit in metadata frees anything`(name: String) throws {
        let subject = try Subject(name)
        let seed = UInt64.random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        for path in subject.metadata {
            let separators: [UInt8?] = [nil, nil, 0x2D, 0x2F].shuffled(using: &random)
            for separator in separators.prefix(Self.few) {
                var position = 0
                var bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
                let change = { (bytes: [UInt8]) -> [UInt8] in
                    var bytes = bytes
                    position = Int.random(in: 0..<bytes.count, using: &random)
                    // A slash of a dash: a file is another's directory then. None of a slash: a
                    // directory is a part of a file's name.
                    let separators = bytes.indices.filter { bytes[$0] == separator }
                    if let place = separators.randomElement(using: &random) {
                        position = place
                        if separator == 0x2D { bit = 2 }
                    }
                    bytes[position] ^= bit
                    return bytes
                }
                try subject.withBytes(path, change) {
                    let what = "\(path) at \(position), \(bit), seed \(seed)"
                    expectNoMore(subject.plan(), than: subject, what)
                }
            }
        }
    }

    @Test(arguments: FlinkTree.names)
    func `another scheme or authority in metadata frees nothing`(name: String) throws {
        let subject = try Subject(name)
        let (old, others): (String, [String]) =
            name.hasPrefix("hdfs")
            ? ("hdfs://127.0.0.1:19000", ["hdfs://127.0.0.1:29000", "s3p:/127.0.0.1:19000/"])
            : (
                "file:/data/flinklab",
                ["hdfs:/data/flinklab", "s3a://flink-bucket1", "file:/data/flinklob"]
            )
        var random = SeededGenerator(seed: 6)
        for path in subject.metadata {
            for new in others.shuffled(using: &random).prefix(1) {
                let change = { (bytes: [UInt8]) in
                    bytes.replacing(Array(old.utf8), with: Array(new.utf8))
                }
                try subject.withBytes(path, change) {
                    expectNoMore(subject.plan(), than: subject, "\(new) \(path)")
                }
            }
        }
    }

    @Test(arguments: FlinkTree.names)
    func `a directory that a listing hides frees nothing`(name: String) throws {
        let subject = try Subject(name)
        let top = subject.tree.directory.path
        // What lies above the roots is not listed.
        let depth = name.hasPrefix("hdfs") ? 3 : 2
        let seed = UInt64.random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        let paths = (FileManager.default.subpaths(atPath: top) ?? []).sorted()
        for path in paths.shuffled(using: &random).prefix(15 * Self.few) {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(
                atPath: "\(top)/\(path)",
                isDirectory: &isDirectory
            )
            guard isDirectory.boolValue, path.split(separator: "/").count >= depth else {
                continue
            }
            let place = StorageURL(scheme: "file", path: ObjectName("\(top)/\(path)"))
            let plan = subject.plan(BentReader(hidden: [place]))
            expectNoMore(plan, than: subject, "hidden \(path), seed \(seed)")
            #expect(plan.objects.isEmpty, "\(path)")
            #expect(plan.isPartial, "\(path)")
            let isNamed = plan.findings.contains { $0.subject == "\(place)" }
            #expect(isNamed, "\(path)")
        }
    }

    @Test func `the trees hold garbage of every kind that is swept`() throws {
        var kinds: Set<LooseKind> = []
        for name in FlinkTree.names {
            let subject = try Subject(name)
            kinds.formUnion(subject.plan().objects.map(\.kind))
        }
        #expect(kinds.isSuperset(of: [.shared, .merged, .emptyDirectory]))
    }
}
