// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// `--trace FILE`, which every command with a policy has.
struct TraceOptionTests {
    private func run(_ words: [String]) -> (code: ExitCode, messages: [String]) {
        var messages: [String] = []
        let console = Console(result: { _ in }, message: { messages.append($0) })
        return (JanitorMain.run(words.map { ObjectName($0) }, console: console), messages)
    }

    @Test func `commands with a policy may be traced, others not`() throws {
        let directory = try TemporaryDirectory()
        #expect(run(["demo", "--into", "\(directory.path)/demo"]).code == .done)
        for command in CommandTable.all {
            let isTraced = command.allOptions.contains(.trace)
            #expect(isTraced == command.options.contains(.policy), "\(command.name)")
        }
        let policy = ["--policy", "\(directory.path)/demo/policy.json5"]
        #expect(run(["plan", "--trace", "\(directory.path)/trace"] + policy).code == .done)
        #expect(directory.exists("trace"))
        #expect(run(["demo", "--trace", "x"]).code == .usage)
    }

    @Test func `a trace that cannot be written ends with 2 before anything is done`() throws {
        let (code, messages) = run(["plan", "--trace", "/no/such/directory/trace"])
        #expect(code == .usage)
        #expect(messages.joined().contains("cannot write \"file:///no/such/directory/trace\""))
    }
}
