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
        var kind: String
        var bytes: Int64
        var files: Int
        var device: UInt64
        var inode: UInt64
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
    var results: [Result]?
    // end
    var exit: Int32?
    var why: String?

    init(_ record: Kind, at: Instant) {
        self.record = record
        self.at = at.description
    }
}
