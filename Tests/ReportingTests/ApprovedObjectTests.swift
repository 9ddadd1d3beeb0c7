// SPDX-License-Identifier: Apache-2.0

import Discovery
import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Testing

@testable import Reporting

/// Saved plans and what they allow outside snapshots.
struct ApprovedObjectTests {
    private static func object(
        _ path: ObjectName,
        _ kind: LooseKind = .shared
    ) -> PlannedObject {
        PlannedObject(
            place: PlanSample.checkpoints.appending(path),
            root: PlanSample.checkpoints,
            path: path,
            job: "orders",
            kind: kind,
            bytes: kind == .emptyDirectory ? 0 : 77,
            modified: PlanSample.ago(9),
            reasons: [.protected],
            usesTrash: true
        )
    }

    private static let plan: Plan = {
        var plan = PlanSample.ordinary.plan
        plan.objects =
            HostileNames.all.map { object(ObjectName("a/shared").appending($0)) }
            + [object("a/shared", .emptyDirectory)]
        return plan
    }()

    private func document(_ plan: Plan) -> Data {
        collected { PlanJSON(plan).write($0) }
    }

    @Test func `law 4: what was condemned outside snapshots comes back, and only that is covered`()
        throws
    {
        let plan = Self.plan
        let approval = try SavedPlan.read(document(plan), source: "plan.json")
        #expect(Set(approval.objects.keys) == Set(plan.objects.map(\.place)))
        #expect(plan.objects.allSatisfy(approval.covers))
        #expect(!approval.covers(Self.object("a/other")))
        for change in [
            { $0.bytes += 1 }, { $0.modified = PlanSample.ago(8) }, { $0.kind = .emptyDirectory },
        ] as [(inout PlannedObject) -> Void] {
            var changed = plan.objects[0]
            change(&changed)
            #expect(!approval.covers(changed))
        }
    }

    @Test(arguments: [
        ("\"path\": \"file:///flink/checkpoints/orders/a/shared\"", "\"path\": \"file:///etc\""),
        ("\"bytes\": 77", "\"bytes\": -77"),
        ("\"kind\": \"emptyDirectory\"", "\"kind\": \"everything\""),
    ])
    func `what no plan says of an object is refused, with a right checksum too`(
        old: String,
        new: String
    ) throws {
        let text = String(decoding: document(Self.plan), as: UTF8.self)
        #expect(text.contains(old) == true)
        let changed = text.replacing(old, with: new)
        let end = try #require(changed.range(of: "\"checksum\"")).lowerBound
        let head = String(changed[..<end])
        let data = Data("\(head)\"checksum\": \"\(Checksum128(of: head))\"\n}\n".utf8)
        #expect(throws: SavedPlanError.self) { try SavedPlan.read(data, source: "plan.json") }
    }
}
