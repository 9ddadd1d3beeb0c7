// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension S3StoreTests {
    /// The trash of a bucket that keeps versions, which is nowhere but under delete markers.
    @Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"))
    struct S3TrashTests {
        private static let attempt = String(repeating: "0123456789abcdef", count: 2)
        private static let old = "cp/\(attempt)/chk-1/"

        /// A job of which a run takes the older of two checkpoints, the only one to need a file.
        private struct Site {
            let service: S3TestService
            let proxy: S3Proxy
            let local: TemporaryDirectory
            let prefix = UUID().uuidString

            init() throws {
                service = try #require(S3TestService.shared)
                local = try TemporaryDirectory()
                let tree = try TemporaryDirectory()
                try Self.fill(tree)
                try Self.put(tree, "\(local.path)/facts", below: prefix, service)
                // Objects are as old as their files.
                proxy = try S3Proxy(
                    before: service.ceph,
                    ["facts=\(local.path)/facts"],
                    of: service
                )
                let root = "s3://versioned/\(prefix)"
                let policy = """
                    { aliases: { "file:\(tree.path)": "\(root)" },
                      defaults: { checkpoints: { keepLast: 1 }, trash: "7d", limits: null,
                                  orphans: { age: "1h", sightings: 2, apart: "1m" } },
                      stores: \(service.stores(.s5cmd, at: proxy.url)),
                      jobs: [ { name: "c", checkpoints: "\(root)/cp" } ] }
                    """
                try local.write("policy.json5", Array(policy.utf8))
            }

            private static func put(
                _ tree: TemporaryDirectory,
                _ facts: String,
                below prefix: String,
                _ service: S3TestService
            ) throws {
                _ = try service.order(
                    [
                        service.ceph, "flink", "versioned", "\(prefix)/", tree.path, facts, "-",
                        "-",
                    ]
                )
            }

            /// Puts another checkpoint where the older one was, which needs nothing of others.
            func putAnother() throws {
                let tree = try TemporaryDirectory()
                var writer = TreeWriter(top: tree.path)
                // Younger than the delete marker that it comes to lie over, as the proxy tells it.
                let time = Instant(Date()).advanced(byNanoseconds: -20 * 86_400_000_000_000)
                try writer.checkpoint("\(S3TrashTests.old.dropLast())", id: 1, at: time)
                try writer.settleTimes()
                try Self.put(tree, "\(local.path)/facts", below: prefix, service)
            }

            private static func fill(_ tree: TemporaryDirectory) throws {
                let now = Instant(Date())
                func time(_ days: Int64) -> Instant {
                    now.advanced(byNanoseconds: -days * 86_400_000_000_000)
                }
                var writer = TreeWriter(top: tree.path)
                let shared = "cp/\(attempt)/shared/\(writer.uuid())"
                try writer.write(shared, [1, 2, 3], at: time(60))
                for number in 1...2 {
                    let files = number == 1 ? [SampleMetadata.File(shared, 3)] : []
                    try writer.checkpoint(
                        "cp/\(attempt)/chk-\(number)",
                        id: Int64(number),
                        shared: files,
                        at: time(number == 1 ? 59 : 10)
                    )
                }
                try writer.settleTimes()
            }

            func run(_ command: String...) throws -> BuiltProgram.End {
                try BuiltProgram().run(
                    [
                        command[0], "--policy", "\(local.path)/policy.json5", "--state",
                        "\(local.path)/state",
                    ] + command.dropFirst(),
                    environment: service.environment()
                )
            }

            /// What a plan says of the file that only the older checkpoint needs.
            func verdict() throws -> String {
                struct Document: Decodable {
                    let objects: [Object]
                }
                struct Object: Decodable {
                    let path: String
                    let verdict: String
                }
                let text = try run("plan", "--json").text
                let start = try #require(text.firstIndex(of: "{"), "\(text)")
                let end = try #require(text.lastIndex(of: "}"))
                let bytes = Data(text[start...end].utf8)
                let plan = try JSONDecoder().decode(Document.self, from: bytes)
                let shared = plan.objects.first { $0.path.contains("/shared/") }
                return try #require(shared, "\(text)").verdict
            }

            func keys(_ path: String) throws -> [String] {
                try service.keys("\(prefix)/\(path)", in: "versioned")
            }
        }

        @Test func `law 1: what lies in the trash protects what it references until it is emptied`()
            throws
        {
            let site = try Site()
            let before = try site.keys(Self.old)
            let end = try site.run("run")
            #expect(end.code == 0, "\(end.text)")
            #expect(try site.keys(Self.old) == [])
            #expect(try site.verdict() == "keep")
            guard S3TestService.fewClients.count > 1 else { return }
            // Without what the state directory remembers all is read from the bucket.
            try FileManager.default.removeItem(atPath: "\(site.local.path)/state/metadata.memory")
            try FileManager.default.removeItem(atPath: "\(site.local.path)/state/trash-records")
            #expect(try site.verdict() == "keep")

            let runs = try FileManager.default
                .contentsOfDirectory(atPath: "\(site.local.path)/state/runs").sorted()
            let undo = try site.run("undo", String(try #require(runs.first).prefix { $0 != "." }))
            #expect(undo.code == 0, "\(undo.text)")
            #expect(try site.keys(Self.old) == before)
            #expect(try site.run("run").code == 0)
            // What comes to the same place and goes as well does not take its place in the trash.
            try site.putAnother()
            let another = try site.run("run")
            #expect(another.code == 0, "\(another.text)")
            #expect(try site.keys(Self.old) == [])
            #expect(try site.verdict() == "keep")

            let emptied = try site.run("trash", "empty")
            #expect(emptied.code == 0, "\(emptied.text)")
            #expect(try site.verdict() != "keep", "\(emptied.text)")
            // Nothing of it is left in the bucket, nor of what told of it.
            let trash = try site.service.order(
                [site.service.ceph, "versions", "versioned", "\(site.prefix)/cp/.janitor-trash/"]
            )
            #expect(!String(decoding: trash, as: UTF8.self).contains("keys-"))
            let versions = try site.service.order(
                [site.service.ceph, "versions", "versioned", "\(site.prefix)/\(Self.old)"]
            )
            #expect(String(decoding: versions, as: UTF8.self) == "[]\n")
        }

        @Test func `what is written down for nobody any more goes with the next command`() throws {
            let site = try S3Site(.s5cmd, in: "versioned", jobs: ["a"], trash: "7d")
            #expect(try site.run("run").code == 0)
            let written = try site.look().own
            #expect(written.contains { $0.contains("/keys") }, "\(written)")
            // Killed before it forgets what it has emptied, after its journal said so.
            try site.hook(
                """
                for word in "$@"; do
                    [[ $word == --delete=file://* ]] || continue
                    grep -q '/.janitor-trash/' "${word#--delete=file://}" || continue
                    kill -9 $janitor
                    exit 1
                done
                """
            )
            let killed = try site.run("trash", "empty")
            #expect(killed.signal == SIGKILL, "\(killed)")
            #expect(try site.look().trashed.isEmpty)
            #expect(try site.look().own.contains { $0.contains("/keys") })
            try site.hook(nil)
            let next = try site.run("run")
            #expect(next.code == 0, "\(next.text)")
            #expect(try site.look().own.filter { $0.contains(".janitor-trash") } == [])
            // Nobody looks for it again.
            #expect(try site.run("run").code == 0)
            #expect(try site.calls().allSatisfy { !$0.contains("list-object-versions") })
        }

        @Test func `law 2: what nothing tells of any more is not absent, and may be given up`()
            throws
        {
            let site = try Site()
            func change(_ verb: String) throws {
                let trash = "\(site.prefix)/cp/.janitor-trash/"
                let words = [site.service.ceph, verb, "versioned", trash]
                _ = try site.service.order(words)
            }
            #expect(try site.run("run").code == 0)
            let runs = try FileManager.default
                .contentsOfDirectory(atPath: "\(site.local.path)/state/runs").sorted()
            let run = String(try #require(runs.first).prefix { $0 != "." })
            // Whatever else somebody puts there is none of ours.
            let trash = "\(site.prefix)/cp/.janitor-trash"
            try site.service.put(
                ["\(trash)/\(run)/", "\(trash)/\(run)/.DS_Store", "\(trash)/x/keys"].map {
                    ($0, [])
                },
                into: "versioned"
            )
            if S3TestService.fewClients.count > 1 { try protectsWithoutState(site) }
            // Records that somebody deleted tell it as old versions.
            try change("delete")
            if S3TestService.fewClients.count > 1 { #expect(try site.verdict() == "keep") }
            try change("expire")
            // So do the copies that the state directory keeps.
            if S3TestService.fewClients.count > 1 { #expect(try site.verdict() == "keep") }
            try FileManager.default.removeItem(atPath: "\(site.local.path)/state/trash-records")
            let plan = try site.run("plan")
            #expect(plan.code == 3, "\(plan.text)")
            let words = plan.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains("janitor trash empty \(run)"), "\(plan.text)")
            if S3TestService.fewClients.count > 1 {
                let all = try site.run("trash", "empty")
                #expect(all.code != 0 && all.text.contains("nothing was removed"), "\(all.text)")
                let undo = try site.run("undo", run)
                #expect(undo.code != 0, "\(undo.text)")
            }
            // Named, it is given up, and nothing of the bucket is touched.
            let versions = [
                site.service.ceph, "versions", "versioned", "\(site.prefix)/\(Self.old)",
            ]
            let before = try site.service.order(versions)
            let named = try site.run("trash", "empty", run)
            #expect(named.code == 0 && named.text.contains("gave up"), "\(named.text)")
            #expect(try site.service.order(versions) == before)
            guard S3TestService.fewClients.count > 1 else { return }
            #expect(try site.run("plan").code == 0)
        }

        /// From another machine, or with another state directory, the trash protects all the same.
        private func protectsWithoutState(_ site: Site) throws {
            let state = "\(site.local.path)/state"
            let away = "\(site.local.path)/away"
            try FileManager.default.moveItem(atPath: state, toPath: away)
            #expect(try site.verdict() == "keep")
            try? FileManager.default.removeItem(atPath: state)
            try FileManager.default.moveItem(atPath: away, toPath: state)
        }
    }
}
