// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// A rule that keeps nothing, or nothing that something else would not keep.
public enum RuleProblem: Hashable, Sendable {
    /// Another rule keeps all that this one would.
    case pointless(rule: String, layer: RuleLayer, by: String, byLayer: RuleLayer)
    /// One period: the newest of all, which stays anyway.
    case onePeriod(key: String)
    /// No rule for a kind of snapshots that the job can have.
    case noRules(SnapshotKind)
}

/// Who said a rule, from the weakest to the strongest.
public enum RuleLayer: Int, Hashable, Comparable, Sendable {
    /// Nobody: it holds where the policy is silent.
    case builtIn
    /// The policy's `defaults`.
    case defaults
    /// The job's `keep`.
    case job

    /// Tells whether a layer gives way to another.
    public static func < (left: RuleLayer, right: RuleLayer) -> Bool {
        left.rawValue < right.rawValue
    }
}

// MARK: - ProblemWording

extension RuleProblem: ProblemWording {
    var message: String {
        switch self {
        case .pointless(let rule, let layer, let stronger, let strongerLayer):
            "cannot use \(rule)\(note(layer, beside: strongerLayer)): "
                + "\(stronger)\(note(strongerLayer, beside: layer)) keeps all that it would keep"
        case .onePeriod(let key):
            "cannot use \(key): 1: it keeps only the newest, which always stays"
        case .noRules(let kind):
            "cannot use empty rules for \(kind)s: they do not say what to keep"
        }
    }

    var hint: String {
        switch self {
        case .pointless(let rule, let layer, _, let byLayer) where layer < byLayer:
            rule.hasPrefix("keepLabelled")
                ? "write keepLabelled beside it without that label, or keepLabelled: null"
                : "write \(rule.prefix { $0 != " " }): null beside it"
        case .pointless(let rule, _, _, _): "leave \(rule.prefix { $0 != " " }) out"
        case .onePeriod(let key): "write \(key): 2 or more, or leave it out"
        case .noRules(let kind):
            "write keepLast: 1 if that is meant, or leave \(kind)s out for the defaults"
        }
    }

    /// Where a rule comes from, where that is not where the other one stands.
    private func note(_ layer: RuleLayer, beside other: RuleLayer) -> String {
        switch layer {
        case _ where layer >= other: ""
        case .builtIn: " (built in)"
        default: " (of the defaults)"
        }
    }
}
