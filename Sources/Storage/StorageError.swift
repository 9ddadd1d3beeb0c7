// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What a store could not do, to which place, and why.
///
/// Classified once, in the backend. *Unknown is never absent*: only `notFound` says that nothing
/// is there, and a backend reports it only when the store said so itself.
public struct StorageError: Error, Hashable, Sendable {
    /// Kinds of failure that callers tell apart.
    public enum Reason: Hashable, Sendable {
        /// The store says that there is no such object or directory.
        case notFound
        /// The store refuses for want of a permission, or is read-only.
        case denied
        /// What was found is not what was expected: another identity, length, time or kind.
        case changed
        /// Something stands where something new was to be put.
        case alreadyExists
        /// The place lies on another file system or store than its root.
        case otherFileSystem
        /// The name cannot be given to this store exactly.
        case unusableName
        /// The store has no room left, or a quota is used up.
        case full
        /// Anything else; may pass or not.
        case failed
    }

    /// What went wrong.
    public let reason: Reason
    /// The place that it went wrong with.
    public let place: StorageURL
    /// What was being done, as a verb: `read`, `list`, `remove`, `move to the trash`.
    public let action: String
    /// The store's own words, in one line, lower case where they are ours.
    public let detail: String
    private let advice: String?

    /// Makes an error of its parts.
    ///
    /// - Parameters:
    ///   - reason: What went wrong.
    ///   - action: What was being done, as a verb.
    ///   - place: With what.
    ///   - detail: The cause, in one line, without what to do next.
    ///   - hint: What to do next; nil for what helps against the reason.
    public init(
        _ reason: Reason,
        action: String,
        place: StorageURL,
        detail: String,
        hint: String? = nil
    ) {
        self.reason = reason
        self.action = action
        self.place = place
        self.detail = detail
        advice = hint
    }
}

extension StorageError {
    /// The same, of which no caller concludes anything but that it failed.
    public var asFailure: StorageError {
        StorageError(.failed, action: action, place: place, detail: detail, hint: hint)
    }
}

// MARK: - CustomStringConvertible

extension StorageError: CustomStringConvertible {
    /// `cannot <verb> "<place>": <cause>`.
    public var description: String {
        "cannot \(action) \"\(place)\": \(detail)"
    }

    /// What to do next.
    public var hint: String { advice ?? reason.hint }

    /// The description, and what to do next on a line of its own.
    public var withHint: String { "\(self)\n  hint: \(hint)" }
}

extension StorageError.Reason {
    /// What helps against it, where nobody knows better.
    fileprivate var hint: String {
        switch self {
        case .notFound: "look whether it is there, and written as the store has it"
        case .denied: "look who may do that there, and as whom janitor runs"
        case .changed: "somebody else is at work there; when they are done, try again"
        case .alreadyExists: "move away what stands there"
        case .otherFileSystem: "give what lies on another file system a root of its own"
        case .unusableName: "give it another name"
        case .full: "make room there"
        case .failed: "try again; if that does not help, try it with the store's own tools"
        }
    }
}
