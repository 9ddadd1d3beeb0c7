// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// One reading of one file: a position, and what was found so far.
///
/// Extensions in files of their own read the parts.
///
/// Source: `org.apache.flink.runtime.checkpoint.Checkpoints.loadCheckpointMetadata` and
/// `runtime.checkpoint.metadata.MetadataV2V3SerializerBase` (Flink 2.3).
struct MetadataParser: ~Copyable {
    /// Handles within handles; Flink writes one level.
    static let depthLimit = 8
    private static let magic: UInt32 = 0x4960_672D

    var cursor: ByteCursor
    var version = FormatVersion.six
    var operators: [OperatorDescription] = []
    var references = StateReferences()
    var pinnedDirectories: Set<ReferencePath> = []
    var inlineStates = InlineStates(count: 0, bytes: 0)
    /// Whether a key-group handle of a canonical savepoint was seen.
    var hasSavepointHandle = false

    init(_ cursor: consuming ByteCursor) {
        self.cursor = cursor
    }

    mutating func parse() throws(MetadataError) -> SnapshotMetadata {
        version = try readHeader()
        let start = cursor.offset
        let checkpointID = try cursor.readInt64()
        guard checkpointID >= 0 else {
            throw MetadataError(.negativeCheckpointID(checkpointID), at: start)
        }
        let masterStates = try readMasterStates()
        for _ in 0..<(try cursor.readCount(.operators, minimum: version.minimumOperatorSize)) {
            operators.append(try readOperator())
        }
        let properties = version.hasProperties ? try readProperties() : .absent
        let isKnownToEnd = if case .unknown = properties { false } else { true }
        return SnapshotMetadata(
            version: Int(version.rawValue),
            checkpointID: checkpointID,
            masterStates: masterStates,
            operators: operators,
            properties: properties,
            references: references,
            pinnedDirectories: pinnedDirectories.sorted { $0.written < $1.written },
            inlineStates: inlineStates,
            hasSavepointHandle: hasSavepointHandle,
            trailingBytes: isKnownToEnd ? cursor.remaining : 0
        )
    }

    private mutating func readHeader() throws(MetadataError) -> FormatVersion {
        let magic = UInt32(bitPattern: try cursor.readInt32())
        guard magic == Self.magic else {
            throw MetadataError(.notMetadata(magic: magic), at: 0)
        }
        let number = try cursor.readInt32()
        guard let version = FormatVersion(rawValue: number) else {
            throw MetadataError(.unsupportedVersion(number), at: 4)
        }
        return version
    }
}
