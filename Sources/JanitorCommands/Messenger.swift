// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Foundation
internal import SnapshotModel

/// Calls addresses through `curl`, for a few seconds at most.
///
/// An address is a secret as often as not: it is handed over on standard input, so that no list of
/// processes and no trace shows it.
struct Messenger {
    /// How long one call may take.
    private static let seconds = 10

    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    /// Pings a check.
    ///
    /// Source: Healthchecks.io, Pinging API: `/start` and `/fail` behind the address; a body of up to
    /// 100 kB is kept.
    ///
    /// - Parameters:
    ///   - address: The check's.
    ///   - signal: What stands behind it: nothing for success.
    ///   - text: What happened.
    func ping(_ address: String, _ signal: String, text: String) {
        let question = address.firstIndex(of: "?") ?? address.endIndex
        let path = address[..<question].reversed().drop { $0 == "/" }.reversed()
        call(
            String(path) + signal + address[question...],
            type: "text/plain; charset=utf-8",
            body: text,
            what: "the ping of the dead-man switch"
        )
    }

    /// Posts a summary as JSON.
    func post(_ summary: RunSummary, to address: String) {
        call(address, type: "application/json", body: summary.json, what: "the webhook")
    }

    private func call(_ address: String, type: String, body: String, what: String) {
        do throws(CommandError) {
            let path = context.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
            let words = [
                "--disable", "--silent", "--show-error", "--fail", "--globoff", "--proto",
                "=http,https", "--max-time", "\(Self.seconds)", "--connect-timeout", "5",
                "--output", "/dev/null", "--config", "-",
            ]
            // `data-raw` takes no text for the name of a file.
            let settings = """
                url = \(address.inCurlsQuotes)
                header = \("Content-Type: \(type)".inCurlsQuotes)
                data-raw = \(body.inCurlsQuotes)

                """
            let invocation = CommandInvocation(
                try Program.find([ObjectName("curl")], searchPath: ObjectName(path)),
                words.map { ObjectName($0) },
                environment: CommandEnvironment(passing: context.environmentEntries),
                input: .bytes(Array(settings.utf8)),
                limits: CommandLimits(total: .seconds(Self.seconds + 5)),
                // A run that a signal ended has to be told of too.
                isCancellable: false
            )
            let result = try context.runner.collect(invocation, limit: 1 << 16).result
            guard !result.succeeded else { return }
            let said = result.errorOutput.text
            let why = said.isEmpty ? "\(result.ending)" : said
            context.console.message("warning: cannot send \(what): \(why)")
        } catch {
            context.console.message("warning: cannot send \(what): \(error)")
        }
    }
}

extension String {
    /// As a value of a configuration file of curl's.
    ///
    /// Source: curl(1), `--config`: in quotation marks `\\`, `\"`, `\t`, `\n`, `\r` and `\v` are known.
    fileprivate var inCurlsQuotes: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\\", "\"": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0": break
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
