// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

/// The keys under which rules stand.
enum RuleKey: String, CaseIterable, Comparable {
    case keepLast, keepWithin, keepLabelled, keepDaily, keepWeekly, keepMonthly, keepYearly

    var period: CalendarPeriod? { CalendarPeriod.allCases.first { $0.key == rawValue } }

    static func < (left: RuleKey, right: RuleKey) -> Bool { left.rawValue < right.rawValue }
}

/// A rule as somebody said it.
struct SaidRule {
    enum Value {
        /// Switched off by `null`.
        case off
        /// Not readable; reported already.
        case faulty
        case last(Int)
        case within(RetentionDuration)
        case labelled([String: RetentionDuration])
        case period(PeriodLimit)
    }

    var value: Value
    var layer: RuleLayer
    /// Where it stands; nil for a built-in one.
    var place: Place?
}

/// The rules for one kind of snapshots as somebody said them.
struct SaidRules {
    var rules: [RuleKey: SaidRule] = [:]
    /// Where the object stands; nil for the built-in rules.
    var place: Place?

    /// The built-in rules.
    init(_ set: RuleSet) {
        if let count = set.keepLast { add(.keepLast, .last(count)) }
        if let span = set.keepWithin { add(.keepWithin, .within(span)) }
        if !set.keepLabelled.isEmpty { add(.keepLabelled, .labelled(set.keepLabelled)) }
        for key in RuleKey.allCases {
            guard let period = key.period, let limit = set.keepPerPeriod[period] else { continue }
            add(key, .period(limit))
        }
    }

    private mutating func add(_ key: RuleKey, _ value: SaidRule.Value) {
        rules[key] = SaidRule(value: value, layer: .builtIn)
    }

    init(rules: [RuleKey: SaidRule], place: Place?) {
        self.rules = rules
        self.place = place
    }

    /// These rules, with others over them key by key.
    func overlaid(by others: SaidRules?) -> SaidRules {
        guard let others else { return self }
        return SaidRules(
            rules: rules.merging(others.rules) { $1 },
            place: others.place
        )
    }

    var ruleSet: RuleSet {
        var set = RuleSet()
        for (key, rule) in rules {
            switch rule.value {
            case .off, .faulty: break
            case .last(let count): set.keepLast = count
            case .within(let span): set.keepWithin = span
            case .labelled(let labels): set.keepLabelled = labels
            case .period(let limit):
                if let period = key.period { set.keepPerPeriod[period] = limit }
            }
        }
        return set
    }

    /// Whether every rule is switched off; a faulty one counts as one.
    var isEmpty: Bool {
        rules.values.allSatisfy { if case .off = $0.value { true } else { false } }
    }
}

extension PolicyReading {
    mutating func rules(_ field: Field, layer: RuleLayer) -> SaidRules {
        let known = RuleKey.allCases.map(\.rawValue)
        guard let members = members(field, known: known, example: "{ keepLast: 3 }") else {
            // As if something unreadable had been said: nothing is concluded from its absence.
            return SaidRules(rules: [.keepLast: SaidRule(value: .faulty, layer: layer)], place: nil)
        }
        var rules: [RuleKey: SaidRule] = [:]
        for key in RuleKey.allCases {
            guard let member = members[key.rawValue] else { continue }
            rules[key] = SaidRule(
                value: rule(member, key) ?? .faulty,
                layer: layer,
                place: member.place
            )
        }
        if field.hasKey(beside: known) {
            // What was misspelt may have been any rule; the rules are not empty for it.
            let misspelt = RuleKey.allCases.first { rules[$0] == nil }
            if let misspelt { rules[misspelt] = SaidRule(value: .faulty, layer: layer) }
        }
        return SaidRules(rules: rules, place: field.place)
    }

    private mutating func rule(_ field: Field, _ key: RuleKey) -> SaidRule.Value? {
        if field.value == .null { return .off }
        switch key {
        case .keepLast:
            return count(field, least: 1, example: "3").map { .last($0) }
        case .keepWithin:
            return keepDuration(field, example: "2d").map { .within($0) }
        case .keepLabelled:
            return labels(field).map { .labelled($0) }
        case .keepDaily, .keepWeekly, .keepMonthly, .keepYearly:
            return periodLimit(field, key).map { .period($0) }
        }
    }

    /// A duration that keeps something.
    private mutating func keepDuration(
        _ field: Field,
        due: String = "a duration",
        example: String
    ) -> RetentionDuration? {
        guard let span = duration(field, due: due, example: example) else { return nil }
        if span.amount > 0 { return span }
        let problem = DurationProblem(text: span.description, cause: .zero)
        report(.duration(problem), at: field.place)
        return nil
    }

    private mutating func periodLimit(_ field: Field, _ key: RuleKey) -> PeriodLimit? {
        if case .number = field.value {
            guard let count = count(field, least: 1, example: "12, or \"1y\"") else { return nil }
            if count > 1 { return .periods(count) }
            report(.rule(.onePeriod(key: key.rawValue)), at: field.place)
            return nil
        }
        if case .string(let text) = field.value, let count = Int(text), count > 0 {
            let suggestion = "\(count) for a count, \"\(count)mo\" for months"
            let problem = DurationProblem(text: text, cause: .noUnit, suggestion: suggestion)
            report(.duration(problem), at: field.place)
            return nil
        }
        let due = "a duration or a count"
        guard let span = keepDuration(field, due: due, example: "1y") else { return nil }
        if span.unit == .minutes, span.amount < 24 * 60 {
            let problem = DurationProblem(
                text: span.description,
                cause: .minutes(key: key.rawValue),
                suggestion: "\"\(span.amount)mo\""
            )
            report(.duration(problem), at: field.place)
            return nil
        }
        return .within(span)
    }

    private mutating func labels(_ field: Field) -> [String: RetentionDuration]? {
        let example = "{ \"pre-deploy\": \"30d\" }"
        guard let entries = entries(field, due: "an object of labels", example: example) else {
            return nil
        }
        if entries.isEmpty { report(.shape(.noLabels), at: field.place) }
        var labels: [String: RetentionDuration] = [:]
        for entry in entries {
            if entry.key == "pin" {
                report(.entry(.pinLabel), at: entry.keyPlace)
            } else if !ObjectName(entry.key).isLabelName {
                report(.entry(.label(entry.key)), at: entry.keyPlace)
            }
            if let span = keepDuration(entry, example: "30d") { labels[entry.key] = span }
        }
        return labels.count == entries.count && !labels.isEmpty ? labels : nil
    }
}
