// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension StoreTests {
    /// The trash of the user, which lies outside the roots.
    struct HDFSTrashTrial {
        private struct Document: Decodable {
            let objects: [Object]

            struct Object: Decodable {
                let path: String
                let verdict: String
            }
        }

        /// A job of which a run takes the older of two checkpoints, the only one to need a file.
        private func site(_ service: HDFSService) throws -> HDFSSite {
            try HDFSSite(
                service,
                rules: """
                    checkpoints: { keepLast: 1 }, trash: "7d",
                    orphans: { age: "1h", sightings: 2, apart: "1m", taskOwned: false }
                    """,
                jobs: { root in
                    "{ name: \"c\", checkpoints: \"\(root)/cp\" }"
                },
                fill: { writer, time in
                    let shared = "cp/\(Self.attempt)/shared/\(writer.uuid())"
                    try writer.write(shared, [1, 2, 3], at: time(60))
                    for number in 1...2 {
                        let files = number == 1 ? [SampleMetadata.File(shared, 3)] : []
                        try writer.checkpoint(
                            "cp/\(Self.attempt)/chk-\(number)",
                            id: Int64(number),
                            shared: files,
                            at: time(60 - number)
                        )
                    }
                    try writer.makeDirectory("cp/\(Self.attempt)/taskowned", at: time(60))
                }
            )
        }

        private static let attempt = String(repeating: "0123456789abcdef", count: 2)

        private func shared(_ site: HDFSSite) throws -> Document.Object {
            let document: Document = try site.document("plan")
            return try #require(document.objects.first { $0.path.contains("/shared/") })
        }

        /// What lies there protects until it is emptied, and can be brought back.
        func protects(service: HDFSService) throws {
            let site = try site(service)
            let old = "cp/\(Self.attempt)/chk-1"
            let before = try site.paths()
            #expect(try site.run("run").code == 0)
            #expect(try !site.paths().contains(old))
            #expect(try shared(site).verdict == "keep")
            if HDFSService.few.count > 1 {
                #expect(try site.run("undo", try site.lastRun()).code == 0)
                #expect(try site.paths() == before)
                #expect(try site.run("run").code == 0)
            }
            // As a server with an interval of its own does from time to time.
            let moved = ".Trash/Current\(site.root.path)/\(old)"
            let rolled = ".Trash/261126020000\(site.root.path)/\(old)"
            try service.run(["dfs", "-mkdir", "-p", String(rolled.dropLast("/chk-1".count))])
            try service.run(["dfs", "-mv", moved, rolled])
            let emptied = try site.run("trash", "empty")
            #expect(emptied.code == 0, "\(emptied.text)")
            let left = try service.run(["dfs", "-ls", "-R", ".Trash"])
            #expect(!left.contains("\(site.root.path)/\(old)"), "\(left)")
            #expect(try shared(site).verdict != "keep")
        }
    }
}
