// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// A file that a state handle names.
public struct StateReference: Hashable, Sendable {
    /// The file.
    public let path: ReferencePath
    /// The size in the handle, −1 where it is not known; of a segment, the segment's own.
    public let recordedSize: Int64
    /// What the file's length has to be.
    ///
    /// Source: `FileStateHandle` (exact), `SegmentFileStateHandle` (a part of a file); sizes of
    /// changelog files leave out a leading byte, and compression (`OutputStreamWithPos`).
    public let demand: LengthDemand
    /// What the file is to the snapshot.
    public let role: StateRole

    /// Makes a value of its parts.
    public init(path: ReferencePath, recordedSize: Int64, demand: LengthDemand, role: StateRole) {
        self.path = path
        self.recordedSize = recordedSize
        self.demand = demand
        self.role = role
    }
}
