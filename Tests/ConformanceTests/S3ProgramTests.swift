// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension S3StoreTests {
    /// The built program against a real server with which something is wrong.
    @Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"))
    struct S3ProgramTests {
        private typealias Client = S3TestService.Client

        /// What comes after a kill.
        enum Sequel { case finished, wantedBack }

        /// Where the trash is and by which client; `aws` takes a second a call, and comes where
        /// `JANITOR_TEST_ALL` is set.
        private static let kills: [(S3TestService.Client, String, String, Sequel)] =
            TestSample.of(
                [
                    (.s5cmd, "plain", "0d", .finished), (.s5cmd, "versioned", "7d", .finished),
                    (.s5cmd, "versioned", "7d", .wantedBack),
                ],
                count: 1,
                name: "kills between batches of S3"
            )
            + (S3TestService.fewClients.count > 1
                ? [(.aws1, "versioned", "7d", .finished), (.aws2, "plain", "0d", .finished)] : [])

        /// A snapshot that has lost its metadata is on its way out: the next run finishes it.
        @Test(arguments: kills)
        func `is finished by the next run after a kill between batches, or comes back`(
            client: S3TestService.Client,
            bucket: String,
            trash: String,
            sequel: Sequel
        ) throws {
            let site = try S3Site(client, in: bucket, jobs: ["a"], trash: trash)
            let before = try site.keys()
            let first = try killed(site)
            let half = try site.keys()
            // All metadata of what goes have gone, and nothing else (law 5).
            #expect(before.subtracting(half).allSatisfy { $0.hasSuffix("/_metadata") })
            #expect(before.count - half.count == 2)
            if sequel == .wantedBack { return try bringBack(before, of: first, site) }
            let second = try site.run("run")
            #expect(second.code == 0, "\(second.text)")
            #expect(try site.savepoints() == site.kept)
            guard trash != "0d" else { return }
            // All of it was the cut run's.
            let undo = try site.run("undo", first)
            #expect(undo.code == 0, "\(undo.text)")
            #expect(try site.keys() == before)
        }

        /// Law 2: what is hidden in part protects, and is left as it is while something does not read.
        private func bringBack(_ before: Set<String>, of first: String, _ site: S3Site) throws {
            let broken = "a/broken/_metadata"
            try site.put(["\(site.prefix)/\(broken)"])
            let half = try site.keys()
            let held = try site.run("run")
            #expect(held.code == 3 && held.text.contains("was not read"), "\(held.text)")
            #expect(try site.keys() == half)
            let state = try #require(
                half.first { $0.contains(S3Site.name(1)) && !$0.hasSuffix("/_metadata") }
            )
            let place = "s3://\(site.bucket)/\(site.prefix)/\(state)"
            let explained = try site.run("explain", place)
            #expect(explained.text.contains(".janitor-trash/\(first)/"), "\(explained.text)")
            let undo = try site.run("undo", first)
            #expect(undo.code == 0, "\(undo.text)")
            #expect(try site.keys() == before.union([broken]))
        }

        /// Runs, and is killed when all metadata of what goes are gone.
        ///
        /// - Returns: The run's name.
        private func killed(_ site: S3Site) throws -> String {
            // In a bucket that keeps versions one key goes by itself before the others.
            let batches = site.bucket == "versioned" ? 2 : 1
            try site.hook(
                """
                [[ "$* " =~ ' delete-objects '|' run '.*/run- ]] || exit 0
                echo >>'\(site.local.path)/batches'
                [ $(wc -l <'\(site.local.path)/batches') -gt \(batches) ] || exit 0
                kill -9 $janitor
                exit 1
                """
            )
            let end = try site.run("run")
            #expect(end.signal == 9, "\(end.text)")
            try site.hook(nil)
            let names = try FileManager.default
                .contentsOfDirectory(atPath: "\(site.local.path)/state/runs").sorted()
            return String(try #require(names.first).prefix { $0 != "." })
        }

        @Test func `law 2: takes nothing when the server is killed in the middle of a listing`()
            throws
        {
            let service = try #require(S3TestService.shared)
            // Of 1,100 keys the second page never comes.
            let proxy = try S3Proxy(before: service.ceph, ["die:page:1:0"], of: service)
            let site = try S3Site(.s5cmd, in: "plain", trash: "0d", behind: proxy)
            try service.put(
                (0..<1100).map { ("\(site.prefix)/a/\(S3Site.name(3))/more-\($0)", []) },
                into: "plain"
            )
            let before = try site.keys()
            let end = try site.run("run")
            #expect(end.code == 1 || end.code == 3, "\(end.text)")
            #expect(try site.keys() == before)
        }

        @Test func `law 2: takes nothing with credentials that have expired, and says so`() throws {
            let service = try #require(S3TestService.shared)
            let proxy = try S3Proxy(before: service.ceph, ["expired:any:1:0"], of: service)
            let site = try S3Site(.aws1, in: "plain", trash: "0d", behind: proxy)
            let before = try site.keys()
            let end = try site.run("run")
            #expect(end.code == 1 || end.code == 3, "\(end.text)")
            #expect(end.text.contains("expired"), "\(end.text)")
            #expect(try site.keys() == before)
        }

        @Test func `leaves what a bucket policy forbids, names it, and takes the others`() throws {
            let jobs = ["a", "undeletable"]
            let site = try S3Site(.s5cmd, in: "guarded", jobs: jobs, trash: "0d")
            let before = try site.keys()
            let end = try site.run("run")
            #expect(end.code == 3, "\(end.text)")
            #expect(end.text.contains("undeletable"), "\(end.text)")
            let stays = before.filter {
                $0.hasPrefix("undeletable/") || $0.hasPrefix("a/\(S3Site.name(3))/")
            }
            #expect(try site.keys() == stays)
        }

        @Test func `law 2: metadata that a bucket policy hides may need anything`() throws {
            let site = try S3Site(.s5cmd, in: "guarded", jobs: ["a", "unreadable"], trash: "0d")
            let before = try site.keys()
            let end = try site.run("run")
            #expect(end.code == 3, "\(end.text)")
            #expect(end.text.contains("unreadable/"), "\(end.text)")
            #expect(try site.keys() == before)
        }

        /// As many jobs as there may be: their roots share what is called.
        @Test func `takes a few calls, however many jobs and savepoints there are`() throws {
            let site = try S3Site(.s5cmd, in: "plain", jobs: (1...12).map { "j\($0)" }, trash: "0d")
            let end = try site.run("run")
            #expect(end.code == 0, "\(end.text)")
            #expect(try site.savepoints() == site.kept)
            let calls = try site.calls()
            #expect(calls.count <= 16, "\(calls)")
        }
    }
}
