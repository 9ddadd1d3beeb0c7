// SPDX-License-Identifier: Apache-2.0

import DemoTree
import JanitorTestSupport
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

/// A store that does not say whether what goes can be brought back.
struct UnknownUndoTests {
    private static let attempt = String(repeating: "a", count: 32)
    private static let jobs = "{ name: 'j', savepoints: '@/sp', checkpoints: '@/cp' }"

    /// Two savepoints of which one is too many, and a file that nothing references.
    private func shop() throws -> Workshop {
        var shop = try Workshop()
        for number in 1...2 {
            let path = "sp/savepoint-\(number)"
            let time = shop.ago(20 - Int64(number))
            try shop.tree.savepoint(path, id: Int64(number), size: 10, at: time)
        }
        let home = "cp/\(Self.attempt)"
        try shop.tree.checkpoint("\(home)/chk-3", id: 3, shared: [], at: shop.ago(30))
        try shop.tree.write("\(home)/shared/\(shop.tree.uuid())", [1, 2, 3], at: shop.ago(40))
        return shop
    }

    private func place(_ shop: Workshop) -> StorageURL {
        StorageURL(scheme: "file", path: ObjectName(shop.directory.path))
    }

    private func reader(_ trash: RootTrash) -> BentReader {
        var reader = BentReader()
        reader.rootTrash = trash
        return reader
    }

    private func unknown(_ place: StorageURL) -> RootTrash {
        .unknown(
            StorageError(.denied, action: "ask for it", place: place, detail: "no right")
        )
    }

    private func plan(_ shop: Workshop, trash: String, _ state: RootTrash) throws -> Plan {
        let keep =
            "savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null, "
            + "trash: '\(trash)', orphans: { sightings: 1 }"
        return try shop.plan(try shop.policy(Self.jobs, keep: keep), reader: reader(state))
    }

    @Test func `nothing goes from it where an undo is wanted, and the plan is partial`() throws {
        let shop = try shop()
        let place = place(shop)
        let known = try plan(shop, trash: "7d", .kept)
        #expect(known.condemned.count == 1)
        #expect(known.objects.count == 1)
        #expect(!known.isPartial)

        let plan = try plan(shop, trash: "7d", unknown(place))
        #expect(plan.condemned.isEmpty)
        #expect(plan.objects.isEmpty)
        #expect(plan.isPartial)
        #expect(plan.verdict("savepoint-1") == .leave)
        #expect(plan.rules("savepoint-1") == ["undoUnknown"])
        #expect(plan.roots.allSatisfy { $0.undo == nil && !$0.isUndoKnown })
        let findings = plan.findings.filter { $0.subject == "\(place)" }
        #expect(findings.map(\.severity) == [.partial])
        #expect(findings.first?.message.contains("no right") ?? false)
    }

    @Test(arguments: [RootTrash.absent, .kept])
    func `what is known holds nothing up`(state: RootTrash) throws {
        let plan = try plan(try shop(), trash: "7d", state)
        #expect(plan.condemned.count == 1)
        #expect(plan.roots.allSatisfy { ($0.undo == nil) == (state == .absent) && $0.isUndoKnown })
    }

    @Test func `who wants no undo is not held up by it`() throws {
        let shop = try shop()
        let plan = try plan(shop, trash: "0d", unknown(place(shop)))
        #expect(plan.condemned.count == 1)
        #expect(plan.objects.count == 1)
        #expect(!plan.isPartial)
    }
}
