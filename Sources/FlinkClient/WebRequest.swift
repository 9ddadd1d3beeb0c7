// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
internal import Foundation
internal import SnapshotModel

/// How `curl` is called.
public struct WebCaller: Sendable {
    /// The program.
    let curl: Program
    /// The environment that it gets.
    let environment: CommandEnvironment
    /// A configuration file of curl's own, with whatever proves who asks; nil for none.
    let configuration: String?
    /// How long one request may take, in seconds.
    let timeLimit: Int
    let runner: any CommandRunner

    /// Makes a caller.
    ///
    /// - Parameters:
    ///   - curl: The program.
    ///   - environment: The environment that it gets.
    ///   - configuration: Absolute path of a configuration file for curl: what proves who asks
    ///     stands there and never on a command line.
    ///   - timeLimit: How long one request may take, in seconds, 1 or more.
    ///   - runner: Runs it.
    public init(
        curl: Program,
        environment: CommandEnvironment,
        configuration: String?,
        timeLimit: Int,
        runner: any CommandRunner
    ) {
        self.curl = curl
        self.environment = environment
        self.configuration = configuration
        self.timeLimit = timeLimit
        self.runner = runner
    }

    /// An answer of any status.
    struct Answer {
        let status: Int
        let body: [UInt8]
    }

    /// Longer answers are no answers of Flink's.
    private static let longest = 64 << 20

    /// Sends one request.
    ///
    /// - Parameters:
    ///   - url: The whole URL.
    ///   - body: JSON to post; nil to get.
    /// - Returns: Status and body.
    /// - Throws: Why there is no answer, in a few words.
    func send(_ url: String, posting body: Data? = nil) throws(NoAnswer) -> Answer {
        // `--disable` has to be first: what somebody keeps in ~/.curlrc must not change answers.
        var words = [
            "--disable", "--silent", "--show-error", "--globoff", "--proto", "=http,https",
            "--max-time", "\(timeLimit)", "--connect-timeout", "\(min(10, timeLimit))",
            "--header", "Accept: application/json", "--write-out", "\n%{http_code}",
        ]
        if let configuration { words += ["--config", configuration] }
        if body != nil {
            words += ["--header", "Content-Type: application/json", "--data-binary", "@-"]
        }
        words += ["--url", url]
        let invocation = CommandInvocation(
            curl,
            words.map { ObjectName($0) },
            environment: environment,
            input: body.map { .bytes(Array($0)) } ?? .nothing,
            limits: CommandLimits(total: .seconds(timeLimit + 5))
        )
        let output: CollectedOutput
        do throws(CommandError) {
            output = try runner.collect(invocation, limit: Self.longest)
        } catch {
            // What never started sent nothing; what is lost may have.
            throw NoAnswer(detail: error.cause, isUnsent: error.reason != .lost)
        }
        guard output.result.succeeded else {
            throw NoAnswer(
                detail: Self.cause(output.result),
                isUnsent: Self.isUnsent(output.result.ending)
            )
        }
        // The status stands on a line of its own behind the body.
        guard let lineEnd = output.bytes.lastIndex(of: UInt8(ascii: "\n")),
            let status = Int(String(decoding: output.bytes[(lineEnd + 1)...], as: UTF8.self))
        else { throw NoAnswer(detail: "curl told no status", isUnsent: false) }
        return Answer(status: status, body: Array(output.bytes[..<lineEnd]))
    }

    private static func cause(_ result: CommandResult) -> String {
        let text = result.errorOutput.text
        return text.isEmpty ? "\(result.ending)" : text
    }

    /// Whether curl ended before it could send anything.
    ///
    /// Source: `curl(1)`, EXIT CODES: 3 and 5 to 7 are a URL, a name and a connection that did not
    /// come about, 35 and 60 a TLS handshake. A time limit (28) says nothing.
    private static func isUnsent(_ ending: CommandEnding) -> Bool {
        guard case .exited(let code) = ending else { return false }
        return [3, 5, 6, 7, 35, 60].contains(code)
    }

    /// There was no answer.
    struct NoAnswer: Error {
        let detail: String
        /// The request surely did not reach anybody.
        let isUnsent: Bool
    }
}
