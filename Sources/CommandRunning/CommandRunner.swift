// SPDX-License-Identifier: Apache-2.0

/// Whether to go on.
public enum CommandFlow: Hashable, Sendable {
    /// More is wanted.
    case goOn
    /// Nothing more is wanted: the child is ended.
    case stop
}

/// Runs commands; the only way to a child process.
public protocol CommandRunner: Sendable {
    /// Runs one command to its end.
    ///
    /// Blocks until the child has ended and, as far as the runner can see to it, everything that
    /// the child started. Both of its output streams are read at the same time.
    ///
    /// - Parameters:
    ///   - invocation: The call.
    ///   - onStart: Gets the child's process group before the child does anything; it begins only
    ///     after a `goOn`. What must outlive a kill of this process is recorded here.
    ///   - receive: Gets standard output as it comes, in chunks of any length but 0, on the calling
    ///     thread; while it works the child waits as soon as the pipe is full.
    /// - Returns: How it ended. Only `succeeded` means that the output is whole.
    /// - Throws: `CommandError` where nothing was started, or its end cannot be known.
    func run(
        _ invocation: CommandInvocation,
        onStart: (ProcessGroup) -> CommandFlow,
        receive: (Span<UInt8>) -> CommandFlow
    ) throws(CommandError) -> CommandResult
}

/// A result with the whole of standard output.
public struct CollectedOutput: Hashable, Sendable {
    /// Standard output, at most the limit.
    public let bytes: [UInt8]
    /// How the child ended; `stopped(.caller)` where it printed more than the limit.
    public let result: CommandResult

    /// Makes a result with its output.
    public init(bytes: [UInt8], result: CommandResult) {
        self.bytes = bytes
        self.result = result
    }
}

extension CommandRunner {
    /// Runs one command to its end whose process group nobody records.
    ///
    /// - Parameters:
    ///   - invocation: The call.
    ///   - receive: Gets standard output as it comes.
    /// - Returns: How it ended. Only `succeeded` means that the output is whole.
    /// - Throws: `CommandError` where nothing was started, or its end cannot be known.
    public func run(
        _ invocation: CommandInvocation,
        receive: (Span<UInt8>) -> CommandFlow
    ) throws(CommandError) -> CommandResult {
        try run(invocation, onStart: { _ in .goOn }, receive: receive)
    }

    /// Runs one command to its end and keeps what it prints.
    ///
    /// - Parameters:
    ///   - invocation: The call.
    ///   - limit: How many bytes of standard output are kept; a child that prints more is ended.
    ///   - onStart: Gets the child's process group before the child does anything.
    /// - Returns: The output and how the child ended. Only `succeeded` means that it is whole.
    /// - Throws: `CommandError` where nothing was started, or its end cannot be known.
    public func collect(
        _ invocation: CommandInvocation,
        limit: Int = 1_048_576,
        onStart: (ProcessGroup) -> CommandFlow = { _ in .goOn }
    ) throws(CommandError) -> CollectedOutput {
        var bytes: [UInt8] = []
        let result = try run(invocation, onStart: onStart) { chunk in
            let fitting = min(chunk.count, limit - bytes.count)
            chunk.extracting(first: fitting).withUnsafeBufferPointer { bytes += $0 }
            return fitting == chunk.count ? .goOn : .stop
        }
        return CollectedOutput(bytes: bytes, result: result)
    }
}
