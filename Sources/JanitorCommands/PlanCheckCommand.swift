// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import Foundation
internal import PlanChecking
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel

/// `janitor plan --check`.
enum PlanCheckCommand {
    /// Checks a saved plan against storage; ends with 1 where it is wrong.
    static func run(
        _ file: ObjectName,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let path = try context.file(file)
        let next = context.next(arguments)
        let data: Data
        do throws(ByteSourceError) {
            data = try InputFile.read(path)
        } catch {
            throw CommandFailure(
                code: .failed,
                message: "cannot read the plan \"\(file)\": \(error)\n"
                    + "  hint: make one with: \(next.line("plan", "--save", file))"
            )
        }
        do throws(SavedPlanError) {
            // Format and checksum first: what is damaged says nothing that could be checked.
            _ = try SavedPlan.read(data, source: file.description)
        } catch {
            throw CommandFailure(code: .failed, message: error.text(next))
        }
        let policy = try context.policy(arguments)
        let state = try context.state(arguments)
        let (waivers, problem) = WaiverFile.read(state)
        if let problem { context.console.message("note: \(problem)") }
        let readerFor = context.backends(policy, state).reader(for:)
        let roster = Planner(policy: policy, readerFor: readerFor).roster()
        let check = PlanCheck(
            roots: ScanRoot.outermost(of: roster.roots),
            aliases: policy.aliases.map { WrittenAlias(written: $0.written, actual: $0.actual) },
            dismissed: Set(waivers.dismissals.keys),
            readerFor: readerFor
        )
        let report = PlanCheckReport(try check.check(data), source: file.description)
        if arguments.has(.json) {
            report.writeJSON(context.console.result)
        } else {
            context.console.show(report.text)
        }
        if report.result.isRefuted { return .failed }
        return report.result.problems.isEmpty && roster.unlistable.isEmpty ? .done : .partial
    }
}
