// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Foundation
internal import SnapshotModel

/// A program that a test needs, run to its end.
///
/// Not by Foundation's `Process`: what one thread starts while another one is at it may get the other
/// one's pipe, and whoever reads that then waits for as long as the former lives.
public enum TestCommand {
    /// How a program ended.
    public struct End: Sendable {
        /// Its exit code; nil where it did not end by itself, be it that it took more than five minutes.
        public let code: Int32?
        /// The number that it had.
        public let process: Int32
        /// What it printed.
        public let output: [UInt8]
        /// The same as text.
        public var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// Runs one.
    ///
    /// - Parameters:
    ///   - words: The command line; the first is a path or a name to be looked for.
    ///   - directory: Where it works; absolute path.
    ///   - environment: The whole environment; nil for that of the tests.
    ///   - input: What it reads.
    ///   - takesErrors: Whether what it says on standard error belongs to what it printed, in the order in
    ///     which it came.
    /// - Returns: How it ended.
    /// - Throws: Where it cannot be started.
    public static func run(
        _ words: [String],
        in directory: String = "/",
        environment: [String: String]? = nil,
        input: String = "",
        takesErrors: Bool = false
    ) throws -> End {
        let joined = takesErrors ? ["/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"] + words : words
        let all = environment ?? ProcessInfo.processInfo.environment
        let program = try Program.find(
            [ObjectName(joined[0])],
            searchPath: ObjectName(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        )
        let call = CommandInvocation(
            program,
            joined.dropFirst().map { ObjectName($0) },
            environment: CommandEnvironment(whole: all.map { ObjectName("\($0.key)=\($0.value)") }),
            workingDirectory: ObjectName(directory),
            input: input.isEmpty ? .nothing : .bytes(Array(input.utf8)),
            limits: CommandLimits(total: .seconds(300))
        )
        var process: Int32 = 0
        let said = try ProcessRunner(clock: .system).collect(call, limit: 1 << 26) { group in
            process = group.id
            return .goOn
        }
        var code: Int32?
        if case .exited(let number) = said.result.ending { code = number }
        return End(code: code, process: process, output: said.bytes)
    }
}
