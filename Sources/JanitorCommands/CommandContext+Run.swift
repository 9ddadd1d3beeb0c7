// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Policy

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
        return RunEnvironment(
            policy: policy,
            state: state,
            token: token,
            lockWait: try lockWait(arguments),
            backends: backends(policy, state),
            clock: clock,
            shouldStop: shouldStop,
            ask: ask
        )
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
}
