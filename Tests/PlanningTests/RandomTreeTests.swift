// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Testing

/// Laws that hold for every tree, on trees made by seeds.
struct RandomTreeTests {
    private static let seeds = UInt64(0)..<30

    private func plan(_ tree: RandomTree, _ policy: JanitorPolicy) -> Plan {
        Planner(policy: policy) { _ in LocalStorage() }
            .plan(at: tree.shop.now, memory: PlanningMemory()).plan
    }

    private func closed(_ plan: Plan) -> Set<StorageURL> {
        Set(plan.snapshots.filter { $0.isClosed == true }.map(\.place))
    }

    @Test func `the seeds give trees of which something goes and something is referenced`() throws {
        var removed = 0
        var ordered = 0
        var reasons: Set<String> = []
        for seed in Self.seeds {
            let tree = try RandomTree(seed: seed)
            let plan = plan(tree, try tree.policy())
            removed += plan.removals.count
            ordered += plan.removals.count { !$0.goesAfter.isEmpty }
            reasons.formUnion(plan.snapshots.flatMap(\.reasons).map(\.ruleID))
        }
        #expect(removed > 100)
        #expect(ordered > 10)
        #expect(reasons.isSuperset(of: ["referenced", "holdsSnapshot", "newestClosed", "pinned"]))
    }

    @Test(arguments: seeds)
    func `law 1: wherever a run is cut off, what is left is as closed as it was`(
        seed: UInt64
    ) throws {
        let tree = try RandomTree(seed: seed)
        let policy = try tree.policy()
        let before = plan(tree, policy)
        var closed = closed(before)
        for removal in before.removals {
            try FileManager.default.removeItem(atPath: removal.place.path.description)
            closed.remove(removal.place)
            let now = plan(tree, policy)
            let isClosed = self.closed(now) == closed
            #expect(isClosed, "after \(removal.path)")
            #expect(now.snapshots.count == closed.count, "after \(removal.path)")
        }
        // Law 9: a second run right after the first deletes nothing.
        let after = plan(tree, policy)
        #expect(after.removals.isEmpty)
    }

    @Test(arguments: seeds)
    func `law 1: metadata first: every cut inside a removal breaks no other snapshot`(
        seed: UInt64
    ) throws {
        let tree = try RandomTree(seed: seed)
        let policy = try tree.policy()
        let before = plan(tree, policy)
        var closed = closed(before)
        for removal in before.removals {
            let metadata = "\(removal.place.path)/_metadata"
            try FileManager.default.removeItem(atPath: metadata)
            closed.remove(removal.place)
            let now = plan(tree, policy)
            let isClosed = self.closed(now) == closed
            #expect(isClosed, "after \(removal.path)")
        }
    }

    @Test(arguments: seeds)
    func `law 3: of every job and kind the newest closed one stays`(seed: UInt64) throws {
        let tree = try RandomTree(seed: seed)
        let plan = plan(tree, try tree.policy())
        let groups = Dictionary(grouping: plan.snapshots.filter { $0.isClosed == true }) {
            "\($0.job) \($0.kind)"
        }
        for (name, snapshots) in groups {
            let newest = snapshots.max { $0.time < $1.time }
            let isKept = snapshots.contains { $0.time == newest?.time && $0.verdict != .condemn }
            #expect(isKept, "\(name)")
        }
    }

    @Test(arguments: seeds)
    func `law 8: every verdict has a reason that fits it`(seed: UInt64) throws {
        let tree = try RandomTree(seed: seed)
        for snapshot in plan(tree, try tree.policy()).snapshots {
            #expect(!snapshot.reasons.isEmpty, "\(snapshot.path)")
            #expect(snapshot.reasons.allSatisfy { !$0.text.isEmpty }, "\(snapshot.path)")
            for case .referenced(let by, let file, _) in snapshot.reasons {
                #expect(file.path(below: snapshot.place) != nil, "\(snapshot.path)")
                #expect(by != snapshot.place, "\(snapshot.path)")
            }
            for case .holdsSnapshot(let inner) in snapshot.reasons {
                #expect(inner.path(below: snapshot.place)?.bytes.isEmpty == false)
            }
        }
    }

    @Test(arguments: seeds)
    func `law 9: the order of the listing changes nothing`(seed: UInt64) throws {
        let tree = try RandomTree(seed: seed)
        let policy = try tree.policy()
        let shuffled = Planner(policy: policy) { _ in BentReader(shuffled: seed) }
            .plan(at: tree.shop.now, memory: PlanningMemory()).plan
        let isSame = plan(tree, policy) == shuffled
        #expect(isSame)
        let isSameOrder = plan(tree, policy).removals == shuffled.removals
        #expect(isSameOrder)
    }

    @Test(arguments: seeds)
    func `law 2: two faults at once condemn no more than none`(seed: UInt64) throws {
        let tree = try RandomTree(seed: seed)
        let policy = try tree.policy()
        let whole = plan(tree, policy)
        var random = SeededGenerator(seed: seed)
        let places = whole.snapshots.map(\.place).sorted()
        for _ in 0..<6 {
            var reader = BentReader()
            for _ in 0..<2 {
                let place = try #require(places.randomElement(using: &random))
                switch Int.random(in: 0..<3, using: &random) {
                case 0: reader.unreadable.insert(place.appending("_metadata"))
                case 1: reader.hidden.insert(place)
                default: reader.dropped.insert(place.appending("_label.pin"))
                }
            }
            let bent = Planner(policy: policy) { _ in reader }
                .plan(at: tree.shop.now, memory: PlanningMemory()).plan
            let isSubset = bent.condemned.isSubset(of: whole.condemned)
            #expect(isSubset)
            #expect(bent.isPartial)
        }
    }
}
