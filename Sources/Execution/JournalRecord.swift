// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel
internal import Storage

/// One line of a journal.
///
/// A journal begins with `begin`; each step has a line before it, `step`, and one after it, `done`;
/// `end` closes it. Every line is on the disk before work goes on, so that a run that was cut off
/// anywhere left at most one step of which it is not known how far it came.
struct JournalRecord: Codable {
    /// What a line says.
    enum Kind: String, Codable {
        case begin, step, done, end
    }

    /// What is done to the items of a step.
    enum Action: String, Codable {
        /// Moved into the trash of their root.
        case trash
        /// Removed for good.
        case remove
        /// Moved from the trash back to where it was.
        case restore
        /// Removed from the trash for good.
        case empty
    }

    /// What became of an item.
    enum Outcome: String, Codable {
        /// What was to be done is done.
        case gone
        /// It is there still: it was not as the plan saw it any more.
        case left
        /// It is there still, or part of it: the store failed.
        case failed
        /// It was gone before the step came to it, by somebody else's doing.
        case absent
    }

    /// What an item is in the store.
    enum Form: String, Codable {
        /// The directory of a snapshot, with all that is in it.
        case snapshot
        /// A single file outside snapshots.
        case file
        /// A directory in which nothing is.
        case emptyDirectory

        /// The same for whoever reads reports.
        var reported: RunReport.Form {
            switch self {
            case .snapshot: .snapshot
            case .file: .file
            case .emptyDirectory: .emptyDirectory
            }
        }
    }

    /// Why an item goes.
    struct WrittenReason: Codable, Hashable {
        var rule: String
        var text: String
    }

    /// One thing that a step takes.
    struct Item: Codable, Hashable {
        var at: WrittenPlace
        var root: WrittenPlace
        var job: String
        /// Of a snapshot whether it is a savepoint; of anything else what it is to Flink.
        var kind: String
        /// Nil in journals of version 0.1, which held snapshots only.
        var form: Form?
        var bytes: Int64
        var files: Int
        var device: UInt64
        var inode: UInt64
        /// Entries in a snapshot's directory, and the digest of their names, lengths and times.
        var count: Int?
        var sum: UInt64?
        /// Whether every reference of a snapshot was there; nil where that could not be known.
        var closed: Bool?
        /// Modification time of anything else, in nanoseconds.
        var modified: Int64?
        /// The run that moved it into the trash, where it is taken from there.
        var run: String?
        /// Until when the trash keeps it.
        var until: String?
        /// Where the store put it when it went to a trash of the store's own; written once it lies there.
        var trash: WrittenPlace?
        /// What has to be gone before it, since it references it; nil where nothing does.
        var after: [WrittenPlace]?
        var reasons: [WrittenReason]
    }

    /// What became of one item.
    struct Result: Codable, Hashable {
        var outcome: Outcome
        var error: String?
    }

    /// A directory that a step changes by taking what lies in it, and the time that it had.
    struct Time: Codable, Hashable {
        var root: WrittenPlace
        /// Path below the root, empty for the root itself.
        var path: Data
        var modified: Int64
        var device: UInt64
        var inode: UInt64
    }

    var record: Kind
    /// When it was written, UTC.
    var at: String
    // begin
    var run: String?
    var command: String?
    var policy: String?
    var fingerprint: String?
    var approved: String?
    var user: String?
    var host: String?
    var process: Int32?
    var roots: [WrittenPlace]?
    var steps: Int?
    /// The run that an undo brings back from the trash.
    var of: String?
    /// What of it; nil brings everything back.
    var only: [WrittenPlace]?
    // step, done
    var number: Int?
    var action: Action?
    var items: [Item]?
    /// Directories whose times have to be as they were when the step is over.
    var times: [Time]?
    /// What became of the items; nil where all of them are gone.
    var results: [Result]?
    // end
    var why: String?

    init(_ record: Kind, at: Instant) {
        self.record = record
        self.at = at.description
    }
}
