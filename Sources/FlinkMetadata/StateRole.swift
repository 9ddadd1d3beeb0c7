// SPDX-License-Identifier: Apache-2.0

/// What a file is to the snapshot that references it.
///
/// Source: the fields of `org.apache.flink.runtime.checkpoint.OperatorSubtaskState`. Coordinators
/// are not among them: their state is always inlined.
public struct StateRole: Hashable, Sendable {
    /// The kinds of state of a subtask.
    public enum Slot: String, Hashable, Sendable, CaseIterable {
        /// State of an operator, kept by Flink.
        case managedOperator
        /// State of an operator, written as raw bytes.
        case rawOperator
        /// State by key, kept by Flink.
        case managedKeyed
        /// State by key, written as raw bytes.
        case rawKeyed
        /// In-flight data in front of a subtask (unaligned checkpoints).
        case inputChannel
        /// In-flight data behind a subtask (unaligned checkpoints).
        case resultSubpartition
    }

    /// The two halves of a changelog handle, in the file's order.
    ///
    /// Source: `ChangelogStateBackendHandle` (Flink 1.14 and later).
    public enum ChangelogPart: String, Hashable, Sendable, CaseIterable {
        /// State as of the last materialisation.
        case materialized
        /// Changes since then.
        case changelog
    }

    /// The parts of an incremental handle.
    ///
    /// Source: `IncrementalRemoteKeyedStateHandle`.
    public enum IncrementalPart: String, Hashable, Sendable, CaseIterable {
        /// The state backend's own description of the state.
        case meta
        /// Files that other snapshots use, too.
        case shared
        /// Files of this snapshot alone.
        case `private`
    }

    /// The kind of state.
    public var slot: Slot
    /// The half of a changelog handle, nil outside of one.
    public var changelogPart: ChangelogPart?
    /// The part of an incremental handle, nil outside of one.
    public var incrementalPart: IncrementalPart?

    /// Makes a role of its parts.
    public init(
        _ slot: Slot,
        changelogPart: ChangelogPart? = nil,
        incrementalPart: IncrementalPart? = nil
    ) {
        self.slot = slot
        self.changelogPart = changelogPart
        self.incrementalPart = incrementalPart
    }
}

// MARK: - CustomStringConvertible

extension StateRole: CustomStringConvertible {
    /// The parts with dots between them, for machines: `managedKeyed.materialized.shared`.
    public var description: String {
        [slot.rawValue, changelogPart?.rawValue, incrementalPart?.rawValue]
            .compactMap(\.self).joined(separator: ".")
    }

    /// The role in words, for people: `shared file of materialized managed keyed state`.
    public var phrase: String {
        let state =
            switch slot {
            case .managedOperator: "managed operator state"
            case .rawOperator: "raw operator state"
            case .managedKeyed: "managed keyed state"
            case .rawKeyed: "raw keyed state"
            case .inputChannel: "in-flight data of an input channel"
            case .resultSubpartition: "in-flight data of a result subpartition"
            }
        let whole =
            switch changelogPart {
            case .materialized: "materialized \(state)"
            case .changelog: "changelog of \(state)"
            case nil: state
            }
        return switch incrementalPart {
        case .meta: "backend metadata of \(whole)"
        case .shared: "shared file of \(whole)"
        case .private: "private file of \(whole)"
        case nil: whole
        }
    }
}
