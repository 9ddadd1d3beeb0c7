// SPDX-License-Identifier: Apache-2.0

/// Two roots that lie in one another where they may not.
public struct OverlapProblem: Hashable, Sendable {
    /// The root that stands later in the file, as written.
    public let root: String
    /// How it lies to the other.
    public let relation: Relation
    /// The other root, as written.
    public let other: String
    /// Key path of the other root.
    public let otherPath: String
    /// Both jobs could have it if each said which attempts are its own.
    public let mayBeShared: Bool

    /// How one root lies to another.
    public enum Relation: Hashable, Sendable {
        /// Both are one place.
        case same
        /// Two patterns that can stand for one place.
        case maybeSame
        /// The root lies in the other.
        case inside
        /// The other lies in the root.
        case around
    }

    /// Makes a problem of its parts.
    public init(
        root: String,
        relation: Relation,
        other: String,
        otherPath: String,
        mayBeShared: Bool = false
    ) {
        self.root = root
        self.relation = relation
        self.other = other
        self.otherPath = otherPath
        self.mayBeShared = mayBeShared
    }
}

// MARK: - ProblemWording

extension OverlapProblem: ProblemWording {
    var message: String {
        let how =
            switch relation {
            case .same: "it is the same place as"
            case .maybeSame: "it can be the same place as"
            case .inside: "it lies inside"
            case .around: "inside it lies"
            }
        return "cannot use root \(root.quoted): \(how) \(otherPath) \(other.quoted)"
    }

    var hint: String {
        switch relation {
        case .same where mayBeShared:
            "give every job a root of its own, or say in each job what is its own: "
                + "attempts: { digits: [\"1a2b3c\"] }"
        case .same, .maybeSame: "give every job a root of its own"
        case .inside, .around:
            "only a savepoint root may lie in a checkpoint root, and a job's changelog in its own"
        }
    }
}
