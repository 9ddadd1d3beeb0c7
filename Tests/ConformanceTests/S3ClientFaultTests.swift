// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension S3StoreTests {
    /// The built program against a real server, by a client that goes wrong.
    @Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"))
    struct S3ClientFaultTests {
        /// The calls that a run makes at most; another test holds it to that.
        private static let calls = 16

        /// The slower one comes where `JANITOR_TEST_ALL` is set: `aws` takes a second a call.
        private static let clients: [S3TestService.Client] =
            S3TestService.fewClients.count > 1 ? [.s5cmd, .aws1] : [.s5cmd]

        @Test(arguments: clients)
        func `loses nothing to a client that goes wrong at any call, and goes on afterwards`(
            client: S3TestService.Client
        ) throws {
            let tried = try ClientFault.tryOut(
                calls: Self.calls,
                count: 1,
                name: "answers of \(client)"
            ) { try disturb(client, $0) }
            #expect(tried > 0)
        }

        @Test func `a lock whose answer got lost is held, and given back`() throws {
            let site = try S3Site(.s5cmd, in: "plain", jobs: ["a"], trash: "0d")
            let aws = try #require(site.service.programs[.aws1])
            try site.hook(
                """
                [[ "$* " == *" put-object "* ]] || exit 0
                '\(aws)' "$@" >/dev/null
                exit 1
                """
            )
            let end = try site.run("run")
            #expect(end.code == 0, "\(end.text)")
            #expect(try site.savepoints() == site.kept)
            let again = try site.run("run")
            #expect(again.code == 0, "\(again.text)")
        }

        private func disturb(
            _ client: S3TestService.Client,
            _ fault: ClientFault
        ) throws -> Bool {
            let site = try S3Site(client, in: "plain", jobs: ["a"], trash: "0d")
            try ClientFault.limitCalls(in: site.local)
            let laws = ClientFaultLaws(before: try site.keys(), kept: site.kept)
            try fault.arm(in: site.local)
            let end = try site.run("run", environment: fault.environment)
            var problems = ClientFault.left(in: site.local).map { "process \($0) is left" }
            let isMet = try ClientFault.disarm(in: site.local)
            problems += laws.problems(end, left: try site.keys())
            let next = try site.run("run")
            problems += laws.problemsAfterwards(next, left: try site.keys())
            #expect(problems.isEmpty, "\(fault)\n\(end.text)\n\(next.text)")
            return isMet
        }
    }
}
