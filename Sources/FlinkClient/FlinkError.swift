// SPDX-License-Identifier: Apache-2.0

/// What Flink could not be asked, or would not do, and why.
public struct FlinkError: Error, Hashable, Sendable {
    /// Kinds of failure that callers tell apart.
    public enum Reason: Hashable, Sendable {
        /// Nobody answered, or not in time.
        case noAnswer
        /// Somebody answered, and not as Flink does.
        case notFlink
        /// Flink answered that it cannot.
        case refused
        /// Flink knows no such job or request; it may have restarted.
        case unknown
        /// More than one job answers to the name.
        case ambiguous
        /// The client does not know how to ask for this.
        case unsupported
        /// The wait was ended, by its limit or by a signal; what was asked for may still come.
        case stillGoingOn
    }

    /// What went wrong.
    public let reason: Reason
    /// What was being done, as a verb and its object: `list the jobs`.
    public let action: String
    /// Who was asked: a base URL or a command.
    public let address: String
    /// Flink's or the client's own words.
    public let detail: String

    /// Makes an error of its parts.
    public init(_ reason: Reason, action: String, address: String, detail: String) {
        self.reason = reason
        self.action = action
        self.address = address
        self.detail = detail
    }
}

// MARK: - CustomStringConvertible

extension FlinkError: CustomStringConvertible {
    /// `cannot <do something> at "<address>": <cause>`, and what to do next.
    public var description: String {
        "cannot \(action) at \"\(address)\": \(detail)\n  hint: \(hint)"
    }

    private var hint: String {
        switch reason {
        case .noAnswer: "see whether the JobManager runs, and what the policy's \"flink\" names"
        case .notFlink: "name the base URL of Flink's own REST interface in the policy's \"flink\""
        case .refused: "the log of the JobManager tells more"
        case .unknown: "see \"flink list -a\"; a JobManager that restarted forgets requests"
        case .ambiguous: "cancel the one too many, or give the jobs names of their own"
        case .unsupported: "name Flink's REST interface in the policy: flink: { rest: \"…\" }"
        case .stillGoingOn: "run the same command again: it waits for what was begun"
        }
    }
}
