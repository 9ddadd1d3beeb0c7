// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import JanitorTestSupport
import Policy
import Testing

@testable import S3Storage

/// A client whose exit code gets lost on the way, and with it that its output was cut off.
@Suite struct `Listings of s5cmd that are cut off and end well` {
    private static let objects = (1...4).map { number in
        #"{"key":"s3://b/p/x\#(number)","etag":"401b","last_modified":"2026-11-26T19:19:11Z","#
            + #""type":"file","size":2,"storage_class":"STANDARD"}"#
    }
    private static let count = #"{"operation":"ls","success":1,"error":0}"#

    /// Prints the same whatever is asked.
    private struct Printer: CommandRunner {
        let text: String

        func run(
            _ invocation: CommandInvocation,
            onStart: (ProcessGroup) -> CommandFlow,
            receive: (Span<UInt8>) -> CommandFlow
        ) throws(CommandError) -> CommandResult {
            _ = receive(Array(text.utf8).span)
            return CommandResult(.exited(0))
        }
    }

    private func list(_ lines: some Collection<String>) throws -> Int {
        let settings = S3StoreSettings(client: .s5cmd, s5cmd: ["/bin/true"])
        let text = lines.map { $0 + "\n" }.joined()
        let calls = S3Calls(settings: settings, runner: Printer(text: text), environment: [:])
        let prefix = KeyPrefix(bucket: "b", bytes: Array("p/".utf8))
        var found = 0
        try calls.list(prefix) { _ in found += 1 }
        return found
    }

    @Test func `law 2: what ends without the count of what was done is no listing`() throws {
        let whole = Self.objects + [Self.count, ""]
        #expect(try list(whole) == 4)
        for end in 0...4 {
            #expect(throws: S3Failure.self, "\(end)") { try list(whole[..<end]) }
        }
        // Nor is one that says itself that it failed, or that goes on behind its end.
        let failed = #"{"operation":"ls","success":0,"error":1}"#
        #expect(throws: S3Failure.self) { try list(Self.objects + [failed]) }
        #expect(throws: S3Failure.self) { try list([Self.count] + Self.objects) }
    }
}
