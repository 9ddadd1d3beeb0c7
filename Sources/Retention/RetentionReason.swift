// SPDX-License-Identifier: Apache-2.0

public import Policy
public import SnapshotModel

/// Why a snapshot is kept, condemned or left: a value, from which text and JSON are made.
///
/// A moment `until` is the last one at which it is kept; `since` is that moment when it is past.
public enum RetentionReason: Hashable, Sendable {
    /// Whether a broken snapshot may go.
    public enum Broken: Hashable, Sendable {
        /// Older than the newest closed snapshot of its job, which is of this time.
        case olderThanClosed(Instant)
        /// Not older than the newest closed snapshot of its job, which is of this time.
        case notOlderThanClosed(Instant)
        /// Nothing is known that the job could be restored from instead.
        case nothingClosed
        /// What comes next among the reasons would keep it if it were whole.
        case keptIfWhole
    }

    /// Kept for ever.
    case pinned
    /// Dated after the moment of the decision.
    case futureDated(now: Instant)
    /// The newest that counts; stays whatever the rules say.
    case newestClosed
    /// There is no rule that could tell what to keep.
    case noRules
    /// Not for the rules to judge.
    case notCounted
    /// A file it references is missing or short.
    case broken(Broken)

    /// Within the newest so many.
    case amongLast(position: Int, limit: Int)
    /// Behind the newest so many.
    case notAmongLast(position: Int, limit: Int)
    /// Not older than the rule's duration.
    case within(RetentionDuration, until: Instant)
    /// Older than the rule's duration.
    case olderThan(RetentionDuration, since: Instant)
    /// Carries a label, and is not older than its duration.
    indirect case labelled(String, within: RetentionDuration, until: Instant)
    /// Carries a label, but is older than its duration.
    indirect case labelledButOlder(String, than: RetentionDuration, since: Instant)
    /// Does not carry a label.
    case withoutLabel(String)
    /// The newest of a period that is not older than the rule's duration.
    indirect case newestWithin(CalendarBucket, RetentionDuration, until: Instant)
    /// The newest of a period, but older than the rule's duration.
    indirect case newestButOlder(CalendarBucket, than: RetentionDuration, since: Instant)
    /// The newest of one of the newest periods that have a snapshot.
    indirect case newest(of: CalendarBucket, position: Int, limit: Int)
    /// The newest of a period behind the newest so many that have a snapshot.
    indirect case newestBeyond(CalendarBucket, position: Int, limit: Int)
    /// Of a period in which another one is newer.
    case notNewest(of: CalendarBucket, newest: ObjectName)

    /// The rule that this is about: the policy's key, or the name of a law that needs no rule.
    public var ruleID: String {
        switch self {
        case .pinned: "pinned"
        case .futureDated: "futureDated"
        case .newestClosed: "newestClosed"
        case .noRules: "noRules"
        case .notCounted: "notCounted"
        case .broken: "broken"
        case .amongLast, .notAmongLast: "keepLast"
        case .within, .olderThan: "keepWithin"
        case .labelled, .labelledButOlder, .withoutLabel: "keepLabelled"
        case .newestWithin(let bucket, _, _), .newestButOlder(let bucket, _, _),
            .newest(let bucket, _, _), .newestBeyond(let bucket, _, _), .notNewest(let bucket, _):
            bucket.period.key
        }
    }
}
