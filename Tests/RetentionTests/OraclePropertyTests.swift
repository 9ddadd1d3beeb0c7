// SPDX-License-Identifier: Apache-2.0

import Foundation
import SnapshotModel
import Testing

@testable import Retention

struct OraclePropertyTests {
    @Test(arguments: 0..<500)
    func `decides and reasons as the oracle does`(seed: Int) throws {
        let random = try RandomSetting(seed: seed)
        let oracle = RetentionOracle(random.setting, random.candidates)
        let decisions = random.decisions
        for (candidate, decision) in zip(random.candidates, decisions) {
            let expected = oracle.decision(on: candidate)
            #expect(decision == expected, "seed \(seed): \(candidate) by \(random.setting)")
        }
    }

    @Test func `the random settings reach every verdict and every kind of reason`() throws {
        var verdicts: Set<RetentionDecision.Verdict> = []
        var kinds: Set<String> = []
        var zones: Set<String> = []
        for seed in 0..<250 {
            let random = try RandomSetting(seed: seed)
            zones.insert(random.setting.calendar.timeZone.identifier)
            for decision in random.decisions {
                verdicts.insert(decision.verdict)
                kinds.formUnion(decision.reasons.map(Self.caseName))
            }
        }
        #expect(verdicts == Set(RetentionDecision.Verdict.allCases))
        #expect(zones.count == RandomSetting.zones.count)
        #expect(kinds.count == 21, "\(kinds.sorted())")
    }

    /// The name of a reason's case, and of a broken one's inner case.
    private static func caseName(_ reason: RetentionReason) -> String {
        if case .broken(let broken) = reason {
            return Mirror(reflecting: broken).children.first?.label ?? "\(broken)"
        }
        return Mirror(reflecting: reason).children.first?.label ?? reason.ruleID
    }
}
