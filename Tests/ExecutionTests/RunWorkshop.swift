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

@testable import Execution
/// The demonstration's tree, and runs over it whose steps take one snapshot each.
struct RunWorkshop {
    let directory: TemporaryDirectory
    let state: TemporaryDirectory
    let now: Instant

    init() throws {
        directory = try TemporaryDirectory()
        state = try TemporaryDirectory()
        now = Instant(Date())
        try DemoTree.write(into: directory.path, now: now)
    }

    func policy(_ defaults: String) throws -> JanitorPolicy {
        let text = """
            { defaults: { \(defaults) }, jobs: [
              { name: "{job}", savepoints: "file://\(directory.path)/savepoints/{job}",
                checkpoints: "file://\(directory.path)/checkpoints/{job}" } ] }
            """
        return try PolicyDecoder.decode(Array(text.utf8), source: "test")
    }

    static let rules = """
        savepoints: { keepLast: 2 }, checkpoints: { keepLast: 1 }, limits: null
        """

    func run(
        _ policy: JanitorPolicy,
        token: String,
        approval: Approval? = nil,
        remover: any StorageRemover = LocalRemover(),
        shift: Int64 = 0,
        shouldStop: @escaping () -> Int32? = { nil },
        ask: @escaping (JobRoster) -> FlinkWord = { _ in FlinkWord() }
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
                stepSize: RunStep.Size(snapshots: 1),
                ask: ask
            )
        )
        return run.run(approval: approval)
    }

    func plan(_ policy: JanitorPolicy) -> Plan {
        Planner(policy: policy) { _ in LocalStorage() }
            .plan(at: now, memory: PlanningMemory()).plan
    }

    func approval(
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
                    contents: $0.contents,
                    showsCopiedTimes: $0.reasons.contains { $0.ruleID == Reason.copiedTimesID }
                )
            },
            lost: lost
        )
    }

    /// Everything that there is, apart from what is ours.
    func tree() throws -> [ObjectName] {
        try TreeSnapshot(of: directory.path, without: [".janitor-trash", ".janitor-lock"]).paths
    }
}
