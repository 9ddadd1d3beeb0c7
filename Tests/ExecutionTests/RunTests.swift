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
    private let directory: TemporaryDirectory
    private let state: TemporaryDirectory
    private let now: Instant

    init() throws {
        directory = try TemporaryDirectory()
        state = try TemporaryDirectory()
        now = Instant(Date())
        try DemoTree.write(into: directory.path, now: now)
    }

    private func policy(_ defaults: String) throws -> JanitorPolicy {
        let text = """
            { defaults: { \(defaults) }, jobs: [
              { name: "{job}", savepoints: "file://\(directory.path)/savepoints/{job}",
                checkpoints: "file://\(directory.path)/checkpoints/{job}" } ] }
            """
        return try PolicyDecoder.decode(Array(text.utf8), source: "test")
    }

    private static let rules = """
        savepoints: { keepLast: 2 }, checkpoints: { keepLast: 1 }, limits: null
        """

    private func run(
        _ policy: JanitorPolicy,
        token: String,
        approval: Approval? = nil,
        remover: any StorageRemover = LocalRemover(),
        shift: Int64 = 0,
        shouldStop: @escaping () -> Int32? = { nil }
    ) -> RunOutcome {
        let moment = now.advanced(byNanoseconds: shift)
        let run = JanitorRun(
            RunEnvironment(
                policy: policy,
                state: StateDirectory(state.path),
                token: token,
                readerFor: { _ in LocalStorage() },
                remover: remover,
                locker: LocalLocker(),
                clock: { moment },
                shouldStop: shouldStop,
                stepSize: RunStep.Size(snapshots: 1)
            )
        )
        return run.run(approval: approval)
    }

    private func plan(_ policy: JanitorPolicy) -> Plan {
        Planner(policy: policy) { _ in LocalStorage() }
            .plan(at: now, memory: PlanningMemory()).plan
    }

    private func approval(
        _ policy: JanitorPolicy,
        _ snapshots: [PlannedSnapshot],
        lost: [LostRoot] = []
    ) -> Approval {
        Approval(
            source: "plan.json",
            fingerprint: policy.fingerprint,
            at: now,
            items: snapshots.map {
                Approval.Item(
                    place: $0.place,
                    time: $0.time,
                    metadataLength: $0.metadataLength,
                    contents: $0.contents
                )
            },
            lost: lost
        )
    }

    /// Everything that there is, apart from what is ours.
    private func tree() throws -> [ObjectName] {
        try TreeSnapshot(of: directory.path, without: [".janitor-trash", ".janitor-lock"]).paths
    }

    @Test func `law 4: an approved run takes what is approved and condemned now, nothing else`()
        throws
    {
        let policy = try policy(Self.rules)
        let plan = plan(policy)
        let two = Array(plan.removals.prefix(2))
        let kept = try #require(plan.snapshots.first { $0.verdict == .keep })
        var changed = try #require(plan.removals.last)
        changed.contents = ContentsDigest(count: 1, sum: 1)
        let allowed = approval(policy, two + [kept, changed])
        guard case .finished(_, let report) = run(policy, token: "11", approval: allowed) else {
            Issue.record("the run did not come to its end")
            return
        }
        #expect(Set(report.lines.map(\.place)) == Set(two.map(\.place)))
        #expect(report.notes.count { $0.hasPrefix("approved and not done") } == 2)
        #expect(report.notes.contains { $0.contains("\(kept.place)") })
    }

    @Test func `a limit holds a job back, and an approved plan lets go what it lists`() throws {
        let limited = "savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }"
        let policy = try policy(limited)
        guard case .finished(let plan, let report) = run(policy, token: "11") else {
            Issue.record("the run did not come to its end")
            return
        }
        #expect(plan.isLimited)
        #expect(report.lines.allSatisfy { $0.job != "sales_pipeline" })
        let held = plan.snapshots.filter(\.isHeldByLimit)
        #expect(held.count > 5)
        let allowed = approval(policy, held)
        guard case .finished(_, let second) = run(policy, token: "22", approval: allowed) else {
            Issue.record("the approved run did not come to its end")
            return
        }
        #expect(Set(second.lines.filter(\.isGone).map(\.place)) == Set(held.map(\.place)))
    }

    @Test func `a root that shrank stays held until a plan is approved, not for one night only`()
        throws
    {
        let policy = try policy("savepoints: { keepLast: 2 }, checkpoints: { keepLast: 1 }")
        let root = directory.url("savepoints/audit")
        try StateDirectory(state.path).prepare()
        try MemoryFile.write(
            PlanningMemory(fileCounts: [root: 500]),
            to: StateDirectory(state.path)
        )
        for token in ["11", "22"] {
            guard case .finished(let plan, let report) = run(policy, token: token) else {
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
        let plan = self.plan(policy)
        let held = plan.snapshots.filter { $0.job == "audit" && $0.verdict == .condemn }
        #expect(!held.isEmpty)
        // What somebody approves who was shown nothing of it says nothing of it.
        _ = run(policy, token: "33", approval: approval(policy, []))
        #expect(MemoryFile.read(StateDirectory(state.path)).memory.fileCounts[root] == 500)
        let lost = [LostRoot(place: root, held: 500, holds: plan.files(in: root))]
        guard
            case .finished(_, let report) = run(
                policy,
                token: "44",
                approval: approval(policy, held, lost: lost)
            )
        else {
            Issue.record("the approved run did not come to its end")
            return
        }
        #expect(report.goneCount == held.count)
        #expect((MemoryFile.read(StateDirectory(state.path)).memory.fileCounts[root] ?? 500) < 20)
    }

    @Test func `law 11: a root that somebody else has locked stops the run, all locks or none`()
        throws
    {
        let policy = try policy(Self.rules)
        let before = try tree()
        let locker = LocalLocker()
        let root = directory.url("savepoints/sales_pipeline")
        let other = LockOwner.current(
            command: "run",
            token: "other",
            now: now,
            lasting: 3_600_000_000_000
        )
        _ = try locker.acquire(root, owner: other)
        guard case .locked(let why) = run(policy, token: "11") else {
            Issue.record("the run did not stop at the lock")
            return
        }
        #expect(why.contains("sales_pipeline"))
        #expect(try tree() == before)
        try locker.release(root, owner: other)
        guard case .finished = run(policy, token: "22") else {
            Issue.record("the run left a lock behind")
            return
        }
    }

    @Test func `law 10: a clock that is not believed stops the run before it takes anything`()
        throws
    {
        let policy = try policy(Self.rules)
        let before = try tree()
        guard case .refused(let skew) = run(policy, token: "11", shift: 3_600_000_000_000) else {
            Issue.record("a clock an hour ahead of the store was believed")
            return
        }
        #expect(skew.contains("more than 5 minutes apart"))
        #expect(try tree() == before)
        #expect(
            ClockCheck(now: now, storeTime: now, lastRun: now.advanced(byNanoseconds: 1)).doubt
                != nil
        )
        #expect(
            ClockCheck(
                now: now,
                storeTime: now,
                lastRun: now.advanced(byNanoseconds: -33 * 86_400 * 1_000_000_000)
            ).doubt != nil
        )
        #expect(ClockCheck(now: now, storeTime: now, lastRun: now).doubt == nil)
    }

    @Test func `a signal ends the run after the step in hand, and the next one goes on`() throws {
        let policy = try policy(Self.rules)
        let whole = plan(policy).removals.count
        #expect(whole > 3)
        let asked = Counter()
        guard
            case .finished(_, let report) = run(
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
        guard case .finished(_, let rest) = run(policy, token: "22") else {
            Issue.record("the next run did not come to its end")
            return
        }
        #expect(rest.goneCount == whole - 2)
    }

    @Test func `a snapshot that changed after the plan is left, and the exit is not clean`() throws
    {
        let policy = try policy(Self.rules)
        let victim = try #require(plan(policy).removals.last)
        let path = victim.place.path.description
        let meddler = Meddler { item in
            guard item.place != victim.place else { return }
            try? Data().write(to: URL(filePath: "\(path)/_label.pin"))
        }
        guard case .finished(_, let report) = run(policy, token: "11", remover: meddler) else {
            Issue.record("the run did not come to its end")
            return
        }
        let line = report.lines.first { $0.place == victim.place }
        #expect(line?.isGone == false)
        #expect(line?.error?.contains("changed since the plan was made") == true)
        #expect(FileManager.default.fileExists(atPath: "\(path)/_metadata"))
    }

    @Test(arguments: [true, false])
    func `law 5: a removal that was cut off or failed is finished by the next run`(
        isKilled: Bool
    ) throws {
        let policy = try policy(Self.rules + ", trash: '0d'")
        let removals = plan(policy).removals
        let expected = try survivors(of: removals)
        // The process dies in the middle of each step in turn: `_metadata` is gone, the rest is not.
        for step in removals.indices {
            let dying = Dying(at: step)
            _ = run(policy, token: "dead\(step)", remover: dying)
            if isKilled { try forget(after: step + 1) }
            guard case .finished(_, let report) = run(policy, token: "next\(step)") else {
                Issue.record("the run after step \(step) did not come to its end")
                return
            }
            #expect(report.failedCount == 0)
            #expect(report.notes.contains { $0.contains("finished the removal") }, "step \(step)")
            #expect(try tree() == expected, "step \(step)")
            try FileManager.default.removeItem(atPath: "\(state.path)/runs")
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
                try FileManager.default.removeItem(atPath: "\(directory.path)/\(name)")
            }
            try DemoTree.write(into: directory.path, now: now)
        }
    }

    @Test func `law 1: the rest of a half-removed snapshot stays when something claimed it since`()
        throws
    {
        let policy = try policy(Self.rules + ", trash: '0d'")
        let victim = try #require(plan(policy).removals.first)
        _ = run(policy, token: "dead", remover: Dying(at: 0))
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: victim.place.path.description).first
        )
        let path = "\(victim.place.path)/\(name)"
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        // A job had read it before, and its first checkpoint was completed after.
        var tree = TreeWriter(top: directory.path)
        try tree.checkpoint(
            "checkpoints/successor/chk-1",
            id: 1,
            shared: [.init(String(path.dropFirst(directory.path.count + 1)), Int64(size ?? 0))],
            at: now
        )
        guard case .finished(_, let report) = run(policy, token: "next") else {
            Issue.record("the run did not come to its end")
            return
        }
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(report.notes.contains { $0.contains("by now") }, "\(report.notes)")
        #expect(!report.notes.contains { $0.contains("finished the removal") })
    }

    @Test func `law 7: the rest of a half-removed checkpoint stays where its attempt runs again`()
        throws
    {
        let policy = try policy(Self.rules + ", trash: '0d'")
        let removals = plan(policy).removals
        let number = try #require(removals.firstIndex { $0.kind == .checkpoint })
        let victim = removals[number]
        _ = run(policy, token: "dead", remover: Dying(at: number))
        // Flink counts from one again, and has just begun the checkpoint of the same number.
        let path = "\(victim.place.path)/\(UUID().uuidString.lowercased())"
        try Data([1]).write(to: URL(filePath: path))
        let before = try FileManager.default.contentsOfDirectory(
            atPath: victim.place.path.description
        )
        guard case .finished(_, let report) = run(policy, token: "next") else {
            Issue.record("the run did not come to its end")
            return
        }
        let after = try FileManager.default.contentsOfDirectory(
            atPath: victim.place.path.description
        )
        #expect(Set(after) == Set(before))
        #expect(report.notes.contains { $0.contains("may be running") }, "\(report.notes)")
        #expect(report.hasLeft)
    }

    /// What an undisturbed run leaves.
    private func survivors(of removals: [PlannedSnapshot]) throws -> [ObjectName] {
        let gone = removals.compactMap { $0.place.path(below: directory.url) }
        return try tree().filter { path in
            !gone.contains { path == $0 || path.bytes.starts(with: $0.bytes + [0x2F]) }
        }
    }

    /// Takes from the newest journal what a process killed in a step would not have written.
    private func forget(after step: Int) throws {
        let run = try #require(StateDirectory(state.path).runs().last)
        let file = StateDirectory(state.path).journalFile(run)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let last = try #require(
            lines.firstIndex { $0.contains("\"number\":\(step),\"record\":\"step\"") }
        )
        let text = lines[...last].joined(separator: "\n") + "\n{\"record\":\"do"
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    @Test func `a state directory that cannot be written stops the run before anything goes`()
        throws
    {
        let policy = try policy(Self.rules)
        let before = try tree()
        try Data().write(to: URL(filePath: "\(state.path)/runs"))
        guard case .failed(let why) = run(policy, token: "11") else {
            Issue.record("the run went on without a journal")
            return
        }
        #expect(why.contains("\(state.path)/runs"))
        #expect(try tree() == before)
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
