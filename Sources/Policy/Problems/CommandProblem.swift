// SPDX-License-Identifier: Apache-2.0

/// A command line of somebody else's that cannot be run.
public enum CommandProblem: Hashable, Sendable {
    /// A command line without a word.
    case empty(example: String)
    /// A program that is neither a bare name nor an absolute path.
    case program(String)
    /// A word with a zero byte, which no program can be given.
    case zero(String)
    /// A time limit that is none.
    case timeLimit(String)
}

// MARK: - ProblemWording

extension CommandProblem: ProblemWording {
    var message: String {
        switch self {
        case .empty: "cannot use an empty command line: it names no program"
        case .program(let program):
            "cannot use program \(program.quoted): it is neither a bare name nor an absolute path"
        case .zero(let word): "cannot use \(word.quoted) on a command line: it holds a zero byte"
        case .timeLimit(let text):
            "cannot use \(text) as a call's time limit: it is not above 0 and at most a day"
        }
    }

    var hint: String {
        switch self {
        case .empty(let example): "write \(example)"
        case .program: "write its name alone, to be looked for in PATH, or its whole path"
        case .zero: "leave it out"
        case .timeLimit: "write timeLimit: \"30m\""
        }
    }
}
