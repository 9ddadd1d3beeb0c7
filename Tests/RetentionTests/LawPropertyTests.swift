// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Policy
import SnapshotModel
import Testing

@testable import Retention

struct LawPropertyTests {
    private static let seeds = 0..<200

    private static func condemned(
        _ setting: Setting,
        _ candidates: [RetentionCandidate]
    ) -> Set<ObjectName> {
        let pairs = zip(candidates, setting.decide(candidates))
        return Set(pairs.filter { $0.1.verdict == .condemn }.map(\.0.key))
    }

    @Test(arguments: seeds)
    func `law 8: one decision for each candidate, none without a reason`(seed: Int) throws {
        let random = try RandomSetting(seed: seed)
        let decisions = random.decisions
        #expect(decisions.count == random.candidates.count)
        for decision in decisions {
            #expect(!decision.reasons.isEmpty, "seed \(seed)")
            #expect(decision.reasons.allSatisfy { !$0.text.isEmpty && !$0.ruleID.isEmpty })
            if decision.verdict == .condemn, decision.reasons.count > 1 {
                let ids = decision.reasons.map(\.ruleID).filter { $0 != "broken" }
                let rules = random.setting.rules
                let number =
                    (rules.keepLast == nil ? 0 : 1) + (rules.keepWithin == nil ? 0 : 1)
                    + rules.keepLabelled.count + rules.keepPerPeriod.count
                #expect(ids.count == number, "seed \(seed): \(ids)")
            }
        }
    }

    @Test(arguments: seeds)
    func `law 3: the newest that counts is never condemned`(seed: Int) throws {
        let random = try RandomSetting(seed: seed)
        let pairs = zip(random.candidates, random.decisions)
        let counting = pairs.filter {
            $0.0.standing == .counts && $0.0.time <= random.setting.now
        }
        guard let newest = counting.map(\.0.time).max() else { return }
        let kept = counting.filter { $0.1.reasons.contains(.newestClosed) }
        #expect(kept.count == 1 && kept.first?.0.time == newest, "seed \(seed)")
        #expect(kept.first?.1.verdict == .keep)
    }

    @Test(arguments: seeds)
    func `law 9: the order of the input does not matter`(seed: Int) throws {
        var random = try RandomSetting(seed: seed)
        let pairs = Array(zip(random.candidates, random.decisions))
        let shuffled = pairs.shuffled(using: &random.generator)
        #expect(random.setting.decide(shuffled.map(\.0)) == shuffled.map(\.1), "seed \(seed)")
    }

    /// What is kept is kept by what it is, or by a place that the going of others only betters.
    ///
    /// The newest of the job, by which broken ones are measured, is never among those that go.
    @Test(arguments: seeds)
    func `law 9: deciding again on what stays condemns nothing`(seed: Int) throws {
        let random = try RandomSetting(seed: seed)
        let gone = Self.condemned(random.setting, random.candidates)
        let stays = random.candidates.filter { !gone.contains($0.key) }
        #expect(Self.condemned(random.setting, stays).isEmpty, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `the going of any others condemns nobody new`(seed: Int) throws {
        var random = try RandomSetting(seed: seed)
        let before = Self.condemned(random.setting, random.candidates)
        let fewer = random.candidates.filter { _ in Bool.random(using: &random.generator) }
        let after = Self.condemned(random.setting, fewer)
        #expect(after.isSubset(of: before), "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `one more rule condemns nobody new`(seed: Int) throws {
        var random = try RandomSetting(seed: seed)
        // An empty set keeps everything, so its first rule is no addition.
        guard !random.setting.rules.isEmpty else { return }
        let before = Self.condemned(random.setting, random.candidates)
        let more = random.rules()
        var rules = random.setting.rules
        rules.keepLast = rules.keepLast ?? more.keepLast
        rules.keepWithin = rules.keepWithin ?? more.keepWithin
        rules.keepLabelled.merge(more.keepLabelled) { old, _ in old }
        rules.keepPerPeriod.merge(more.keepPerPeriod) { old, _ in old }
        random.setting.rules = rules
        let after = Self.condemned(random.setting, random.candidates)
        #expect(after.isSubset(of: before), "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `a higher limit condemns nobody new`(seed: Int) throws {
        var random = try RandomSetting(seed: seed)
        let before = Self.condemned(random.setting, random.candidates)
        let step = Int.random(in: 1...3, using: &random.generator)
        func raised(_ duration: RetentionDuration) -> RetentionDuration {
            RetentionDuration(duration.amount + step, duration.unit)
        }
        var rules = random.setting.rules
        rules.keepLast = rules.keepLast.map { $0 + step }
        rules.keepWithin = rules.keepWithin.map(raised)
        rules.keepLabelled = rules.keepLabelled.mapValues(raised)
        rules.keepPerPeriod = rules.keepPerPeriod.mapValues { limit in
            switch limit {
            case .within(let duration): .within(raised(duration))
            case .periods(let count): .periods(count + step)
            }
        }
        random.setting.rules = rules
        let after = Self.condemned(random.setting, random.candidates)
        #expect(after.isSubset(of: before), "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `a pin changes nothing for the others`(seed: Int) throws {
        var random = try RandomSetting(seed: seed)
        guard let index = random.candidates.indices.randomElement(using: &random.generator) else {
            return
        }
        var before = random.decisions
        random.candidates[index].isPinned = true
        var after = random.decisions
        #expect(after[index].verdict == .keep && after[index].reasons[0] == .pinned)
        before.remove(at: index)
        after.remove(at: index)
        #expect(before == after, "seed \(seed)")
    }

    /// Places are all that a new snapshot can take.
    ///
    /// Bounds: keepLast loses its last place, a rule on periods one newest or its last period, and
    /// the newest of all what law 3 gave it; ages do not change. Of broken ones any number may
    /// stand between two places, so they are not bound.
    @Test(arguments: seeds)
    func `one more snapshot condemns at most one by each rule on places`(seed: Int) throws {
        var random = try RandomSetting(seed: seed)
        let counting = Set(
            random.candidates.filter { $0.standing == .counts }.map(\.key)
        )
        let before = Self.condemned(random.setting, random.candidates)
        let time = random.candidates.randomElement(using: &random.generator)?.time
        var added = random.candidate(
            1000,
            at: (time ?? random.setting.now).advanced(
                byNanoseconds: Int64.random(in: -1...1, using: &random.generator)
            )
        )
        let after = Self.condemned(random.setting, random.candidates + [added])
        let rules = random.setting.rules
        let bound = (rules.keepLast == nil ? 0 : 1) + rules.keepPerPeriod.count + 1
        let new = after.subtracting(before).intersection(counting)
        #expect(new.count <= bound, "seed \(seed): \(new)")
        added.standing = .broken
        let broken = Self.condemned(random.setting, random.candidates + [added])
        #expect(broken.subtracting([added.key]) == before, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `what is condemned stays so as time goes on`(seed: Int) throws {
        var random = try RandomSetting(seed: seed)
        let before = Self.condemned(random.setting, random.candidates)
        let step = Int64.random(in: 0...400 * 86_400, using: &random.generator) * 1_000_000_000
        random.setting.now = random.setting.now.advanced(byNanoseconds: step)
        let after = Self.condemned(random.setting, random.candidates)
        #expect(after.isSuperset(of: before), "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `law 10: a zone ahead of UTC is UTC with later times`(seed: Int) throws {
        var random = try RandomSetting(seed: seed)
        let hours = Int.random(in: -12...14, using: &random.generator)
        let offset = hours * 3600 + [0, 1800, 2700].shuffled(using: &random.generator)[0]
        let fixed = try #require(TimeZone(secondsFromGMT: offset))
        let utc = try zone("UTC")
        let step = Int64(offset) * 1_000_000_000
        func outline(_ decisions: [RetentionDecision]) -> [[String]] {
            decisions.map { decision in
                [decision.verdict.rawValue] + decision.reasons.map(\.ruleID)
            }
        }
        random.setting.calendar.timeZone = fixed
        let ahead = outline(random.decisions)
        random.setting.calendar.timeZone = utc
        random.setting.now = random.setting.now.advanced(byNanoseconds: step)
        random.setting.newestClosedOfJob = random.setting.newestClosedOfJob?
            .advanced(byNanoseconds: step)
        for index in random.candidates.indices {
            let time = random.candidates[index].time
            random.candidates[index].time = time.advanced(byNanoseconds: step)
        }
        #expect(outline(random.decisions) == ahead, "seed \(seed)")
    }
}
