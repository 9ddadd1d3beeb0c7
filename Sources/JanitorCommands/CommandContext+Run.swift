// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Policy
internal import Reporting
internal import SnapshotModel

extension CommandContext {
    /// What a command that changes roots works with.
    ///
    /// - Parameters:
    ///   - policy: A sound policy.
    ///   - arguments: The command's.
    /// - Returns: The environment.
    /// - Throws: `CommandFailure` where nothing says where the state directory is.
    func runEnvironment(
        _ policy: JanitorPolicy,
        _ arguments: ParsedArguments
    ) throws -> RunEnvironment {
        let state = try state(arguments)
        var environment = RunEnvironment(
            policy: policy,
            state: state,
            token: token,
            lockWait: try lockWait(arguments),
            backends: backends(policy, state),
            clock: clock,
            shouldStop: shouldStop,
            ask: ask
        )
        if let progress = console.progress {
            environment.onStep = { done, all, bytes in
                progress.tell(.removing, done, of: all, bytes: bytes)
            }
        }
        return environment
    }

    /// What the journals tell of past runs, the oldest first.
    func history(_ state: StateDirectory) throws -> [PastRun] {
        do throws(StateError) {
            return try RunHistory.read(state)
        } catch {
            throw CommandFailure(code: .failed, message: error.description)
        }
    }

    /// The exit code of the signal that came; nil while none did.
    var signalCode: ExitCode? {
        switch shouldStop() {
        case 2: .interrupted
        case .some: .terminated
        case nil: nil
        }
    }

    /// The exit code of work that did not come to its end; nil where it did.
    func code(ofUnfinished report: RunReport) -> ExitCode? {
        if report.stateError != nil { return .failed }
        guard report.isCutShort else { return nil }
        return signalCode ?? (report.hasLostLock ? .locked : .partial)
    }

    /// What is said where there is nothing to undo.
    func failure(_ refusal: UndoRefusal, _ arguments: ParsedArguments) -> CommandFailure {
        let next = next(arguments)
        let hint =
            refusal.run.map { "see what the run did with: \(next.line("runs", ObjectName($0)))" }
            ?? "if another state directory has it, name that with --state DIR; see: "
            + next.line("runs")
        return CommandFailure(code: .usage, message: "\(refusal.cause)\n  hint: \(hint)")
    }

    /// What is said where the clock is not believed and no plan can be approved.
    func doubt(_ why: String) -> String {
        "nothing was touched: \(why)\n  hint: set the clock right; where an earlier run's clock was "
            + "wrong, the next approved run settles it"
    }
}
