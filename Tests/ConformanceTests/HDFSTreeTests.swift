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
        /// All of them if `JANITOR_TEST_ALL` is set, else one of those that hold what the others do not.
        private static let names = TestSample.of(
            ProcessInfo.processInfo.environment["JANITOR_TEST_ALL"] == nil
                ? FlinkTree.names.filter { ["A-2.3.0", "hdfs-2.3.0"].contains($0) }
                : FlinkTree.names,
            count: 1,
            name: "trees in HDFS"
        )

        @Test(arguments: HDFSService.few, names)
        func `judges a real tree as its local copy`(service: HDFSService, name: String) throws {
            let tree = try FlinkTree(name, olderBy: 60)
            let root = service.freshRoot()
            try service.put(tree.directory, at: root)
            let local = tree.policy(TreePlan.strict)
            let remote = local.replacing("file://\(tree.directory.path)", with: "\(root)")
                .replacing(
                    "{ aliases:",
                    with: "{ stores: { hdfs: { command: [\"\(service.program)\"] } }, aliases:"
                )
            let here = try TreePlan(local)
            let there = try TreePlan(remote)
                .moved(from: "\(root)", to: "file://\(tree.directory.path)")
            #expect(!here.snapshots.isEmpty)
            #expect(there.snapshots == here.snapshots)
            #expect(there.objects == here.objects)
        }
    }
}
