// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// What a Flink that is asked by its command line leaves open, and what a plan makes of that.
struct FlinkWordCommandTests {
    private static let id = "cccccccccccccccccccccccccccccccc"
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        var tree = TreeWriter(top: directory.path)
        let now = Instant(Date())
        for number: Int64 in 1...3 {
            try tree.savepoint(
                "sp/savepoint-aaaaaa-00000000000\(number)",
                id: number,
                size: 3,
                at: now.advanced(byNanoseconds: -(40 - number) * 86_400_000_000_000)
            )
        }
        try tree.makeDirectory("cp", at: now)
        try tree.settleTimes()
    }

    /// What `plan --json` says of snapshots.
    private struct Document: Decodable {
        struct Snapshot: Decodable {
            let verdict: String
            let reasons: [Reason]
        }
        struct Reason: Decodable {
            let rule: String
            let text: String
        }
        let snapshots: [Snapshot]
    }

    /// What `plan` says under a policy whose Flink runs one job; none where there is no name.
    private func plan(
        running name: String?
    ) throws -> (code: ExitCode, snapshots: [Document.Snapshot]) {
        let flink = "\(directory.path)/flink"
        let line = name.map { "22.11.2026 21:25:24 : \(Self.id) : \($0) (RUNNING)" }
        let script = "#!/bin/sh\necho '\(line ?? "No running jobs.")'\n"
        try Data(script.utf8).write(to: URL(filePath: flink))
        try ExecutableScript.make(flink)
        let policy = """
            { defaults: { savepoints: { keepLast: 1 } }, jobs: [ { name: "orders",
                savepoints: "\(directory.path)/sp", checkpoints: "\(directory.path)/cp",
                flink: { command: ["\(flink)"] } } ] }
            """
        try Data(policy.utf8).write(to: URL(filePath: "\(directory.path)/policy.json5"))
        let words = [
            "plan", "--json", "--policy", "\(directory.path)/policy.json5",
            "--state", "\(directory.path)/state",
        ]
        var result: [UInt8] = []
        let console = Console(result: { result += Array($0) }, message: { _ in })
        let code = JanitorMain.run(words.map { ObjectName($0) }, console: console)
        return (code, try JSONDecoder().decode(Document.self, from: Data(result)).snapshots)
    }

    @Test func `a plan takes what no rule keeps while nothing of the job runs`() throws {
        let (code, snapshots) = try plan(running: nil)
        #expect(code == .done)
        #expect(snapshots.count { $0.verdict == "condemn" } == 2)
    }

    @Test(arguments: ["orders", "orders in another version"])
    func `law 7: nothing goes of a job that runs, or may run, and has no checkpoint yet`(
        name: String
    ) throws {
        let (code, snapshots) = try plan(running: name)
        #expect(code == .done)
        #expect(snapshots.count == 3)
        #expect(!snapshots.contains { $0.verdict == "condemn" })
        let reasons = snapshots.flatMap(\.reasons).filter {
            $0.rule == "newestAttemptHasNoCheckpoint"
        }
        #expect(reasons.count == 2)
        #expect(reasons.allSatisfy { $0.text.contains("says that job \(Self.id) is running") })
    }
}
