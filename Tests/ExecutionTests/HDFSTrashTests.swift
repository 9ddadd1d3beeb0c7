// SPDX-License-Identifier: Apache-2.0

import Discovery
import JanitorTestSupport
import Planning
import SnapshotModel
import Storage
import Testing

@testable import Execution

/// What is promised of HDFS's own trash, whatever others do there meanwhile.
struct HDFSTrashTests {
    private let shop: HDFSWorkshop
    private var store: SimulatedHDFS { shop.store }
    private let current = "/user/flink/.Trash/Current"

    init() throws {
        shop = try HDFSWorkshop()
    }

    /// Puts another savepoint where one was: it is as old as that one.
    private func writeAgain(_ path: String) {
        store.copy("/flink/spare", to: "/flink/\(path)")
    }

    private func isAgain(_ path: String) -> Bool {
        store.paths(below: path).map { $0.dropFirst(path.count) }
            == store.paths(below: "/flink/spare").map { $0.dropFirst("/flink/spare".count) }
    }

    // MARK: Emptying

    @Test func `emptying that was cut off goes on, and nothing is told to be gone until it is`()
        throws
    {
        let first = try shop.run("aa")
        #expect(shop.trash().count == 3)
        store.before { words in
            words.contains("-skipTrash") && words.contains("-r")
                ? .says("rm: Call From x to nn:8020 failed: Connection refused") : nil
        }
        let second = try shop.run("bb", minutes: 4)
        #expect(second.emptied.contains { !$0.isGone })
        #expect(try shop.fates(of: "sp/1") == [first.run: .inTrash])
        store.before(nil)
        let third = try shop.run("cc", minutes: 5)
        #expect(shop.trash() == [])
        #expect(try shop.fates(of: "sp/1") == [first.run: .emptied(by: third.run)])
    }

    @Test func `what was taken back by hand and goes again is not taken for what is due`() throws {
        let first = try shop.run("aa")
        store.shell("-mv", "\(current)/flink/sp/1", "/flink/sp")
        let second = try shop.run("bb", minutes: 4)
        #expect(second.lines.map(\.place).contains(try shop.place("sp/1")))
        #expect(store.isThere("\(current)/flink/sp/1/_metadata"))
        #expect(try shop.fates(of: "sp/1")[second.run] == .inTrash)
        let back = try shop.undo(second.run, "cc", minutes: 5)
        #expect(back.failedCount == 0)
        #expect(store.isThere("/flink/sp/1/_metadata"))
        _ = first
    }

    @Test func `law 6: what somebody else has thrown away under that name is not the run's`() throws
    {
        let report = try shop.run("aa")
        // The server has emptied its trash, and then somebody made a directory and removed it.
        store.shell("-rm", "-r", "-skipTrash", "/user/flink/.Trash")
        writeAgain("sp/1")
        store.shell("-rm", "-r", "/flink/sp/1")
        let back = try shop.undo(report.run, only: [try shop.place("sp/1")], "bb", minutes: 1)
        #expect(back.failedCount == 1)
        #expect(!store.isThere("/flink/sp/1"))
        let late = try shop.run("cc", minutes: 4)
        #expect(isAgain("\(current)/flink/sp/1"))
        let line = late.emptied.first { $0.place.path.last == "1" }
        #expect(line?.error?.contains("it is not what was moved into the trash") == true)
    }

    // MARK: Two of one name

    @Test(arguments: [false, true])
    func `of two that were at one place each run has its own`(isRolled: Bool) throws {
        let first = try shop.run("aa")
        if isRolled { store.rollTrash(to: "261126020000") }
        writeAgain("sp/1")
        let second = try shop.run("bb", minutes: 1)
        #expect(
            second.lines.contains { $0.place.path.last == "1" && $0.isGone },
            "\(second)"
        )
        let place = try shop.place("sp/1")
        let back = try shop.undo(first.run, only: [place], "cc", minutes: 1)
        #expect(back.failedCount == 0, "\(back)")
        #expect(!isAgain("/flink/sp/1"))
        store.shell("-rm", "-r", "-skipTrash", "/flink/sp/1")
        let again = try shop.undo(second.run, only: [place], "dd", minutes: 1)
        #expect(again.failedCount == 0, "\(again)")
        #expect(isAgain("/flink/sp/1"))
    }

    @Test func `of two that were at one place the newer leaves the trash first`() throws {
        let first = try shop.run("aa")
        store.rollTrash(to: "261126020000")
        writeAgain("sp/1")
        let second = try shop.run("bb", minutes: 1)
        #expect(shop.trash().count == 4)
        let older = "/user/flink/.Trash/261126020000/flink/sp/1/_metadata"
        // The older by itself waits, and says for which.
        let waiting = try shop.empty([first.run], "cc", minutes: 2)
        #expect(shop.trash().contains(older))
        #expect(waiting.notes.contains { $0.contains("\(second.run) took it again") })
        // Both go by one command, one after the other.
        let all = try shop.empty([], "dd", minutes: 3)
        #expect(all.failedCount == 0 && all.notes.isEmpty, "\(all)")
        #expect(shop.trash() == [])
    }

    // MARK: Lost moves

    @Test func `what went by other hands does not lie in the trash one night later`() throws {
        store.before { words in
            words.starts(with: ["-rm", "-r", "/"])
                || words.starts(with: ["-rm", "-r"])
                    && !words.contains("-skipTrash")
                ? .says("rm: Connection refused") : nil
        }
        let first = try shop.run("aa")
        #expect(first.failedCount > 0)
        store.before(nil)
        store.shell("-rm", "-r", "-skipTrash", "/flink/sp/1")
        let second = try shop.run("bb", minutes: 1)
        #expect(try shop.fates(of: "sp/1") == [:])
        #expect(second.notes.contains { $0.contains("it is gone, and does not lie in the trash") })
        // What was moved although nobody was told so does.
        #expect(try shop.fates(of: "sp/2") == [second.run: .inTrash])
    }

    @Test func `a trash by somebody's own rules is no undo, and how it comes back is said`() throws
    {
        store.throwAway(into: "/bin")
        let report = try shop.run("aa")
        let line = try #require(report.lines.first { $0.place.path.last == "1" })
        #expect(!line.isInTrash)
        let text = try #require(line.error)
        let source = "hdfs://nn:8020/bin/flink/sp/1"
        #expect(text.contains("it was moved to \"\(source)\""), "\(text)")
        #expect(
            text.contains("hdfs dfs -mv \"\(source)\" \"hdfs://nn:8020/flink/sp/1\""),
            "\(text)"
        )
        _ = try shop.run("bb", minutes: 1)
        #expect(try shop.fates(of: "sp/1") == [:])
    }

    // MARK: Other trashes

    @Test func `what goes to the trash of an encryption zone protects, comes back, and is emptied`()
        throws
    {
        store.encrypt("/flink")
        let zone = "/flink/.Trash/flink"
        let first = try shop.run("aa")
        #expect(first.failedCount == 0)
        #expect(shop.trash(zone).count == 3)
        let plan = try shop.environment("bb", minutes: 1).plan(at: shop.now)
        let seen = plan.inventory.snapshots.filter { $0.place.description.contains(first.run) }
        #expect(seen.count == 3)
        let back = try shop.undo(first.run, "cc", minutes: 1)
        #expect(back.failedCount == 0, "\(back)")
        #expect(shop.trash(zone) == [])
        #expect(store.isThere("/flink/sp/1/_metadata"))
        let second = try shop.run("dd", minutes: 2)
        let third = try shop.run("ee", minutes: 5)
        #expect(try shop.fates(of: "sp/1")[second.run] == .emptied(by: third.run))
        #expect(shop.trash(zone) == [])
    }

    @Test func `law 2: what lies in another user's trash is not taken for gone`() throws {
        let first = try shop.run("aa")
        store.becomeAnotherUser(home: "/user/other")
        let result = try shop.environment("bb", minutes: 1).plan(at: shop.now)
        let unread = try #require(result.unread.first)
        #expect(unread.why.contains("janitor trash empty \(first.run)"), "\(unread.why)")
        // Somebody gives it up, and nothing of it is removed.
        let given = try shop.empty([first.run], "cc", minutes: 1)
        #expect(given.notes.contains { $0.contains("another user's trash") }, "\(given.notes)")
        #expect(shop.trash().count == 3)
        #expect(try shop.environment("dd", minutes: 1).plan(at: shop.now).unread.isEmpty)
    }

    @Test func `who may look into another user's trash brings back from there`() throws {
        let first = try shop.run("aa")
        store.becomeAnotherUser(home: "/user/other")
        store.allowAll()
        let back = try shop.undo(first.run, "bb", minutes: 1)
        #expect(back.failedCount == 0, "\(back)")
        #expect(store.isThere("/flink/sp/1/_metadata"))
    }

    @Test func `a client that says nothing of its moves is believed by a look into its own trash`()
        throws
    {
        // Whose home this is does not show, so that nothing tells which trash it was.
        store.becomeAnotherUser(home: "/homes/flink")
        store.say(.nothing)
        let first = try shop.run("aa")
        #expect(try shop.fates(of: "sp/1") == [first.run: .inTrash])
        #expect(try shop.environment("bb", minutes: 1).plan(at: shop.now).unread.isEmpty)
        store.becomeAnotherUser(home: "/user/other")
        let result = try shop.environment("cc", minutes: 1).plan(at: shop.now)
        let unread = try #require(result.unread.first)
        #expect(unread.why.contains("may lie in another user's"), "\(unread.why)")
        _ = try shop.empty([first.run], "dd", minutes: 1)
        #expect(try shop.environment("ee", minutes: 1).plan(at: shop.now).unread.isEmpty)
    }

    @Test func `what the server has emptied by its own interval holds nothing up`() throws {
        let first = try shop.run("aa")
        store.shell("-rm", "-r", "-skipTrash", "/user/flink/.Trash")
        #expect(try shop.environment("bb", minutes: 1).plan(at: shop.now).unread.isEmpty)
        let late = try shop.run("cc", minutes: 4)
        #expect(late.failedCount == 0)
        #expect(try shop.fates(of: "sp/1") == [first.run: .lost(foundBy: late.run)])
    }

    // MARK: Undo

    @Test func `undoing a run that took the last of an attempt brings everything back`() throws {
        let attempt = "/flink/cp/\(HDFSWorkshop.attempts[0])"
        let before = store.paths(below: attempt)
        let first = try shop.run("aa")
        #expect(!store.isThere(attempt))
        let back = try shop.undo(first.run, "bb", minutes: 1)
        #expect(back.failedCount == 0, "\(back)")
        #expect(store.paths(below: attempt) == before)
        let history = try RunHistory.read(shop.state)
        #expect(history.allSatisfy { $0.undoable.isEmpty })
    }
}
