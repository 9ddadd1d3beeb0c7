// SPDX-License-Identifier: Apache-2.0

import Foundation
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
}
