// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

struct TraceTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func runner(_ base: any CommandRunner) throws -> TracingRunner {
        let trace = try CommandTrace(path: ObjectName("\(directory.path)/trace")) { _ in }
        let operators = CommandEnvironment(
            whole: ["PATH=/usr/bin:/bin", "BASH_ENV=/x", "TZ=Europe/Berlin", "no entry"]
        )
        return TracingRunner(base, into: trace, operators: operators) { Instant(nanoseconds: 0) }
    }

    private func lines() throws -> [[String: Any]] {
        let text = try String(contentsOfFile: "\(directory.path)/trace", encoding: .utf8)
        #expect(text.hasSuffix("\n"))
        return try text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test func `every call is written down with sizes, ending and what differs`() throws {
        let runner = try runner(Shell.runner)
        var call = Shell.call("cat; printf oops >&2; exit 4", input: .bytes(Array("12345".utf8)))
        call.environment["AWS_SECRET_ACCESS_KEY"] = "very-secret-value"
        call.arguments = ["--password", "one", "very-secret-value"]
        #expect(try runner.collect(call).bytes == Array("12345".utf8))
        var missing = call
        missing.program = Program(path: "/no/such/program")
        #expect(throws: CommandError.self) { try runner.collect(missing) }
        let lines = try lines()
        try #require(lines.count == 2)
        let first = lines[0]
        #expect(first["at"] as? String == "1970-01-01T00:00:00Z")
        #expect(first["program"] as? String == "/bin/sh")
        let words = first["arguments"] as? [String]
        #expect(words?.suffix(3) == ["--password", "***", "***"])
        #expect(first["ending"] as? String == "exit code 4")
        #expect(first["input"] as? Int == 5)
        #expect(first["outputBytes"] as? Int == 5)
        #expect(first["errorBytes"] as? Int == 4)
        #expect(first["milliseconds"] is Int)
        #expect(first["group"] is Int)
        let set = first["set"] as? [String: String]
        #expect(set == ["LC_ALL": "C.UTF-8", "TZ": "UTC", "AWS_SECRET_ACCESS_KEY": "***"])
        #expect(first["unset"] as? [String] == ["BASH_ENV"])
        #expect((lines[1]["error"] as? String)?.contains("/no/such/program") == true)
        #expect(lines[1]["ending"] == nil)
    }

    @Test func `nobody else may read a trace, and one that is there is added to`() throws {
        for _ in 0..<2 { _ = try runner(Shell.runner).collect(Shell.call("exit 0")) }
        #expect(try lines().count == 2)
        let attributes = try FileManager.default.attributesOfItem(
            atPath: "\(directory.path)/trace"
        )
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `a trace that cannot be opened is an error, one that fills up is said once`() throws
    {
        #expect(throws: StorageError.self) {
            try CommandTrace(path: ObjectName("\(directory.path)/none/trace")) { _ in }
        }
        let complaints = Mutex<[String]>([])
        let full = try CommandTrace(path: "/dev/full") { text in
            complaints.withLock { $0.append(text) }
        }
        let operators = CommandEnvironment(whole: [ObjectName]())
        let runner = TracingRunner(Shell.runner, into: full, operators: operators) {
            Instant(nanoseconds: 0)
        }
        for _ in 0..<3 { #expect(try runner.collect(Shell.call("exit 0")).result.succeeded) }
        let said = complaints.withLock { $0 }
        #expect(said.count == 1)
        #expect(said.first?.contains("cannot write the trace \"/dev/full\": no space left") == true)
    }

    @Test(arguments: [
        ("s3://user:pass@host/x", "s3://***@host/x"),
        ("-Dfs.s3a.secret.key=abc", "-Dfs.s3a.secret.key=***"),
        ("--query=Contents[].Key", "--query=Contents[].Key"),
        ("Authorization: Bearer abc", "Authorization: ***"),
        ("http://h/p?a=1&X-Amz-Signature=ab12&b=2", "http://h/p?a=1&X-Amz-Signature=***&b=2"),
        ("url=http://h/?token=abc", "url=http://h/?token=***"),
        ("--password-file=/etc/x", "--password-file=/etc/x"),
        ("hdfs://nn:8020/flink/a:b@c", "hdfs://nn:8020/flink/a:b@c"),
        ("key-of-environment-12345", "***"),
    ])
    func `what is written down has no secrets`(word: String, shown: String) {
        let mask = SecretMask(
            CommandEnvironment(whole: ["MY_API_KEY=key-of-environment-12345", "A_TOKEN=short"])
        )
        #expect(mask.words([ObjectName(word)]) == [shown])
    }

    @Test func `the word behind a secret's option is one`() {
        let mask = SecretMask(CommandEnvironment(whole: [ObjectName]()))
        let words: [ObjectName] = [
            "-u", "me:mine", "-u", "flink", "--secret-access-key", "x", "--token=a", "b",
        ]
        #expect(
            mask.words(words)
                == ["-u", "***", "-u", "flink", "--secret-access-key", "***", "--token=***", "b"]
        )
    }
}
