// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Testing

@testable import Reporting

/// Saved plans: what comes back is what was written, or nothing at all.
struct SavedPlanTests {
    private func document(_ plan: Plan) -> Data {
        collected { PlanJSON(plan).write($0) }
    }

    private func reason(_ data: Data) -> SavedPlanError.Reason? {
        do throws(SavedPlanError) {
            _ = try SavedPlan.read(data, source: "plan.json")
            return nil
        } catch {
            return error.reason
        }
    }

    /// The ordinary plan with a text replaced, and a checksum that fits again.
    private func edited(_ old: String, _ new: String) throws -> Data {
        let text = String(decoding: document(PlanSample.ordinary.plan), as: UTF8.self)
        #expect(text.contains(old), "\(old)")
        let changed = text.replacing(old, with: new, maxReplacements: 1)
        let end = try #require(changed.range(of: "\"checksum\"")).lowerBound
        let head = String(changed[..<end])
        return Data("\(head)\"checksum\": \"\(Checksum128(of: head))\"\n}\n".utf8)
    }

    @Test(arguments: PlanSample.all)
    func `what was condemned comes back to the byte, and nothing else`(
        sample: PlanSample
    ) throws {
        let approval = try SavedPlan.read(document(sample.plan), source: "plan.json")
        let condemned = sample.plan.snapshots.filter { $0.verdict == .condemn }
        #expect(Set(approval.items.keys) == Set(condemned.map(\.place)))
        #expect(sample.plan.snapshots.filter(approval.covers) == condemned)
        let undoable = sample.plan.roots.filter { $0.undo != nil }.map(\.place)
        #expect(approval.undoable == Set(undoable))
        #expect(sample.plan.roots.allSatisfy { !approval.promisesMore(than: $0) })
        #expect(approval.fingerprint == sample.plan.policyFingerprint)
        #expect(approval.at == sample.plan.at)
    }

    @Test func `it is known of which snapshots a plan says that times look copied`() throws {
        var plan = PlanSample.ordinary.plan
        let position = try #require(plan.snapshots.firstIndex { $0.verdict == .condemn })
        let place = plan.snapshots[position].place
        #expect(try SavedPlan.read(document(plan), source: "p").placesOfCopiedTimes == [])
        let witness = CopyWitness.rewritten(place, before: plan.at)
        plan.snapshots[position].reasons.insert(.timesLookCopied(witness), at: 0)
        #expect(try SavedPlan.read(document(plan), source: "p").placesOfCopiedTimes == [place])
    }

    @Test func `every truncation is refused`() {
        let whole = document(PlanSample.ordinary.plan)
        for length in 0..<whole.count {
            #expect(reason(whole.prefix(length)) != nil, "\(length)")
        }
        #expect(reason(whole) == nil)
        #expect(reason(whole + Data("\n".utf8)) == .noChecksum)
    }

    @Test(arguments: [0x01, 0x20, 0x80] as [UInt8])
    func `every flipped bit is refused`(mask: UInt8) {
        let whole = document(PlanSample.ordinary.plan)
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= mask
            #expect(reason(damaged) != nil, "\(index)")
        }
    }

    @Test func `a plan of another format is refused by its number`() throws {
        #expect(reason(try edited("\"format\": 1", "\"format\": 2")) == .otherFormat(2, known: 1))
        #expect(reason(Data("{\"format\": 7}".utf8)) == .otherFormat(7, known: 1))
    }

    @Test func `what is no plan is refused by name`() {
        #expect(reason(Data()) == .notJSON)
        #expect(reason(Data([0xFF, 0xFE])) == .notJSON)
        #expect(reason(Data("[]".utf8)) == .notPlan("it is not an object"))
        #expect(reason(Data("{}".utf8)) == .notPlan("it has no \"format\""))
        #expect(
            reason(Data("{\"format\": \"1\"}".utf8)) == .notPlan("\"format\" is of another type")
        )
        #expect(reason(Data("{\"format\": 1}".utf8)) == .noChecksum)
        #expect(reason(Data(String(repeating: "[", count: 1_000_000).utf8)) == .notJSON)
    }

    @Test func `an edited plan without a new checksum is refused`() {
        let text = String(decoding: document(PlanSample.ordinary.plan), as: UTF8.self)
        let more = text.replacing("\"verdict\": \"keep\"", with: "\"verdict\": \"condemn\"")
        #expect(reason(Data(more.utf8)) == .otherChecksum)
    }

    @Test func `missing keys and wrong types are named`() throws {
        #expect(
            reason(try edited("\"contents\": {", "\"content\": {"))
                == .malformed("it has no \"snapshots.0.contents\"")
        )
        #expect(
            reason(try edited("\"count\": 3", "\"count\": \"3\""))
                == .malformed("\"snapshots.0.contents.count\" is of another type")
        )
        #expect(reason(try edited("\"at\"", "\"att\"")) == .malformed("it has no \"at\""))
        #expect(
            reason(try edited("\"at\": \"2026", "\"at\": \"x"))
                == .noTime(key: "at", text: "x-11-22T02:00:00.123Z")
        )
        #expect(reason(try edited("\"roots\"", "\"root\"")) == .malformed("it has no \"roots\""))
    }

    @Test func `places that no plan holds are refused by name`() throws {
        let root = PlanSample.savepoints.description
        let condemned = "\(root)/savepoint-0de550-000000000300"
        let path = "\"path\": \"\(condemned)\""
        func refusal(of place: String) throws -> SavedPlanError.Reason? {
            reason(try edited(path, "\"path\": \"\(place)\""))
        }
        for place in ["file:///etc", "hdfs://nn/flink/savepoints/orders/x", "\(root)s/x"] {
            #expect(try refusal(of: place) == .outsideRoot(place, root: root))
        }
        for place in ["\(root)/../x", "\(root)/./x"] {
            #expect(try refusal(of: place) == .outsideRoot(place, root: root))
        }
        for place in [root, PlanSample.checkpoints.description, "file:///flink/other"] {
            #expect(try refusal(of: place) == .isRoot(place))
        }
        for place in ["", "x", "file:/flink/savepoints/orders/x", "\(root)//x", "\(root)/x/"] {
            #expect(try refusal(of: place) == .malformedSnapshot(place))
        }
        let twin = "\(root)/savepoint-0de550-000000000310"
        #expect(try refusal(of: twin) == .listedTwice(twin))
        // Shown as one place, and another one by its bytes.
        let bytes = Data("/flink/savepoints/orders/other".utf8).base64EncodedString()
        #expect(
            reason(try edited(path, "\(path), \"pathBytes\": \"\(bytes)\""))
                == .malformedSnapshot(condemned)
        )
    }

    @Test func `a refusal says which file, why, and what to do`() {
        let error = SavedPlanError(.otherChecksum, "my plan.json")
        #expect(
            error.description == """
                cannot use the plan "my plan.json": it is damaged or was edited: its checksum is \
                that of another text
                  hint: make a new one with: janitor plan --save 'my plan.json'
                """
        )
    }
}
