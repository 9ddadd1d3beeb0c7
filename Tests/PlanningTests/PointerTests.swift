// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import JanitorTestSupport
import LocalStorage
import Planning
import SnapshotModel
import Testing

/// High-availability pointers to snapshots that no pattern and no random name of a file tells.
struct PointerTests {
    private static let jobs = """
        { name: 'a', savepoints: '@/sp', checkpoints: '@/cp' },
        { name: 'b', checkpoints: '@/other' }
        """
    private static let pointer = "ha/completedCheckpoint0123456789ab"
    private var shop: Workshop

    /// Snapshots that are nothing but their metadata, all but the newest of each kind condemned.
    init() throws {
        shop = try Workshop()
        let paths = [
            "sp/newest", "sp/prod", "sp/prod-2026-10", "cp/chk-9", "cp/chk-7", "other/chk-9",
            "other/chk-7",
        ]
        for (number, path) in paths.enumerated() {
            try shop.tree.write(
                "\(path)/_metadata",
                SampleMetadata.operatorState(id: Int64(90 - number), inlined: [1, 2, 3]),
                at: shop.ago(30 + Int64(number))
            )
        }
        try shop.tree.makeDirectory("ha", at: shop.ago(30))
    }

    private func plan() throws -> PlanningResult {
        try shop.tree.settleTimes()
        let policy = try shop.policy(Self.jobs, more: "alsoRead: ['@/ha']")
        return Planner(policy: policy) { _ in LocalStorage() }
            .plan(at: shop.now, memory: PlanningMemory())
    }

    private static let texts: [(text: String, named: [String])] = [
        ("\0\u{19}file:/old/sp/prod-2026-10/_metadatat\0", ["sp/prod-2026-10"]),
        // Where a text ends is not told by the bytes: it may be either name.
        ("\0\u{16}hdfs://nn1/sp/prod-2026-10", ["sp/prod", "sp/prod-2026-10"]),
        ("\0\u{0e}file:/x/sp/prodsq\0~\0\u{3}", ["sp/prod"]),
        ("\0\u{10}s3://b/cp/chk-7xp\0", ["cp/chk-7"]),
        ("file:/x/other/chk-7/_metadata", ["other/chk-7"]),
    ]

    @Test(arguments: texts)
    mutating func `law 1: what a pointer names stays, whatever its directory is called`(
        text: String,
        named: [String]
    ) throws {
        let before = try plan().plan
        #expect(before.condemned.count == 4)
        try shop.tree.write(Self.pointer, Array(text.utf8), at: shop.ago(29))
        let after = try plan().plan
        for path in named { #expect(after.rules(path) == ["namedByPointer"]) }
        #expect(before.condemned.subtracting(after.condemned).count == named.count)
    }

    @Test(arguments: texts)
    mutating func `a pointer that appeared meanwhile protects the same`(
        text: String,
        named: [String]
    ) throws {
        let result = try plan()
        try shop.tree.write(Self.pointer, Array(text.utf8), at: shop.now)
        var look = SecondLook(after: result.inventory, condemned: result.plan.condemned)
        let outcome = look.look { _ in LocalStorage() }
        let pointer = shop.directory.url(ObjectName(Self.pointer))
        let needed = named.map { (shop.directory.url(ObjectName($0)), pointer) }
        #expect(outcome == .needed(Dictionary(uniqueKeysWithValues: needed)))
    }
}
