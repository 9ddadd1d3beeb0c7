// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
public import SnapshotModel
public import Storage

/// Which metadata something was read from: whatever differs is read again.
public struct MetadataKey: Hashable, Sendable {
    /// The snapshot's directory.
    public let place: StorageURL
    /// Length of `_metadata` in bytes.
    public let length: Int64
    /// Modification time of `_metadata`.
    public let modified: Instant
    /// What tells the file from another one put in its place; `.none` where the store has none.
    public let identity: ObjectIdentity

    /// Makes a key of its parts.
    public init(place: StorageURL, length: Int64, modified: Instant, identity: ObjectIdentity) {
        self.place = place
        self.length = length
        self.modified = modified
        self.identity = identity
    }
}

/// What was read from metadata in earlier runs.
///
/// A memory that is lost or damaged costs time, never safety: what it does not know is read.
public protocol MetadataMemory: Sendable {
    /// What was read from these very metadata; nil where nobody remembers.
    func recall(_ key: MetadataKey) -> RememberedMetadata?

    /// When equal metadata at the same place were written, as the run that first read them saw it; nil where
    /// nobody remembers, or that is the time that they have.
    func timeBefore(_ key: MetadataKey, _ metadata: RememberedMetadata) -> Instant?

    /// Takes what was read just now.
    func note(_ key: MetadataKey, _ metadata: RememberedMetadata)
}

/// What of a snapshot's metadata decides anything: what they reference, and what they are of.
///
/// Only metadata that read to the end are remembered.
public struct RememberedMetadata: Hashable, Sendable {
    struct Reference: Hashable, Sendable {
        let path: ReferencePath
        let demand: LengthDemand
    }

    let checkpointID: Int64
    let suggestedKind: SnapshotKind?
    /// Ids of its operators, sorted, each once.
    let operators: [OperatorID]
    /// What it references.
    let paths: ReferencePaths
    /// What the length of each of these has to be.
    let demands: [LengthDemand]
    let pinnedDirectories: [ReferencePath]

    init(
        checkpointID: Int64,
        suggestedKind: SnapshotKind?,
        operators: [OperatorID],
        references: [Reference],
        pinnedDirectories: [ReferencePath]
    ) {
        self.checkpointID = checkpointID
        self.suggestedKind = suggestedKind
        self.operators = operators
        var paths = ReferencePaths()
        for reference in references { paths.append(reference.path) }
        self.paths = paths
        demands = references.map(\.demand)
        self.pinnedDirectories = pinnedDirectories
    }

    init(_ metadata: SnapshotMetadata) {
        checkpointID = metadata.checkpointID
        suggestedKind = metadata.suggestedKind
        operators = Set(metadata.operators.map(\.id)).sorted()
        paths = metadata.references.paths
        demands = metadata.references.demands
        pinnedDirectories = metadata.pinnedDirectories
    }

    /// What it references, as values.
    var references: [Reference] {
        zip(paths, demands).map { Reference(path: $0, demand: $1) }
    }
}
