// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

/// What appears between the plan and the first removal.
struct SweepSecondLookTests {
    private static let attempt = "cp/a/\(SweepWorkshop.attempt)"
    private static let shared = "\(attempt)/shared"

    /// Plans, changes the tree, and looks again.
    private func outcome(
        _ shop: inout SweepWorkshop,
        more: String = "",
        _ change: (inout SweepWorkshop) throws -> Void
    ) throws -> (result: PlanningResult, outcome: SecondLook.Outcome) {
        let result = try shop.result(shop.policy(more: more))
        #expect(!result.plan.objectRemovals.isEmpty)
        try change(&shop)
        var look = SecondLook(
            after: result.inventory,
            condemned: Set(result.plan.removals.map(\.place)),
            objects: result.plan.objectRemovals.map { ($0.place, $0.path) }
        )
        return (result, look.look { _ in LocalStorage() })
    }

    private func needed(_ outcome: SecondLook.Outcome) -> [String: String]? {
        guard case .needed(let places) = outcome else { return nil }
        return Dictionary(
            uniqueKeysWithValues: places.map { ($0.path.last.description, $1.path.description) }
        )
    }

    @Test func `nothing that appeared keeps nothing`() throws {
        var shop = try SweepWorkshop()
        _ = try shop.file(Self.shared)
        #expect(try needed(outcome(&shop) { _ in }.outcome) == [:])
    }

    @Test func `metadata that appeared anywhere keep what they name, by whatever path`() throws {
        for prefix in ["file:", "hdfs://elsewhere"] {
            var shop = try SweepWorkshop()
            let file = try shop.file(Self.shared)
            _ = try shop.file(Self.shared)
            let name = String(file.path.split(separator: "/").last ?? "")
            let found = try outcome(&shop) { shop in
                let top = shop.shop.directory.path
                let metadata = SampleMetadata.checkpoint(
                    id: 5,
                    shared: [SampleMetadata.File("\(prefix)\(top)/\(file.path)", 2)],
                    own: []
                )
                try shop.shop.tree.write("sp/a/x/_metadata", metadata, at: shop.shop.ago(99))
            }
            #expect(found.result.plan.objectRemovals.count == 2)
            #expect(Set(needed(found.outcome)?.keys ?? [:].keys) == [name])
        }
    }

    @Test func `a pointer that appeared keeps what it names`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        _ = try shop.file(Self.shared)
        let found = try outcome(&shop) { shop in
            try shop.shop.tree.write(
                "sp/a/completedCheckpointaaaa",
                Array("..\(file.path)..".utf8),
                at: shop.shop.ago(99)
            )
        }
        #expect(needed(found.outcome)?.count == 1)
    }

    @Test func `law 7: a file written meanwhile keeps all of its attempt, a label does not`() throws
    {
        for isLabel in [true, false] {
            var shop = try SweepWorkshop()
            _ = try shop.file(Self.shared)
            _ = try shop.file(Self.shared)
            try shop.shop.tree.checkpoint("\(Self.attempt)/chk-5", id: 5, at: shop.shop.ago(33))
            let found = try outcome(&shop) { shop in
                let name = isLabel ? "_label.x" : shop.shop.tree.uuid()
                try shop.shop.tree.write("\(Self.attempt)/chk-9/\(name)", [], at: shop.shop.now)
            }
            #expect(found.result.plan.removals.count == 1)
            #expect(needed(found.outcome)?.count == (isLabel ? 0 : 3))
        }
    }

    @Test func `law 7: an attempt that began meanwhile keeps all of its job, and no other`() throws
    {
        var shop = try SweepWorkshop()
        _ = try shop.file(Self.shared)
        try shop.shop.tree.checkpoint("\(Self.attempt)/chk-5", id: 5, at: shop.shop.ago(33))
        let other = "cp/b/\(SweepWorkshop.attempt)"
        try shop.shop.tree.checkpoint("\(other)/chk-2", id: 2, at: shop.shop.ago(33))
        try shop.shop.tree.checkpoint("\(other)/chk-3", id: 3, at: shop.shop.ago(32))
        let found = try outcome(&shop) { shop in
            let path = "cp/a/\(String(repeating: "c", count: 32))/shared"
            try shop.shop.tree.makeDirectory(path, at: shop.shop.now)
        }
        #expect(found.result.plan.removals.count == 2)
        let names = try #require(needed(found.outcome))
        #expect(names.count == 2)
        #expect(names["chk-5"]?.hasSuffix(String(repeating: "c", count: 32)) == true)
        #expect(names["chk-2"] == nil)
    }

    @Test func `law 2: metadata that appeared and do not read, a link, or a root that is gone`()
        throws
    {
        for number in 0..<3 {
            var shop = try SweepWorkshop()
            _ = try shop.file(Self.shared)
            let found = try outcome(&shop) { shop in
                let top = shop.shop.directory.path
                switch number {
                case 0: try shop.shop.tree.write("sp/a/x/_metadata", [1], at: shop.shop.ago(99))
                case 1:
                    try FileManager.default.createSymbolicLink(
                        atPath: "\(top)/sp/a/link",
                        withDestinationPath: "nowhere"
                    )
                default: try FileManager.default.removeItem(atPath: "\(top)/sp/a")
                }
            }
            guard case .unknown = found.outcome else {
                Issue.record("\(number): \(found.outcome)")
                continue
            }
        }
    }
}
