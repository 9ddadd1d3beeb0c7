// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Writes down every call of another runner: one JSON line each, when it is over.
public struct TracingRunner: CommandRunner {
    private let runner: any CommandRunner
    private let trace: CommandTrace
    private let operators: CommandEnvironment
    private let now: @Sendable () -> Instant

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - runner: Does the work.
    ///   - trace: Gets the lines.
    ///   - operators: The operator's environment, whole; only what differs from it is written.
    ///   - now: The time.
    public init(
        _ runner: any CommandRunner,
        into trace: CommandTrace,
        operators: CommandEnvironment,
        now: @escaping @Sendable () -> Instant
    ) {
        self.runner = runner
        self.trace = trace
        self.operators = operators
        self.now = now
    }

    /// Runs one command to its end and writes it down.
    ///
    /// - Parameters:
    ///   - invocation: The call.
    ///   - onStart: Gets the child's process group before the child does anything.
    ///   - receive: Gets standard output as it comes.
    /// - Returns: How it ended. Only `succeeded` means that the output is whole.
    /// - Throws: `CommandError` where nothing was started, or its end cannot be known.
    public func run(
        _ invocation: CommandInvocation,
        onStart: (ProcessGroup) -> CommandFlow,
        receive: (Span<UInt8>) -> CommandFlow
    ) throws(CommandError) -> CommandResult {
        var record = TraceRecord(invocation, operators: operators, at: now())
        do throws(CommandError) {
            let result = try runner.run(
                invocation,
                onStart: { group in
                    record.group = group.id
                    return onStart(group)
                },
                receive: receive
            )
            record.note(result)
            trace.write(record.line)
            return result
        } catch {
            record.error = error.detail
            trace.write(record.line)
            throw error
        }
    }
}
