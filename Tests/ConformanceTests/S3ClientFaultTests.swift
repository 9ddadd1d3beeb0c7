// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension S3StoreTests {
    /// The built program against a real server, by a client that goes wrong.
    @Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"))
    struct S3ClientFaultTests {
        /// `aws` takes a second a call, and comes where `JANITOR_TEST_ALL` is set.
        private static let clients: [S3TestService.Client] =
            S3TestService.fewClients.count > 1 ? [.s5cmd, .aws1] : [.s5cmd]

        @Test(arguments: clients)
        func `loses nothing to a client that goes wrong at any call, and goes on afterwards`(
            client: S3TestService.Client
        ) throws {
            let usual = try S3Site(client, in: "plain", jobs: ["a"], trash: "0d")
            let end = try usual.run("run")
            try #require(end.code == 0, "\(end.text)")
            let faults = ClientFault.sample(
                calls: try usual.calls().count,
                count: 4,
                name: "answers of \(client)"
            )
            try #require(!faults.isEmpty)
            for fault in faults {
                let site = try S3Site(client, in: "plain", jobs: ["a"], trash: "0d")
                let laws = ClientFaultLaws(before: try site.keys(), kept: site.kept)
                try fault.arm(in: site.local)
                let end = try site.run("run")
                let isMet = try ClientFault.disarm(in: site.local)
                var problems = isMet ? [] : ["it was not met"]
                problems += laws.problems(end, left: try site.keys())
                let next = try site.run("run")
                problems += laws.problemsAfterwards(next, left: try site.keys())
                #expect(problems.isEmpty, "\(fault)\n\(end.text)\n\(next.text)")
            }
        }
    }
}
