// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

extension RetentionDuration {
    /// Tells whether a duration is at most as long as another, whatever months they meet.
    ///
    /// A month has 28 to 31 days and a year 365 or 366; an hour that clocks are put forward or
    /// back does not count.
    func isCertainlyWithin(_ other: RetentionDuration) -> Bool {
        if let mine = calendarMonths, let theirs = other.calendarMonths { return mine <= theirs }
        if let mine = fixedNanoseconds, let theirs = other.fixedNanoseconds {
            return mine <= theirs
        }
        return minutes(month: 31, year: 366) <= other.minutes(month: 28, year: 365)
    }

    private var calendarMonths: Int? {
        switch unit {
        case .months: amount
        case .years: amount * 12
        default: nil
        }
    }

    private func minutes(month: Int, year: Int) -> Int {
        guard let calendarMonths else { return Int((fixedNanoseconds ?? 0) / 60_000_000_000) }
        return (calendarMonths / 12 * year + calendarMonths % 12 * month) * 24 * 60
    }
}

extension PolicyReading {
    /// Reports the rules of a job that keep nothing beyond what other rules of it keep.
    mutating func reportPointless(in said: SaidRules) {
        for strongKey in RuleKey.allCases {
            guard let strong = said.rules[strongKey], let span = strong.value.span else { continue }
            for weakKey in Self.implied(by: strongKey) {
                guard let weak = said.rules[weakKey] else { continue }
                for (label, weakSpan) in weak.value.spans
                where weakSpan.isCertainlyWithin(span) {
                    let name = label.map { "\(weakKey.rawValue)[\($0.literal)]" }
                    let text = "\(name ?? weakKey.rawValue) \"\(weakSpan)\""
                    let problem = RuleProblem.pointless(
                        rule: text,
                        layer: weak.layer,
                        by: "\(strongKey.rawValue) \"\(span)\"",
                        byLayer: strong.layer
                    )
                    if let place = Self.later(weak, strong).place {
                        report(.rule(problem), at: place)
                    }
                }
            }
        }
    }

    /// The keys whose snapshots the rule under a key keeps as well, for as long as it reaches.
    ///
    /// The newest snapshot of a month is the newest of its day and of no certain week.
    private static func implied(by key: RuleKey) -> [RuleKey] {
        switch key {
        case .keepWithin: [.keepLabelled, .keepDaily, .keepWeekly, .keepMonthly, .keepYearly]
        case .keepDaily: [.keepWeekly, .keepMonthly, .keepYearly]
        case .keepMonthly: [.keepYearly]
        default: []
        }
    }

    private static func later(_ left: SaidRule, _ right: SaidRule) -> SaidRule {
        if left.layer != right.layer { return left.layer < right.layer ? right : left }
        guard let leftPlace = left.place, let rightPlace = right.place else { return left }
        return leftPlace.position < rightPlace.position ? right : left
    }
}

extension SaidRule.Value {
    /// How far back the rule keeps everything that it looks at.
    fileprivate var span: RetentionDuration? {
        switch self {
        case .within(let span), .period(.within(let span)): span
        default: nil
        }
    }

    /// Every span of the rule, with its label where it has one.
    fileprivate var spans: [(label: String?, span: RetentionDuration)] {
        if case .labelled(let labels) = self {
            return labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        return span.map { [(nil, $0)] } ?? []
    }
}
