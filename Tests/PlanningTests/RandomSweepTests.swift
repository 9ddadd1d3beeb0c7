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

/// Nights in a row over random graphs of jobs, attempts and claims, beside a slow model.
struct RandomSweepTests {
    private static let seeds = UInt64(0)..<25

    /// What happened on all nights of a seed.
    private struct Tally {
        var swept = 0
        var rescued = 0
        var snapshots = 0
    }

    private func nights(seed: UInt64) throws -> Tally {
        var tree = try RandomSweep(seed: seed)
        let policy = try tree.policy()
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        var memory = PlanningMemory()
        var tally = Tally()
        for night in (0..<5).reversed() as ReversedCollection<Range<Int64>> {
            let moment = tree.shop.ago(night)
            let ended = Set(
                tree.attempts.indices.filter { _ in Int.random(in: 0..<3, using: &tree.random) == 0
                }
            )
            let result = planner.plan(at: moment, memory: memory, ended: word(ended, tree))
            try carryOut(result, at: moment, ended: ended, &tree, &memory, &tally, seed)
        }
        return tally
    }

    private func word(_ ended: Set<Int>, _ tree: RandomSweep) -> EndedAttempts {
        var word = EndedAttempts()
        for attempt in ended {
            let (job, id) = (tree.attempts[attempt].job, tree.attempts[attempt].id)
            word.jobIDs[job, default: []].insert(ObjectName(id))
        }
        return word
    }

    private func carryOut(
        _ result: PlanningResult,
        at moment: Instant,
        ended: Set<Int>,
        _ tree: inout RandomSweep,
        _ memory: inout PlanningMemory,
        _ tally: inout Tally,
        _ seed: UInt64
    ) throws {
        let top = tree.shop.directory.path
        func below(_ place: StorageURL) -> String {
            String(place.path.description.dropFirst(top.count + 1))
        }
        let isStarting = result.plan.objectTotals.contains {
            $0.reason.ruleID == "newestAttemptHasNoCheckpoint"
        }
        let objects = result.plan.objectRemovals
        let swept = Set(objects.filter { !$0.isDirectory }.map { below($0.place) })
        if !isStarting {
            let expected = tree.expected(at: moment, ended: ended)
            #expect(swept == expected, "seed \(seed), \(moment)")
        }
        // A job that claims one of the files completes a checkpoint before anything goes.
        let claimed = Bool.random(using: &tree.random) ? swept.sorted().first : nil
        let there = Set(tree.files.filter(\.isThere).map(\.name))
        let before = tree
        if let claimed {
            let name = String(claimed.split(separator: "/").last ?? "")
            try tree.addCheckpoint(to: 0, at: moment, needing: name)
        }
        var look = SecondLook(
            after: result.inventory,
            condemned: Set(result.plan.removals.map(\.place)),
            objects: objects.map { ($0.place, $0.path) }
        )
        guard case .needed(let needed) = look.look({ _ in LocalStorage() }) else {
            Issue.record("seed \(seed): it could not look again")
            return
        }
        if let claimed {
            #expect(needed.keys.contains { below($0) == claimed }, "seed \(seed): \(claimed)")
            tally.rescued += 1
        }
        var gone: Set<String> = []
        for place in result.plan.removals.map(\.place) + objects.map(\.place)
        where needed[place] == nil {
            let path = below(place)
            // An attempt in which something stayed keeps its directories.
            if (try? FileManager.default.contentsOfDirectory(atPath: "\(top)/\(path)"))?.isEmpty
                == false, objects.contains(where: { $0.place == place })
            {
                continue
            }
            try tree.remove(path)
            gone.insert(path)
        }
        tally.swept += gone.intersection(swept).count
        tally.snapshots += result.plan.removals.count
        #expect(tree.lost(from: there).isEmpty, "seed \(seed), \(moment)")
        // What a run writes down is what it saw first.
        var noted = before
        noted.note(at: moment, without: gone)
        tree.takeNotes(of: noted)
        memory.sightings = result.recorded(
            at: moment,
            without: Set(objects.map(\.place).filter { gone.contains(below($0)) })
        )
    }

    @Test(arguments: seeds)
    func `law 1: night after night exactly what the model says goes, and nothing needed`(
        seed: UInt64
    ) throws {
        _ = try nights(seed: seed)
    }

    @Test func `the seeds give nights on which things go, and some are claimed in between`() throws
    {
        var all = Tally()
        for seed in Self.seeds {
            let tally = try nights(seed: seed)
            all.swept += tally.swept
            all.rescued += tally.rescued
            all.snapshots += tally.snapshots
        }
        #expect(all.swept > 30)
        #expect(all.rescued > 10)
        #expect(all.snapshots > 10)
    }
}
