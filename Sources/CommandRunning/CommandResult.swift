// SPDX-License-Identifier: Apache-2.0

/// How a call ended that was started.
public struct CommandResult: Hashable, Sendable {
    /// How the child ended.
    public let ending: CommandEnding
    /// What it said on standard error.
    public let errorOutput: ErrorOutput
    /// How many bytes of standard output the caller was given.
    public let outputBytes: Int64
    /// How many bytes of its input were never taken.
    public let inputLeft: Int
    /// From the start to the end.
    public let duration: Duration

    /// Makes a result of its parts.
    public init(
        _ ending: CommandEnding,
        errorOutput: ErrorOutput = ErrorOutput(limit: 0),
        outputBytes: Int64 = 0,
        inputLeft: Int = 0,
        duration: Duration = .zero
    ) {
        self.ending = ending
        self.errorOutput = errorOutput
        self.outputBytes = outputBytes
        self.inputLeft = inputLeft
        self.duration = duration
    }

    /// Tells whether the child ended by itself with 0 and its output came to its end.
    public var succeeded: Bool { ending == .exited(0) }
}

/// How a child ended.
public enum CommandEnding: Hashable, Sendable {
    /// By itself, with this code, and its output came to its end.
    case exited(Int32)
    /// By a signal that was not the runner's.
    case signalled(Int32)
    /// By the runner; whatever it had printed may not be all.
    case stopped(StopReason)
}

/// Why the runner ended a child.
public enum StopReason: Hashable, Sendable {
    /// It ran longer than it may.
    case total(Duration)
    /// No byte came or went for longer than may be.
    case idle(Duration)
    /// The runner was cancelled.
    case cancelled
    /// The caller wanted no more of it, or did not let it begin.
    case caller
    /// It ended, but what it had started kept its output open.
    case heldOpen
}

// MARK: - CustomStringConvertible

extension CommandEnding: CustomStringConvertible {
    /// The ending in a few words: `exit code 1`, `stopped after 10.0 seconds without a sign of life`.
    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number): "killed by signal \(number)"
        case .stopped(.total(let limit)): "stopped after its time limit of \(limit)"
        case .stopped(.idle(let limit)): "stopped after \(limit) without a sign of life"
        case .stopped(.cancelled): "stopped because janitor was asked to end"
        case .stopped(.caller): "stopped because no more of its output was wanted"
        case .stopped(.heldOpen):
            "ended, but a process that it had started kept its output open and was stopped"
        }
    }
}

extension CommandResult: CustomStringConvertible {
    /// The ending, and what the child said on standard error.
    public var description: String {
        let text = errorOutput.text
        return text.isEmpty ? "\(ending)" : "\(ending): \(text)"
    }
}
