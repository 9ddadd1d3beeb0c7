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
    /// A client of S3 that nobody can drive.
    case client(String, known: [String])
    /// A store's URL that is none, or that holds a user or a secret.
    case endpoint(String)
    /// More calls at once than are good for anybody.
    case parallel(Int)
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
        case .client(let name, _): "cannot use client \(name.quoted): it is not known here"
        case .endpoint(let text):
            "cannot use endpoint \(text.quoted): it is no URL of a server, without user and path"
        case .parallel(let count):
            "cannot use \(count) as a number of calls at once: it is above 16"
        }
    }

    var hint: String {
        switch self {
        case .empty(let example): "write \(example)"
        case .program: "write its name alone, to be looked for in PATH, or its whole path"
        case .zero: "leave it out"
        case .timeLimit: "write timeLimit: \"30m\""
        case .client(_, let known): "write \(known.map(\.quoted).joined(separator: " or "))"
        case .endpoint:
            "write endpoint: \"https://s3.example.com:9000\"; credentials are the command's own"
        case .parallel: "write parallel: 4"
        }
    }
}
