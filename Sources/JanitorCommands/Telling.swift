// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Foundation
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel

/// Tells others what came of a command: Prometheus, a dead-man switch, a webhook.
///
/// None of them decides anything: what goes wrong here is a note, and the exit code stays.
struct Telling {
    /// What there is to tell of.
    enum Subject {
        /// Nothing but how the command ended.
        case nothing
        /// What a run planned and did.
        case run(Plan, RunReport)
        /// What a report counted.
        case report(RetentionReport)
    }

    let command: String
    let context: CommandContext
    let notify: NotifySettings
    let metricsFile: String?

    /// Says that a run begins.
    func begin() {
        guard command == "run", let ping = notify.ping else { return }
        Messenger(context).ping(ping, "/start", text: "")
    }

    /// Says how it ended.
    func end(_ subject: Subject, _ code: ExitCode, error: String?) {
        if let metricsFile { writeMetrics(metricsFile, subject, code) }
        guard notify != .nobody else { return }
        let summary = RunSummary(command, subject, code, error: error)
        let messenger = Messenger(context)
        if command == "run", let ping = notify.ping {
            messenger.ping(ping, code == .done ? "" : "/fail", text: summary.text)
        }
        if let webhook = notify.webhook { messenger.post(summary, to: webhook) }
    }

    private func writeMetrics(_ file: String, _ subject: Subject, _ code: ExitCode) {
        let before = FileManager.default.contents(atPath: file) ?? Data()
        var page = MetricsPage(reading: String(decoding: before, as: UTF8.self))
        switch subject {
        case .nothing: break
        case .run(let plan, let report): page.tell(plan, report)
        case .report(let report): page.tell(report)
        }
        let ending = MetricsPage.Ending(
            command: command,
            began: context.now,
            ended: context.clock(),
            code: code.rawValue
        )
        page.tell(ending, version: Version.text)
        do {
            let output = try OutputFile(file, token: context.token)
            var text = page.text
            text.withUTF8 { output.write(UnsafeRawBufferPointer($0)) }
            try output.finish()
        } catch {
            let why = (error as? CommandFailure)?.message ?? "\(error)"
            context.console.message("warning: \(why)")
        }
    }
}

extension CommandContext {
    /// Does a command's work, and tells of its beginning and its end.
    ///
    /// - Parameters:
    ///   - command: Its name.
    ///   - policy: Says who is told.
    ///   - arguments: The command's.
    ///   - body: The work; puts what there is to tell of into its argument.
    /// - Returns: The exit code of the work.
    /// - Throws: What the work throws.
    func telling(
        of command: String,
        _ policy: JanitorPolicy,
        _ arguments: ParsedArguments,
        _ body: (inout Telling.Subject) throws -> ExitCode
    ) throws -> ExitCode {
        let telling = Telling(
            command: command,
            context: self,
            notify: policy.notify,
            metricsFile: try metricsFile(policy, arguments)
        )
        telling.begin()
        var subject = Telling.Subject.nothing
        do {
            let code = try body(&subject)
            telling.end(subject, code, error: nil)
            return code
        } catch {
            let failure = error as? CommandFailure
            telling.end(
                subject,
                failure?.code ?? .failed,
                error: failure?.message ?? "\(error)"
            )
            throw error
        }
    }
}
