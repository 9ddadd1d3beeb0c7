// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Policy
import SnapshotModel

@testable import Retention

/// Random rules and candidates: few distinct times, small limits, all that can clash.
struct RandomSetting {
    static let zones = [
        "UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu",
        "Africa/Casablanca", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati",
    ]
    /// Moments around which candidates gather: clock changes, skipped days, ends of periods.
    static let anchors: [Int64] = [
        1_325_239_200, 1_289_099_400, 1_541_300_400, 1_518_922_800, 1_774_746_000, 1_792_890_000,
        1_767_225_600, 1_709_164_800, 1_735_689_600, -86_400, 951_782_400,
    ]

    var generator: SeededGenerator
    var setting: Setting
    var candidates: [RetentionCandidate] = []

    init(seed: Int) throws {
        generator = SeededGenerator(seed: UInt64(seed))
        setting = try Setting(RuleSet(), zone: Self.zones.randomElement(using: &generator) ?? "UTC")
        let anchor = Self.anchors.randomElement(using: &generator) ?? 0
        let reach = [3600, 5 * 86_400, 100 * 86_400, 1500 * 86_400].randomElement(using: &generator)
        let span = Int64(reach ?? 3600)
        setting.now = Instant(
            seconds: anchor + Int64.random(in: -span / 10...span / 2, using: &generator)
        )
        setting.rules = rules()
        let times = (0..<Int.random(in: 1...25, using: &generator)).map { _ in
            Instant(nanoseconds: time(around: anchor, span))
        }
        candidates = (0..<Int.random(in: 0...40, using: &generator)).map { number in
            candidate(number, at: times.randomElement(using: &generator) ?? setting.now)
        }
        if Int.random(in: 0..<3, using: &generator) == 0 { moveToEdge() }
        setting.newestClosedOfJob =
            [
                candidates.filter { $0.standing == .counts && $0.time <= setting.now }.map(\.time)
                    .max(),
                setting.now, nil, setting.now.advanced(byNanoseconds: 1),
            ].randomElement(using: &generator) ?? nil
    }

    /// Puts now at the last moment at which a duration of the rules keeps a candidate, or behind it.
    private mutating func moveToEdge() {
        var durations = Array(setting.rules.keepLabelled.values)
        if let duration = setting.rules.keepWithin { durations.append(duration) }
        for case .within(let duration) in setting.rules.keepPerPeriod.values {
            durations.append(duration)
        }
        durations.sort { $0.description < $1.description }
        guard let duration = durations.randomElement(using: &generator),
            let candidate = candidates.randomElement(using: &generator)
        else { return }
        let end = OracleCalendar(zone: setting.calendar.timeZone)
            .end(duration, after: candidate.time)
        setting.now = end.advanced(byNanoseconds: Int64.random(in: 0...1, using: &generator))
    }

    var decisions: [RetentionDecision] { setting.decide(candidates) }

    private mutating func time(around anchor: Int64, _ span: Int64) -> Int64 {
        let second = anchor + Int64.random(in: -span...span / 2, using: &generator)
        let fraction =
            Bool.random(using: &generator)
            ? 0 : Int64.random(in: 0..<1_000_000_000, using: &generator)
        return second * 1_000_000_000 + fraction
    }

    mutating func candidate(_ number: Int, at time: Instant) -> RetentionCandidate {
        let dice = Int.random(in: 0..<20, using: &generator)
        return RetentionCandidate(
            key: ObjectName("file:///sp/savepoint-\(number * 7919 % 101)-\(number)"),
            time: time,
            checkpointID: Int64.random(in: 0...2, using: &generator),
            labels: ["pre-deploy", "audit", "ü"].filter { _ in
                Int.random(in: 0..<3, using: &generator) == 0
            },
            isPinned: Int.random(in: 0..<10, using: &generator) == 0,
            standing: dice < 4 ? .broken : dice == 4 ? .doesNotCount : .counts
        )
    }

    mutating func duration() -> RetentionDuration {
        let unit = RetentionDuration.Unit.allCases.randomElement(using: &generator) ?? .days
        let most = [.minutes: 3000, .hours: 200, .days: 100, .weeks: 20, .months: 30][unit] ?? 3
        return RetentionDuration(Int.random(in: 0...most, using: &generator), unit)
    }

    mutating func limit() -> PeriodLimit {
        Bool.random(using: &generator)
            ? .within(duration()) : .periods(Int.random(in: 1...5, using: &generator))
    }

    /// Rules, each with a chance of one in three; now and then none at all.
    mutating func rules() -> RuleSet {
        var rules = RuleSet()
        func chance(_ generator: inout SeededGenerator) -> Bool {
            Int.random(in: 0..<3, using: &generator) == 0
        }
        if chance(&generator) { rules.keepLast = Int.random(in: 1...6, using: &generator) }
        if chance(&generator) { rules.keepWithin = duration() }
        for label in ["pre-deploy", "audit", "nobody's"] where chance(&generator) {
            rules.keepLabelled[label] = duration()
        }
        for period in CalendarPeriod.allCases where chance(&generator) {
            rules.keepPerPeriod[period] = limit()
        }
        return rules
    }
}
