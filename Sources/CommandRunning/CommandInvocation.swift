// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// One call of a program: everything that the child process gets.
public struct CommandInvocation: Hashable, Sendable {
    /// What the child reads from standard input.
    public enum Input: Hashable, Sendable {
        /// Nothing: `/dev/null`.
        case nothing
        /// These bytes, then the end.
        case bytes([UInt8])
        /// A file, opened by the runner; absolute path.
        case file(ObjectName)
    }

    /// The program, found already.
    public var program: Program
    /// The arguments behind the program's leading ones, never seen by a shell.
    public var arguments: [ObjectName]
    /// The whole environment.
    public var environment: CommandEnvironment
    /// Absolute path of the working directory.
    public var workingDirectory: ObjectName
    /// What the child reads.
    public var input: Input
    /// When it is ended if it does not end by itself.
    public var limits: CommandLimits
    /// Whether a cancellation of the runner ends this call; false for one that is to be waited for.
    public var isCancellable: Bool

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - program: The program, found already.
    ///   - arguments: The arguments behind the program's leading ones.
    ///   - environment: The whole environment.
    ///   - workingDirectory: Absolute path; the root directory is there everywhere.
    ///   - input: What the child reads.
    ///   - limits: When it is ended if it does not end by itself.
    ///   - isCancellable: Whether a cancellation of the runner ends this call.
    public init(
        _ program: Program,
        _ arguments: [ObjectName] = [],
        environment: CommandEnvironment,
        workingDirectory: ObjectName = "/",
        input: Input = .nothing,
        limits: CommandLimits = .init(),
        isCancellable: Bool = true
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.input = input
        self.limits = limits
        self.isCancellable = isCancellable
    }

    /// All words of the call as the child sees them, the program's name first.
    public var words: [ObjectName] {
        [program.name] + program.leading + arguments
    }
}

/// When a call is ended that does not end by itself.
public struct CommandLimits: Hashable, Sendable {
    /// From the start to the end; nil without limit.
    public var total: Duration?
    /// Without a byte from or to the child; time in which the caller works on output apart.
    public var idle: Duration?
    /// From the polite signal to the one that cannot be ignored.
    public var grace: Duration
    /// How long output may be held open by descendants after the child itself ended.
    public var linger: Duration
    /// How much of the beginning of standard error is kept, and as much of its end, in bytes.
    public var errorBytes: Int

    /// Makes limits; by default ten minutes in all, and no other.
    public init(
        total: Duration? = .seconds(600),
        idle: Duration? = nil,
        grace: Duration = .seconds(5),
        linger: Duration = .seconds(1),
        errorBytes: Int = 16_384
    ) {
        self.total = total
        self.idle = idle
        self.grace = grace
        self.linger = linger
        self.errorBytes = errorBytes
    }
}
