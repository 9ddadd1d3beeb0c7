// SPDX-License-Identifier: Apache-2.0

import Discovery
import FlinkMetadata
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

@testable import Execution

/// Whole runs over what real Flink left behind (laws 1, 3, 5 and 9).
@Suite(.enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"))
struct FlinkTreeTests {
    /// The real time: a run compares its clock with the store's.
    private static let now = Instant(Date())
    private static let strict = """
        { savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null }
        """

    private func run(
        _ policy: JanitorPolicy,
        state: TemporaryDirectory,
        token: String
    ) -> RunOutcome {
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
        return run.run()
    }

    @Test(arguments: FlinkTree.names)
    func `a run leaves every kept snapshot closed, and a second one takes nothing`(
        name: String
    ) throws {
        let tree = try FlinkTree(name, olderBy: 60)
        let state = try TemporaryDirectory()
        let policy = try PolicyDecoder.decode(
            Array(tree.policy(Self.strict).utf8),
            source: "test"
        )
        let now = Self.now
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let before = planner.plan(at: now, memory: PlanningMemory()).plan
        let present = try presentReferences(in: tree)
        #expect(!present.isEmpty)
        guard case .finished(let plan, let report) = run(policy, state: state, token: "11") else {
            Issue.record("the run did not come to its end")
            return
        }
        let isSamePlan = plan == before
        #expect(isSamePlan)
        #expect(report.failedCount == 0)
        #expect(report.goneCount == plan.removals.count + plan.objectRemovals.count)
        let after = try presentReferences(in: tree)
        for (snapshot, files) in after {
            #expect(files == present[snapshot], "\(snapshot) lost a reference")
        }
        #expect(Set(present.keys).subtracting(after.keys).count <= report.goneCount)
        checkNewest(before, in: after)
        guard case .finished(_, let second) = run(policy, state: state, token: "22") else {
            Issue.record("the second run did not come to its end")
            return
        }
        #expect(second.lines.isEmpty)
    }

    /// The newest closed savepoint and checkpoint of each job are still there (law 3).
    private func checkNewest(_ before: Plan, in after: [String: Set<String>]) {
        for job in before.jobs.map(\.name) {
            for kind in SnapshotKind.allCases {
                let newest = before.snapshots
                    .filter { $0.job == job && $0.kind == kind && $0.isClosed == true }
                    .max { $0.time < $1.time }
                guard let newest else { continue }
                #expect(after[newest.place.path.description] != nil)
            }
        }
    }

    /// For each snapshot outside the trash the referenced files that are there, found by walking
    /// and by replacing the prefix in the text: apart from the program's own way.
    private func presentReferences(in tree: FlinkTree) throws -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        let walk = FileManager.default.enumerator(atPath: tree.directory.path)
        while let below = walk?.nextObject() as? String {
            guard below.hasSuffix("/_metadata"), !below.contains(".janitor-trash") else { continue }
            let path = "\(tree.directory.path)/\(below)"
            let bytes = try Data(contentsOf: URL(filePath: path))
            var source = MemoryByteSource(Array(bytes))
            let metadata = try MetadataReader.read(&source)
            let directory = String(path.dropLast("/_metadata".count))
            found[directory] = Set(
                metadata.references.map { reference in
                    let text = reference.path.written.description
                    if reference.path.isRelative { return "\(directory)/\(text)" }
                    return text.replacing("file:/data/flinklab", with: tree.directory.path)
                        .replacing("hdfs://127.0.0.1:19000", with: tree.directory.path)
                        .replacing("hdfs:/", with: "\(tree.directory.path)/")
                }.filter { FileManager.default.fileExists(atPath: $0) }
            )
        }
        return found
    }
}
