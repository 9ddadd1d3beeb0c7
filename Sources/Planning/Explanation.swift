// SPDX-License-Identifier: Apache-2.0

public import Discovery
public import SnapshotModel
internal import Storage

/// Everything that can be said of one path: what it is, who needs it, what becomes of it and when.
public struct Explanation: Sendable {
    /// What a path is.
    public enum Subject: Sendable {
        /// A snapshot's directory; nil where no decision is made on it: only read, or vanished.
        case snapshot(PlannedSnapshot?)
        /// Something in the directory of the snapshot at this place.
        case partOfSnapshot(StorageURL, PlannedSnapshot?)
        /// A file or an empty directory outside snapshots.
        case object(LooseKind)
        /// A directory that holds files; how many.
        case directory(files: Int)
        /// A root of the policy, or a directory above one.
        case root
        /// Something in the trash, and the run that moved it there.
        case trash(run: ObjectName?)
        /// Our own.
        case janitor
        /// A link or another thing that is no file.
        case special
        /// Nothing; whether that is proved.
        case nothing(isProof: Bool)
        /// It lies under no root.
        case outsideRoots
    }

    /// A snapshot that needs it, or something in it, and by which handle.
    public struct Need: Hashable, Sendable {
        /// The snapshot.
        public let snapshot: StorageURL
        /// What the file is to the snapshot, in words.
        public let role: String
        /// The same for machines.
        public let roleID: String
        /// The path as the metadata have it; for a directory that of one of the files in it.
        public let written: ObjectName
        /// How many references of this kind lead there.
        public let count: Int
        /// The path leads elsewhere; the name is the same.
        public let isByNameOnly: Bool
    }

    /// Something that would keep it.
    public struct Keeper: Hashable, Sendable {
        /// What it is, in words.
        public let text: String
        /// The words of the command that makes it so, the verb first; none where no command does.
        public let command: [ObjectName]

        init(_ text: String, command: [ObjectName] = []) {
            self.text = text
            self.command = command
        }
    }

    /// The path.
    public let place: StorageURL
    /// What it is.
    public let subject: Subject
    /// Its bytes, or those of what is in it; nil where there is nothing.
    public let bytes: Int64?
    /// What is to happen to it; nil where nothing is decided on it.
    public let verdict: Verdict?
    /// Why.
    public let reasons: [Reason]
    /// Who needs it.
    public let needs: [Need]
    /// When it goes; nil where nothing is decided on it.
    public let prospect: Prospect?
    /// What would keep it.
    public let keepers: [Keeper]
    /// Something that could need it was not read.
    public let isPartial: Bool
}

/// When something goes if nothing else happens: nothing new is written, no run sees anything, and
/// the policy stays as it is.
public enum Prospect: Hashable, Sendable {
    /// A plan made now condemns it, and so does every plan since this day.
    case due(since: CivilDay)
    /// The first day, at midnight UTC, for which a plan condemns it.
    case first(CivilDay)
    /// No day on which anything changes has a plan condemn it.
    case never

    /// The day; nil for never.
    public var day: CivilDay? {
        switch self {
        case .due(let day), .first(let day): day
        case .never: nil
        }
    }
}
