// SPDX-License-Identifier: Apache-2.0

/// What a kind of problem says to the operator.
protocol ProblemWording {
    /// `cannot …: …`, lower case, without a full stop.
    var message: String { get }
    /// What to do about it.
    var hint: String { get }
}

/// One thing that is wrong with a policy: where, what, and what to write instead.
public struct PolicyProblem: Error, Hashable, Sendable {
    /// The file, as the operator named it.
    public let source: String
    /// Where in the file.
    public let position: TextPosition
    /// Where in the policy: `jobs[1].keep.savepoints.keepLast`; empty for the whole.
    public let keyPath: String
    /// What is wrong.
    public let reason: Reason

    /// What can be wrong with a policy.
    public enum Reason: Hashable, Sendable {
        /// The file is not JSON5, or a key stands in it twice.
        case syntax(JSON5Error.Reason)
        /// A key or a value is not of the form that is due.
        case shape(ShapeProblem)
        /// A duration is none.
        case duration(DurationProblem)
        /// A time zone is none that is accepted.
        case timeZone(TimeZoneProblem)
        /// A root or another place cannot be one.
        case place(PlaceProblem)
        /// Two roots lie in one another.
        case overlap(OverlapProblem)
        /// A rule keeps nothing that something else would not keep.
        case rule(RuleProblem)
        /// A job, an alias or a label contradicts itself or another one.
        case entry(EntryProblem)
        /// A command line of somebody else's cannot be run.
        case command(CommandProblem)
        /// A way to ask Flink cannot be one.
        case flink(FlinkProblem)
        /// Somebody cannot be told of a run.
        case notify(NotifyProblem)
    }

    /// Makes a problem of its parts.
    public init(source: String, position: TextPosition, keyPath: String, reason: Reason) {
        self.source = source
        self.position = position
        self.keyPath = keyPath
        self.reason = reason
    }

    private var wording: any ProblemWording {
        switch reason {
        case .syntax(let wording): wording
        case .shape(let wording): wording
        case .duration(let wording): wording
        case .timeZone(let wording): wording
        case .place(let wording): wording
        case .overlap(let wording): wording
        case .rule(let wording): wording
        case .entry(let wording): wording
        case .command(let wording): wording
        case .flink(let wording): wording
        case .notify(let wording): wording
        }
    }

    /// What is wrong, without its place: `cannot …: …`.
    public var message: String { wording.message }

    /// What to write instead.
    public var hint: String { wording.hint }
}

// MARK: - Comparable, CustomStringConvertible

extension PolicyProblem: Comparable, CustomStringConvertible {
    /// Tells whether a problem stands before another in the file.
    public static func < (left: PolicyProblem, right: PolicyProblem) -> Bool {
        if left.position != right.position { return left.position < right.position }
        if left.keyPath != right.keyPath { return left.keyPath < right.keyPath }
        return left.message < right.message
    }

    /// `file:line:column: key path: cannot …: …`, and the hint on a line of its own.
    public var description: String {
        let path = keyPath.isEmpty ? "" : "\(keyPath): "
        return "\(source):\(position.line):\(position.column): \(path)\(message)\n  hint: \(hint)"
    }
}

/// Everything that is wrong with a policy; never empty.
public struct PolicyErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// In the order of the file.
    public let problems: [PolicyProblem]

    init(_ problems: [PolicyProblem]) {
        self.problems = problems.sorted()
    }

    /// One problem after the other, two lines each.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
