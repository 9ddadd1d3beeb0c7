// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What a snapshot's `_metadata` says.
public struct SnapshotMetadata: Hashable, Sendable {
    /// Version of the format, 2 to 6.
    public var version: Int
    /// Number of the checkpoint, 0 or more; savepoints are numbered in the same sequence.
    public var checkpointID: Int64
    /// States of master hooks, in the file's order.
    public var masterStates: [MasterState]
    /// Operators, in the file's order.
    public var operators: [OperatorDescription]
    /// What Flink was to do with the snapshot.
    public var properties: SnapshotProperties
    /// Every file that a state handle names, once for each handle, in the file's order.
    public var references: StateReferences
    /// Directories that must stay though no file in them need be referenced; distinct, sorted.
    ///
    /// Source: `FileMergingOperatorStreamStateHandle` (Flink 1.20 and later).
    public var pinnedDirectories: [ReferencePath]
    /// State that lies in the metadata file itself.
    public var inlineStates: InlineStates
    /// Whether a key-group handle that only canonical savepoints have was seen.
    ///
    /// Source: `KeyGroupsSavepointStateHandle`, tag 7 (Flink 1.13 and later).
    public var hasSavepointHandle: Bool
    /// Bytes behind what Flink reads; 0 where the properties are unknown, as their end is, too.
    public var trailingBytes: Int64

    /// Makes a value of its parts.
    public init(
        version: Int,
        checkpointID: Int64,
        masterStates: [MasterState] = [],
        operators: [OperatorDescription] = [],
        properties: SnapshotProperties = .absent,
        references: StateReferences = [],
        pinnedDirectories: [ReferencePath] = [],
        inlineStates: InlineStates = InlineStates(count: 0, bytes: 0),
        hasSavepointHandle: Bool = false,
        trailingBytes: Int64 = 0
    ) {
        self.version = version
        self.checkpointID = checkpointID
        self.masterStates = masterStates
        self.operators = operators
        self.properties = properties
        self.references = references
        self.pinnedDirectories = pinnedDirectories
        self.inlineStates = inlineStates
        self.hasSavepointHandle = hasSavepointHandle
        self.trailingBytes = trailingBytes
    }

    /// What made the snapshot, as far as its metadata tell; nil where they do not.
    ///
    /// Before Flink 1.16, and where the properties are null or unknown, only a canonical
    /// savepoint's handles tell; else the directory's name must.
    public var suggestedKind: SnapshotKind? {
        if case .known(let properties) = properties {
            return properties.isSavepoint ? .savepoint : .checkpoint
        }
        return hasSavepointHandle ? .savepoint : nil
    }

    /// Whether the file was understood to its end, so that Flink can restore from it.
    ///
    /// False where the properties did not read: the references are then complete and protect,
    /// but Flink would refuse the file, which therefore proves nothing to be restorable.
    public var isUnderstoodToTheEnd: Bool {
        if case .unknown = properties { false } else { true }
    }
}

/// State of a master hook, such as the reader groups of a connector.
///
/// Source: `org.apache.flink.runtime.checkpoint.MasterState`.
public struct MasterState: Hashable, Sendable {
    /// Name of the hook; may be empty.
    public let name: String
    /// Version of the hook's own format.
    public let version: Int
    /// Bytes of its state.
    public let length: Int64

    /// Makes a value of its parts.
    public init(name: String, version: Int, length: Int64) {
        self.name = name
        self.version = version
        self.length = length
    }
}

/// How much state lies in a metadata file itself.
///
/// Source: `org.apache.flink.runtime.state.memory.ByteStreamStateHandle`.
public struct InlineStates: Hashable, Sendable {
    /// Number of states.
    public var count: Int64
    /// Bytes of all of them.
    public var bytes: Int64

    /// Makes a value of its parts.
    public init(count: Int64, bytes: Int64) {
        self.count = count
        self.bytes = bytes
    }
}
