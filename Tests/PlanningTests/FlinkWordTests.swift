// SPDX-License-Identifier: Apache-2.0

import DemoTree
import JanitorTestSupport
import Planning
import SnapshotModel
import Testing

/// Law 7 with Flink's own word.
@Suite struct FlinkWordTests {
    private static let first: ObjectName = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let second: ObjectName = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    private static let address = "http://jm:8081"
    private static let job =
        "{ name: 'a', savepoints: '@/sp', checkpoints: '@/cp', flink: { rest: '\(address)' } }"

    /// Two attempts with checkpoints and a few savepoints, all so many days old.
    private func shop(days: Int64) throws -> Workshop {
        var shop = try Workshop()
        for id: Int64 in 1...3 {
            let at = shop.ago(days, minutes: 100 - id)
            try shop.tree.checkpoint("cp/\(Self.first)/chk-\(id)", id: id, size: 4, at: at)
            try shop.tree.savepoint("sp/savepoint-aaaaaa-00000000000\(id)", id: id, size: 3, at: at)
        }
        let at = shop.ago(days)
        try shop.tree.checkpoint("cp/\(Self.second)/chk-9", id: 9, size: 4, at: at)
        return shop
    }

    private func word(_ change: (inout FlinkWord.Answer) -> Void) -> FlinkWord {
        var answer = FlinkWord.Answer(address: Self.address)
        change(&answer)
        var word = FlinkWord()
        word.sayings["a"] = .answered(answer)
        return word
    }

    private func plan(_ shop: inout Workshop, _ word: FlinkWord) throws -> Plan {
        try shop.plan(shop.policy(Self.job), word: word)
    }

    @Test func `an attempt that Flink calls ended is over however young it is`() throws {
        var shop = try shop(days: 1)
        let plan = try plan(&shop, word { $0.ended = [Self.first, Self.second] })
        #expect(plan.verdict("\(Self.first)/chk-1") == .condemn)
        #expect(plan.verdict("\(Self.second)/chk-9") == .keep)
        #expect(!plan.isPartial)
    }

    @Test func `law 7: an attempt that Flink calls running keeps all however quiet it is`() throws {
        var shop = try shop(days: 90)
        let plan = try plan(
            &shop,
            word {
                $0.running = [Self.first: "a"]
                $0.ended = [Self.second]
            }
        )
        for id in 1...3 { #expect(plan.rules("\(Self.first)/chk-\(id)") == ["attemptRuns"]) }
    }

    @Test func `law 7: metadata that lie above an attempt do not hide it`() throws {
        var shop = try shop(days: 90)
        try shop.tree.checkpoint("cp", id: 3, size: 4, at: shop.ago(90))
        let plan = try plan(&shop, word { $0.running = [Self.first: "a"] })
        for id in 1...3 {
            #expect(plan.rules("\(Self.first)/chk-\(id)").contains("attemptRuns"), "\(id)")
        }
    }

    @Test func `a job id that is not in the answer is silence, and quiet decides`() throws {
        for (days, verdict) in [(Int64(1), Verdict.keep), (90, .condemn)] {
            var shop = try shop(days: days)
            let plan = try plan(&shop, word { _ in })
            #expect(plan.verdict("\(Self.first)/chk-1") == verdict, "\(days) days")
        }
    }

    @Test func `law 2: a Flink that does not answer keeps everything, and says why`() throws {
        var shop = try shop(days: 90)
        var word = FlinkWord()
        word.sayings["a"] = .silent(address: Self.address, why: "connection refused")
        let plan = try plan(&shop, word)
        #expect(plan.condemned.isEmpty)
        #expect(plan.rules("savepoint-aaaaaa-000000000001") == ["flinkSilent"])
        #expect(plan.isPartial)
    }

    @Test(arguments: [
        "file:/elsewhere/sp/savepoint-aaaaaa-000000000001",
        "hdfs://nn:8020/savepoint-aaaaaa-000000000001/_metadata",
    ])
    func `law 7: what a running job was restored from stays, by whatever path Flink calls it`(
        path: String
    ) throws {
        var shop = try shop(days: 90)
        let restored = word {
            $0.running = [Self.second: "a"]
            $0.restored = [Self.second: path]
        }
        let plan = try plan(&shop, restored)
        #expect(plan.rules("savepoint-aaaaaa-000000000001") == ["restoredFrom"])
        // It takes no place: the job may have claimed it.
        #expect(plan.verdict("savepoint-aaaaaa-000000000003") == .keep)
        #expect(plan.verdict("savepoint-aaaaaa-000000000002") == .condemn)
    }

    @Test func `a retained checkpoint that a running job was restored from stays`() throws {
        var shop = try shop(days: 90)
        let restored = word {
            $0.running = [Self.second: "a"]
            $0.restored = [Self.second: "file:/old/\(Self.first)/chk-1"]
        }
        let plan = try plan(&shop, restored)
        #expect(plan.rules("\(Self.first)/chk-1") == ["restoredFrom"])
        #expect(plan.verdict("\(Self.first)/chk-2") == .condemn)
    }

    @Test func `law 2: a Flink that does not say from where a job was restored keeps everything`()
        throws
    {
        var shop = try shop(days: 90)
        let plan = try plan(
            &shop,
            word {
                $0.running = [Self.second: "a"]
                $0.restored = [Self.second: ""]
            }
        )
        #expect(plan.condemned.isEmpty)
        #expect(plan.rules("savepoint-aaaaaa-000000000001") == ["flinkSilent"])
    }

    @Test func `another job's Flink says that an attempt runs, but not that it ended`() throws {
        for isRunning in [true, false] {
            let shop = try shop(days: 1)
            var word = word { _ in }
            var other = FlinkWord.Answer(address: "http://other:8081")
            if isRunning { other.running = [Self.first: "x"] } else { other.ended = [Self.first] }
            word.sayings["b"] = .answered(other)
            let policy = try shop.policy(
                Self.job
                    + ", { name: 'b', savepoints: '@/b', flink: { rest: 'http://other:8081' } }"
            )
            let plan = try shop.plan(policy, word: word)
            #expect(
                plan.rules("\(Self.first)/chk-1") == [isRunning ? "attemptRuns" : "attemptNotOver"]
            )
        }
    }

    @Test func `a savepoint that may still be coming is kept as long as nobody knows`() throws {
        var shop = try shop(days: 60)
        let name = "savepoint-aaaaaa-00000000000f"
        try shop.tree.write("sp/\(name)/\(shop.tree.uuid())", [1], at: shop.ago(30))
        let policy = try shop.policy("{ name: 'a', savepoints: '@/sp' }")
        let seen = try shop.plan(policy)
        #expect(seen.rules(name) == ["unfinished"])
        var memory = PlanningMemory()
        memory.savepointsUnderWay = ["a": shop.ago(31)]
        #expect(try shop.plan(policy, memory: memory).rules(name) == ["savepointUnderWay"])
        memory.savepointsUnderWay = nil
        #expect(try shop.plan(policy, memory: memory).rules(name) == ["savepointUnderWay"])
        memory.savepointsUnderWay = ["b": shop.ago(31)]
        #expect(try shop.plan(policy, memory: memory).rules(name) == ["unfinished"])
    }
}
