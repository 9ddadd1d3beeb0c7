// SPDX-License-Identifier: Apache-2.0

import DemoTree
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Testing

/// Law 7 with Flink's second word: what it says right before anything goes.
struct SecondWordTests {
    private static let over: ObjectName = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let fork: ObjectName = "cccccccccccccccccccccccccccccccc"
    private static let savepoint = "savepoint-aaaaaa-000000000001"
    private static let jobs = """
        { name: 'a', savepoints: '@/sp', checkpoints: '@/cp', flink: { rest: 'http://a:8081' } },
        { name: 'b', savepoints: '@/b', flink: { rest: 'http://b:8081' } },
        { name: 'c', savepoints: '@/c' }
        """
    private var shop: Workshop

    init() throws {
        shop = try Workshop()
        for id: Int64 in 1...3 {
            let at = shop.ago(1, minutes: 100 - id)
            try shop.tree.checkpoint("cp/\(Self.over)/chk-\(id)", id: id, size: 4, at: at)
            try shop.tree.savepoint("sp/savepoint-aaaaaa-00000000000\(id)", id: id, size: 3, at: at)
        }
    }

    /// What the Flinks of both jobs answer.
    private func word(
        a: @escaping (inout FlinkWord.Answer) -> Void = { _ in },
        b: @escaping (inout FlinkWord.Answer) -> Void = { _ in }
    ) -> FlinkWord {
        var word = FlinkWord(ended: ["a": [Self.over], "b": []])
        for (job, change) in [("a", a), ("b", b)] {
            guard case .answered(var answer)? = word.sayings[job] else { continue }
            change(&answer)
            word.sayings[job] = .answered(answer)
        }
        return word
    }

    /// What a second word comes to after a plan that was made by a first one.
    private func second(
        _ later: FlinkWord,
        after first: FlinkWord? = nil,
        aliases: String = ""
    ) throws -> SecondWord {
        try shop.tree.settleTimes()
        let policy = try shop.policy(Self.jobs, more: aliases)
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let result = planner.plan(at: shop.now, memory: PlanningMemory(), word: first ?? word())
        try #require(result.plan.verdict(Self.savepoint) == .condemn)
        try #require(result.plan.verdict("\(Self.over)/chk-1") == .condemn)
        return SecondWord(later, after: result, aliases: policy.aliases)
    }

    @Test func `the same word again is no objection`() throws {
        let again = try second(word())
        #expect(again.objections.isEmpty)
        #expect(again.restored.isEmpty)
    }

    @Test func `law 7: an attempt that Flink does not call ended any more stops its job`() throws {
        let taken = try second(word(a: { $0.ended = [] }))
        #expect(Array(taken.objections.keys) == ["a"])
        #expect(taken.objections["a"]?.contains("\(Self.over) has ended, and does not") == true)
        // Flink forgets jobs that ended an hour ago: what no plan relied on stops nothing.
        let first = word(a: { $0.ended.insert(Self.fork) })
        #expect(try second(word(), after: first).objections.isEmpty)
    }

    @Test func `law 7: an attempt that another job's Flink says runs stops its job`() throws {
        let runs = try second(word(b: { $0.running = [Self.over: "x"] }))
        #expect(Set(runs.objections.keys) == ["a", "b"])
    }

    @Test(arguments: [
        "file:/elsewhere/sp/savepoint-aaaaaa-000000000001",
        "s3://x/savepoint-aaaaaa-000000000001/_metadata", "hdfs://nn1:8020/old/one",
    ])
    func `law 7: a snapshot that another job was restored from meanwhile stays`(
        path: String
    ) throws {
        let forked = word(b: {
            $0.running = [Self.fork: "b"]
            $0.restored = [Self.fork: path]
        })
        let place = shop.directory.url.appending(ObjectName("sp/\(Self.savepoint)"))
        let alias = "aliases: { 'hdfs://nn1:8020/old/one': '\(place)' }"
        for first in [word(), word(b: { $0.running = [Self.fork: "b"] })] {
            let later = try second(forked, after: first, aliases: alias)
            #expect(Array(later.objections.keys) == ["b"])
            #expect(Array(later.restored.keys) == [place])
            #expect(later.restored[place]?.contains("\(Self.fork) was restored from it") == true)
        }
    }

    @Test func `a checkpoint stays that another job was restored from, and no other one`() throws {
        let forked = word(b: { $0.restored = [Self.fork: "file:/old/\(Self.over)/chk-1"] })
        let place = shop.directory.url.appending(ObjectName("cp/\(Self.over)/chk-1"))
        #expect(try Array(second(forked).restored.keys) == [place])
        let other = word(b: { $0.restored = [Self.fork: "file:/old/\(Self.fork)/chk-1"] })
        #expect(try second(other).restored.isEmpty)
    }

    @Test func `law 2: a job that was restored from nobody knows what stops every job`() throws {
        let forked = word(b: {
            $0.running = [Self.fork: "b"]
            $0.restored = [Self.fork: ""]
        })
        let stopped = try second(forked)
        #expect(Set(stopped.objections.keys) == ["a", "b", "c"])
        #expect(stopped.objections["c"]?.contains("does not say from what") == true)
        #expect(try second(forked, after: forked).objections.isEmpty)
    }

    @Test func `law 2: a Flink that is silent now stops its job`() throws {
        var silent = word()
        silent.sayings["a"] = .silent(address: "http://a:8081", why: "connection refused")
        #expect(try Array(second(silent).objections.keys) == ["a"])
        silent.sayings["a"] = nil
        #expect(try Array(second(silent).objections.keys) == ["a"])
    }
}
