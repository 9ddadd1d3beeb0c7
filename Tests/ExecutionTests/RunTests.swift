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
import StorageRemoval
import Testing

@testable import Execution
/// What a run does around its steps: approval, locks, limits, the clock, being cut off.
struct RunTests {
    private let shop: RunWorkshop

    init() throws { shop = try RunWorkshop() }

    @Test
    func `law 4: an approved run takes what is approved and condemned shop.now, nothing else`()
        throws
    {
        let policy = try shop.policy(RunWorkshop.rules)
        let plan = shop.plan(policy)
        let two = Array(plan.removals.prefix(2))
        let kept = try #require(plan.snapshots.first { $0.verdict == .keep })
        var changed = try #require(plan.removals.last)
        changed.contents = ContentsDigest(count: 1, sum: 1)
        let allowed = shop.approval(policy, two + [kept, changed])
        guard case .finished(_, let report) = shop.run(policy, token: "11", approval: allowed)
        else {
            Issue.record("the run did not come to its end")
            return
        }
        #expect(Set(report.lines.map(\.place)) == Set(two.map(\.place)))
        #expect(report.notes.count { $0.hasPrefix("approved and not done") } == 2)
        #expect(report.notes.contains { $0.contains("\(kept.place)") })
    }

    @Test func `what was approved with an undo does not go without one`() throws {
        let policy = try shop.policy("\(RunWorkshop.rules), trash: \"0d\"")
        let plan = shop.plan(policy)
        let roots = Set(plan.removals.map(\.root))
        #expect(roots.count > 1)
        let promised = try #require(roots.min())
        var allowed = shop.approval(policy, plan.removals)
        allowed.undoable = [promised]
        guard case .finished(_, let report) = shop.run(policy, token: "11", approval: allowed)
        else {
            Issue.record("the run did not come to its end")
            return
        }
        let others = plan.removals.filter { $0.root != promised }
        #expect(Set(report.lines.map(\.place)) == Set(others.map(\.place)))
        let notes = report.notes.filter { $0.contains("approved with an undo") }
        #expect(notes.count == plan.removals.count - others.count)
    }

    @Test func `a limit holds a job back, and an approved plan lets go what it lists`() throws {
        let limited = "savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }"
        let policy = try shop.policy(limited)
        guard case .finished(let plan, let report) = shop.run(policy, token: "11") else {
            Issue.record("the run did not come to its end")
            return
        }
        #expect(plan.isLimited)
        #expect(report.lines.allSatisfy { $0.job != "sales_pipeline" })
        let held = plan.snapshots.filter(\.isHeldByLimit)
        #expect(held.count > 5)
        let allowed = shop.approval(policy, held)
        guard case .finished(_, let second) = shop.run(policy, token: "22", approval: allowed)
        else {
            Issue.record("the approved run did not come to its end")
            return
        }
        #expect(Set(second.lines.filter(\.isGone).map(\.place)) == Set(held.map(\.place)))
    }

    @Test func `a root that shrank stays held until a plan is approved, not for one night only`()
        throws
    {
        let policy = try shop.policy("savepoints: { keepLast: 2 }, checkpoints: { keepLast: 1 }")
        let root = shop.directory.url("savepoints/audit")
        try StateDirectory(shop.state.path).prepare()
        try MemoryFile.write(
            PlanningMemory(fileCounts: [root: 500]),
            to: StateDirectory(shop.state.path)
        )
        for token in ["11", "22"] {
            guard case .finished(let plan, let report) = shop.run(policy, token: token) else {
                Issue.record("the run did not come to its end")
                return
            }
            let job = plan.jobs.first { $0.name == "audit" }
            guard case .shrunkenRoot(root, held: 500, _)? = job?.limit else {
                Issue.record("run \(token) does not remember what the root held")
                return
            }
            #expect(report.lines.allSatisfy { $0.job != "audit" })
        }
        let plan = shop.plan(policy)
        let held = plan.snapshots.filter { $0.job == "audit" && $0.verdict == .condemn }
        #expect(!held.isEmpty)
        // What somebody approves who was shown nothing of it says nothing of it.
        _ = shop.run(policy, token: "33", approval: shop.approval(policy, []))
        #expect(MemoryFile.read(StateDirectory(shop.state.path)).memory.fileCounts[root] == 500)
        let lost = [LostRoot(place: root, held: 500, holds: plan.files(in: root))]
        guard
            case .finished(_, let report) = shop.run(
                policy,
                token: "44",
                approval: shop.approval(policy, held, lost: lost)
            )
        else {
            Issue.record("the approved run did not come to its end")
            return
        }
        #expect(report.goneCount == held.count)
        #expect(
            (MemoryFile.read(StateDirectory(shop.state.path)).memory.fileCounts[root] ?? 500) < 20
        )
    }

    @Test func `law 11: a root that somebody else has locked stops the run, all locks or none`()
        throws
    {
        let policy = try shop.policy(RunWorkshop.rules)
        let before = try shop.tree()
        let locker = LocalLocker()
        let root = shop.directory.url("savepoints/sales_pipeline")
        let other = LockOwner.current(
            command: "run",
            token: "other",
            now: shop.now,
            lasting: 3_600_000_000_000
        )
        _ = try locker.acquire(root, owner: other)
        guard case .locked(let why) = shop.run(policy, token: "11") else {
            Issue.record("the run did not stop at the lock")
            return
        }
        #expect(why.contains("sales_pipeline"))
        #expect(try shop.tree() == before)
        try locker.release(root, owner: other)
        guard case .finished = shop.run(policy, token: "22") else {
            Issue.record("the run left a lock behind")
            return
        }
    }

    @Test func `law 10: a clock that is not believed stops the run before it takes anything`()
        throws
    {
        let policy = try shop.policy(RunWorkshop.rules)
        let before = try shop.tree()
        guard case .refused(let skew) = shop.run(policy, token: "11", shift: 3_600_000_000_000)
        else {
            Issue.record("a clock an hour ahead of the store was believed")
            return
        }
        #expect(skew.contains("more than 5 minutes apart"))
        #expect(try shop.tree() == before)
        #expect(
            ClockCheck(
                now: shop.now,
                storeTime: shop.now,
                lastRun: shop.now.advanced(byNanoseconds: 1)
            ).doubt
                != nil
        )
        #expect(
            ClockCheck(
                now: shop.now,
                storeTime: shop.now,
                lastRun: shop.now.advanced(byNanoseconds: -33 * 86_400 * 1_000_000_000)
            ).doubt != nil
        )
        #expect(ClockCheck(now: shop.now, storeTime: shop.now, lastRun: shop.now).doubt == nil)
    }

    @Test func `a signal ends the run after the step in hand, and the next one goes on`() throws {
        let policy = try shop.policy(RunWorkshop.rules)
        let whole = shop.plan(policy).removals.count
        #expect(whole > 3)
        let asked = Counter()
        guard
            case .finished(_, let report) = shop.run(
                policy,
                token: "11",
                shouldStop: { asked.next() > 2 ? 15 : nil }
            )
        else {
            Issue.record("the run did not come to its end")
            return
        }
        #expect(report.isCutShort)
        #expect(report.goneCount == 2)
        guard case .finished(_, let rest) = shop.run(policy, token: "22") else {
            Issue.record("the next run did not come to its end")
            return
        }
        #expect(rest.goneCount == whole - 2)
    }

    @Test func `a snapshot that changed after the plan is left, and the exit is not clean`() throws
    {
        let policy = try shop.policy(RunWorkshop.rules)
        let victim = try #require(shop.plan(policy).removals.last)
        let path = victim.place.path.description
        let meddler = Meddler { item in
            guard item.place != victim.place else { return }
            try? Data().write(to: URL(filePath: "\(path)/_label.pin"))
        }
        guard case .finished(_, let report) = shop.run(policy, token: "11", remover: meddler) else {
            Issue.record("the run did not come to its end")
            return
        }
        let line = report.lines.first { $0.place == victim.place }
        #expect(line?.isGone == false)
        #expect(line?.error?.contains("changed since the plan was made") == true)
        #expect(FileManager.default.fileExists(atPath: "\(path)/_metadata"))
    }

    @Test func `a state directory that cannot be written stops the run before anything goes`()
        throws
    {
        let policy = try shop.policy(RunWorkshop.rules)
        let before = try shop.tree()
        try Data().write(to: URL(filePath: "\(shop.state.path)/runs"))
        guard case .failed(let why) = shop.run(policy, token: "11") else {
            Issue.record("the run went on without a journal")
            return
        }
        #expect(why.contains("\(shop.state.path)/runs"))
        #expect(try shop.tree() == before)
    }
}

/// Counts how often it was asked.
private final class Counter {
    private var count = 0

    func next() -> Int {
        count += 1
        return count
    }
}

extension Plan {
    fileprivate func files(in root: StorageURL) -> Int {
        roots.first { $0.place == root }?.fileCount ?? 0
    }
}
