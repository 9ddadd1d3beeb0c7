// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What a run did, as its journal has it.
public struct RunReport: Hashable, Sendable {
    /// What something is that a run took.
    public enum Form: String, Hashable, Sendable {
        /// The directory of a snapshot.
        case snapshot
        /// A single file outside snapshots.
        case file
        /// A directory in which nothing was.
        case emptyDirectory
    }

    /// What became of one thing.
    public struct Line: Hashable, Sendable {
        /// Its place.
        public var place: StorageURL
        /// What it is.
        public var form: Form
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
    /// What became of each thing that the run came to.
    public var lines: [Line]
    /// Steps that the run did not come to because of a signal or because the state directory failed.
    public var isCutShort: Bool
    /// Why the state directory could not be written any more; nil where it could.
    public var stateError: String?
    /// What was removed from the trash for good because its time was over.
    public var emptied: [Line] = []
    /// It was cut short because a lock was not its own any more.
    public var hasLostLock = false
    /// Something that it had to do beyond its lines is not done; the notes say what.
    public var hasLeft = false
    /// What else there is to say, one line each.
    public var notes: [String]

    /// Things that are gone.
    public var goneCount: Int { lines.count(where: \.isGone) }
    /// Bytes of those.
    public var goneBytes: Int64 { lines.filter(\.isGone).sum(of: \.bytes) }
    /// Things that should have gone and are there still.
    public var failedCount: Int { lines.count { !$0.isGone } }

    /// Adds what another round of the same command did; what failed before was tried again.
    mutating func add(_ other: RunReport) {
        let again = Set(other.lines.map(\.place))
        lines = lines.filter { $0.isGone || !again.contains($0.place) } + other.lines
        emptied += other.emptied
        isCutShort = isCutShort || other.isCutShort
        stateError = stateError ?? other.stateError
        hasLostLock = hasLostLock || other.hasLostLock
        hasLeft = hasLeft || other.hasLeft
        notes += other.notes.filter { !notes.contains($0) }
    }
}
