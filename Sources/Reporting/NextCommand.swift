// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Writes commands for an operator to paste, with what this one was told by its own options.
///
/// A policy or a state directory that nobody named is found by the next command as it was by this
/// one, and is not written.
public struct NextCommand: Hashable, Sendable {
    private let options: [ObjectName]

    /// Makes a writer of commands.
    ///
    /// - Parameters:
    ///   - policy: What was given with `--policy`; nil where nothing was.
    ///   - state: What was given with `--state`; nil where nothing was.
    public init(policy: ObjectName? = nil, state: ObjectName? = nil) {
        options =
            (policy.map { ["--policy", $0] } ?? []) + (state.map { ["--state", $0] } ?? [])
    }

    /// A command as a shell takes it.
    ///
    /// - Parameters:
    ///   - verb: What stands behind `janitor`.
    ///   - words: Its other options, and its arguments.
    /// - Returns: One line.
    public func line(_ verb: String, _ words: ObjectName...) -> String {
        line([ObjectName(verb)] + words)
    }

    /// The commands that save a plan and, when it was read, approve it.
    public var approval: [String] {
        [line("plan", "--save", "plan.json"), line("run", "--approved", "plan.json")]
    }

    /// A command of these words, the verb first.
    func line(_ words: [ObjectName]) -> String {
        (["janitor"] + words.prefix(1) + options + words.dropFirst())
            .map { ShellWord.quoted($0) }.joined(separator: " ")
    }
}
