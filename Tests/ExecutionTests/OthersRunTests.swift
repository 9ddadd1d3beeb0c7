// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import Storage
import StorageRemoval
import Testing

@testable import Execution

/// Runs of other parts and policies whose journals lie in the same state directory.
@Suite struct `Runs of others` {
    private let shop: RunWorkshop
    /// A root that no policy of this run has.
    private let elsewhere: TemporaryDirectory

    init() throws {
        shop = try RunWorkshop()
        elsewhere = try TemporaryDirectory()
        let state = StateDirectory(shop.state.path)
        try state.prepare()
        var begin = JournalRecord(.begin, at: shop.now)
        begin.roots = [WrittenPlace(elsewhere.url)]
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

    private func isFinished() throws -> Bool {
        try JournalReader(run: "others", in: StateDirectory(shop.state.path)).isFinished
    }

    @Test func `what is at work is neither finished nor told of (law 11)`() throws {
        let owner = LockOwner.current(
            command: "run",
            token: "others",
            now: shop.now,
            lasting: RootLocks.lifetime
        )
        let locks = try RootLocks(
            taking: [elsewhere.url],
            owner: owner,
            with: LocalLocker(),
            clock: { [now = shop.now] in now }
        )
        defer { locks.release() }
        #expect(try notes() == [])
        #expect(try !isFinished())
    }

    @Test func `what was cut off is told of, with what finishes it, and stays`() throws {
        let note = try #require(try notes().first)
        #expect(note.contains("\"\(elsewhere.url)\" is none of those that are locked now"))
        #expect(note.contains("hint: run janitor once by a policy that has this root"))
        #expect(try !isFinished())
    }
}
