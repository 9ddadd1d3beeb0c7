// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension S3StoreTests {
    /// Real trees of Flink's as keys of a real store: every verdict is the one of the local copy.
    ///
    /// Their metadata say `s3a://…` where they said `file:/data/flinklab`, which is as long. A proxy
    /// tells their times and the lengths of state, which are not put.
    @Suite(
        .enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"),
        .enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)")
    )
    struct S3TreeTests {
        /// A sample of the trees by the client that starts quickly and one by `aws`; all of them by
        /// all clients if `JANITOR_TEST_ALL` is set.
        private static let cases: [(S3TestService.Client, String)] = {
            let names = FlinkTree.names
            let isAll = ProcessInfo.processInfo.environment["JANITOR_TEST_ALL"] != nil
            if isAll { return S3TestService.Client.allCases.flatMap { c in names.map { (c, $0) } } }
            let some = TestSample.of(names, count: 5, name: "trees in S3")
            return some.dropLast().map { (.s5cmd, $0) } + some.suffix(1).map { (.aws1, $0) }
        }()

        @Test(arguments: cases)
        func `judges a real tree as its local copy`(
            client: S3TestService.Client,
            name: String
        ) throws {
            let service = try #require(S3TestService.shared)
            let tree = try FlinkTree(name, olderBy: 60)
            let prefix = String(UUID().uuidString.prefix(7))
            let facts = try TemporaryDirectory()
            _ = try service.order(
                [
                    service.ceph, "flink", "plain", "\(prefix)/", tree.directory.path,
                    "\(facts.path)/facts", "file:/data/flinklab", "s3a://plain/\(prefix)",
                ]
            )
            let proxy = try S3Proxy(
                before: service.ceph,
                ["facts=\(facts.path)/facts"],
                of: service
            )
            let local = tree.policy(TreePlan.strict)
            let stores = service.stores(client, at: proxy.url)
            let remote = local.replacing(
                "file://\(tree.directory.path)",
                with: "s3://plain/\(prefix)"
            )
            .replacing("{ aliases: {", with: "{ stores: \(stores), aliases: {")
            let here = try TreePlan(local).withoutDirectories
            let there = try TreePlan(remote, environment: service.environment())
                .moved(from: "s3://plain/\(prefix)", to: "file://\(tree.directory.path)")
                .withoutDirectories
            #expect(!here.snapshots.isEmpty)
            #expect(there.snapshots.symmetricDifference(here.snapshots).isEmpty)
            #expect(there.objects.symmetricDifference(here.objects).isEmpty)
        }
    }
}
