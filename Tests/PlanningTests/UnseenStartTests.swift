// SPDX-License-Identifier: Apache-2.0

import DemoTree
import JanitorTestSupport
import LocalStorage
import Planning
import SnapshotModel
import Testing

/// Law 7 with Flink's word of jobs that no store shows anything of.
struct UnseenStartTests {
    private static let first: ObjectName = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let second: ObjectName = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    private static let third: ObjectName = "cccccccccccccccccccccccccccccccc"
    private static let oldest = "savepoint-aaaaaa-000000000001"
    private static let address = "http://jm:8081"
    private static let job =
        "{ name: 'a', savepoints: '@/sp', checkpoints: '@/cp', flink: { rest: '\(address)' } }"

    private var shop: Workshop

    /// Two attempts with checkpoints and three savepoints, all 90 days old.
    init() throws {
        shop = try Workshop()
        for id: Int64 in 1...3 {
            let at = shop.ago(90, minutes: 100 - id)
            try shop.tree.checkpoint("cp/\(Self.first)/chk-\(id)", id: id, size: 4, at: at)
            try shop.tree.savepoint("sp/savepoint-aaaaaa-00000000000\(id)", id: id, size: 3, at: at)
        }
        try shop.tree.checkpoint("cp/\(Self.second)/chk-9", id: 9, size: 4, at: shop.ago(90))
    }

    private func word(_ change: (inout FlinkWord.Answer) -> Void) -> FlinkWord {
        var answer = FlinkWord.Answer(address: Self.address)
        change(&answer)
        var word = FlinkWord()
        word.sayings["a"] = .answered(answer)
        return word
    }

    private func plan(_ word: FlinkWord) throws -> Plan {
        try shop.plan(shop.policy(Self.job), word: word)
    }

    @Test mutating func `law 7: a job that Flink runs and no root shows keeps what it may need`()
        throws
    {
        #expect(try plan(word { _ in }).verdict(Self.oldest) == .condemn)
        let running = word { $0.running = [Self.third: "a"] }
        let plan = try plan(running)
        #expect(plan.condemned.isEmpty)
        #expect(plan.rules(Self.oldest) == ["newestAttemptHasNoCheckpoint"])
        let reason = try #require(plan.snapshot(Self.oldest)?.reasons.first)
        let said = "the Flink at \(Self.address) says that job \(Self.third) is running"
        #expect(reason.text.contains(said))
        #expect(!plan.isPartial)
        // Its first checkpoint says what it needs.
        try shop.tree.checkpoint("cp/\(Self.third)/chk-20", id: 20, size: 4, at: shop.ago(0))
        #expect(try self.plan(running).verdict(Self.oldest) == .condemn)
    }

    @Test mutating func `a job whose checkpoints lie where they are only read holds up nothing`()
        throws
    {
        try shop.tree.checkpoint("other/\(Self.third)/chk-20", id: 20, size: 4, at: shop.ago(0))
        let running = word { $0.running = [Self.third: "a"] }
        for (more, verdict) in [("", Verdict.keep), ("alsoRead: ['@/other']", .condemn)] {
            let policy = try shop.policy(Self.job, more: more)
            #expect(try shop.plan(policy, word: running).verdict(Self.oldest) == verdict)
        }
    }

    @Test func `a job for which no checkpoints are looked for waits for none`() throws {
        let policy = try shop.policy(
            "{ name: 'a', savepoints: '@/sp', flink: { rest: '\(Self.address)' } }"
        )
        let plan = try shop.plan(policy, word: word { $0.running = [Self.third: "a"] })
        #expect(plan.verdict(Self.oldest) == .condemn)
    }

    @Test mutating func `law 7: a job waits for checkpoints for which there is no directory yet`()
        throws
    {
        for id: Int64 in 1...3 {
            try shop.tree.savepoint("s/a/\(id)", id: id, size: 3, at: shop.ago(90 - id))
        }
        let policy = try shop.policy(
            """
            { name: '{job}', savepoints: '@/s/{job}', checkpoints: '@/c/{job}',
              flink: { rest: '\(Self.address)' } }
            """
        )
        #expect(try shop.plan(policy, word: word { _ in }).condemned.count == 2)
        let running = word { $0.running = [Self.third: "a"] }
        #expect(try shop.plan(policy, word: running).condemned.isEmpty)
    }

    @Test mutating func `without the job-id level the checkpoints that are there count as its own`()
        throws
    {
        try shop.tree.checkpoint("flat/chk-9", id: 9, size: 4, at: shop.ago(90))
        let policy = try shop.policy(
            """
            { name: 'a', savepoints: '@/sp', checkpoints: '@/flat',
              flink: { rest: '\(Self.address)' } }
            """
        )
        let plan = try shop.plan(policy, word: word { $0.running = [Self.third: "a"] })
        #expect(plan.rules("flat/chk-9") == ["attemptRuns"])
        #expect(plan.verdict(Self.oldest) == .condemn)
    }

    @Test func `law 7: a job of a strange name may be any that is not seen to run`() throws {
        let strange = word {
            $0.running = [Self.third: "nightly build"]
            $0.unclear = [Self.third]
        }
        let held = try plan(strange)
        #expect(held.condemned.isEmpty)
        let reason = try #require(held.snapshot(Self.oldest)?.reasons.first)
        #expect(reason.text.contains("job \(Self.third) is running as \"nightly build\""))
        let note = try #require(held.findings.first { $0.subject == "job \(Self.third)" })
        #expect(note.severity == .note)
        #expect(note.message.contains("it may be any of \"a\", of which nothing goes"))
        #expect(note.hint.contains("flink: { job: \"nightly build\" }"))
        // Where Flink said from what it was restored, that alone stays.
        let clear = word { $0.running = [Self.third: "nightly build"] }
        #expect(try plan(clear).verdict(Self.oldest) == .condemn)
        // The job runs, under whatever name, so that the other one is not it.
        let both = word {
            $0.running = [Self.second: "x", Self.third: "nightly build"]
            $0.unclear = [Self.second, Self.third]
        }
        #expect(try plan(both).verdict(Self.oldest) == .condemn)
        // It is another one's.
        let policy = try shop.policy(
            Self.job
                + ", { name: 'nightly build', savepoints: '@/n', flink: { rest: '\(Self.address)' } }"
        )
        #expect(try shop.plan(policy, word: strange).verdict(Self.oldest) == .condemn)
    }

    @Test
    mutating func `law 7: a job that Flink has not restored yet may need anything of its own`()
        throws
    {
        // With a fixed id the checkpoints of the last deployment bear it.
        let beginning = word {
            $0.running = [Self.second: "a"]
            $0.unclear = [Self.second]
            $0.beginning = [Self.second]
        }
        let held = try plan(beginning)
        #expect(held.condemned.isEmpty)
        let reason = try #require(held.snapshot(Self.oldest)?.reasons.first)
        #expect(reason.text.contains("is about to start job \(Self.second)"))
        // Once it runs, Flink says what it needs; one that cannot say is known by its checkpoints.
        let running = word {
            $0.running = [Self.second: "a"]
            $0.unclear = [Self.second]
        }
        #expect(try plan(running).verdict(Self.oldest) == .condemn)
        // A job without checkpoints waits no longer than that.
        let policy = try shop.policy(
            "{ name: 'a', savepoints: '@/sp', flink: { rest: '\(Self.address)' } }"
        )
        #expect(try shop.plan(policy, word: beginning).condemned.isEmpty)
        #expect(try shop.plan(policy, word: running).verdict(Self.oldest) == .condemn)
        let strange = word {
            $0.running = [Self.second: "nightly build"]
            $0.unclear = [Self.second]
            $0.beginning = [Self.second]
        }
        #expect(try shop.plan(policy, word: strange).condemned.isEmpty)
    }

    @Test func `a retired job that Flink runs is not gone`() throws {
        try shop.tree.settleTimes()
        let policy = try shop.policy(Self.job)
        let note = Waivers.Note(by: "ada@host", at: shop.ago(1), because: "moved")
        func plan(_ word: FlinkWord) -> Plan {
            Planner(policy: policy) { _ in LocalStorage() }.plan(
                at: shop.now,
                memory: PlanningMemory(),
                waivers: Waivers(retirements: ["a": note]),
                word: word
            ).plan
        }
        #expect(plan(word { _ in }).condemned.count == 7)
        let again = plan(word { $0.running = [Self.third: "a"] })
        #expect(again.condemned.isEmpty)
        #expect(again.findings.contains { $0.message.contains("the retirement does not hold") })
    }
}
