// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Storage
import Synchronization
import Testing

@testable import Execution

/// What is known of what lies in HDFS's own trash, and what is not.
struct HDFSTrashKnowledgeTests {
    private let shop: HDFSWorkshop
    private var store: SimulatedHDFS { shop.store }
    private let current = "/user/flink/.Trash/Current"

    init() throws {
        shop = try HDFSWorkshop()
    }

    /// Whatever a plan could not read, so many minutes after the first run.
    private func unread(_ token: String, minutes: Int64 = 1) throws -> [String] {
        try shop.environment(token, minutes: minutes).plan(at: shop.now).unread
            .map { "\($0.place): \($0.why)" }
    }

    /// Changes what the journal of a run says, line by line.
    private func edit(_ run: String, _ change: (String) -> String?) throws {
        let path = shop.state.journalFile(run)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\n").compactMap { change(String($0)) }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    }

    /// Makes of a run one that was killed when all was done and nothing of that written down.
    private func kill(_ run: String) throws {
        try edit(run) { line in
            line.contains("\"record\":\"done\"") || line.contains("\"record\":\"end\"") ? nil : line
        }
    }

    /// Makes of a run one of the version before that somebody else started.
    private func giveAway(_ run: String) throws {
        try edit(run) { line in
            line.replacing(/,"trash":\{[^}]*\}/, with: "")
                .replacing(/"user":"[^"]*"/, with: "\"user\":\"flink-of-old\"")
        }
    }

    /// Lets the commands run as the one again whose home it is.
    private func comeHome() {
        store.becomeAnotherUser(home: "/user/flink")
        store.allowAll()
    }

    /// Where the journal says that things went, by where they were.
    private func told(_ run: String) throws -> [String: String?] {
        let moves = try TrashedPlaces(shop.state, countsBegun: true).moves
        return Dictionary(
            moves.filter { $0.run == ObjectName(run) }
                .map { ($0.place.path.description, $0.trash?.path.description) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    // MARK: Where things went

    @Test(arguments: [SimulatedHDFS.Saying.nothing, .ofStoreBehind])
    func `where the client does not say where things went a look does`(
        saying: SimulatedHDFS.Saying
    ) throws {
        store.say(saying)
        let first = try shop.run("aa")
        let targets = try told(first.run)
        #expect(targets.count >= 3)
        #expect(targets.allSatisfy { $0.value == current + $0.key }, "\(targets)")
        // The server has emptied its trash, and nothing waits for what is not there.
        store.shell("-rm", "-r", "-skipTrash", "/user/flink/.Trash")
        #expect(try unread("bb") == [])
    }

    @Test(arguments: [false, true])
    func `whoever finishes a run that was killed writes down where its things went`(
        isRolled: Bool
    ) throws {
        let first = try shop.run("aa")
        try kill(first.run)
        #expect(try told(first.run).allSatisfy { $0.value == nil })
        if isRolled { store.rollTrash(to: "261126020000") }
        _ = try shop.run("bb", minutes: 1)
        let targets = try told(first.run)
        #expect(targets.count >= 3)
        #expect(targets.allSatisfy { $0.value == current + $0.key }, "\(targets)")
        let back = try shop.undo(first.run, "cc", minutes: 1)
        #expect(back.failedCount == 0, "\(back)")
    }

    @Test func `law 6: what a killed run had moved is known where a job has made it anew`() throws {
        let first = try shop.run("aa")
        try kill(first.run)
        store.copy("/flink/spare", to: "/flink/sp/1")
        _ = try shop.run("bb", minutes: 1)
        #expect(try shop.fates(of: "sp/1")[first.run] == .inTrash)
    }

    @Test func `law 6: what a killed run had not moved is no earlier copy`() throws {
        let first = try shop.run("aa")
        // Another one where it was; the next run is killed before it moves that.
        store.copy("/flink/spare", to: "/flink/sp/1")
        let second = try shop.run("bb", minutes: 1)
        let copy = try #require(try told(second.run)["/flink/sp/1"] ?? nil)
        try kill(second.run)
        store.shell("-mv", copy, "/flink/sp/1")
        _ = try shop.run("cc", minutes: 1)
        #expect(try shop.fates(of: "sp/1")[first.run] == .inTrash)
        #expect(try shop.fates(of: "sp/1")[second.run] == nil)
    }

    @Test func `law 6: what a killed run had not moved is not what others threw away`() throws {
        let first = try shop.run("aa")
        let moved = try #require(try told(first.run)["/flink/sp/1"] ?? nil)
        try kill(first.run)
        store.shell("-mv", moved, "/flink/sp/1")
        store.copy("/flink/spare", to: "\(current)/flink/sp/1")
        _ = try shop.run("bb", minutes: 1)
        #expect(try shop.fates(of: "sp/1")[first.run] == nil)
    }

    @Test func `an undo that was killed is finished by one call for a directory`() throws {
        let first = try shop.run("aa")
        let undo = try shop.undo(first.run, "bb", minutes: 1)
        try kill(undo.run)
        for path in ["sp/1", "sp/2"] {
            store.shell("-mv", "/flink/\(path)", "\(current)/flink/\(path)")
        }
        let made = store.calls.count
        _ = try shop.run("cc", minutes: 1)
        let moves = store.calls[made...].filter { $0.first == "-mv" }.map { words in
            words.count { $0.hasSuffix("/sp/1") || $0.hasSuffix("/sp/2") }
        }
        #expect(moves.filter { $0 > 0 } == [2])
        #expect(try shop.fates(of: "sp/1")[first.run] == .restored(by: undo.run))
    }

    @Test func `what the NameNode renames while it is emptied is not said to be removed`() throws {
        let first = try shop.run("aa")
        let trash = shop.trash()
        #expect(trash.count >= 3)
        let store = store
        let isRolled = Atomic<Bool>(false)
        store.before { words in
            if words.starts(with: ["-rm", "-r", "-skipTrash"]),
                !isRolled.exchange(true, ordering: .relaxed)
            {
                store.rollTrash(to: "261126020000")
            }
            return nil
        }
        #expect(try shop.empty([first.run], "bb", minutes: 1).failedCount > 0)
        let wasRolled = isRolled.load(ordering: .relaxed)
        #expect(wasRolled)
        #expect(shop.trash().count == trash.count)
        store.before(nil)
        #expect(try shop.empty([first.run], "cc", minutes: 1).failedCount == 0)
        #expect(shop.trash() == [])
    }

    // MARK: Other users

    @Test func `law 2: what another user may have in his trash is not lost to an undo`() throws {
        let first = try shop.run("aa")
        try giveAway(first.run)
        store.becomeAnotherUser(home: "/user/other")
        let report = try shop.undo(first.run, "bb", minutes: 1)
        #expect(report.failedCount > 0)
        let texts = report.lines.compactMap(\.error)
        #expect(texts.contains { $0.contains("janitor trash empty \(first.run)") }, "\(texts)")
        #expect(try shop.fates(of: "sp/1") == [first.run: .inTrash])
        comeHome()
        let back = try shop.undo(first.run, "cc", minutes: 1)
        #expect(back.failedCount == 0, "\(back)")
        #expect(store.isThere("/flink/sp/1/_metadata"))
    }

    @Test func `law 2: what another's killed run may have moved is not told to be gone`() throws {
        let first = try shop.run("aa")
        try kill(first.run)
        try giveAway(first.run)
        store.becomeAnotherUser(home: "/user/other")
        let second = try shop.run("bb", minutes: 1)
        #expect(second.hasLeft)
        #expect(try shop.fates(of: "sp/1") == [:])
        comeHome()
        _ = try shop.run("cc", minutes: 1)
        #expect(try shop.fates(of: "sp/1") == [first.run: .inTrash])
    }

    @Test func `a trash that may not be read hides nothing but what went there`() throws {
        let first = try shop.run("aa")
        let attempt = try shop.place("cp/\(HDFSWorkshop.attempts[0])")
        _ = try shop.undo(first.run, only: [attempt], "bb")
        store.becomeAnotherUser(home: "/user/other")
        store.allowAll()
        store.copy("/flink/spare", to: "/flink/sp/1")
        let second = try shop.run("cc", minutes: 1)
        #expect(shop.trash("/user/other/.Trash").count == 2, "\(second)")
        store.deny("/user/flink/.Trash")
        // Of the other root all that lies in a trash was seen, and of this one all of the second run.
        let texts = try unread("dd")
        #expect(!texts.isEmpty)
        #expect(texts.allSatisfy { $0.hasPrefix("hdfs://nn:8020/flink/sp") }, "\(texts)")
        #expect(texts.allSatisfy { $0.contains("janitor trash empty \(first.run)") }, "\(texts)")
        #expect(!texts.contains { $0.contains(second.run) }, "\(texts)")
        // Giving up what is not seen gives up nothing that is.
        _ = try shop.empty([second.run], "ee", minutes: 1)
        #expect(try shop.fates(of: "sp/1")[second.run] == .inTrash)
        _ = try shop.empty([first.run], "ff", minutes: 1)
        #expect(try unread("gg") == [])
        #expect(try shop.fates(of: "sp/1")[second.run] == .inTrash)
    }

    @Test func `all runs that have to be given up are named at once`() throws {
        let first = try shop.run("aa")
        store.copy("/flink/spare", to: "/flink/sp/1")
        let second = try shop.run("bb", minutes: 1)
        for run in [first.run, second.run] { try giveAway(run) }
        store.shell("-rm", "-r", "-skipTrash", "/user/flink/.Trash")
        let texts = try unread("cc")
        #expect(!texts.isEmpty)
        let hint = "janitor trash empty \(first.run) \(second.run)"
        #expect(texts.allSatisfy { $0.contains(hint) }, "\(texts)")
        _ = try shop.empty([first.run, second.run], "dd", minutes: 1)
        #expect(try unread("ee") == [])
    }

    // MARK: Back already

    @Test func `what somebody has brought back by hand is back, and what he has removed is lost`()
        throws
    {
        let first = try shop.run("aa")
        store.shell("-mv", "\(current)/flink/sp/1", "/flink/sp")
        store.shell("-rm", "-r", "-skipTrash", "\(current)/flink/sp/2")
        let back = try shop.undo(first.run, "bb", minutes: 1)
        #expect(back.failedCount == 1, "\(back)")
        #expect(try shop.fates(of: "sp/1") == [first.run: .restored(by: back.run)])
        #expect(try shop.fates(of: "sp/2") == [first.run: .lost(foundBy: back.run)])
    }

    // MARK: Whose copy it is

    @Test func `a move that came too late takes no older run's thing over`() throws {
        let first = try shop.run("aa")
        store.copy("/flink/spare", to: "/flink/sp/1")
        let store = store
        store.before { words in
            // Somebody is quicker than the second run.
            if words.starts(with: ["-rm", "-r"]), !words.contains("-skipTrash") {
                store.shell("-rm", "-r", "-skipTrash", "/flink/sp/1")
            }
            return nil
        }
        let second = try shop.run("bb", minutes: 1)
        store.before(nil)
        #expect(second.lines.contains { $0.place.path.last == "1" && !$0.isInTrash })
        let moves = try TrashedPlaces(shop.state, countsBegun: true).moves
        #expect(moves.allSatisfy { $0.run == ObjectName(first.run) })
        let back = try shop.undo(first.run, only: [try shop.place("sp/1")], "cc", minutes: 1)
        #expect(back.failedCount == 0, "\(back)")
        #expect(store.isThere("/flink/sp/1/_metadata"))
    }

    @Test func `a move that may not have happened takes no older run's thing over`() throws {
        let first = try shop.run("aa")
        store.copy("/flink/spare", to: "/flink/sp/1")
        store.before { words in
            words.starts(with: ["-rm", "-r"]) && !words.contains("-skipTrash")
                ? .says("rm: Connection refused") : nil
        }
        let second = try shop.run("bb", minutes: 1)
        #expect(second.failedCount > 0)
        store.before(nil)
        store.shell("-rm", "-r", "-skipTrash", "/flink/sp/1")
        let third = try shop.run("cc", minutes: 1)
        #expect(try shop.fates(of: "sp/1")[first.run] == .inTrash)
        #expect(try shop.fates(of: "sp/1")[second.run] == nil, "\(third)")
        let back = try shop.undo(first.run, only: [try shop.place("sp/1")], "dd", minutes: 1)
        #expect(back.failedCount == 0, "\(back)")
    }
}
