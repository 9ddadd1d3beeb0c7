// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// Pings and webhooks, by the real `curl`.
@Suite(
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"),
        "this machine does not allow it: there is no curl"
    )
)
struct NotificationTests {
    private let directory: TemporaryDirectory
    private let program = BuiltProgram()

    init() throws {
        directory = try TemporaryDirectory()
        try #require(try program.run(["demo", "--into", "\(directory.path)/demo"]).code == 0)
    }

    /// Runs a command under the demonstration's policy with this `notify` in it.
    private func run(
        _ command: String,
        notifying notify: String,
        _ more: [String] = []
    ) throws -> BuiltProgram.End {
        let text = try String(
            contentsOfFile: "\(directory.path)/demo/policy.json5",
            encoding: .utf8
        )
        let start = try #require(text.firstIndex(of: "{"))
        let policy = "\(directory.path)/policy.json5"
        try Data("{ notify: { \(notify) }, \(text[start...].dropFirst())".utf8)
            .write(to: URL(filePath: policy))
        return try program.run(
            [command, "--policy", policy, "--state", "\(directory.path)/state"] + more
        )
    }

    @Test func `a run pings at its start and its end, and posts a summary`() throws {
        let listener = try WebListener()
        let base = "http://127.0.0.1:\(listener.port)"
        let trace = "\(directory.path)/trace"
        let end = try run(
            "run",
            notifying: "ping: '\(base)/s3cr3t/?create=1', webhook: '\(base)/hook'",
            ["--trace", trace]
        )
        #expect(end.code == 0)
        #expect(!end.text.contains("warning"))
        let requests = listener.requests
        #expect(
            requests.map(\.line) == [
                "POST /s3cr3t/start?create=1", "POST /s3cr3t?create=1", "POST /hook",
            ]
        )
        let summary = try #require(requests.last)
        #expect(summary.headers["content-type"] == "application/json")
        let json = try JSONSerialization.jsonObject(with: Data(summary.body.utf8))
        let fields = try #require(json as? [String: Any])
        #expect(fields["exitCode"] as? Int == 0)
        #expect(fields["removed"] as? Int == 10)
        #expect((fields["text"] as? String)?.contains("10 taken") == true)
        #expect(requests[1].body == fields["text"] as? String)
        // Neither a list of processes nor a trace shows an address.
        #expect(try !String(contentsOfFile: trace, encoding: .utf8).contains("s3cr3t"))
    }

    @Test func `a run that fails pings its failure and says why`() throws {
        let listener = try WebListener()
        try Data("no directory".utf8).write(to: URL(filePath: "\(directory.path)/state"))
        let end = try run("run", notifying: "ping: 'http://127.0.0.1:\(listener.port)/check'")
        #expect(end.code == 1)
        #expect(listener.requests.map(\.line) == ["POST /check/start", "POST /check/fail"])
        #expect(listener.requests.last?.body.contains("exit code 1") == true)
        #expect(listener.requests.last?.body.contains("cannot") == true)
    }

    @Test(arguments: [404, 500])
    func `a refusal is a warning and changes no exit code`(status: Int) throws {
        let listener = try WebListener(answering: status)
        let end = try run("report", notifying: "webhook: 'http://127.0.0.1:\(listener.port)/x'")
        #expect(end.code == 0)
        #expect(end.text.contains("warning: cannot send the webhook"))
        #expect(end.text.contains("\(status)"))
        #expect(listener.requests.count == 1)
    }

    @Test func `nobody there, or nobody who answers, changes no exit code`() throws {
        let silent = try WebListener(answering: nil)
        let end = try run("report", notifying: "webhook: 'http://127.0.0.1:\(silent.port)/x'")
        #expect(end.code == 0)
        #expect(end.text.contains("warning: cannot send the webhook"))
        let nobody = try run("run", notifying: "ping: 'http://127.0.0.1:1/x'")
        #expect(nobody.code == 0)
        #expect(nobody.text.contains("warning: cannot send the ping"))
    }
}
