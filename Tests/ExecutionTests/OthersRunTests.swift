// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Storage
import StorageRemoval
import Testing

@testable import Execution

/// Runs of other parts and policies whose journals lie in the same state directory.
@Suite struct `Runs of others` {
    private let shop: RunWorkshop
    /// A root that no policy of this run has.
    private let elsewhere: StorageURL
    private let base: TemporaryDirectory

    init() throws {
        shop = try RunWorkshop()
        base = try TemporaryDirectory()
        try base.makeDirectory("elsewhere")
        elsewhere = base.url("elsewhere")
        let state = StateDirectory(shop.state.path)
        try state.prepare()
        var begin = JournalRecord(.begin, at: shop.now)
        begin.roots = [WrittenPlace(elsewhere)]
        begin.steps = 1
        _ = try Journal(of: "others", beginningWith: begin, in: state)
    }

    private func notes() throws -> [String] {
        guard
            case .finished(_, let report) = shop.run(
                try shop.policy(RunWorkshop.rules),
                token: "11"
            )
        else {
            Issue.record("the run did not come to its end")
            return []
        }
        #expect(report.lines.count > 5)
        return report.notes.filter { $0.contains("others") }
    }

    /// What the other run holds while it is at work.
    private func lock(_ place: StorageURL) throws -> RootLocks {
        try RootLocks(
            taking: [place],
            owner: .current(
                command: "run",
                token: "others",
                now: shop.now,
                lasting: RootLocks.lifetime
            ),
            with: LocalLocker(),
            clock: { [now = shop.now] in now }
        )
    }

    private func isFinished() throws -> Bool {
        try JournalReader(run: "others", in: StateDirectory(shop.state.path)).isFinished
    }

    @Test func `what is at work is neither finished nor told of (law 11)`() throws {
        let locks = try lock(elsewhere)
        defer { locks.release() }
        #expect(try notes() == [])
        #expect(try !isFinished())
    }

    @Test func `a lock of the directory above stands for all roots in it (law 11)`() throws {
        // As in S3, where one lock is taken for all roots of a pattern.
        let locks = try lock(base.url)
        defer { locks.release() }
        #expect(try notes() == [])
    }

    @Test func `who found nothing to lock is left alone while it may be at work`() throws {
        let state = StateDirectory(shop.state.path)
        func begin(_ name: String, minutesAgo: Int64) throws {
            let time = shop.now.advanced(byNanoseconds: -minutesAgo * 60_000_000_000)
            var begin = JournalRecord(.begin, at: time)
            begin.steps = 0
            _ = try Journal(of: name, beginningWith: begin, in: state)
        }
        try begin("empty-old", minutesAgo: 11)
        try begin("empty-new", minutesAgo: 9)
        _ = try notes()
        #expect(try JournalReader(run: "empty-old", in: state).isFinished)
        #expect(try !JournalReader(run: "empty-new", in: state).isFinished)
    }

    @Test func `what was cut off is told of, with what finishes it, and stays`() throws {
        let note = try #require(try notes().first)
        #expect(note.contains("its root \"\(elsewhere)\" is not locked by this command"))
        #expect(note.contains("hint: run janitor once with a policy that has this root"))
        #expect(try !isFinished())
    }
}
