// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import JanitorTestSupport
import Planning
import Policy
import SnapshotModel
import Testing

@testable import Execution

/// Night after night beside a mount point whose disk is not mounted.
struct ReplacedRootRunTests {
    private static let first = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let second = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

    private let shop: RunWorkshop
    private let policy: JanitorPolicy
    /// A file of one job that only a checkpoint of the other one needs.
    private let needed: String

    init() throws {
        shop = try RunWorkshop()
        let top = shop.directory.path
        let old = shop.now.advanced(byNanoseconds: -40 * 86_400_000_000_000)
        var tree = TreeWriter(top: top)
        needed = "cp/a/\(Self.first)/shared/\(tree.uuid())"
        try tree.write(needed, [1, 2], at: old)
        try tree.checkpoint("cp/a/\(Self.first)/chk-9", id: 9, size: 3, at: old)
        try tree.checkpoint(
            "cp/b/\(Self.second)/chk-5",
            id: 5,
            shared: [SampleMetadata.File(needed, 2)],
            size: 3,
            at: old
        )
        try tree.settleTimes()
        let text = """
            { defaults: { checkpoints: { keepLast: 1 }, trash: "0d",
                orphans: { age: "1h", sightings: 1, apart: "0h" } },
              jobs: [ { name: "{job}", checkpoints: "file://\(top)/cp/{job}" } ] }
            """
        policy = try PolicyDecoder.decode(Array(text.utf8), source: "test")
    }

    private var root: StorageURL { shop.directory.url("cp/b") }
    private var isThere: Bool { shop.directory.exists(ObjectName(needed)) }
    private var memory: PlanningMemory { MemoryFile.read(StateDirectory(shop.state.path)).memory }

    /// One night; gives its plan.
    private func night(_ token: String, approval: Approval? = nil) throws -> Plan {
        let outcome = shop.run(policy, token: token, approval: approval)
        guard case .finished(let plan, let report) = outcome else {
            throw CocoaError(.featureUnsupported, userInfo: ["outcome": "\(outcome)"])
        }
        #expect(report.failedCount == 0)
        return plan
    }

    private func unmount() throws {
        try shop.directory.rename("cp/b", to: "unmounted")
        try shop.directory.makeDirectory("cp/b")
    }

    @Test func `law 2: what the disk may need stays until it is back`() throws {
        #expect(try night("11").isPartial == false)
        try unmount()
        for token in ["22", "33"] {
            let plan = try night(token)
            #expect(plan.isPartial)
            #expect(plan.lost == [LostRoot(place: root, held: 2, holds: 0)])
            #expect(isThere)
        }
        // Somebody writes where it should be.
        try shop.directory.write(ObjectName("cp/b/\(Self.first)/shared/note"))
        #expect(try night("44").lost == [LostRoot(place: root, held: 2, holds: 1)])
        #expect(isThere)
        #expect(memory.replaced == [root])
        try FileManager.default.removeItem(atPath: "\(shop.directory.path)/cp/b")
        try shop.directory.rename("unmounted", to: "cp/b")
        let back = try night("55")
        #expect(back.lost.isEmpty && !back.isPartial)
        #expect(isThere)
        #expect(memory.replaced.isEmpty)
        #expect(memory.fileCounts[root] == 2)
    }

    @Test func `whoever approves a plan that shows it says that it is right`() throws {
        _ = try night("11")
        try unmount()
        let plan = try night("22")
        // What was approved without being shown says nothing of it.
        _ = try night("33", approval: shop.approval(policy, []))
        #expect(try night("44").lost == plan.lost)
        _ = try night("55", approval: shop.approval(policy, [], lost: plan.lost))
        #expect(isThere)
        let after = try night("66")
        #expect(after.lost.isEmpty && !after.isPartial)
        #expect(!isThere)
    }

    @Test func `what Flink removed of a job that was cancelled needs no approval`() throws {
        _ = try night("11")
        let attempt = "\(shop.directory.path)/cp/b/\(Self.second)"
        try FileManager.default.removeItem(atPath: "\(attempt)/chk-5")
        let plan = try night("22")
        #expect(plan.lost.isEmpty && !plan.isPartial)
        #expect(!isThere)
    }
}
