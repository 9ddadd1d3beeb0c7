// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Storage
import StorageRemoval
import Synchronization
import Testing

@testable import Execution

/// What an undo brings back, and what it refuses.
struct UndoTests {
    private let shop: TrashWorkshop

    init() throws {
        shop = try TrashWorkshop()
    }

    @Test func `an undo gives the tree back byte for byte, mode for mode, time for time`() throws {
        let before = try shop.snapshot()
        let report = try shop.run(try shop.environment("aa"))
        #expect(report.goneCount == 7)
        #expect(report.lines.allSatisfy { $0.isInTrash })
        #expect(try shop.snapshot() != before)
        let undo = try shop.undo(report.run, try shop.environment("bb"))
        #expect(before.differences(to: try shop.snapshot()) == [])
        #expect(undo.report.goneCount == 7)
        #expect(undo.restored.count == 7)
        #expect(undo.restored.allSatisfy { $0.isClosed == true })
        #expect(undo.broken.isEmpty)
        #expect(try shop.trash().isEmpty)
        let history = try RunHistory.read(shop.state)
        #expect(history.map(\.command) == ["run", "undo"])
        #expect(history[1].undone == report.run)
        #expect(history[0].items.allSatisfy { $0.fate == .restored(by: history[1].name) })
    }

    @Test func `an undo of one path brings back what lies there and leaves the rest`() throws {
        let before = try shop.snapshot()
        let report = try shop.run(try shop.environment("aa"))
        let place = try #require(report.lines.last { $0.place.path.description.contains("sp/") })
            .place
        let undo = try shop.undo(report.run, only: [place], try shop.environment("bb"))
        #expect(undo.report.lines.map(\.place) == [place])
        let after = try shop.snapshot()
        let path = try #require(place.path(below: shop.directory.url))
        #expect(after.entries[path] == before.entries[path])
        #expect(after.entries.count < before.entries.count)
        let rest = try shop.undo(report.run, only: [shop.directory.url], try shop.environment("cc"))
        #expect(rest.report.goneCount == 6)
        #expect(before.differences(to: try shop.snapshot()) == [])
    }

    @Test func `parents that are gone are made again as they were`() throws {
        let before = try shop.snapshot()
        let report = try shop.run(try shop.environment("aa"))
        // A kept one is moved away by hand, and then its empty parents are removed.
        let parked = try TemporaryDirectory()
        let names = try FileManager.default.contentsOfDirectory(
            atPath: "\(shop.directory.path)/sp/odd names"
        )
        for name in names {
            try FileManager.default.moveItem(
                atPath: "\(shop.directory.path)/sp/odd names/\(name)",
                toPath: "\(parked.path)/\(name)"
            )
        }
        try shop.directory.delete("sp/odd names")
        _ = try shop.undo(report.run, try shop.environment("bb"))
        let parent = ObjectName("sp/odd names")
        #expect(try shop.snapshot().entries[parent] == before.entries[parent])
    }

    @Test func `nothing is overwritten, and the rest comes back`() throws {
        let report = try shop.run(try shop.environment("aa"))
        let taken = try #require(report.lines.first).place
        let path = try #require(taken.path(below: shop.directory.url))
        try shop.directory.write(path.appending("somebody's"), [7])
        let undo = try shop.undo(report.run, try shop.environment("bb"))
        #expect(undo.report.failedCount == 1)
        #expect(undo.report.goneCount == 6)
        #expect(undo.report.lines.first { !$0.isGone }?.place == taken)
        #expect(shop.directory.exists(path.appending("somebody's")))
        // What could not come back is still there to be brought back.
        let history = try RunHistory.read(shop.state)
        #expect(history[0].undoable.map(\.place) == [taken])
    }

    @Test func `what somebody took from the trash is not said to be back`() throws {
        let report = try shop.run(try shop.environment("aa"))
        let taken = try #require(report.lines.first { $0.place.path.last == "chk-2" }).place
        let trash = "\(shop.directory.path)/cp/.janitor-trash/\(report.run)"
        try FileManager.default.removeItem(atPath: "\(trash)/\(TrashWorkshop.attempt)/chk-2")
        let undo = try shop.undo(report.run, try shop.environment("bb"))
        #expect(undo.report.goneCount == 6)
        let line = try #require(undo.report.lines.first { !$0.isGone })
        #expect(line.place == taken)
        #expect(line.error?.contains("not in the trash any more") == true)
        let history = try RunHistory.read(shop.state)
        #expect(history[0].items.contains { $0.fate == .lost(foundBy: history[1].name) })
    }

    @Test func `a snapshot that comes back and is not closed is reported`() throws {
        let report = try shop.run(try shop.environment("aa"))
        let shared = "cp/\(TrashWorkshop.attempt)/shared/\(TrashWorkshop.shared)"
        try shop.directory.delete(ObjectName(shared))
        let undo = try shop.undo(report.run, try shop.environment("bb"))
        let open = undo.restored.filter { $0.isClosed != true }
        #expect(open.count == 3)
        #expect(undo.opened == open)
        #expect(open.allSatisfy { $0.missing == [shop.directory.url(ObjectName(shared))] })
        // The one that stayed needs it as well.
        #expect(undo.broken.map(\.place.path.last) == ["chk-4"])
    }

    @Test func `what cannot be undone is refused by name`() throws {
        func refusal(_ run: String, _ places: [StorageURL] = []) throws -> String? {
            let outcome = Undo(try shop.environment("ee")).undo(run, only: places)
            if case .refused(let why) = outcome { return why.cause }
            return nil
        }
        let report = try shop.run(try shop.environment("aa"))
        let before = try shop.snapshot()
        #expect(try refusal("nothing")?.contains("there is no such run") == true)
        #expect(try refusal("")?.contains("cannot find the run") == true)
        let stranger = shop.directory.url("sp/stranger")
        #expect(try refusal(report.run, [stranger])?.contains("did not take it") == true)
        #expect(try shop.snapshot() == before)
        let place = report.lines[0].place
        _ = try shop.undo(report.run, only: [place], try shop.environment("bb"))
        #expect(try refusal(report.run, [place])?.contains("it was brought back by") == true)
        _ = try shop.undo(report.run, try shop.environment("cc"))
        #expect(try refusal(report.run)?.contains("nothing of it lies in the trash") == true)
        let removed = try shop.run(try shop.environment("dd", trash: "0d"))
        #expect(removed.goneCount == 7)
        #expect(
            try refusal(removed.run, [place])?.contains("removed for good") == true
        )
    }

    @Test(arguments: 0...7)
    func `an undo that is killed anywhere is finished by the next command`(steps: Int) throws {
        let before = try shop.snapshot()
        let report = try shop.run(try shop.environment("aa"))
        let dying = Stopping(after: steps)
        let undo = try shop.undo(
            report.run,
            try shop.environment("bb", remover: dying, shouldStop: { dying.signal })
        )
        #expect(undo.report.lines.count == steps)
        try shop.forgetEnd(of: undo.report.run)
        // Any command that takes the locks goes on with it first.
        guard case .finished = EmptyTrash(try shop.environment("cc")).empty([]) else {
            Issue.record("the next command did not come to its end")
            return
        }
        #expect(before.differences(to: try shop.snapshot()) == [])
        #expect(try shop.trash().isEmpty)
        #expect(try RunHistory.read(shop.state).allSatisfy { $0.ended != nil })
    }
}

/// A remover that asks for an end after so many restored items.
private final class Stopping: StorageRemover {
    private let count = Atomic<Int>(0)
    private let last: Int

    init(after last: Int) {
        self.last = last
    }

    /// The signal that ends the command; nil while it may go on.
    var signal: Int32? { count.load(ordering: .relaxed) >= last ? 15 : nil }

    func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        count.add(items.count, ordering: .relaxed)
        return LocalRemover().restoreFromTrash(items, run: run)
    }

    func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        LocalRemover().moveToTrash(items, run: run)
    }

    func remove(_ items: [RemovalItem]) -> [StorageError?] { LocalRemover().remove(items) }

    func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] {
        LocalRemover().removeEmptyDirectories(items)
    }

    func create(_ item: RemovalItem) throws(StorageError) { try LocalRemover().create(item) }
}
