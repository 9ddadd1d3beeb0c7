// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import JanitorTestSupport
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

/// What goes outside snapshots, and every condition without which it stays.
struct SweepTests {
    private static let shared = "cp/a/\(SweepWorkshop.attempt)/shared"
    private static let attempt = "cp/a/\(SweepWorkshop.attempt)"

    @Test func `a file that nothing references goes, and one that a snapshot needs stays`() throws {
        var shop = try SweepWorkshop()
        let garbage = try shop.file(Self.shared)
        let result = try shop.result(shop.policy())
        #expect(result.sweptPaths(below: shop.shop.directory.path) == [garbage.path])
        #expect(result.object(garbage.path)?.rules == ["unreferenced"])
        let kept = result.plan.objectTotals.first { $0.verdict == .keep && $0.kind == .shared }
        #expect(kept?.count == 1)
        #expect(kept?.reason.ruleID == "referenced")
    }

    @Test func `it takes two runs that lie far enough apart`() throws {
        var shop = try SweepWorkshop()
        let garbage = try shop.file(Self.shared)
        let policy = try shop.policy(orphans: "sightings: 2, apart: '20h'")
        let first = try shop.result(policy)
        #expect(first.object(garbage.path)?.rules == ["orphans.sightings"])
        let late = try shop.memory(after: policy, at: shop.shop.ago(0, minutes: 19 * 60))
        let soon = try shop.result(policy, memory: late)
        #expect(soon.object(garbage.path)?.rules == ["orphans.apart"])
        let early = try shop.memory(after: policy, at: shop.shop.ago(0, minutes: 20 * 60))
        #expect(try shop.result(policy, memory: early).object(garbage.path)?.verdict == .condemn)
    }

    @Test func `so many runs as the policy says have to find it`() throws {
        var shop = try SweepWorkshop()
        let garbage = try shop.file(Self.shared)
        let policy = try shop.policy(orphans: "sightings: 3, apart: '20h'")
        var memory = try shop.memory(after: policy, at: shop.shop.ago(3))
        #expect(
            try shop.result(policy, memory: memory).object(garbage.path)?.rules
                == ["orphans.sightings"]
        )
        memory = try shop.memory(after: policy, at: shop.shop.ago(2), memory)
        #expect(try shop.result(policy, memory: memory).object(garbage.path)?.verdict == .condemn)
    }

    @Test func `what changed since it was seen was not seen`() throws {
        var shop = try SweepWorkshop()
        let garbage = try shop.file(Self.shared)
        let policy = try shop.policy(orphans: "sightings: 2, apart: '20h'")
        let memory = try shop.memory(after: policy, at: shop.shop.ago(3))
        try shop.shop.tree.write(garbage.path, [1, 2, 3], at: shop.shop.ago(35))
        #expect(
            try shop.result(policy, memory: memory).object(garbage.path)?.rules
                == ["orphans.sightings"]
        )
        try shop.shop.tree.write(garbage.path, [1, 2], at: shop.shop.ago(34))
        #expect(
            try shop.result(policy, memory: memory).object(garbage.path)?.rules
                == ["orphans.sightings"]
        )
    }

    @Test func `what was needed in between begins anew`() throws {
        var shop = try SweepWorkshop()
        let garbage = try shop.file(Self.shared)
        let policy = try shop.policy(orphans: "sightings: 2, apart: '20h'")
        var memory = try shop.memory(after: policy, at: shop.shop.ago(5))
        try shop.shop.tree.checkpoint(
            "\(Self.attempt)/chk-10",
            id: 10,
            shared: [garbage],
            at: shop.shop.ago(29)
        )
        memory = try shop.memory(after: policy, at: shop.shop.ago(3), memory)
        try FileManager.default.removeItem(
            atPath: "\(shop.shop.directory.path)/\(Self.attempt)/chk-10/_metadata"
        )
        #expect(
            try shop.result(policy, memory: memory).object(garbage.path)?.rules
                == ["orphans.sightings"]
        )
    }

    @Test func `what a run took and somebody put back counts as never seen`() throws {
        var shop = try SweepWorkshop()
        let garbage = try shop.file(Self.shared)
        let policy = try shop.policy(orphans: "sightings: 2, apart: '20h'")
        let memory = try shop.memory(after: policy, at: shop.shop.ago(2))
        let result = try shop.result(policy, memory: memory)
        let gone = Set(result.plan.objects.map(\.place))
        #expect(gone.count == 1)
        var next = memory
        next.sightings = result.recorded(at: shop.shop.now, without: gone)
        #expect(
            try shop.result(policy, memory: next).object(garbage.path)?.rules
                == ["orphans.sightings"]
        )
    }

    @Test func `a file stays while it is not old enough, or dated in the future`() throws {
        var shop = try SweepWorkshop()
        let old = try shop.file(Self.shared, days: 15)
        let young = try shop.file(Self.shared, days: 13)
        let future = try shop.file(Self.shared, days: -3)
        let result = try shop.result(shop.policy(orphans: "age: '14d', sightings: 1"))
        #expect(result.object(old.path)?.verdict == .keep)
        #expect(result.object(young.path)?.rules.contains("orphans.age") == true)
        #expect(result.object(future.path)?.rules.contains("orphans.age") == true)
    }

    @Test func `what a snapshot names that goes itself is a candidate once that is not found`()
        throws
    {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try shop.shop.tree.checkpoint(
            "\(Self.attempt)/chk-5",
            id: 5,
            shared: [file],
            at: shop.shop.ago(33)
        )
        let policy = try shop.policy()
        let before = try shop.result(policy)
        #expect(before.plan.verdict("chk-5") == .condemn)
        #expect(before.plan.objects.isEmpty)
        try FileManager.default.removeItem(
            atPath: "\(shop.shop.directory.path)/\(Self.attempt)/chk-5/_metadata"
        )
        #expect(try shop.result(policy).object(file.path)?.verdict == .condemn)
    }

    @Test func `what lies in the trash still needs what it needed`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try shop.shop.tree.checkpoint(
            "cp/a/.janitor-trash/run/\(SweepWorkshop.attempt)/chk-5",
            id: 5,
            shared: [file],
            at: shop.shop.ago(33)
        )
        #expect(try shop.result(shop.policy()).plan.objects.isEmpty)
    }

    @Test func `what is only read needs what it needs`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try shop.shop.tree.checkpoint(
            "elsewhere/chk-5",
            id: 5,
            shared: [file],
            at: shop.shop.ago(3)
        )
        let alone = try shop.result(shop.policy())
        #expect(alone.object(file.path)?.verdict == .condemn)
        let read = try shop.result(shop.policy(more: "alsoRead: ['@/elsewhere']"))
        #expect(read.object(file.path)?.rules == ["referenced"])
    }

    @Test func `nothing of a running attempt goes`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        _ = try shop.file(Self.shared, days: 2)
        let result = try shop.result(shop.policy())
        #expect(result.plan.objects.isEmpty)
        #expect(result.object(file.path)?.rules == ["attemptNotOver"])
    }

    @Test func `nothing of a job goes while its newest attempt has no checkpoint yet`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        try shop.shop.tree.makeDirectory("cp/a/\(SweepWorkshop.other)/shared", at: shop.shop.ago(1))
        let result = try shop.result(shop.policy())
        #expect(result.object(file.path)?.rules == ["newestAttemptHasNoCheckpoint"])
    }

    @Test func `nothing of a job goes whose Flink was not asked, and that is partial`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        let policy = try shop.policy(job: ", flink: { rest: 'http://jobmanager:8081' }")
        let result = try shop.result(policy)
        #expect(result.object(file.path)?.rules == ["flinkNotAsked"])
        #expect(result.plan.isPartial)
    }

    @Test(arguments: [
        "cp/a/\(SweepWorkshop.attempt)/shared/notes.txt",
        "cp/a/\(SweepWorkshop.attempt)/shared/5A11ED00-0000-4000-8000-0000000000FF",
        "cp/a/\(SweepWorkshop.attempt)/shared/deeper/5a11ed00-0000-4000-8000-0000000000ff",
        "cp/a/\(SweepWorkshop.attempt)/taskowned/notes.txt",
        "cp/a/\(SweepWorkshop.attempt)/shared/job_1/5a11ed00-0000-4000-8000-0000000000ff",
        "cp/a/\(SweepWorkshop.attempt)/shared/op_1/5a11ed00-0000-4000-8000-0000000000ff",
        "cp/a/\(SweepWorkshop.attempt)/other/5a11ed00-0000-4000-8000-0000000000ff",
        "cp/a/\(SweepWorkshop.attempt)/5a11ed00-0000-4000-8000-0000000000ff",
        "cp/a/5a11ed00-0000-4000-8000-0000000000ff",
        "cp/a/shared/5a11ed00-0000-4000-8000-0000000000ff",
        "sp/a/5a11ed00-0000-4000-8000-0000000000ff",
        "cp/a/\(SweepWorkshop.attempt)/shared/_label.x",
        "cp/a/\(SweepWorkshop.attempt)/shared/completedCheckpoint0123456789ab",
    ])
    func `whatever has no name or place that Flink gives stays`(path: String) throws {
        var shop = try SweepWorkshop()
        try shop.shop.tree.write(path, [1, 2], at: shop.shop.ago(35))
        let result = try shop.result(shop.policy(), ended: SweepWorkshop.ended)
        #expect(result.object(path)?.rules == ["notSwept"])
        #expect(result.plan.objects.isEmpty)
    }

    @Test func `a root called shared makes nothing below it shared state`() throws {
        var shop = try SweepWorkshop()
        let path = "x/shared/job_a/5a11ed00-0000-4000-8000-0000000000ff"
        try shop.shop.tree.write(path, [1], at: shop.shop.ago(35))
        let policy = try shop.shop.policy("{ name: 'x', checkpoints: '@/x/shared' }")
        #expect(try shop.result(policy).object(path)?.rules == ["notSwept"])
    }

    @Test func `without a level of job ids shared state is swept in the same way`() throws {
        var shop = try SweepWorkshop()
        let needed = try shop.file("cp/flat/shared")
        let free = try shop.file("cp/flat/shared")
        try shop.shop.tree.checkpoint(
            "cp/flat/chk-4",
            id: 4,
            shared: [needed],
            at: shop.shop.ago(34)
        )
        try shop.shop.tree.makeDirectory("cp/flat/taskowned", at: shop.shop.ago(36))
        let result = try shop.result(shop.policy())
        #expect(result.sweptPaths(below: shop.shop.directory.path) == [free.path])
    }

    @Test func `a limit of a job holds back what lies outside its snapshots too`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file(Self.shared)
        for id in 2...9 {
            try shop.shop.tree.savepoint(
                "sp/a/s\(id)",
                id: Int64(id),
                size: 1,
                at: shop.shop.ago(60 - Int64(id))
            )
        }
        let policy = try shop.policy(limits: "{ share: 0.5, count: 2 }")
        let result = try shop.result(policy)
        #expect(result.plan.isLimited)
        #expect(result.plan.objectRemovals.isEmpty)
        #expect(result.plan.objects.map(\.isHeldByLimit) == [true])
        let place = Set(result.plan.objects.map(\.place))
        let lifted = try shop.result(policy, lifted: place)
        #expect(lifted.sweptPaths(below: shop.shop.directory.path) == [file.path])
    }

    @Test func `the order of the listing changes nothing`() throws {
        var shop = try SweepWorkshop()
        for _ in 0..<20 { _ = try shop.file(Self.shared) }
        let policy = try shop.policy(orphans: "sightings: 2, apart: '1h'")
        let memory = try shop.memory(after: policy, at: shop.shop.ago(1))
        let plan = try shop.result(policy, memory: memory).plan
        #expect(plan.objects.count == 20)
        for seed in 0..<5 as Range<UInt64> {
            let reader = BentReader(shuffled: seed)
            let other = try shop.memory(after: policy, at: shop.shop.ago(1), reader: reader)
            #expect(other.sightings == memory.sightings)
            let again = try shop.result(policy, memory: other, reader: reader).plan
            #expect(again.objects == plan.objects)
            #expect(again.objectTotals == plan.objectTotals)
        }
    }

    @Test func `law 7: a job without a level of job ids that just began keeps its snapshots`()
        throws
    {
        var shop = try SweepWorkshop()
        try shop.shop.tree.savepoint("sp/f/newest", id: 5, size: 1, at: shop.shop.ago(8))
        try shop.shop.tree.savepoint("sp/f/older", id: 4, size: 1, at: shop.shop.ago(9))
        let before = try shop.result(shop.policy())
        #expect(before.plan.verdict("sp/f/older") == .condemn)
        for name in ["shared", "taskowned"] {
            try shop.shop.tree.makeDirectory("cp/f/\(name)", at: shop.shop.ago(0, minutes: 9))
        }
        let after = try shop.result(shop.policy())
        #expect(after.plan.rules("sp/f/older") == ["newestAttemptHasNoCheckpoint"])
    }

    @Test func `a directory that holds nothing but labels is told of`() throws {
        var shop = try SweepWorkshop()
        let path = "\(Self.attempt)/chk-7/_label.pin"
        try shop.shop.tree.write(path, [], at: shop.shop.ago(31))
        let plan = try shop.result(shop.policy()).plan
        let finding = plan.findings.first { $0.subject.hasSuffix("chk-7") }
        #expect(finding?.severity == .note)
        #expect(finding?.message.contains("nothing but labels") == true)
    }
}
