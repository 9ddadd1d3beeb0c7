// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage

/// A workshop with one job, an attempt that is over, and what the sweep is tried on.
struct SweepWorkshop {
    static let attempt = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    static let other = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

    var shop: Workshop

    /// Makes a tree with one kept savepoint, and one kept checkpoint 30 days old.
    init() throws {
        shop = try Workshop()
        try shop.tree.savepoint("sp/a/newest", id: 1, size: 3, at: shop.ago(40))
        try shop.tree.checkpoint(
            "cp/a/\(Self.attempt)/chk-9",
            id: 9,
            shared: [try file("cp/a/\(Self.attempt)/shared", days: 35)],
            size: 3,
            at: shop.ago(30)
        )
    }

    /// Writes a file of two bytes with a name of its own.
    mutating func file(
        _ directory: String,
        days: Int64 = 35,
        name: String? = nil
    ) throws -> SampleMetadata.File {
        let path = "\(directory)/\(name ?? shop.tree.uuid())"
        try shop.tree.write(path, [1, 2], at: shop.ago(days))
        return SampleMetadata.File(path, 2)
    }

    /// A policy under which one sighting is enough, unless it is said otherwise.
    func policy(
        orphans: String = "sightings: 1",
        job: String = "",
        limits: String = "null",
        more: String = ""
    ) throws -> JanitorPolicy {
        let rules = "savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: \(limits)"
        return try shop.policy(
            "{ name: '{job}', savepoints: '@/sp/{job}', checkpoints: '@/cp/{job}'\(job) }",
            keep: "\(rules), orphans: { \(orphans) }",
            more: more
        )
    }

    /// What a plan comes to.
    func result(
        _ policy: JanitorPolicy,
        memory: PlanningMemory = PlanningMemory(),
        at moment: Instant? = nil,
        waivers: Waivers = Waivers(),
        ended: EndedAttempts = EndedAttempts(),
        lifted: Set<StorageURL> = [],
        reader: (any StorageReader)? = nil
    ) throws -> PlanningResult {
        try shop.tree.settleTimes()
        return Planner(policy: policy) { _ in reader ?? LocalStorage() }.plan(
            at: moment ?? shop.now,
            memory: memory,
            lifted: lifted,
            waivers: waivers,
            ended: ended
        )
    }

    /// Flink's word that both attempts of job `a` ended.
    static let ended = EndedAttempts(
        jobIDs: ["a": [ObjectName(attempt), ObjectName(other)]]
    )

    /// What a run at a moment would hand on to the next one.
    func memory(
        after policy: JanitorPolicy,
        at moment: Instant,
        _ memory: PlanningMemory = PlanningMemory(),
        reader: (any StorageReader)? = nil,
        gone: Set<StorageURL> = []
    ) throws -> PlanningMemory {
        let result = try result(policy, memory: memory, at: moment, reader: reader)
        var next = memory.after(runAt: moment, seeing: result.inventory)
        next.sightings = result.recorded(at: moment, without: gone)
        return next
    }
}

extension PlanningResult {
    /// What a run would write down of what it found unreferenced.
    func recorded(at moment: Instant, without gone: Set<StorageURL> = []) -> Sightings {
        let box = Bytes()
        objects.record(runAt: moment, without: gone) { box.data.append(contentsOf: $0) }
        return Sightings(records: box.data)
    }

    /// The decision on what lies at the end of a path outside snapshots; nil where nothing does.
    func object(_ suffix: String) -> (verdict: Verdict, rules: [String])? {
        var found: (Verdict, [String])?
        objects.forEach { decided in
            guard inventory.place(of: decided.object).description.hasSuffix("/\(suffix)") else {
                return
            }
            found = (decided.verdict, decided.reasons.map(\.ruleID))
        }
        return found
    }

    /// Paths of everything that goes outside snapshots, below a directory.
    func sweptPaths(below top: String) -> [String] {
        plan.objectRemovals.map { String($0.place.path.description.dropFirst(top.count + 1)) }
    }
}

private final class Bytes {
    var data = Data()
}
