// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Foundation
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel

/// `janitor run`.
enum RunCommand {
    static let spec = CommandSpec(
        name: "run",
        arguments: "",
        argumentCount: 0...0,
        options: [.policy, .state, .json, .approved, .wait, .metrics, .shard],
        summary: "make a plan and carry it out",
        details: """
            Locks the roots, makes a plan as "janitor plan" does, and moves what it condemns into
            the trash of its root (or removes it, where the policy says trash: "0d"), step by step
            under a journal. Right before each step what it takes is compared with what the plan
            saw. Afterwards it removes from the trash what has lain there for longer than the policy
            says. With --approved only what FILE lists goes, and no limit holds that back.

            With --shard several runs work side by side, each on the roots of its own part of the
            jobs. Every one of them looks at everything, since anything may be needed by any job.
            Files outside snapshots are swept by a run without --shard only.
            """,
        never: """
            take anything that a kept snapshot references, anything in an attempt that may be
            running, or the newest closed savepoint and checkpoint of a job.
            """,
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let policy = try context.policy(arguments)
        let next = context.next(arguments)
        let approval = try arguments[.approved].map { try self.approval($0, context, next) }
        if let approval, approval.fingerprint != policy.fingerprint {
            throw CommandFailure(
                code: .usage,
                message: "cannot use the plan \"\(approval.source)\": it was made under another "
                    + "policy than \"\(policy.source)\" is now\n"
                    + "  hint: make a new one with: "
                    + next.line("plan", "--save", ObjectName(approval.source))
            )
        }
        return try context.telling(of: "run", policy, arguments) { told in
            try carryOut(policy, approval, context, arguments, &told)
        }
    }

    private static func carryOut(
        _ policy: JanitorPolicy,
        _ approval: Approval?,
        _ context: CommandContext,
        _ arguments: ParsedArguments,
        _ told: inout Telling.Subject
    ) throws -> ExitCode {
        StopSignals.watch()
        let session = JanitorRun(
            try context.runEnvironment(policy, arguments),
            shard: try context.shard(arguments)
        )
        switch session.run(approval: approval) {
        case .locked(let why):
            // A signal may have ended the waiting.
            let code = context.signalCode ?? .locked
            throw CommandFailure(code: code, message: why)
        case .refused(let why):
            throw CommandFailure(
                code: .refused,
                message: "nothing was taken: \(why)\n"
                    + "  hint: if that is as it should be, save a plan, read it, and approve it:"
                    + context.next(arguments).approval.map { "\n    \($0)" }.joined()
            )
        case .unsound(let why): throw CommandFailure(code: .usage, message: why)
        case .failed(let why): throw CommandFailure(code: .failed, message: why)
        case .finished(let plan, let report):
            told = .run(plan, report)
            if arguments.has(.json) {
                RunJSON(plan, report).write(context.console.result)
            } else {
                context.console.show(RunText(plan, report, next: context.next(arguments)).text)
            }
            return code(plan, report, context, isApproved: approval != nil)
        }
    }

    private static func approval(
        _ file: ObjectName,
        _ context: CommandContext,
        _ next: NextCommand
    ) throws -> Approval {
        let path = try context.file(file)
        let data: Data
        do throws(ByteSourceError) {
            data = try InputFile.read(path)
        } catch {
            throw CommandFailure(
                code: .usage,
                message: "cannot read the plan \"\(path)\": \(error)\n"
                    + "  hint: make one with: \(next.line("plan", "--save", file))"
            )
        }
        do throws(SavedPlanError) {
            return try SavedPlan.read(data, source: path)
        } catch {
            throw CommandFailure(code: .usage, message: error.text(next))
        }
    }

    private static func code(
        _ plan: Plan,
        _ report: RunReport,
        _ context: CommandContext,
        isApproved: Bool
    ) -> ExitCode {
        if let code = context.code(ofUnfinished: report) { return code }
        let hasFailed = report.failedCount > 0 || report.emptied.contains { !$0.isGone }
        if hasFailed || report.hasLeft || plan.isPartial { return .partial }
        // What an approved plan lists goes; of other jobs a limit may hold something all the same.
        let isHeld = isApproved ? plan.snapshots.contains(where: \.isHeldByLimit) : plan.isLimited
        return isHeld ? .refused : .done
    }
}
