// SPDX-License-Identifier: Apache-2.0

import DemoTree
import JanitorTestSupport
import Planning
import SnapshotModel
import Testing

/// Law 7: Flink's own is Flink's.
struct AttemptTests {
    private static let old = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let newer = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    private static let job = "{ name: 'a', savepoints: '@/sp', checkpoints: '@/cp' }"

    /// Three checkpoints of an attempt long over, and a newer attempt with one of its own.
    private func twoAttempts(_ shop: inout Workshop, newerDays: Int64) throws {
        for id: Int64 in 1...3 {
            try shop.tree.checkpoint(
                "cp/\(Self.old)/chk-\(id)",
                id: id,
                size: 4,
                at: shop.ago(60, minutes: -id)
            )
        }
        try shop.tree.checkpoint(
            "cp/\(Self.newer)/chk-9",
            id: 9,
            size: 4,
            at: shop.ago(newerDays)
        )
    }

    private static let activities = [
        "shared/5a11ed00-0000-4000-8000-aaaaaaaaaaaa", "chk-4/._metadata.inprogress.x",
        "taskowned/op/part-0", "chk-3/5a11ed00-0000-4000-8000-bbbbbbbbbbbb",
    ]

    @Test(arguments: activities)
    func `law 7: one young file of Flink's anywhere in an attempt keeps all of it`(
        file: String
    ) throws {
        for (days, isKept) in [(Int64(6), true), (8, false)] {
            var shop = try Workshop()
            try twoAttempts(&shop, newerDays: 20)
            try shop.tree.write("cp/\(Self.old)/\(file)", [1], at: shop.ago(days))
            let plan = try shop.plan(shop.policy(Self.job))
            let own = plan.snapshots.filter { $0.attempt == Self.old && $0.isComplete }
            #expect(own.count == 3)
            #expect(own.allSatisfy { $0.verdict != .condemn } == isKept, "\(days) days")
            if isKept {
                #expect(plan.rules("chk-1") == ["attemptNotOver"])
            }
        }
    }

    @Test func `law 7: the very moment at which quietFor ends is not over yet`() throws {
        for (nanoseconds, verdict) in [(Int64(0), Verdict.keep), (1, .condemn)] {
            var shop = try Workshop()
            try twoAttempts(&shop, newerDays: 20)
            let file = "cp/\(Self.old)/shared/\(shop.tree.uuid())"
            try shop.tree.write(file, [1], at: shop.ago(7))
            let moment = shop.now.advanced(byNanoseconds: nanoseconds)
            let plan = try shop.plan(shop.policy(Self.job), at: moment)
            #expect(plan.verdict("chk-1") == verdict)
        }
    }

    @Test func `law 7: an attempt without a job id is one as well`() throws {
        var shop = try Workshop()
        for id: Int64 in 1...3 {
            try shop.tree.checkpoint("cp/chk-\(id)", id: id, size: 4, at: shop.ago(60 - id))
        }
        let policy = try shop.policy(Self.job)
        #expect(try shop.plan(policy).verdict("chk-1") == .condemn)
        try shop.tree.write("cp/shared/\(shop.tree.uuid())", [1], at: shop.ago(1))
        #expect(try shop.plan(policy).condemned.isEmpty)
    }

    @Test func `law 7: what is not complete in a running attempt is Flink's as well`() throws {
        var shop = try Workshop()
        try twoAttempts(&shop, newerDays: 1)
        let path = "cp/\(Self.newer)/chk-7/\(shop.tree.uuid())"
        try shop.tree.write(path, [1], at: shop.ago(20))
        try shop.tree.settleTimes()
        let policy = try shop.policy(Self.job)
        let place = shop.directory.url(ObjectName("cp/\(Self.newer)/chk-7"))
        let contents = try #require(shop.plan(policy).snapshot("chk-7")?.contents)
        let memory = PlanningMemory(unfinished: [
            place: .init(firstSeen: shop.ago(10), contents: contents)
        ])
        let plan = try shop.plan(policy, memory: memory)
        #expect(plan.rules("chk-7") == ["attemptNotOver"])
        // Without the activity the same sighting would condemn it.
        let later = shop.now.advanced(byNanoseconds: 30 * Workshop.day)
        #expect(try shop.plan(policy, memory: memory, at: later).verdict("chk-7") == .condemn)
    }

    @Test func `law 7: a newest attempt whose only checkpoint does not read freezes the job`()
        throws
    {
        var shop = try Workshop()
        try twoAttempts(&shop, newerDays: 1)
        try shop.tree.savepoint("sp/one", id: 20, size: 3, at: shop.ago(30))
        try shop.tree.savepoint("sp/two", id: 21, size: 3, at: shop.ago(29))
        let policy = try shop.policy(Self.job)
        #expect(try shop.plan(policy).verdict("sp/one") == .condemn)
        try shop.tree.write("cp/\(Self.newer)/chk-9/_metadata", [1, 2], at: shop.ago(1))
        let plan = try shop.plan(policy)
        #expect(plan.condemned.isEmpty)
        #expect(plan.isPartial)
    }

    @Test func `law 7: a newest attempt that is over freezes nothing`() throws {
        var shop = try Workshop()
        try twoAttempts(&shop, newerDays: 20)
        let third = "cccccccccccccccccccccccccccccccc"
        try shop.tree.makeDirectory("cp/\(third)/shared", at: shop.ago(10))
        try shop.tree.makeDirectory("cp/\(third)", at: shop.ago(10))
        #expect(try shop.plan(shop.policy(Self.job)).verdict("chk-1") == .condemn)
    }

    @Test func `law 7: where an attempt has no file at all the times of directories count`() throws
    {
        for (days, isFrozen) in [(Int64(6), true), (8, false)] {
            var shop = try Workshop()
            try twoAttempts(&shop, newerDays: 20)
            let third = "cccccccccccccccccccccccccccccccc"
            try shop.tree.makeDirectory("cp/\(third)", at: shop.ago(30))
            try shop.tree.makeDirectory("cp/\(third)/taskowned", at: shop.ago(days))
            let plan = try shop.plan(shop.policy(Self.job))
            #expect(plan.condemned.isEmpty == isFrozen, "\(days) days")
        }
    }

    @Test func `law 7: what a running attempt was restored from stays though it takes no place`()
        throws
    {
        var shop = try Workshop()
        for (number, days) in [(1, Int64(50)), (2, 40), (3, 30)] {
            try shop.tree.savepoint("sp/s\(number)", id: Int64(number), size: 3, at: shop.ago(days))
        }
        let claimed = "sp/s3/\(shop.tree.uuid())"
        try shop.tree.write(claimed, [1, 2], at: shop.ago(30))
        try shop.tree.checkpoint(
            "cp/\(Self.newer)/chk-9",
            id: 9,
            shared: [SampleMetadata.File(claimed, 2)],
            at: shop.ago(1)
        )
        let plan = try shop.plan(shop.policy(Self.job))
        #expect(plan.rules("sp/s3") == ["referenced"])
        // It is Flink's now: the newest of the others is what the rules keep.
        #expect(plan.verdict("sp/s2") == .keep)
        #expect(plan.verdict("sp/s1") == .condemn)
    }

    @Test func `law 7: under a fixed job id the checkpoints of an earlier deployment do not count`()
        throws
    {
        let id = "0123456789abcdef0123456789abcdef"
        var shop = try Workshop()
        for number: Int64 in 1...2 {
            try shop.tree.savepoint(
                "sp/a/savepoint-012345-00000000000\(number)",
                id: 40 + number,
                size: 10,
                at: shop.ago(20 - number)
            )
        }
        try shop.tree.checkpoint("cp/a/\(id)/chk-92", id: 92, at: shop.ago(9))
        try shop.tree.write(
            "cp/a/\(id)/chk-42/5a11ed01-0000-4000-8000-000000000001",
            [0],
            at: shop.ago(0, minutes: 5)
        )
        let policy = try shop.policy("{ name: 'a', savepoints: '@/sp/a', checkpoints: '@/cp/a' }")
        let begun = try shop.plan(policy)
        #expect(begun.rules("savepoint-012345-000000000001") == ["newestAttemptHasNoCheckpoint"])
        // The first one that it completes is its own.
        try shop.tree.checkpoint("cp/a/\(id)/chk-41", id: 41, at: shop.ago(0, minutes: 6))
        #expect(try shop.plan(policy).verdict("savepoint-012345-000000000001") == .condemn)
    }
}
