// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Runs commands as child processes, each in a session and process group of its own.
///
/// Nothing of it is bound to a thread; any number of calls may run at a time.
public struct ProcessRunner: CommandRunner {
    private let clock: MonotonicClock
    private let isCancelled: @Sendable () -> Bool

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - clock: What limits are measured by.
    ///   - isCancelled: Asked ten times a second; true ends the calls that can be cancelled.
    public init(
        clock: MonotonicClock,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.clock = clock
        self.isCancelled = isCancelled
    }

    /// Runs one command to its end.
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
        let mark = CallMark.next()
        var marked = invocation
        marked.environment[CallMark.name] = ObjectName(mark.text)
        try ArgumentBudget.system.check(marked)
        var call = try RunningCall(starting: marked, mark: mark, clock: clock)
        call.begin(onStart(call.group))
        while call.advance(isCancelled: isCancelled, receive: receive) {}
        return try call.finish()
    }
}
