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

@testable import Execution

/// What is swept of trees that real Flink left behind, beside what a walk of names derives.
@Suite(.enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"))
struct SweepTreeTests {
    private static let now = Instant(Date())

    private static func defaults(_ orphans: String) -> String {
        """
        { savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null, trash: "0d",
          orphans: { \(orphans) } }
        """
    }

    private func policy(_ tree: FlinkTree, _ orphans: String) throws -> JanitorPolicy {
        try PolicyDecoder.decode(
            Array(tree.policy(Self.defaults(orphans)).utf8),
            source: "test"
        )
    }

    private func run(_ policy: JanitorPolicy, _ state: TemporaryDirectory, _ token: String) throws
        -> (Plan, RunReport)
    {
        let now = Self.now
        let run = JanitorRun(
            RunEnvironment(
                policy: policy,
                state: StateDirectory(state.path),
                token: token,
                backends: Backends(),
                clock: { now },
                shouldStop: { nil }
            )
        )
        guard case .finished(let plan, let report) = run.run() else {
            throw CocoaError(.featureUnsupported)
        }
        return (plan, report)
    }

    /// Whether a rule leaves the whole tree alone: its times are those of a copy.
    private func isLeftAlone(_ plan: Plan) -> Bool {
        plan.objectTotals.contains { $0.reason.ruleID == "timesLookCopied" }
    }

    private func paths(_ objects: [PlannedObject], directories: Bool) -> Set<String> {
        Set(objects.filter { $0.isDirectory == directories }.map { $0.place.path.description })
    }

    @Test(arguments: FlinkTree.names)
    func `run after run takes what a walk derives, until nothing is left that nobody needs`(
        name: String
    ) throws {
        let tree = try FlinkTree(name, olderBy: 60)
        let state = try TemporaryDirectory()
        let policy = try policy(tree, "age: '1m', sightings: 1")
        for round in 1...6 {
            let before = try SweepOracle(tree.directory.path)
            let (plan, report) = try run(policy, state, "\(round)\(round)")
            if isLeftAlone(plan) { return #expect(plan.objects.isEmpty) }
            #expect(report.failedCount == 0, "\(report.lines.compactMap(\.error))")
            #expect(paths(plan.objects, directories: false) == before.garbage[.shared] ?? [])
            let after = try SweepOracle(tree.directory.path)
            #expect(after.emptyDirectories.isEmpty)
            #expect(paths(plan.objects, directories: true).isSuperset(of: before.emptyDirectories))
            for object in plan.objects {
                let isThere = FileManager.default.fileExists(
                    atPath: object.place.path.description
                )
                #expect(!isThere, "\(object.place)")
            }
            if report.lines.isEmpty {
                #expect(before.garbage[.shared] ?? [] == [])
                return
            }
        }
        Issue.record("it did not come to an end")
    }

    @Test(arguments: FlinkTree.names)
    func `with Flink's word that the jobs ended every kind goes that a walk derives`(
        name: String
    ) throws {
        let tree = try FlinkTree(name, olderBy: 60)
        let policy = try policy(tree, "age: '1m', sightings: 1")
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let quiet = planner.plan(at: Self.now, memory: PlanningMemory())
        if isLeftAlone(quiet.plan) { return }
        let ids = Set(quiet.inventory.attempts.compactMap(\.jobID))
        let jobs = quiet.plan.jobs.map { ($0.name, ids) }
        let ended = EndedAttempts(jobIDs: Dictionary(uniqueKeysWithValues: jobs))
        let plan = planner.plan(at: Self.now, memory: PlanningMemory(), ended: ended).plan
        let oracle = try SweepOracle(tree.directory.path)
        var expected: Set<String> = []
        for (kind, files) in oracle.garbage where kind != .taskOwned { expected.formUnion(files) }
        #expect(paths(plan.objects, directories: false) == expected)
    }
}
