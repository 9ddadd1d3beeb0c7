// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// Snapshots on which nothing is decided are verified where somebody asks for all.
struct VerifyAllTests {
    private let directory: TemporaryDirectory
    private let options: [String]

    init() throws {
        directory = try TemporaryDirectory()
        options = [
            "--policy", "\(directory.path)/policy.json5", "--state", "\(directory.path)/state",
        ]
        let now = Instant(Date())
        var writer = TreeWriter(top: directory.path)
        try writer.savepoint("sp/a/one", id: 1, size: 3, at: now)
        try writer.savepoint("sp/a/.janitor-trash/run/two", id: 2, size: 3, at: now)
        try writer.savepoint("other/three", id: 3, size: 3, at: now)
        let policy = """
            { jobs: [ { name: "a", savepoints: "file://\(directory.path)/sp/a" } ],
              alsoRead: ["file://\(directory.path)/other"] }
            """
        try Data(policy.utf8).write(to: URL(filePath: "\(directory.path)/policy.json5"))
    }

    private func run(_ words: String...) -> (code: ExitCode, text: String) {
        var result: [UInt8] = []
        let console = Console(result: { result += Array($0) }, message: { _ in })
        let code = JanitorMain.run((words + options).map { ObjectName($0) }, console: console)
        return (code, String(decoding: result, as: UTF8.self))
    }

    private func breakSnapshot(_ path: String) throws {
        let folder = "\(directory.path)/\(path)"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let file = try #require(files.first { $0 != "_metadata" })
        try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
    }

    @Test(arguments: ["sp/a/.janitor-trash/run/two", "other/three"])
    func `what is broken outside the jobs fails only where all are asked for`(
        path: String
    ) throws {
        #expect(run("verify", "--all").code == .done)
        try breakSnapshot(path)
        let jobs = run("verify")
        #expect(jobs.code == .done)
        #expect(!jobs.text.contains(path))
        let all = run("verify", "--all")
        #expect(all.code == .failed)
        #expect(all.text.contains("broken  file://\(directory.path)/\(path)"))
    }

    @Test func `the totals for machines are those of what was asked for`() throws {
        try breakSnapshot("other/three")
        let jobs = run("verify", "--json").text
        #expect(jobs.contains("\"closed\": 1") && jobs.contains("\"broken\": 0"))
        let all = run("verify", "--all", "--json").text
        #expect(all.contains("\"closed\": 2") && all.contains("\"broken\": 1"))
    }

    @Test(arguments: [
        "sp/a/one", "sp/a/one/", "sp/a/one/_metadata", "sp/a/.janitor-trash/run/two", "other/three",
    ])
    func `a named snapshot is verified wherever it lies`(path: String) throws {
        let named = "\(directory.path)/\(path)"
        #expect(run("verify", named).code == .done)
        #expect(run("verify", named, "--json").text.contains("\"closed\": 1"))
        try breakSnapshot(path.replacing("/_metadata", with: ""))
        let broken = run("verify", named)
        #expect(broken.code == .failed)
        #expect(broken.text.contains("missing or not as recorded"))
    }

    @Test(arguments: ["sp/a", "sp/a/none", "elsewhere", "sp/a/note.txt", "other", ""])
    func `what is no snapshot is refused`(path: String) throws {
        try directory.write("sp/a/note.txt", [1])
        let (code, text) = run("verify", path.isEmpty ? "" : "\(directory.path)/\(path)")
        #expect(code == .usage)
        #expect(text.isEmpty)
    }

    @Test func `metadata that cannot be read are no proof, and end with 1`() throws {
        try directory.write("sp/a/one/_metadata", [1, 2, 3])
        let (code, text) = run("verify")
        #expect(code == .failed)
        #expect(text.contains("unreadable"))
        #expect(run("verify", "--json").text.contains("\"unreadable\": 1"))
    }

    @Test func `law 2: what leads to no root cannot be known, and ends with 3`() throws {
        var writer = TreeWriter(top: directory.path)
        let far = SampleMetadata.File("elsewhere/\(writer.uuid())", 2)
        let now = Instant(Date())
        try writer.checkpoint("sp/a/far", id: 4, shared: [far], at: now)
        #expect(run("verify", "\(directory.path)/sp/a/far").code == .partial)
        #expect(run("verify", "\(directory.path)/sp/a/one").code == .done)
        let (code, text) = run("verify", "--json")
        #expect(code == .partial)
        #expect(text.contains("\"cause\": \"noRoot\""))
    }

    @Test func `all and a choice do not go together`() {
        #expect(run("verify", "--all", "--job", "a").code == .usage)
        #expect(run("verify", "--all", "\(directory.path)/sp/a/one").code == .usage)
    }
}
