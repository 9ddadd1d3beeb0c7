// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// `janitor latest` as a script calls it.
struct LatestCommandTests {
    private let directory: TemporaryDirectory
    private let options: [String]

    /// Two jobs: one with two whole savepoints, one with a directory that has no metadata.
    init() throws {
        directory = try TemporaryDirectory()
        options = [
            "--policy", "\(directory.path)/policy.json5", "--state", "\(directory.path)/state",
        ]
        var tree = TreeWriter(top: directory.path)
        let old = Instant(Date()).advanced(byNanoseconds: -86_400_000_000_000)
        for number: Int64 in 1...2 {
            try tree.savepoint(
                "a/savepoint-012345-00000000000\(number)",
                id: number,
                size: 9,
                at: old
            )
        }
        try tree.write("b/savepoint-543210-000000000003/part", [1], at: old)
        try tree.settleTimes()
        let text = """
            { jobs: [ { name: "a", savepoints: "\(directory.path)/a" },
                      { name: "b", savepoints: "\(directory.path)/b" } ] }
            """
        try Data(text.utf8).write(to: URL(filePath: options[1]))
    }

    private func latest(_ words: String...) -> (code: ExitCode, text: String, said: String) {
        var result: [UInt8] = []
        var said: [String] = []
        let console = Console(result: { result += Array($0) }, message: { said.append($0) })
        let line = (["latest"] + words + options).map { ObjectName($0) }
        let code = JanitorMain.run(line, console: console)
        return (code, String(decoding: result, as: UTF8.self), said.joined(separator: "\n"))
    }

    @Test func `where there is none it says of what there is none, and where to look`() {
        #expect(latest("--job", "a").text.hasSuffix("/a/savepoint-012345-000000000002\n"))
        let list = "janitor list \(options.joined(separator: " ")) --job a"
        for (words, what) in [
            (["--kind", "checkpoint"], "no checkpoint of \"a\" that"),
            (["--label", "zz"], "no snapshot of \"a\" with the label \"zz\" that"),
            (
                ["--kind", "savepoint", "--label", "zz"],
                "no savepoint of \"a\" with the label \"zz\""
            ),
        ] {
            let end =
                words.count == 2
                ? latest("--job", "a", words[0], words[1])
                : latest("--job", "a", words[0], words[1], words[2], words[3])
            #expect(end.code == .failed && end.text.isEmpty)
            #expect(end.said.contains("there is \(what)"), "\(end.said)")
            #expect(end.said.contains("see: \(list)"), "\(end.said)")
        }
    }

    @Test func `what it passes over is told with what it lacks`() {
        let end = latest("--job", "b")
        #expect(end.code == .failed)
        #expect(end.said.contains("it has no \"_metadata\""), "\(end.said)")
        #expect(end.said.contains("restored from: 1 is not whole"), "\(end.said)")
        #expect(end.said.contains("janitor verify "))
    }

    @Test func `without a job it says which there are`() {
        let end = latest()
        #expect(end.code == .usage)
        #expect(end.said.contains("write --job NAME; the policy has \"a\", \"b\""), "\(end.said)")
    }
}
