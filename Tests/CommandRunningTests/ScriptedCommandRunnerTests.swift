// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

struct ScriptedCommandRunnerTests {
    private func call(_ words: ObjectName...) -> CommandInvocation {
        CommandInvocation(
            Program(path: "/opt/hadoop/bin/hdfs", leading: ["dfs"]),
            words,
            environment: CommandEnvironment(passing: [ObjectName]())
        )
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `answers from the script, in chunks`(seed: UInt64) throws {
        let text = Array(String(repeating: "line of output\n", count: 50).utf8)
        let runner = ScriptedCommandRunner(
            [ScriptedCall(["hdfs", "dfs", "-ls", "/a"], output: text, errors: Array("w".utf8))],
            seed: seed
        )
        let output = try runner.collect(call("-ls", "/a"))
        #expect(output.bytes == text)
        #expect(output.result.succeeded)
        #expect(output.result.errorOutput.text == "w")
        #expect(runner.differences.isEmpty)
    }

    @Test func `notes what was not in the script, and what was not called`() throws {
        let runner = ScriptedCommandRunner([ScriptedCall(["hdfs", "dfs", "-ls", "/a"])])
        #expect(throws: CommandError.self) { try runner.collect(call("-rm", "/a")) }
        #expect(
            runner.differences == [
                "not in the script: hdfs dfs -rm /a", "not called: hdfs dfs -ls /a",
            ]
        )
    }

    @Test func `fails the call that it is told to fail`() throws {
        let answer = ScriptedCall(["hdfs", "dfs", "-ls", "/a"], output: Array("whole\n".utf8))
        let runner = ScriptedCommandRunner([answer, answer, answer])
        runner.fail(call: 1) { call in
            call.output.removeLast(3)
            call.ending = .signalled(9)
        }
        runner.fail(call: 2) { $0.refusal = .notFound }
        #expect(try runner.collect(call("-ls", "/a")).result.succeeded)
        let cut = try runner.collect(call("-ls", "/a"))
        #expect(cut.bytes == Array("who".utf8))
        #expect(cut.result.ending == .signalled(9))
        #expect(
            throws: CommandError(
                .notFound,
                command: "/opt/hadoop/bin/hdfs",
                detail: "as the script says"
            )
        ) {
            try runner.collect(call("-ls", "/a"))
        }
    }

    @Test func `answers in any order where it may`() throws {
        let runner = ScriptedCommandRunner(
            [ScriptedCall(["hdfs", "dfs", "1"]), ScriptedCall(["hdfs", "dfs", "2"])],
            order: .any
        )
        for word in ["2", "1"] as [ObjectName] {
            #expect(try runner.collect(call(word)).result.succeeded)
        }
        #expect(runner.differences.isEmpty)
    }

    @Test func `reads both forms of records`() {
        let text = """
            $ aws s3api get --key a\\ b 'c d' $'e\\n\\303\\274\\xff'
            # rc=255 ms=12
            --- stdout (4 bytes)
            a
            b

            --- stderr (5 bytes)
            oops

            [api] mkdir /x    # rc=0
            $ hdfs dfs -stat '%n|%Y' "/t/q\\"r"    # rc=1
              out| one
              err| two
            """
        let calls = CommandTranscript(Array(text.utf8)).calls
        #expect(calls.count == 2)
        let odd = ObjectName([0x65, 0x0A, 0xC3, 0xBC, 0xFF])
        #expect(calls.first?.words == ["aws", "s3api", "get", "--key", "a b", "c d", odd])
        #expect(calls.first?.code == 255)
        #expect(calls.first?.output == Array("a\nb\n".utf8))
        #expect(calls.first?.errors == Array("oops\n".utf8))
        #expect(calls.last?.words == ["hdfs", "dfs", "-stat", "%n|%Y", "/t/q\"r"])
        #expect(calls.last?.code == 1)
        #expect(calls.last?.output == Array("one\n".utf8))
        #expect(calls.last?.errors == Array("two\n".utf8))
    }

    @Test(
        .enabled(if: SharedMaterial.folder != nil, "\(SharedMaterial.skipMessage)"),
        arguments: ["lab/hdfs/records/01-basic-34.txt", "lab/s3/records/rgw-v1/003-ls.txt"]
    )
    func `what real programs printed can be played`(record: String) throws {
        let folder = try #require(SharedMaterial.folder)
        let calls = CommandTranscript(Array(try Data(contentsOf: folder.appending(path: record))))
            .calls
        try #require(!calls.isEmpty)
        let runner = ScriptedCommandRunner(calls.map { ScriptedCall($0) })
        for recorded in calls {
            let program = Program(path: recorded.words.first ?? "")
            let output = try runner.collect(
                CommandInvocation(
                    program,
                    Array(recorded.words.dropFirst()),
                    environment: CommandEnvironment(passing: [ObjectName]())
                )
            )
            #expect(output.bytes == recorded.output)
            #expect(output.result.ending == .exited(recorded.code))
        }
        #expect(runner.differences.isEmpty)
    }
}
