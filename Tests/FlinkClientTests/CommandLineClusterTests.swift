// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import FlinkClient

@Suite struct CommandLineClusterTests {
    private static let job: ObjectName = "689afece13b0a3d8a9052ae9a2e08d4a"

    private func cluster(_ runner: ScriptedCommandRunner) -> CommandLineCluster {
        CommandLineCluster(
            program: Program(path: "/opt/flink/bin/flink", name: "flink"),
            options: ["-t", "yarn-session"],
            environment: CommandEnvironment(passing: [:]),
            timeLimit: .seconds(120),
            waitLimit: .seconds(600),
            runner: runner
        )
    }

    private func answering(
        _ words: [ObjectName],
        _ output: String,
        errors: String = "",
        _ ending: CommandEnding = .exited(0)
    ) -> ScriptedCommandRunner {
        ScriptedCommandRunner([
            ScriptedCall(
                ["flink"] + words,
                output: Array(output.utf8),
                errors: Array(errors.utf8),
                ending: ending
            )
        ])
    }

    private func request(
        _ stopping: SavepointRequest.Stopping = .none,
        _ format: SavepointRequest.Format = .canonical
    ) -> SavepointRequest {
        SavepointRequest(
            job: Self.job,
            target: "hdfs:///sp",
            format: format,
            stopping: stopping,
            id: "0123456789abcdef0123456789abcdef"
        )
    }

    private let list: [ObjectName] = ["list", "-t", "yarn-session", "-a"]

    @Test func `reads running and ended jobs whatever they are called`() throws {
        let runner = answering(
            list,
            """
            Waiting for response...
            ------------------ Running/Restarting Jobs -------------------
            22.11.2026 21:25:24 : 689afece13b0a3d8a9052ae9a2e08d4a : a : b (x) (RUNNING)
            --------------------------------------------------------------
            No scheduled jobs.
            ---------------------- Terminated Jobs -----------------------
            22.11.2026 21:25:24 : d2f77afbf5e326997b3e6b14cc9ea29a : janitor-lab (CANCELED)
            --------------------------------------------------------------
            """
        )
        let jobs = try cluster(runner).jobs()
        #expect(jobs.map(\.name) == ["a : b (x)", "janitor-lab"])
        #expect(jobs.map(\.state) == [.running, .canceled])
        #expect(runner.differences.isEmpty)
    }

    @Test func `does not pass over a line that it cannot read`() {
        let output = "22.11.2026 21:25:24 : 689afece13b0a3d8a9052ae9a2e08d4a : cut o"
        let error = #expect(throws: FlinkError.self) {
            try cluster(answering(list, output)).jobs()
        }
        #expect(error?.reason == .notFlink)
    }

    @Test func `finds the place of a savepoint in what is printed`() throws {
        let words: [ObjectName] = [
            "savepoint", "-t", "yarn-session", "--type", "native", Self.job, "hdfs:///sp",
        ]
        let runner = answering(
            words,
            """
            Triggering savepoint for job 689afece13b0a3d8a9052ae9a2e08d4a.
            Waiting for response...
            Savepoint completed. Path: hdfs:/sp/savepoint-689afe-8b591725870a
            You can resume your program from this savepoint with the run command.
            """
        )
        #expect(
            try cluster(runner).trigger(request(.none, .native))
                == .completed(location: "hdfs:/sp/savepoint-689afe-8b591725870a")
        )
        #expect(runner.differences.isEmpty)
    }

    @Test func `stops with and without draining`() throws {
        let said = "Savepoint completed. Path: hdfs:/sp/savepoint-689afe-8b591725870a\n"
        let base: [ObjectName] = ["stop", "-t", "yarn-session", "-p", "hdfs:///sp"]
        for (stopping, words) in [
            (SavepointRequest.Stopping.suspend, base + [Self.job]),
            (.drain, base + ["--drain", Self.job]),
        ] {
            let runner = answering(words, said)
            _ = try cluster(runner).trigger(request(stopping))
            #expect(runner.differences.isEmpty)
        }
    }

    @Test(arguments: [
        ("Caused by: org.apache.flink.runtime.messages.FlinkJobNotFoundException: no", "unknown"),
        ("Caused by: java.net.ConnectException: Connection refused", "stillGoingOn"),
        ("Caused by: java.util.concurrent.TimeoutException", "stillGoingOn"),
        ("Caused by: java.io.IOException: Failed to create savepoint directory", "refused"),
    ])
    func `tells what surely was not begun from what may still come`(cause: String, reason: String) {
        let errors = """
            ------------------------------------------------------------
             The program finished with the following exception:

            org.apache.flink.util.FlinkException: Failed to trigger a savepoint for the job 6.
            \tat org.apache.flink.client.cli.CliFrontend.main(CliFrontend.java:1323)
            \(cause)
            \t... 8 more
            """
        let words: [ObjectName] = ["savepoint", "-t", "yarn-session", Self.job, "hdfs:///sp"]
        let error = #expect(throws: FlinkError.self) {
            try cluster(answering(words, "Waiting\n", errors: errors, .exited(1)))
                .trigger(request())
        }
        #expect(error.map { "\($0.reason)" } == reason)
        #expect(error?.detail.contains("CliFrontend.java") == false)
    }

    @Test(arguments: [CommandEnding.stopped(.total(.seconds(600))), .signalled(9)])
    func `takes a savepoint of which the client saw no end for one that may come`(
        ending: CommandEnding
    ) {
        let words: [ObjectName] = ["savepoint", "-t", "yarn-session", Self.job, "hdfs:///sp"]
        let error = #expect(throws: FlinkError.self) {
            try cluster(answering(words, "", ending)).trigger(request())
        }
        #expect(error?.reason == .stillGoingOn)
    }
}
