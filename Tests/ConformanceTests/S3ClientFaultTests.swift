// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension S3StoreTests {
    /// The built program against a real server, by a client that goes wrong.
    @Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"))
    struct S3ClientFaultTests {
        /// The slower one comes where `JANITOR_TEST_ALL` is set: `aws` takes a second a call.
        private static let clients: [S3TestService.Client] =
            S3TestService.fewClients.count > 1 ? [.s5cmd, .aws1] : [.s5cmd]

        @Test(arguments: clients)
        func `loses nothing to a client that goes wrong at any call, and goes on afterwards`(
            client: S3TestService.Client
        ) throws {
            // Two calls at a time is what a policy has that says nothing else.
            try ClientFaultCampaign(name: "answers of \(client)", parallel: 2) { command in
                try S3Site(
                    faulted: client,
                    in: command == .run ? "plain" : "versioned",
                    trash: command.trash
                )
            }
            .run()
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
            // The lock is there, and says that it is free.
            let look = try site.look()
            #expect(look.own == ["a/.janitor-lock/owner"])
            #expect(look.held.isEmpty && look.abandoned.isEmpty, "\(look)")
            try site.hook(nil)
            let again = try site.run("run")
            #expect(again.code == 0, "\(again.text)")
        }
    }
}
