// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Why a command could not be run at all; how one that ran ended is its result.
public struct CommandError: Error, Hashable, Sendable {
    /// Kinds of failure that callers tell apart.
    public enum Reason: Hashable, Sendable {
        /// There is no such program, or it vanished since it was looked for.
        case notFound
        /// The file is there and may not be executed, or is not something to execute.
        case notExecutable
        /// A script whose first line names an interpreter that is not there.
        case noInterpreter
        /// The argument of this position holds a zero byte.
        case zeroByte(argument: Int)
        /// The argument of this position is longer than the system takes.
        case argumentTooLong(argument: Int)
        /// Arguments and environment together are longer than the system takes.
        case listTooLong
        /// A variable has a name that cannot be one, or a value with a zero byte.
        case badVariable
        /// The working directory cannot be entered.
        case noDirectory
        /// The file that was to be standard input cannot be opened.
        case noInput
        /// The system refused a process or a descriptor.
        case system
        /// It was killed and is still there, or its end was taken by somebody else.
        case lost
    }

    /// What went wrong.
    public let reason: Reason
    /// The program as it was named.
    public let command: ObjectName
    /// The system's own words, lower case where they are ours.
    public let detail: String

    /// Makes an error of its parts.
    public init(_ reason: Reason, command: ObjectName, detail: String) {
        self.reason = reason
        self.command = command
        self.detail = detail
    }
}

// MARK: - CustomStringConvertible

extension CommandError: CustomStringConvertible {
    /// `cannot run "<program>": <cause>`, and what to do next.
    public var description: String {
        guard let hint else { return cause }
        return "\(cause)\n  hint: \(hint)"
    }

    /// `cannot run "<program>": <cause>`, for errors that have a hint of their own.
    public var cause: String { "cannot run \"\(command)\": \(detail)" }

    /// What to do next; nil where nobody can tell.
    public var hint: String? {
        switch reason {
        case .notFound: "install it, or name it by its absolute path in the policy"
        case .notExecutable, .noInterpreter: "try it by hand as the user that janitor runs as"
        case .noDirectory, .noInput: "look whether it is there and may be read"
        case .lost: "look for the process before anything else is started"
        case .zeroByte, .argumentTooLong, .listTooLong, .badVariable, .system: nil
        }
    }
}
