// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Why metadata could not be read, and where in the file.
///
/// Any error means the same to a caller: what this snapshot references is not known, so whatever
/// it could reference must be left alone. Only `ioFailure` may pass by itself.
public struct MetadataError: Error, Hashable, Sendable {
    /// What is wrong.
    public let reason: Reason
    /// Offset of the field that is wrong, in bytes from the file's beginning.
    public let offset: Int64

    /// Makes an error.
    public init(_ reason: Reason, at offset: Int64) {
        self.reason = reason
        self.offset = offset
    }

    /// What can be wrong with metadata.
    ///
    /// Source: what Flink 2.3 rejects in `org.apache.flink.runtime.checkpoint.Checkpoints` and in
    /// the serializers of `runtime.checkpoint.metadata`, and limits of our own where Flink has none.
    public enum Reason: Hashable, Sendable {
        /// The store failed in the middle.
        case ioFailure(ByteSourceError)
        /// The file ends inside a field that needs so many bytes.
        case truncated(needed: Int64, left: Int64)
        /// The first four bytes are not those of a metadata file.
        case notMetadata(magic: UInt32)
        /// A version that this reader does not know.
        case unsupportedVersion(Int32)
        /// A checkpoint id below zero.
        case negativeCheckpointID(Int64)
        /// A count below zero where that has no meaning.
        case negativeCount(Element, Int32)
        /// A count of more elements than the bytes left can hold.
        case countTooLarge(Element, count: Int32, left: Int64)
        /// A handle of a kind that is not known here.
        case unknownTag(Handle, UInt8)
        /// A handle that must be there is null.
        case nullHandle(Handle)
        /// Handles within handles, deeper than the limit.
        case nestedTooDeeply(limit: Int)
        /// A text that is not modified UTF-8.
        case malformedText
        /// A master state that does not begin or end as it should.
        case malformedMasterState
        /// Operator state of Flink 1.1 in a file of version 2.
        case legacyState
        /// A fully finished operator that still has coordinator state.
        case finishedWithCoordinator
        /// Merged operator state whose delegate is not a segment.
        case delegateIsNoSegment
        /// A distribution mode of operator state that does not exist.
        case unknownMode(UInt8)
        /// A scope of a segment that does not exist.
        case unknownScope(Int32)
        /// A recorded size below −1, or a segment that begins or ends nowhere.
        case impossibleSize(Int64)
        /// A path without any bytes.
        case emptyPath
        /// A relative path that leads out of the snapshot's directory, or to itself.
        case notBelowSnapshot
        /// Properties that are not a Java object of the expected form.
        case malformedProperties(String)
    }

    /// What is counted in a file.
    public enum Element: String, Hashable, Sendable, CaseIterable {
        /// States of master hooks.
        case masterStates = "master states"
        /// Operators.
        case operators
        /// Subtasks of an operator.
        case subtasks
        /// Named states of an operator.
        case namedStates = "named states"
        /// Offsets of partitions or key groups.
        case offsets
        /// Files of an incremental snapshot.
        case files
        /// Keyed handles of a changelog.
        case keyedHandles = "keyed state handles"
        /// Changes of a changelog.
        case changes
        /// Handles of channels.
        case channels
        /// Bytes of inlined state.
        case bytes
    }

    /// The families of handles, each with tags of its own.
    public enum Handle: String, Hashable, Sendable, CaseIterable {
        /// State of an operator coordinator.
        case coordinator
        /// Operator state.
        case operatorState = "operator state"
        /// Keyed state.
        case keyedState = "keyed state"
        /// A stream: a file, a segment of one, or inlined bytes.
        case stream
        /// In-flight data of an input gate.
        case inputChannel = "input channel"
        /// In-flight data of a result partition.
        case resultSubpartition = "result subpartition"
    }
}
