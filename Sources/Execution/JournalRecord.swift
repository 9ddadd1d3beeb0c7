// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Planning
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
    }

    /// What became of an item.
    enum Outcome: String, Codable {
        /// It is not where it was any more.
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
        /// Modification time of anything else, in nanoseconds.
        var modified: Int64?
        var reasons: [WrittenReason]
    }

    /// What became of one item.
    struct Result: Codable, Hashable {
        var outcome: Outcome
        var error: String?
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
    // step, done
    var number: Int?
    var action: Action?
    var items: [Item]?
    /// What became of the items; nil where all of them are gone.
    var results: [Result]?
    // end
    var exit: Int32?
    var why: String?

    init(_ record: Kind, at: Instant) {
        self.record = record
        self.at = at.description
    }
}
