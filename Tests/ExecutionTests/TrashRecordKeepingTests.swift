// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Testing

@testable import Execution

/// Until when what was written down about the trash of a bucket is needed.
struct TrashRecordKeepingTests {
    private static let root = StorageURL(scheme: "s3", authority: "bucket", path: "/sp")
    private static let now = Instant(seconds: 1_795_312_800, nanoseconds: 0)

    private let directory: TemporaryDirectory
    private let state: StateDirectory

    init() throws {
        directory = try TemporaryDirectory()
        state = StateDirectory(directory.path)
        try state.prepare()
    }

    private static func item(_ name: ObjectName, of run: String? = nil) -> JournalRecord.Item {
        var item = JournalRecord.Item(
            at: WrittenPlace(root.appending(name)),
            root: WrittenPlace(root),
            job: "orders",
            kind: "savepoint",
            form: .snapshot,
            bytes: 1,
            files: 1,
            device: 0,
            inode: 0,
            sum: 0,
            after: nil,
            reasons: [.init(rule: "keepLast", text: "older than the newest 3")]
        )
        item.run = run
        return item
    }

    /// Writes the journal of a run of one step; what has no outcome was begun only.
    private func write(
        _ run: String,
        _ action: JournalRecord.Action,
        _ items: [(item: JournalRecord.Item, outcome: JournalRecord.Outcome?)]
    ) throws {
        var begin = JournalRecord(.begin, at: Self.now)
        begin.run = run
        begin.roots = [WrittenPlace(Self.root)]
        let journal = try Journal(of: run, beginningWith: begin, in: state)
        for (number, each) in items.enumerated() {
            var step = JournalRecord(.step, at: Self.now)
            step.number = number + 1
            step.action = action
            step.items = [each.item]
            try journal.append(step)
            guard let outcome = each.outcome else { continue }
            var done = JournalRecord(.done, at: Self.now)
            done.number = number + 1
            done.action = action
            done.items = [each.item]
            done.results = [.init(outcome: outcome, error: nil)]
            try journal.append(done)
        }
        try journal.append(JournalRecord(.end, at: Self.now))
    }

    /// Whether all is over once what a run moved for certain was removed from the trash.
    private func isOver(beside outcome: JournalRecord.Outcome?) throws -> Bool {
        try write("r1", .trash, [(Self.item("a"), .gone), (Self.item("b"), outcome)])
        try write("r2", .empty, [(Self.item("a", of: "r1"), .gone)])
        let run = try #require(try RunHistory.read(state).first { $0.name == "r1" })
        return run.isOver(in: Self.root, since: "r2")
    }

    /// A later run finishes it, and it may be brought back after that.
    @Test(arguments: [JournalRecord.Outcome.failed, nil])
    func `what may be hidden in part holds all that tells of it`(
        outcome: JournalRecord.Outcome?
    ) throws {
        #expect(try !isOver(beside: outcome))
    }

    @Test func `what lies in the trash holds all that tells of it`() throws {
        #expect(try !isOver(beside: .gone))
    }

    @Test(arguments: [JournalRecord.Outcome.left, .absent])
    func `what did not go holds nothing`(outcome: JournalRecord.Outcome) throws {
        #expect(try isOver(beside: outcome))
    }
}
