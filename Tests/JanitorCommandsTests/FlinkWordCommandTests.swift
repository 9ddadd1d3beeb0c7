// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Testing

@testable import FlinkClient
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
        running name: String?,
        state: String = "RUNNING"
    ) throws -> (code: ExitCode, snapshots: [Document.Snapshot]) {
        let flink = "\(directory.path)/flink"
        let line = name.map { "22.11.2026 21:25:24 : \(Self.id) : \($0) (\(state))" }
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

    /// A checkpoint of the id that the job has.
    private func checkpoint() throws {
        var tree = TreeWriter(top: directory.path)
        let then = Instant(Date()).advanced(byNanoseconds: -50 * 86_400_000_000_000)
        try tree.checkpoint("cp/\(Self.id)/chk-1", id: 1, size: 3, at: then)
        try tree.settleTimes()
    }

    @Test func `law 7: nothing goes of a job that waits to be restored, whatever bears its id`()
        throws
    {
        try checkpoint()
        let waiting = try plan(running: "orders", state: "CREATED").snapshots
        #expect(!waiting.contains { $0.verdict == "condemn" })
        let running = try plan(running: "orders").snapshots
        #expect(running.contains { $0.verdict == "condemn" })
    }

    @Test func `an empty answer of Flink's is none before the job was restored`() throws {
        let empty = FlinkCheckpointing(
            restoredFrom: nil,
            completedCount: 0,
            failedCount: 0,
            latest: nil,
            history: [],
            outcomes: [],
            mayBeTakingSavepoint: false
        )
        var restored = empty
        restored.restoredFrom = "/sp/1"
        for (state, said, isUnclear) in [
            (FlinkJobState.created, empty, true), (.initializing, empty, true),
            (.created, restored, false), (.running, empty, false), (.restarting, empty, false),
        ] {
            let cluster = OneJobCluster(id: ObjectName(Self.id), state: state, said: said)
            let answer = try CommandContext.answer(of: cluster)
            #expect(answer.unclear.isEmpty == !isUnclear, "\(state)")
            #expect(answer.beginning == answer.unclear)
            #expect(answer.restored.isEmpty == (said.restoredFrom == nil))
        }
    }
}

/// A Flink that runs one job and says one thing of its checkpoints.
private struct OneJobCluster: FlinkCluster {
    let address = "http://jm:8081"
    let id: ObjectName
    let state: FlinkJobState
    let said: FlinkCheckpointing

    func jobs() throws(FlinkError) -> [FlinkJob] {
        [FlinkJob(id: id, name: "orders", state: state)]
    }

    func checkpointing(of job: ObjectName) throws(FlinkError) -> FlinkCheckpointing? { said }

    func trigger(_ request: SavepointRequest) throws(FlinkError) -> SavepointProgress {
        .failed("nobody asks")
    }

    func progress(of request: SavepointRequest) throws(FlinkError) -> SavepointProgress {
        .failed("nobody asks")
    }
}
