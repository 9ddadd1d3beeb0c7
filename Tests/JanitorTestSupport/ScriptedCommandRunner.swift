// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
public import SnapshotModel
internal import Synchronization

/// An answer that a scripted runner has ready for one call.
public struct ScriptedCall: Sendable {
    /// The words that are expected, the program's name first.
    public let words: [ObjectName]
    /// What is printed.
    public var output: [UInt8]
    /// What is said on standard error.
    public var errors: [UInt8]
    /// How the child ends.
    public var ending: CommandEnding
    /// Why it is not started at all.
    public var refusal: CommandError.Reason?

    /// Makes an answer.
    ///
    /// - Parameters:
    ///   - words: The words that are expected, the program's name first.
    ///   - output: What is printed.
    ///   - errors: What is said on standard error.
    ///   - ending: How the child ends.
    ///   - refusal: Why it is not started at all.
    public init(
        _ words: [ObjectName],
        output: [UInt8] = [],
        errors: [UInt8] = [],
        ending: CommandEnding = .exited(0),
        refusal: CommandError.Reason? = nil
    ) {
        self.words = words
        self.output = output
        self.errors = errors
        self.ending = ending
        self.refusal = refusal
    }

    /// Makes the answer that was recorded.
    public init(_ call: CommandTranscript.Call) {
        self.init(
            call.words,
            output: call.output,
            errors: call.errors,
            ending: .exited(call.code)
        )
    }
}

/// A runner without processes: answers from a script, and notes what was not in it.
///
/// Output comes in chunks of lengths drawn from the seed, so that whoever reads it is tested at
/// every seam. The program's name is compared without its directory.
public final class ScriptedCommandRunner: CommandRunner {
    /// In which order the answers may be asked for.
    public enum Order: Sendable {
        /// As they stand in the script.
        case strict
        /// Any; equal calls get equal calls' answers in their order.
        case any
    }

    private struct State {
        var waiting: [ScriptedCall]
        var calls: [CommandInvocation] = []
        var unexpected: [[ObjectName]] = []
        var generator: SeededGenerator
        var faults: [Int: @Sendable (inout ScriptedCall) -> Void] = [:]
    }

    private let order: Order
    private let state: Mutex<State>

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - script: The answers.
    ///   - order: In which order they may be asked for.
    ///   - seed: Decides on the lengths of chunks.
    public init(_ script: [ScriptedCall], order: Order = .strict, seed: UInt64 = 1) {
        self.order = order
        state = Mutex(State(waiting: script, generator: SeededGenerator(seed: seed)))
    }

    /// The calls that came, in their order.
    public var calls: [CommandInvocation] { state.withLock { $0.calls } }

    /// What differs from the script: calls that are not in it, and answers not asked for.
    ///
    /// A test ends with `#expect(runner.differences.isEmpty)`.
    public var differences: [String] {
        state.withLock { state in
            state.unexpected.map { "not in the script: \(Self.line($0))" }
                + state.waiting.map { "not called: \(Self.line($0.words))" }
        }
    }

    /// Changes the answer to one call.
    ///
    /// - Parameters:
    ///   - number: Which call, counted from 0.
    ///   - change: Changes the answer that it would get.
    public func fail(
        call number: Int,
        _ change: @escaping @Sendable (inout ScriptedCall) -> Void
    ) {
        state.withLock { $0.faults[number] = change }
    }

    /// Answers one call.
    ///
    /// - Parameters:
    ///   - invocation: The call.
    ///   - onStart: Gets a process group that is nobody's.
    ///   - receive: Gets the output in chunks.
    /// - Returns: What the script says.
    /// - Throws: `CommandError` where the script says so, or has no such call.
    public func run(
        _ invocation: CommandInvocation,
        onStart: (ProcessGroup) -> CommandFlow,
        receive: (Span<UInt8>) -> CommandFlow
    ) throws(CommandError) -> CommandResult {
        let name = invocation.program.name
        guard let call = take(invocation) else {
            throw CommandError(.system, command: name, detail: "the call is not in the script")
        }
        if let refusal = call.refusal {
            throw CommandError(refusal, command: name, detail: "as the script says")
        }
        let errors = ErrorOutput(call.errors, limit: invocation.limits.errorBytes)
        guard onStart(ProcessGroup(id: Int32.max, start: 0)) == .goOn else {
            return CommandResult(.stopped(.caller))
        }
        var given = 0
        while given < call.output.count {
            let count = min(chunkLength(), call.output.count - given)
            let flow = receive(call.output.span.extracting(given..<(given + count)))
            given += count
            if flow == .stop {
                let bytes = Int64(given)
                return CommandResult(
                    .stopped(.caller),
                    errorOutput: errors,
                    outputBytes: bytes
                )
            }
        }
        return CommandResult(call.ending, errorOutput: errors, outputBytes: Int64(given))
    }

    private func chunkLength() -> Int {
        state.withLock { state in
            let longest = [1, 7, 64, 65_536].randomElement(using: &state.generator) ?? 1
            return Int.random(in: 1...longest, using: &state.generator)
        }
    }

    private func take(_ invocation: CommandInvocation) -> ScriptedCall? {
        let words = [invocation.program.name.last] + invocation.words.dropFirst()
        return state.withLock { state in
            let number = state.calls.count
            state.calls.append(invocation)
            let candidates = order == .strict ? state.waiting.prefix(1) : state.waiting[...]
            guard let index = candidates.firstIndex(where: { $0.words == words }) else {
                state.unexpected.append(words)
                return nil
            }
            var call = state.waiting.remove(at: index)
            state.faults[number]?(&call)
            return call
        }
    }

    private static func line(_ words: [ObjectName]) -> String {
        words.map(\.description).joined(separator: " ")
    }
}
