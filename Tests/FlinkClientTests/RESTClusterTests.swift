// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import FlinkClient

/// What a cluster makes of one recorded answer.
@Suite struct RESTClusterTests {
    private static let job: ObjectName = "689afece13b0a3d8a9052ae9a2e08d4a"
    private static let request: ObjectName = "0123456789abcdef0123456789abcdef"
    private let base = "http://jm:8081"

    private func words(_ path: String, posting: Bool = false, config: String? = nil) -> [ObjectName]
    {
        var words = [
            "curl", "--disable", "--silent", "--show-error", "--globoff", "--proto",
            "=http,https", "--max-time", "30", "--connect-timeout", "10", "--header",
            "Accept: application/json", "--write-out", "\n%{http_code}",
        ]
        if let config { words += ["--config", config] }
        if posting {
            words += ["--header", "Content-Type: application/json", "--data-binary", "@-"]
        }
        return (words + ["--url", base + path]).map { ObjectName($0) }
    }

    private func cluster(_ runner: ScriptedCommandRunner, config: String? = nil) -> RESTCluster {
        let caller = WebCaller(
            curl: Program(path: "/usr/bin/curl", name: "curl"),
            environment: CommandEnvironment(passing: [:]),
            configuration: config,
            timeLimit: 30,
            runner: runner
        )
        return RESTCluster(base, caller: caller)
    }

    private func answering(
        _ path: String,
        _ body: String,
        status: Int = 200,
        posting: Bool = false
    ) -> ScriptedCommandRunner {
        ScriptedCommandRunner([
            ScriptedCall(
                words(path, posting: posting),
                output: Array("\(body)\n\(status)".utf8)
            )
        ])
    }

    private var savepoint: SavepointRequest {
        SavepointRequest(
            job: Self.job,
            target: "hdfs:///sp",
            format: .canonical,
            stopping: .none,
            id: Self.request
        )
    }

    @Test func `lists jobs with their states`() throws {
        let runner = answering(
            "/jobs/overview",
            """
            {"jobs":[{"jid":"689afece13b0a3d8a9052ae9a2e08d4a","name":"a \\"b\\"","state":"RUNNING"},
            {"jid":"d2f77afbf5e326997b3e6b14cc9ea29a","name":"c","state":"SUSPENDED","new":1},
            {"jid":"e31ae0d863e65b21861f943648b26030","name":"c","state":"FAILED"},
            {"jid":"b51adfe725c788e504028488edabe0f7","name":"c","state":"HIBERNATING"}]}
            """
        )
        let jobs = try cluster(runner).jobs()
        #expect(jobs.map(\.state) == [.running, .suspended, .failed, .other])
        #expect(jobs.map(\.state.isOver) == [false, false, true, false])
        #expect(jobs[0].name == "a \"b\"")
        #expect(runner.differences.isEmpty)
    }

    @Test func `hands curl its own configuration and no secret`() throws {
        let config = "/etc/janitor/curl.conf"
        let runner = ScriptedCommandRunner([
            ScriptedCall(
                words("/jobs/overview", config: config),
                output: Array("{\"jobs\":[]}\n200".utf8)
            )
        ])
        #expect(try cluster(runner, config: config).jobs().isEmpty)
        #expect(runner.differences.isEmpty)
    }

    @Test(arguments: [
        ("<html>Welcome</html>", 200), ("<html>Not found</html>", 404), ("", 302), ("", 200),
        ("{\"jobs\":[{\"jid\":\"x\",\"name\":\"a\",\"state\":\"RUNNING\"}]}", 200),
        ("{\"jobs\":[{\"jid\":\"689afece13b0a3d8a9052ae9a2e08d4a\"}]}", 200), ("{\"jobs\":", 200),
    ])
    func `takes what is not Flink's for no answer`(body: String, status: Int) {
        let error = #expect(throws: FlinkError.self) {
            try cluster(answering("/jobs/overview", body, status: status)).jobs()
        }
        #expect(error?.reason == .notFlink)
    }

    @Test func `tells Flink's own refusals from a missing job`() {
        let missing = """
            {"errors":["org.apache.flink.runtime.rest.NotFoundException: Job 0 not found\\n\\tat a.b.c(D.java:1)"]}
            """
        let path = "/jobs/\(Self.job)/checkpoints"
        var error = #expect(throws: FlinkError.self) {
            try cluster(answering(path, missing, status: 404)).checkpointing(of: Self.job)
        }
        #expect(error?.reason == .unknown)
        #expect(error?.detail == "NotFoundException: Job 0 not found")
        error = #expect(throws: FlinkError.self) {
            let broken = "{\"errors\":[\"Service temporarily unavailable due to an election\"]}"
            _ = try cluster(answering(path, broken, status: 503)).checkpointing(of: Self.job)
        }
        #expect(error?.reason == .refused)
    }

    @Test func `says what curl says where nobody answers`() {
        let runner = ScriptedCommandRunner([
            ScriptedCall(
                words("/jobs/overview"),
                errors: Array("curl: (7) Failed to connect to jm port 8081".utf8),
                ending: .exited(7)
            )
        ])
        let error = #expect(throws: FlinkError.self) { try cluster(runner).jobs() }
        #expect(error?.reason == .noAnswer)
        #expect(error?.detail == "curl: (7) Failed to connect to jm port 8081")
    }

    @Test func `reads checkpoints although the summary holds no numbers`() throws {
        let body = """
            {"counts":{"restored":1,"total":3,"in_progress":0,"completed":3,"failed":1},
            "summary":{"state_size":{"min":0,"p50":"NaN"}},
            "latest":{"completed":{"className":"completed","id":42,"status":"COMPLETED",
            "trigger_timestamp":1795382797413,"latest_ack_timestamp":1795382797662,
            "end_to_end_duration":249,"state_size":16396289,
            "external_path":"file:/cp/d2/chk-42"},"savepoint":null,"failed":null,
            "restored":{"id":39,"is_savepoint":false,"external_path":"file:/sp/savepoint-689afe-b"}},
            "history":[{"@class":"in_progress","id":43,"status":"IN_PROGRESS",
            "trigger_timestamp":1795382798413,"external_path":null}]}
            """
        let runner = answering("/jobs/\(Self.job)/checkpoints", body)
        let said = try #require(try cluster(runner).checkpointing(of: Self.job))
        #expect(said.restoredFrom == "file:/sp/savepoint-689afe-b")
        #expect(said.completedCount == 3 && said.failedCount == 1)
        #expect(said.latest?.path == "file:/cp/d2/chk-42")
        #expect(said.latest?.durationMilliseconds == 249)
        #expect(said.history.isEmpty)
        #expect(said.outcomes == ["IN_PROGRESS"])
    }

    @Test func `triggers under its own id and polls for it`() throws {
        let runner = answering(
            "/jobs/\(Self.job)/savepoints",
            "{\"request-id\":\"0123456789abcdef0123456789abcdef\"}",
            status: 202,
            posting: true
        )
        #expect(try cluster(runner).trigger(savepoint) == .inProgress(id: Self.request))
        let sent = try #require(runner.calls.first)
        let body =
            "{\"cancel-job\":false,\"target-directory\":\"hdfs:\\/\\/\\/sp\","
            + "\"triggerId\":\"0123456789abcdef0123456789abcdef\"}"
        #expect(sent.input == .bytes(Array(body.utf8)))
    }

    @Test(arguments: [
        ("{\"errors\":[\"Ask timed out\"]}", 500, FlinkError.Reason.stillGoingOn),
        ("<html>Bad gateway</html>", 502, .stillGoingOn),
        ("<html>Hello</html>", 200, .stillGoingOn),
        ("{\"request-id\":\"1\"}", 202, .stillGoingOn),
        ("{\"errors\":[\"an election is going on\"]}", 503, .refused),
        ("{\"errors\":[\"Bad request\"]}", 400, .refused),
        ("{\"errors\":[\"Job not found\"]}", 404, .unknown),
    ])
    func `an order was surely not begun only where Flink says so`(
        body: String,
        status: Int,
        reason: FlinkError.Reason
    ) {
        let path = "/jobs/\(Self.job)/savepoints"
        let error = #expect(throws: FlinkError.self) {
            try cluster(answering(path, body, status: status, posting: true)).trigger(savepoint)
        }
        #expect(error?.reason == reason)
    }

    @Test(arguments: [
        (Int32(7), FlinkError.Reason.noAnswer), (28, .stillGoingOn), (52, .stillGoingOn),
    ])
    func `an order that was not sent was not begun`(code: Int32, reason: FlinkError.Reason) {
        let call = ScriptedCall(
            words("/jobs/\(Self.job)/savepoints", posting: true),
            ending: .exited(code)
        )
        let error = #expect(throws: FlinkError.self) {
            try cluster(ScriptedCommandRunner([call])).trigger(savepoint)
        }
        #expect(error?.reason == reason)
    }

    @Test(arguments: [
        (
            1,
            "[{\"id\":1,\"status\":\"IN_PROGRESS\",\"trigger_timestamp\":1,\"is_savepoint\":true}]",
            true
        ),
        (
            1,
            "[{\"id\":1,\"status\":\"IN_PROGRESS\",\"trigger_timestamp\":1,\"is_savepoint\":false}]",
            false
        ),
        (1, "[]", true), (0, "[]", false),
    ])
    func `a savepoint may be going on until all in progress are known to be checkpoints`(
        count: Int,
        history: String,
        may: Bool
    ) throws {
        let counts = "{\"completed\":0,\"failed\":0,\"in_progress\":\(count)}"
        let body = "{\"counts\":\(counts),\"latest\":{},\"history\":\(history)}"
        let said = try cluster(answering("/jobs/\(Self.job)/checkpoints", body))
            .checkpointing(of: Self.job)
        #expect(said?.mayBeTakingSavepoint == may)
    }

    @Test func `stops with a native savepoint at the other address`() throws {
        var request = savepoint
        request.stopping = .drain
        request.format = .native
        let runner = answering(
            "/jobs/\(Self.job)/stop",
            "{\"request-id\":\"0123456789abcdef0123456789abcdef\"}",
            status: 202,
            posting: true
        )
        _ = try cluster(runner).trigger(request)
        guard case .bytes(let bytes) = try #require(runner.calls.first).input else {
            Issue.record("nothing was sent")
            return
        }
        let sent = String(decoding: bytes, as: UTF8.self)
        #expect(sent.contains("\"drain\":true") && sent.contains("\"formatType\":\"NATIVE\""))
    }

    @Test func `takes a completed request with a cause for a failure`() throws {
        let path = "/jobs/\(Self.job)/savepoints/\(Self.request)"
        let trace =
            "java.util.concurrent.CompletionException: org.apache.flink.runtime.checkpoint."
            + "CheckpointException: IO-problem detected.\\n\\tat a.b(C.java:1)\\nCaused by: "
            + "java.io.IOException: Failed to create savepoint directory at /x\\n\\t... 3 more"
        let failed = """
            {"status":{"id":"COMPLETED"},"operation":{"failure-cause":{"class":"C",\
            "stack-trace":"\(trace)"}}}
            """
        #expect(
            try cluster(answering(path, failed)).progress(of: savepoint)
                == .failed(
                    "CheckpointException: IO-problem detected.: "
                        + "IOException: Failed to create savepoint directory at /x"
                )
        )
        let going = "{\"status\":{\"id\":\"IN_PROGRESS\"},\"operation\":null}"
        #expect(
            try cluster(answering(path, going)).progress(of: savepoint)
                == .inProgress(id: Self.request)
        )
        let done = "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"location\":\"s3://b/x\"}}"
        #expect(
            try cluster(answering(path, done)).progress(of: savepoint)
                == .completed(location: "s3://b/x")
        )
        let nowhere = "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{}}"
        #expect(throws: FlinkError.self) {
            try cluster(answering(path, nowhere)).progress(of: savepoint)
        }
    }

    @Test func `asks for nothing under an id that is none`() {
        let runner = ScriptedCommandRunner([])
        #expect(throws: FlinkError.self) {
            try cluster(runner).checkpointing(of: "../../jars")
        }
        #expect(runner.calls.isEmpty)
    }
}
