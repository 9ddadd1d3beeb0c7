// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What a run did, as its journal has it.
public struct RunReport: Hashable, Sendable {
    /// What became of one snapshot.
    public struct Line: Hashable, Sendable {
        /// Its place.
        public var place: StorageURL
        /// The job's name.
        public var job: String
        /// Its bytes.
        public var bytes: Int64
        /// It is not where it was any more.
        public var isGone: Bool
        /// It lies in the trash and can be brought back.
        public var isInTrash: Bool
        /// Why it is still there; nil where it is gone.
        public var error: String?
    }

    /// The run's name.
    public var run: String
    /// What became of each snapshot that the run came to.
    public var lines: [Line]
    /// Steps that the run did not come to because of a signal or because the state directory failed.
    public var isCutShort: Bool
    /// It was cut short because a lock was not its own any more.
    public var hasLostLock = false
    /// What else there is to say, one line each.
    public var notes: [String]

    /// Snapshots that are gone.
    public var goneCount: Int { lines.count(where: \.isGone) }
    /// Bytes of those.
    public var goneBytes: Int64 { lines.filter(\.isGone).reduce(0) { $0 + $1.bytes } }
    /// Snapshots that should have gone and are there still.
    public var failedCount: Int { lines.count { !$0.isGone } }
}
