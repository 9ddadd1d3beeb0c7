// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// One snapshot of one job and kind, as the rules see it.
public struct RetentionCandidate: Hashable, Sendable {
    /// Whether rules may count on a snapshot.
    public enum Standing: Hashable, Sendable, CaseIterable {
        /// Closed, and Flink will not delete it by itself.
        case counts
        /// Complete, but a file it references is missing or short.
        case broken
        /// Anything that rules must not judge; others say what becomes of it.
        case doesNotCount
    }

    /// The full place, which no other candidate has: the last tie-break, and the name in reasons.
    public var key: ObjectName
    /// The modification time of `_metadata`.
    public var time: Instant
    /// Flink's number of the checkpoint, which breaks ties of the time.
    public var checkpointID: Int64
    /// Names of the labels that it carries, a pin left out.
    public var labels: [String]
    /// Whether it is kept for ever.
    public var isPinned: Bool
    /// Whether rules may count on it.
    public var standing: Standing

    /// Makes a candidate of its parts.
    public init(
        key: ObjectName,
        time: Instant,
        checkpointID: Int64,
        labels: [String] = [],
        isPinned: Bool = false,
        standing: Standing = .counts
    ) {
        self.key = key
        self.time = time
        self.checkpointID = checkpointID
        self.labels = labels
        self.isPinned = isPinned
        self.standing = standing
    }
}
