// SPDX-License-Identifier: Apache-2.0

/// What made a snapshot: Flink by itself, or a user.
///
/// Source: Flink glossary, "Snapshot": a checkpoint is taken by Flink, a savepoint is triggered
/// by a user.
public enum SnapshotKind: String, Hashable, Sendable, CaseIterable {
    /// Taken by Flink for recovery.
    case checkpoint
    /// Triggered by a user.
    case savepoint
}
