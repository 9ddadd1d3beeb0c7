// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import SnapshotModel
import Synchronization

/// A client that answers with the parts of an input: one for each call, whatever was asked for.
///
/// An answer begins with a line of its own: `== `, the exit code, and what is said on standard error.
/// Whoever asks for more than there is gets the last one again.
final class DialogueRunner: CommandRunner {
    private struct Answer {
        var code: Int32 = 0
        var errors: [UInt8] = []
        var output: [UInt8] = []
    }

    private static let mark = Array("== ".utf8)
    private static let feed = UInt8(ascii: "\n")

    private let answers: [Answer]
    private let piece: Int
    private let calls = Atomic<Int>(0)

    /// Makes one.
    ///
    /// - Parameters:
    ///   - input: The answers.
    ///   - piece: How many bytes of output come at a time.
    init(_ input: [UInt8], piece: Int) {
        self.piece = piece
        var answers: [Answer] = []
        var rest = input[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: Self.feed).map { $0 + 1 } ?? rest.endIndex
            let line = rest[..<end]
            rest = rest[end...]
            if line.starts(with: Self.mark) {
                let words = line.dropFirst(Self.mark.count)
                let digits = words.prefix { (0x30...0x39).contains($0) }
                let code = Int32(String(decoding: digits, as: UTF8.self)) ?? 1
                let errors = Self.trimmed(words.dropFirst(digits.count))
                answers.append(Answer(code: code, errors: errors))
            } else if answers.isEmpty {
                answers.append(Answer(output: Array(line)))
            } else {
                answers[answers.count - 1].output += line
            }
        }
        self.answers = answers.isEmpty ? [Answer()] : answers
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let text = bytes.drop { $0 == 0x20 }
        return text.elementsEqual([feed]) ? [] : Array(text)
    }

    /// Whether every answer is a failure without a word.
    var onlyFails: Bool { answers.allSatisfy { $0.code != 0 && $0.errors.isEmpty } }

    func run(
        _ invocation: CommandInvocation,
        onStart: (ProcessGroup) -> CommandFlow,
        receive: (Span<UInt8>) -> CommandFlow
    ) throws(CommandError) -> CommandResult {
        let number = calls.wrappingAdd(1, ordering: .relaxed).oldValue
        let answer = answers[min(number, answers.count - 1)]
        let errors = ErrorOutput(answer.errors, limit: invocation.limits.errorBytes)
        var given = 0
        while given < answer.output.count {
            let end = min(answer.output.count, given + piece)
            let flow = receive(answer.output.span.extracting(given..<end))
            given = end
            if flow == .stop { return CommandResult(.stopped(.caller), errorOutput: errors) }
        }
        return CommandResult(
            .exited(answer.code),
            errorOutput: errors,
            outputBytes: Int64(answer.output.count)
        )
    }
}
