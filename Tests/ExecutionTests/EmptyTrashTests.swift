// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

@testable import Execution

/// What is removed from the trash, when, and what never is.
struct EmptyTrashTests {
    private let shop: TrashWorkshop

    init() throws {
        shop = try TrashWorkshop()
    }

    private func empty(_ token: String, _ runs: [String] = []) throws -> (RunReport, held: Int) {
        guard
            case .finished(let emptied) = EmptyTrash(
                try shop.environment(token, minutes: 4)
            ).empty(runs)
        else { throw TrashWorkshop.Unexpected() }
        return (emptied.report, emptied.heldCount)
    }

    @Test func `of jobs that share a root each has the trash that it wants`() throws {
        let shop = try TrashWorkshop { tree, now in
            for digits in ["111111", "222222"] {
                for number in 1...2 {
                    try tree.savepoint(
                        "sp/savepoint-\(digits)-00000000000\(number)",
                        id: Int64(number),
                        size: 10,
                        at: now.advanced(byNanoseconds: -Int64(40 - number) * TrashWorkshop.day)
                    )
                }
            }
        }
        let root = "file://\(shop.directory.path)/sp"
        let text = """
            { defaults: { savepoints: { keepLast: 1 }, limits: null, trash: "7d" }, jobs: [
                { name: "a", savepoints: "\(root)", attempts: { digits: ["111111"] },
                  keep: { trash: "0d" } },
                { name: "b", savepoints: "\(root)", attempts: { digits: ["222222"] } } ] }
            """
        let policy = try PolicyDecoder.decode(Array(text.utf8), source: "test")
        let report = try shop.run(try shop.environment("aa", policy: policy))
        #expect(report.goneCount == 2)
        #expect(report.lines.filter(\.isInTrash).map(\.job) == ["b"])
    }

    @Test func `a run empties the trash when its time is over, not before`() throws {
        let first = try shop.run(try shop.environment("aa", trash: "2m"))
        #expect(first.goneCount == 7)
        let after = try shop.snapshot()
        let early = try shop.run(try shop.environment("bb", trash: "2m", minutes: 2))
        #expect(early.emptied.isEmpty)
        // Until when it is kept was said when it went, and a policy of today changes nothing of it.
        let late = try shop.run(try shop.environment("cc", trash: "9d", minutes: 3))
        #expect(late.emptied.count == 7)
        #expect(late.emptied.allSatisfy { $0.isGone })
        #expect(late.lines.isEmpty)
        #expect(try shop.trash().isEmpty)
        #expect(after.differences(to: try shop.snapshot()) == [])
        let history = try RunHistory.read(shop.state)
        #expect(history[0].items.allSatisfy { $0.fate == .emptied(by: late.run) })
        #expect(history[2].items.allSatisfy { $0.reasons.map(\.rule) == ["trash"] })
    }

    @Test func `emptying by hand takes the runs that are named, or all`() throws {
        let first = try shop.run(try shop.environment("aa"))
        var tree = TreeWriter(top: shop.directory.path)
        for number in 7...8 {
            try tree.savepoint("sp/\(number)", id: Int64(number), size: 9, at: shop.ago(2))
        }
        try tree.settleTimes()
        let second = try shop.run(try shop.environment("bb", minutes: 1))
        #expect(second.goneCount == 2)
        let (named, _) = try empty("cc", [second.run])
        #expect(named.goneCount == 2)
        let (all, _) = try empty("dd")
        #expect(all.goneCount == first.goneCount)
        #expect(try shop.trash().isEmpty)
        let outcome = EmptyTrash(try shop.environment("ee", minutes: 4)).empty(["nonsense"])
        guard case .refused = outcome else {
            Issue.record("a run that is none was emptied: \(outcome)")
            return
        }
    }

    @Test func `law 6: what no run recorded stays, and what was changed in the trash`() throws {
        let report = try shop.run(try shop.environment("aa"))
        let trash = ObjectName("sp/.janitor-trash")
        try shop.directory.write(trash.appending("by hand/file"), [1])
        let run = trash.appending(ObjectName(report.run))
        try shop.directory.write(run.appending("odd names/stray"), [2])
        let changed = try #require(
            report.lines.first { $0.place.isIn(shop.directory.url("sp")) }?.place
        )
        let path = try #require(changed.path(below: shop.directory.url("sp")))
        try shop.directory.write(run.appending(path).appending("added"), [3])
        let contents = TrashContents(
            of: [shop.directory.url("sp"), shop.directory.url("cp")],
            try RunHistory.read(shop.state)
        ) { _ in LocalStorage() }
        #expect(
            contents.unknown.map { $0.place.path(below: shop.directory.url(trash)) } == [
                ObjectName("\(report.run)/odd names/stray"), "by hand",
            ]
        )
        let (emptied, _) = try empty("bb")
        #expect(emptied.failedCount == 1)
        #expect(emptied.lines.first { !$0.isGone }?.place == changed)
        #expect(shop.directory.exists(trash.appending("by hand/file")))
        #expect(shop.directory.exists(run.appending("odd names/stray")))
        #expect(shop.directory.exists(run.appending(path).appending("_metadata")))
    }

    @Test func `law 1: what a snapshot that stays misses at its place is held`() throws {
        let report = try shop.run(try shop.environment("aa"))
        let victim = try #require(report.lines.first { $0.place.path.last == "chk-3" }).place
        let inTrash = shop.directory.url("cp").appending(
            ObjectName(".janitor-trash/\(report.run)/\(TrashWorkshop.attempt)/chk-3")
        )
        let file = try #require(
            try FileManager.default.contentsOfDirectory(atPath: inTrash.path.description)
                .first { $0 != "_metadata" }
        )
        // A job that was restored from it in CLAIM mode names its file at the old place.
        var tree = TreeWriter(top: shop.directory.path)
        try tree.checkpoint(
            "cp/ffff456789abcdef0123456789abcdef/chk-9",
            id: 9,
            shared: [.init("cp/\(TrashWorkshop.attempt)/chk-3/\(file)", 10)],
            at: shop.ago(30)
        )
        try tree.settleTimes()
        let (emptied, held) = try empty("bb")
        #expect(held == 1)
        #expect(emptied.goneCount == 6)
        #expect(emptied.notes.contains { $0.contains("\(victim)") && $0.contains("misses a file") })
        let undo = try shop.undo(report.run, try shop.environment("cc"))
        #expect(undo.report.lines.map(\.place) == [victim])
        #expect(undo.broken.isEmpty)
    }

    @Test func `law 1: what something was restored from where it lies in the trash is held`() throws
    {
        let report = try shop.run(try shop.environment("aa"))
        let trash = "cp/.janitor-trash/\(report.run)/\(TrashWorkshop.attempt)"
        let file = try #require(
            try FileManager.default.contentsOfDirectory(
                atPath: "\(shop.directory.path)/\(trash)/chk-3"
            )
            .first { $0 != "_metadata" }
        )
        var tree = TreeWriter(top: shop.directory.path)
        try tree.checkpoint(
            "cp/ffff456789abcdef0123456789abcdef/chk-9",
            id: 9,
            shared: [.init("\(trash)/chk-3/\(file)", 10)],
            at: shop.ago(30)
        )
        // A cluster that is down knows of a checkpoint by its pointer alone.
        try tree.write("sp/completedCheckpoint1", Array("\(trash)/chk-2".utf8), at: shop.ago(30))
        try tree.settleTimes()
        let (emptied, held) = try empty("bb")
        #expect(held == 2)
        #expect(emptied.goneCount == 5)
        #expect(emptied.notes.count { $0.contains("needs it where it lies in the trash") } == 2)
        #expect(try shop.undo(report.run, try shop.environment("cc")).report.goneCount == 2)
    }

    @Test func `law 7: what a running job was restored from where it lies in the trash is held`()
        throws
    {
        let report = try shop.run(try shop.environment("aa"))
        let trash = "\(shop.directory.path)/cp/.janitor-trash/\(report.run)"
        var answer = FlinkWord.Answer(address: "http://flink:8081")
        answer.running = ["ffff456789abcdef0123456789abcdef": "job"]
        answer.restored = [
            "ffff456789abcdef0123456789abcdef":
                "file:\(trash)/\(TrashWorkshop.attempt)/chk-2/_metadata"
        ]
        var word = FlinkWord()
        word.sayings = ["job": .answered(answer)]
        let said = word
        let environment = try shop.environment("bb", ask: { _ in said })
        guard case .finished(let emptied) = EmptyTrash(environment).empty([]) else {
            throw TrashWorkshop.Unexpected()
        }
        #expect(emptied.heldCount == 1)
        #expect(emptied.report.notes.contains { $0.contains("the running job \"ffff") })
        #expect(
            FileManager.default.fileExists(atPath: "\(trash)/\(TrashWorkshop.attempt)/chk-2")
        )
    }

    @Test func `law 10: a clock that was set back, or is not the store's, empties nothing`() throws
    {
        let first = try shop.run(try shop.environment("aa", minutes: 2))
        let before = try shop.trash()
        for minutes: Int64 in [1, 9, -9] {
            let environment = try shop.environment("bb", minutes: minutes)
            guard case .doubted = EmptyTrash(environment).empty([]) else {
                Issue.record("\(minutes) minutes were believed")
                continue
            }
        }
        guard case .doubted = Undo(try shop.environment("cc", minutes: 9)).undo(first.run, only: [])
        else {
            Issue.record("a clock that is not the store's was believed")
            return
        }
        #expect(try shop.trash() == before)
        // What is brought back does not depend on when the last run was.
        #expect(try shop.undo(first.run, try shop.environment("dd")).report.goneCount == 7)
    }

    @Test func `law 2: nothing is emptied while metadata that may need it do not read`() throws {
        _ = try shop.run(try shop.environment("aa"))
        let before = try shop.trash()
        try shop.directory.write("sp/odd names/unreadable/_metadata", [1, 2, 3])
        let (emptied, held) = try empty("bb")
        #expect(emptied.lines.isEmpty)
        #expect(held == 7)
        #expect(emptied.notes.contains { $0.contains("was not read and may need") })
        #expect(try shop.trash() == before)
    }
}
