// SPDX-License-Identifier: Apache-2.0

/// What the rules say of one candidate, and why.
public struct RetentionDecision: Hashable, Sendable {
    /// What becomes of a snapshot as far as rules go.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// Something keeps it.
        case keep
        /// Nothing keeps it.
        case condemn
        /// Rules do not judge it, or may not condemn it; it stays.
        case leave
    }

    /// What becomes of the snapshot.
    public let verdict: Verdict
    /// Why, never empty, in the order of the rules.
    ///
    /// Kept: everything that keeps. Condemned: why each rule of the set does not keep it.
    public let reasons: [RetentionReason]

    init(_ verdict: Verdict, _ reasons: [RetentionReason]) {
        self.verdict = verdict
        self.reasons = reasons
    }
}
