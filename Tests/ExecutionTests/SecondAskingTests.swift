// SPDX-License-Identifier: Apache-2.0

import Planning
import SnapshotModel
import Testing

@testable import Execution

/// What a run leaves for what Flink says when it is asked again, right before the first step.
struct SecondAskingTests {
    private let shop: RunWorkshop

    init() throws { shop = try RunWorkshop() }

    @Test func `law 7: what another job was restored from during the listing stays, and no more`()
        throws
    {
        let policy = try shop.policy(RunWorkshop.rules)
        let planned = shop.plan(policy).removals
        let victim = try #require(
            planned.first { $0.kind == .savepoint && $0.job == "sales_pipeline" }
        )
        let fork: ObjectName = "cccccccccccccccccccccccccccccccc"
        var asked = 0
        let ask: (JobRoster) -> FlinkWord = { _ in
            asked += 1
            var answer = FlinkWord.Answer(address: "http://fork:8081")
            if asked > 1 {
                answer.running = [fork: "fork"]
                answer.restored = [fork: "s3p://copy/\(victim.place.path.last)/_metadata"]
            }
            var word = FlinkWord()
            word.sayings["audit"] = .answered(answer)
            return word
        }
        guard case .finished(_, let report) = shop.run(policy, token: "11", ask: ask) else {
            Issue.record("the run did not come to its end")
            return
        }
        #expect(asked == 2)
        let left = report.lines.filter { !$0.isGone }
        let own = planned.filter { $0.job == "audit" }.map(\.place)
        #expect(!own.isEmpty)
        #expect(Set(left.map(\.place)) == Set(own + [victim.place]))
        let why = left.first { $0.place == victim.place }?.error
        #expect(why?.contains("\(fork) was restored from it") == true)
        #expect(report.goneCount == planned.count - left.count)
        #expect(report.goneCount > 0)
    }
}
