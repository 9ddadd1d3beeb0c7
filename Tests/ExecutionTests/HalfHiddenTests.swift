// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Testing

@testable import Execution

/// What a run left hidden in part, where things go to the trash object by object.
struct HalfHiddenTests {
    private static let first = BucketWorkshop.savepoint(1)
    private static let second = BucketWorkshop.savepoint(2)

    private let shop: BucketWorkshop

    init() throws { shop = try BucketWorkshop() }

    // MARK: Undo

    @Test(arguments: [true, false])
    func `an undo brings back what a run hid in part`(isKilled: Bool) throws {
        let before = try shop.keys()
        let run = try shop.runHalf(isKilled: isKilled)
        #expect(try before.subtracting(shop.keys()).count == 2)
        #expect(try Set(shop.fates(of: run).values) == [.half])
        let undo = try shop.undo(run, try shop.environment("undo", minutes: 1))
        #expect(try shop.keys() == before)
        #expect(undo.report.goneCount == 2)
        #expect(!undo.report.hasLeft)
        #expect(undo.report.notes.allSatisfy { $0.contains("is finished now") })
        #expect(Set(undo.restored.map(\.place)) == [Self.first, Self.second])
        #expect(undo.opened.isEmpty && undo.broken.isEmpty)
        // It is over: no later run finishes it.
        let next = try shop.run(try shop.environment("next", keeping: 4, minutes: 2)).report
        #expect(!next.hasLeft && next.notes.filter { $0.contains("savepoint") }.isEmpty)
        #expect(try shop.keys() == before)
        #expect(try Set(shop.fates(of: run).values) == [.restored(by: undo.report.run)])
        #expect(try UnfinishedRun.all(in: shop.state).isEmpty)
    }

    @Test func `what was not begun is said to be where it was`() throws {
        let before = try shop.keys()
        let run = try shop.runHalf { $0 == Self.first ? .nothing : .metadata }
        let outcome = Undo(try shop.environment("undo", minutes: 1)).undo(run, only: [Self.first])
        guard case .refused(let refusal) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(refusal.cause.contains("left it where it was"), "\(refusal.cause)")
        _ = try shop.undo(run, try shop.environment("again", minutes: 2))
        #expect(try shop.keys() == before)
    }

    /// Whoever wants it back does not have it taken away meanwhile.
    @Test func `is not finished while an undo of it has failed`() throws {
        let before = try shop.keys()
        let run = try shop.runHalf()
        let half = try shop.keys()
        let failed = try shop.undo(run, try shop.environment("no", minutes: 1, restores: false))
        #expect(failed.report.failedCount == 2)
        #expect(try shop.keys() == half)
        #expect(try Set(shop.fates(of: run).values) == [.half])
        // The next run brings back what the undo could not.
        try shop.run(try shop.environment("next", keeping: 4, minutes: 2))
        #expect(try shop.keys() == before)
    }

    @Test func `an undo of one thing finishes the others`() throws {
        let before = try shop.keys()
        let run = try shop.runHalf()
        _ = try shop.undo(run, only: [Self.second], try shop.environment("undo", minutes: 1))
        let first = before.filter { $0.contains(BucketWorkshop.name(1)) }
        #expect(try shop.keys() == before.subtracting(first))
        let fates = try shop.fates(of: run)
        #expect(fates[BucketWorkshop.name(1)] == .inTrash)
        _ = try shop.undo(run, try shop.environment("again", minutes: 2))
        #expect(try shop.keys() == before)
    }

    @Test func `what somebody puts into it meanwhile is not taken with the rest of it`() throws {
        let run = try shop.runHalf()
        let path = "sp/\(BucketWorkshop.name(1))/put-back"
        let file = "\(shop.bucket.top.path)/\(path)"
        try Data("state".utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes(
            [.modificationDate: shop.now.advanced(byNanoseconds: 10 * BucketWorkshop.minute).date],
            ofItemAtPath: file
        )
        let next = try shop.run(try shop.environment("next", minutes: 20)).report
        #expect(next.hasLeft)
        #expect(next.notes.contains { $0.contains("something was put there since") })
        #expect(try shop.keys().contains(path))
        let fates = try shop.fates(of: run)
        #expect(fates[BucketWorkshop.name(1)] == .half)
        #expect(fates[BucketWorkshop.name(2)] == .inTrash)
    }

    @Test func `is finished by the next run where nobody wants it back, and can be undone then`()
        throws
    {
        let before = try shop.keys()
        let run = try shop.runHalf()
        let next = try shop.run(try shop.environment("next", minutes: 1)).report
        #expect(!next.hasLeft, "\(next.notes)")
        #expect(try Set(shop.fates(of: run).values) == [.inTrash])
        #expect(try shop.trash().count == 4)
        _ = try shop.undo(run, try shop.environment("undo", minutes: 2))
        #expect(try shop.keys() == before)
    }

    // MARK: Law 2

    /// Savepoints, and a checkpoint that goes and needs the first of some.
    private static func shop(needing directory: String) throws -> BucketWorkshop {
        try BucketWorkshop { tree, now in
            for number in 1...2 {
                let time = now.advanced(byNanoseconds: -Int64(60 - number) * BucketWorkshop.day)
                let name = BucketWorkshop.name(number)
                try tree.savepoint("other/\(name)", id: Int64(number), size: 20, at: time)
            }
            let needed = try BucketWorkshop.file(in: directory, of: tree.top)
            for number in 1...2 {
                try tree.checkpoint(
                    "cp/\(BucketWorkshop.attempt)/chk-\(number)",
                    id: Int64(number),
                    shared: number == 1 ? [needed] : [],
                    size: 10,
                    at: now.advanced(byNanoseconds: -Int64(30 - number) * BucketWorkshop.day)
                )
            }
        }
    }

    @Test func `law 2: protects what it references until it lies in the trash as a whole`() throws {
        let needed = "other/\(BucketWorkshop.name(1))"
        let shop = try Self.shop(needing: needed)
        let before = try shop.keys()
        let run = try shop.runHalf(isKilled: false)
        let half = try shop.keys()
        #expect(before.count - half.count == 3)
        // The store fails again: it stays half.
        let (plan, report) = try shop.run(
            try shop.environment("next", minutes: 1) { _ in .nothing }
        )
        #expect(report.hasLeft)
        #expect(try shop.keys() == half)
        let kept = plan.snapshots.first { $0.place == BucketOfFiles.place(needed) }
        #expect(kept?.reasons.contains { $0.text.contains(".janitor-trash/\(run)") } ?? false)
        _ = try shop.undo(run, try shop.environment("undo", minutes: 2))
        #expect(try shop.keys() == before)
    }

    @Test func `does not hold itself up, nor does what its run has in the trash`() throws {
        let shop = try Self.shop(needing: "sp/\(BucketWorkshop.name(1))")
        let before = try shop.keys()
        // The checkpoint that needs the first savepoint went, and that one in part.
        let run = try shop.runHalf(isKilled: false) { $0 == Self.first ? .metadata : .all }
        #expect(try shop.fates(of: run)["chk-1"] == .inTrash)
        try shop.bucket.top.makeDirectory("sp/broken")
        try shop.bucket.top.write("sp/broken/_metadata", [1])
        let half = try shop.keys()
        let held = try shop.run(try shop.environment("held", minutes: 1)).report
        #expect(held.hasLeft)
        let words = ["was not read", "janitor undo \(run)"]
        #expect(held.notes.contains { note in words.allSatisfy { note.contains($0) } })
        #expect(try shop.keys() == half)
        try shop.bucket.top.delete("sp/broken/_metadata")
        let next = try shop.run(try shop.environment("next", minutes: 2)).report
        #expect(!next.hasLeft, "\(next.notes)")
        #expect(try shop.fates(of: run)[BucketWorkshop.name(1)] == .inTrash)
        _ = try shop.undo(run, try shop.environment("undo", minutes: 3))
        // The other job has no trash.
        let gone = before.filter { $0.contains("other/\(BucketWorkshop.name(1))") }
        #expect(try shop.keys() == before.subtracting(gone))
    }

    @Test func `law 1: is not finished once something else references it`() throws {
        let run = try shop.runHalf()
        var tree = TreeWriter(top: shop.bucket.top.path)
        let name = BucketWorkshop.name(1)
        let claimed = try BucketWorkshop.file(in: "sp/\(name)", of: tree.top)
        try tree.checkpoint(
            "cp/\(BucketWorkshop.attempt)/chk-1",
            id: 1,
            shared: [claimed],
            at: shop.now
        )
        let next = try shop.run(try shop.environment("next", minutes: 1)).report
        #expect(next.hasLeft && next.notes.contains { $0.contains("by now") }, "\(next.notes)")
        #expect(try shop.keys().contains(claimed.path))
        #expect(try shop.fates(of: run)[name] == .half)
        #expect(try shop.fates(of: run)[BucketWorkshop.name(2)] == .inTrash)
    }

    // MARK: Long ago

    @Test(arguments: [true, false])
    func `is told of when it is too long ago to be finished, until somebody ends it`(
        isWanted: Bool
    ) throws {
        let before = try shop.keys()
        let run = try shop.runHalf(isKilled: false)
        let half = try shop.keys()
        try shop.age(run)
        let told = try shop.run(try shop.environment("told", keeping: 4, minutes: 1)).report
        #expect(told.hasLeft)
        #expect(told.notes.contains { $0.contains("hid in part") && $0.contains("undo \(run)") })
        #expect(try shop.keys() == half)
        if isWanted {
            _ = try shop.undo(run, try shop.environment("undo", minutes: 2))
            #expect(try shop.keys() == before)
        } else {
            guard
                case .finished(let emptied) = EmptyTrash(
                    try shop.environment("empty", minutes: 2)
                ).empty([run])
            else {
                Issue.record("it was not emptied")
                return
            }
            #expect(emptied.report.goneCount == 2 && !emptied.report.hasLeft)
            #expect(try shop.trash().isEmpty)
            #expect(try shop.savepoints().sorted() == [3, 4].map(BucketWorkshop.name))
        }
        let next = try shop.run(try shop.environment("next", keeping: 4, minutes: 3)).report
        #expect(!next.hasLeft && next.notes.isEmpty, "\(next.notes)")
    }

    @Test func `an undo that failed long ago is told of while something lies in the trash`() throws
    {
        let before = try shop.keys()
        let run = try shop.run(try shop.environment("took")).report.run
        let failed = try shop.undo(run, try shop.environment("no", minutes: 1, restores: false))
        try shop.age(failed.report.run)
        let told = try shop.run(try shop.environment("told", keeping: 4, minutes: 2)).report
        #expect(told.hasLeft)
        #expect(told.notes.contains { $0.contains("did not bring back") }, "\(told.notes)")
        _ = try shop.undo(run, try shop.environment("undo", minutes: 3))
        #expect(try shop.keys() == before)
        let next = try shop.run(try shop.environment("next", keeping: 4, minutes: 4)).report
        #expect(!next.hasLeft && next.notes.isEmpty, "\(next.notes)")
    }
}
