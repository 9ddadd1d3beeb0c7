// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// `janitor run --shard`, on the demonstration tree.
struct ShardTests {
    private let directory: TemporaryDirectory
    private let program = BuiltProgram()

    init() throws {
        directory = try TemporaryDirectory()
        for name in ["whole", "parts"] {
            let end = try program.run(["demo", "--into", "\(directory.path)/\(name)"])
            try #require(end.code == 0)
        }
    }

    private func run(_ name: String, _ more: [String] = []) throws -> BuiltProgram.End {
        try program.run(
            [
                "run", "--policy", "\(directory.path)/\(name)/policy.json5",
                "--state", "\(directory.path)/\(name)-state",
            ] + more
        )
    }

    /// Snapshots that a run says it took, without the tree that they lay in.
    private func taken(_ text: String, _ name: String) -> [String] {
        text.matches(of: #/taken (file:\S+),/#).map {
            String($0.1).replacing("\(directory.path)/\(name)", with: "")
        }
    }

    @Test func `all parts together take the snapshots that one run takes, each of them once`()
        throws
    {
        let whole = try run("whole")
        #expect(whole.code == 0)
        let wanted = taken(whole.text, "whole")
        #expect(wanted.count == 10)
        var parts: [String] = []
        // Side by side: their locks do not meet, and none waits for another.
        let running = try (0..<3).map { index in
            try program.start([
                "run", "--policy", "\(directory.path)/parts/policy.json5",
                "--state", "\(directory.path)/parts-state", "--shard", "\(index)/3",
            ])
        }
        for each in running {
            let end = each.wait()
            #expect(end.code == 0, "\(end.text)")
            // Their journals lie together, and none takes another one's for a dead run's.
            #expect(!end.text.contains("cut off"), "\(end.text)")
            #expect(!end.text.contains("to be finished"), "\(end.text)")
            parts += taken(end.text, "parts")
        }
        #expect(parts.sorted() == wanted.sorted())
        #expect(try run("parts").code == 0)
    }

    @Test func `a part sweeps nothing, and a run of all does`() throws {
        let path = "\(directory.path)/parts/policy.json5"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let eager = text.replacing(
            "checkpoints: { keepLast: 2 },",
            with: "checkpoints: { keepLast: 2 }, quietFor: \"0d\", "
                + "orphans: { age: \"0m\", sightings: 1, apart: \"0m\" },"
        )
        try #require(eager != text)
        try Data(eager.utf8).write(to: URL(filePath: path))
        for index in 0..<2 {
            let part = try run("parts", ["--shard", "\(index)/2"])
            #expect(!part.text.contains("outside snapshots taken"), "\(part.text)")
        }
        #expect(try run("parts").text.contains("files outside snapshots taken"))
    }

    @Test func `every part tells of damage, though it holds back what no part takes`()
        throws
    {
        let savepoints = "parts/tree/savepoints/audit"
        let names = try FileManager.default.contentsOfDirectory(
            atPath: "\(directory.path)/\(savepoints)"
        )
        let name = try #require(names.first { $0.hasPrefix("savepoint-") })
        let metadata = URL(filePath: "\(directory.path)/\(savepoints)/\(name)/_metadata")
        try (Data(contentsOf: metadata) + [0]).write(to: metadata)
        for index in 0..<2 {
            let part = try run("parts", ["--shard", "\(index)/2"])
            #expect(part.code == 3, "\(part.text)")
            #expect(part.text.contains("left alone for"))
        }
    }

    @Test func `what is no part is an error of usage`() throws {
        let end = try run("parts", ["--shard", "3/3"])
        #expect(end.code == 2)
        #expect(end.text.contains("cannot use the part \"3/3\""))
    }
}
