// SPDX-License-Identifier: Apache-2.0

/// What metadata say of their snapshot's kind and life.
public enum SnapshotProperties: Hashable, Sendable {
    /// Versions before 4 have none.
    case absent
    /// Null is written.
    case null
    /// The properties.
    case known(CheckpointProperties)
    /// They are there and do not read; what was read before them stands.
    case unknown(MetadataError)
}

/// How Flink was told to treat a snapshot.
///
/// Source: `org.apache.flink.runtime.checkpoint.CheckpointProperties` (Flink 1.16 and later).
public struct CheckpointProperties: Hashable, Sendable {
    /// Whether it was taken whatever limits there were.
    public var forced: Bool
    /// Whether Flink deletes it once it is subsumed by newer ones.
    public var discardSubsumed: Bool
    /// Whether Flink deletes it when the job finishes.
    public var discardFinished: Bool
    /// Whether Flink deletes it when the job is cancelled.
    public var discardCancelled: Bool
    /// Whether Flink deletes it when the job fails.
    public var discardFailed: Bool
    /// Whether Flink deletes it when the job is suspended.
    public var discardSuspended: Bool
    /// Whether a job restored from it without owning it.
    public var unclaimed: Bool
    /// Flink's class of its type.
    public var typeClass: TypeClass
    /// Flink's name of its type, such as `Checkpoint` or `Suspend Savepoint`.
    public var typeName: String
    /// How it shares files with others.
    public var sharing: Sharing
    /// The form of a savepoint's state; nil for a checkpoint.
    public var format: Format?

    /// Whether a user triggered it.
    public var isSavepoint: Bool { typeClass == .savepoint }

    /// Flink's two classes of snapshots.
    ///
    /// Source: the implementations of `org.apache.flink.runtime.checkpoint.SnapshotType`.
    public enum TypeClass: String, Hashable, Sendable, CaseIterable {
        /// Taken by Flink.
        case checkpoint = "CheckpointType"
        /// Triggered by a user.
        case savepoint = "SavepointType"
    }

    /// How a snapshot shares files with others.
    ///
    /// Source: `SnapshotType.SharingFilesStrategy`.
    public enum Sharing: String, Hashable, Sendable, CaseIterable {
        /// With earlier and later ones.
        case forwardBackward = "FORWARD_BACKWARD"
        /// With later ones only.
        case forward = "FORWARD"
        /// With none.
        case noSharing = "NO_SHARING"
    }

    /// The form of a savepoint's state.
    ///
    /// Source: `org.apache.flink.core.execution.SavepointFormatType`.
    public enum Format: String, Hashable, Sendable, CaseIterable {
        /// The same for all state backends.
        case canonical = "CANONICAL"
        /// The state backend's own.
        case native = "NATIVE"
    }

    /// Makes properties; the discards are all true or all false but for those given.
    ///
    /// - Parameters:
    ///   - typeClass: Flink's class of its type.
    ///   - typeName: Flink's name of its type.
    ///   - sharing: How it shares files.
    ///   - format: The form of a savepoint's state.
    ///   - discarding: What Flink was to do in all five cases; set the fields for single ones.
    public init(
        typeClass: TypeClass,
        typeName: String,
        sharing: Sharing,
        format: Format?,
        discarding: Bool
    ) {
        forced = false
        discardSubsumed = discarding
        discardFinished = discarding
        discardCancelled = discarding
        discardFailed = discarding
        discardSuspended = discarding
        unclaimed = false
        self.typeClass = typeClass
        self.typeName = typeName
        self.sharing = sharing
        self.format = format
    }
}
