// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel

/// How much the arguments and the environment of one call may hold.
///
/// Source: execve(2), "Limits on size of arguments and environment", and Linux' `fs/exec.c`: one
/// string 32 pages with its zero; all strings and the pointers to them a quarter of the stack's
/// limit, at least 128 KiB and at most 6 MiB.
public struct ArgumentBudget: Hashable, Sendable {
    /// The longest argument, or `NAME=value`, in bytes.
    public static let longestArgument = 131_071

    /// What a wrapper script may add before it starts the real program: options, a class path.
    public static let wrapperReserve = 262_144

    /// How many bytes all strings and their pointers may take.
    public let limit: Int

    /// Makes a budget with a limit of one's own.
    public init(limit: Int) {
        self.limit = limit
    }

    /// Makes the budget of the children of this process.
    public static var system: ArgumentBudget {
        var stack = rlimit()
        let known = getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &stack) == 0
        let quarter = known ? Int(clamping: stack.rlim_cur / 4) : 0
        return ArgumentBudget(limit: max(131_072, min(quarter, 6 * 1_048_576)))
    }

    /// How many of the arguments, from the first, fit into one call.
    ///
    /// - Parameters:
    ///   - arguments: What is to be handed over, in order.
    ///   - invocation: The call with everything but these.
    ///   - reserve: Bytes left free for what a wrapper adds.
    /// - Returns: A count, 0 where not even the first fits.
    public func count(
        of arguments: some Collection<ObjectName>,
        fitting invocation: CommandInvocation,
        reserve: Int = wrapperReserve
    ) -> Int {
        // A small stack must not leave nothing at all.
        var left = limit - min(reserve, limit / 4) - Self.size(of: invocation)
        var count = 0
        for argument in arguments {
            left -= Self.size(of: argument)
            guard left >= 0, argument.bytes.count <= Self.longestArgument else { break }
            count += 1
        }
        return count
    }

    /// Looks whether a call can be made at all.
    ///
    /// - Throws: `CommandError` with reason `zeroByte`, `argumentTooLong`, `badVariable` or
    ///   `listTooLong`.
    func check(_ invocation: CommandInvocation) throws(CommandError) {
        let command = invocation.program.name
        for (index, word) in invocation.words.enumerated() {
            if word.bytes.contains(0) {
                let detail = "argument \(index) holds a zero byte"
                throw CommandError(.zeroByte(argument: index), command: command, detail: detail)
            }
            if word.bytes.count > Self.longestArgument {
                throw CommandError(
                    .argumentTooLong(argument: index),
                    command: command,
                    detail: "argument \(index) has \(word.bytes.count) bytes, "
                        + "at most \(Self.longestArgument) can be"
                )
            }
        }
        for (name, value) in invocation.environment.variables {
            let isSound =
                !name.bytes.isEmpty && !name.bytes.contains(0) && !value.bytes.contains(0)
                && !name.bytes.contains(UInt8(ascii: "="))
                && name.bytes.count + value.bytes.count < Self.longestArgument
            guard isSound else {
                let detail = "the variable \"\(name)\" cannot be handed over"
                throw CommandError(.badVariable, command: command, detail: detail)
            }
        }
        let size = Self.size(of: invocation)
        if size > limit {
            throw CommandError(
                .listTooLong,
                command: command,
                detail: "arguments and environment take \(size) bytes, at most \(limit) can be"
            )
        }
    }

    /// What a call takes of the budget.
    private static func size(of invocation: CommandInvocation) -> Int {
        // The path stands on the child's stack too, and both lists end with a null pointer.
        let path = invocation.program.path.bytes.count + 1
        let words = invocation.words.reduce(0) { $0 + size(of: $1) }
        let variables = invocation.environment.variables.reduce(0) { sum, variable in
            sum + variable.key.bytes.count + variable.value.bytes.count + 2 + pointer
        }
        return path + words + variables + 2 * pointer
    }

    private static func size(of word: ObjectName) -> Int { word.bytes.count + 1 + pointer }

    private static let pointer = MemoryLayout<UnsafeRawPointer>.size
}
