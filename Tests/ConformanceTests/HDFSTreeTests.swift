// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension StoreTests {
    /// Real trees of Flink's, copied into HDFS: every verdict is the one of the local copy.
    @Suite(
        .enabled(if: !HDFSService.all.isEmpty, "\(HDFSService.skipMessage)"),
        .enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)")
    )
    struct HDFSTreeTests {
        /// All of them if `JANITOR_TEST_ALL` is set, else those that hold what the others do not.
        private static let names =
            ProcessInfo.processInfo.environment["JANITOR_TEST_ALL"] == nil
            ? FlinkTree.names.filter { ["A-2.3.0", "hdfs-2.3.0"].contains($0) } : FlinkTree.names

        private static let strict = """
            { savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null }
            """

        private struct Verdict: Decodable, Hashable {
            let path: String
            let verdict: String
            let closed: Bool?
            let checkpointId: Int64?
        }

        private struct Document: Decodable {
            let snapshots: [Verdict]
            let objects: [Object]

            struct Object: Decodable, Hashable {
                let path: String
                let verdict: String
            }
        }

        private func plan(_ policy: String, _ state: TemporaryDirectory) throws -> Document {
            try state.write("policy.json5", Array(policy.utf8))
            let end = try BuiltProgram().run([
                "plan", "--json", "--policy", "\(state.path)/policy.json5", "--state",
                "\(state.path)/state",
            ])
            let start = try #require(end.text.firstIndex(of: "{"), "\(end.text)")
            let end0 = try #require(end.text.lastIndex(of: "}"))
            return try JSONDecoder().decode(Document.self, from: Data(end.text[start...end0].utf8))
        }

        @Test(arguments: HDFSService.few, names)
        func `judges a real tree as its local copy`(service: HDFSService, name: String) throws {
            let tree = try FlinkTree(name, olderBy: 60)
            let root = service.freshRoot()
            try service.put(tree.directory, at: root)
            let local = tree.policy(Self.strict)
            let remote = local.replacing("file://\(tree.directory.path)", with: "\(root)")
                .replacing(
                    "{ aliases:",
                    with: "{ stores: { hdfs: { command: [\"\(service.program)\"] } }, aliases:"
                )
            let here = try plan(local, try TemporaryDirectory())
            let there = try plan(remote, try TemporaryDirectory())
            func moved(_ path: String) -> String {
                path.replacing("\(root)", with: "file://\(tree.directory.path)")
            }
            #expect(!here.snapshots.isEmpty)
            let snapshots = there.snapshots.map {
                Verdict(
                    path: moved($0.path),
                    verdict: $0.verdict,
                    closed: $0.closed,
                    checkpointId: $0.checkpointId
                )
            }
            #expect(Set(snapshots) == Set(here.snapshots))
            let objects = there.objects.map {
                Document.Object(path: moved($0.path), verdict: $0.verdict)
            }
            #expect(Set(objects) == Set(here.objects))
        }
    }
}
