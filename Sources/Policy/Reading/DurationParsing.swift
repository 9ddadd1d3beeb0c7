// SPDX-License-Identifier: Apache-2.0

extension RetentionDuration {
    /// Reads a duration as policies write it: a whole number and a unit, `30d`.
    ///
    /// - Parameter text: Lower case, without spaces; at most 1000 years.
    /// - Throws: `DurationProblem` with what to write instead, where that can be told.
    public init(parsing text: String) throws(DurationProblem) {
        let parts = DurationParts(text)
        if let unit = Unit(rawValue: parts.unit), parts.isPlain {
            // What `Int` cannot hold is longer than 1000 years in any unit.
            let amount = Int(parts.number) ?? .max
            guard amount <= Self.most(of: unit) else {
                throw DurationProblem(text: text, cause: .tooLong)
            }
            self.init(amount, unit)
        } else {
            throw DurationProblem(text: text, cause: parts.fault, suggestion: parts.suggestion)
        }
    }

    /// How many units 1000 years hold.
    private static func most(of unit: Unit) -> Int {
        switch unit {
        case .minutes: 365_250 * 24 * 60
        case .hours: 365_250 * 24
        case .days: 365_250
        case .weeks: 365_250 / 7
        case .months: 12_000
        case .years: 1000
        }
    }
}

/// A text taken apart as far as it looks like a duration, to say what is wrong with it.
private struct DurationParts {
    /// `+` or `-` in front.
    var sign = ""
    /// Digits in front of the point, as written.
    var number = ""
    /// Digits behind a point or comma; nil where there is none.
    var fraction: String?
    /// Whether white space stands anywhere.
    let hasSpace: Bool
    /// The letters behind the number, as written.
    var unit = ""
    /// What comes then.
    var rest: Substring

    init(_ text: String) {
        let packed = text.filter { !$0.isWhitespace }
        hasSpace = packed != text
        rest = packed[...]
        sign = take { $0 == "-" || $0 == "+" }
        number = take(Self.isDigit)
        if let point = rest.first, point == "." || point == "," {
            rest = rest.dropFirst()
            fraction = take(Self.isDigit)
        }
        unit = take { $0.isLetter }
    }

    private static func isDigit(_ character: Character) -> Bool {
        ("0"..."9").contains(character)
    }

    private mutating func take(_ belongs: (Character) -> Bool) -> String {
        let taken = rest.prefix(while: belongs)
        rest = rest[taken.endIndex...]
        return String(taken)
    }

    /// Whether nothing but digits and letters is there.
    var isPlain: Bool {
        sign.isEmpty && !number.isEmpty && fraction == nil && !hasSpace && rest.isEmpty
    }

    var fault: DurationProblem.Cause {
        if number.isEmpty { return .other }
        if sign.count == 1 { return .sign }
        if fraction != nil { return .fraction }
        if !rest.isEmpty { return rest.first?.isNumber == true ? .severalUnits : .other }
        if hasSpace { return .space }
        if unit.isEmpty { return .noUnit }
        return RetentionDuration.Unit(rawValue: unit.lowercased()) != nil
            ? .upperCase : .unknownUnit(unit)
    }

    /// The text that would have been right, in quotes.
    var suggestion: String? {
        guard !number.isEmpty, sign != "-", sign.count < 2, number.utf8.count < 10 else {
            return nil
        }
        if !rest.isEmpty { return wholeOfSeveral }
        if unit.isEmpty { return fraction == nil ? "\"\(number)d\" for days" : nil }
        if unit == "M", fraction == nil {
            return "\"\(number)m\" for minutes, \"\(number)mo\" for months"
        }
        guard let meant = Self.unit(meantBy: unit) else { return nil }
        guard let fraction else { return "\"\(number)\(meant.rawValue)\"" }
        return wholeInSmallerUnit(fraction: fraction, of: meant)
    }

    /// `36h` for `1.5d`; nil where no unit makes it whole.
    private func wholeInSmallerUnit(
        fraction: String,
        of unit: RetentionDuration.Unit
    ) -> String? {
        guard fraction.utf8.count < 6, var amount = Int(number + fraction) else { return nil }
        let scale = fraction.utf8.reduce(1) { product, _ in product * 10 }
        var unit = unit
        while amount % scale != 0 {
            guard let (smaller, factor) = Self.smaller(than: unit) else { return nil }
            amount *= factor
            unit = smaller
        }
        return "\"\(amount / scale)\(unit.rawValue)\""
    }

    /// `36h` for `1d12h`; nil where lengths of time and calendar steps mix.
    private var wholeOfSeveral: String? {
        guard let first = Self.unit(meantBy: unit) else { return nil }
        let second = DurationParts(String(rest))
        guard second.isPlain, second.number.utf8.count < 10, var amount = Int(number),
            let more = Int(second.number), let last = Self.unit(meantBy: second.unit)
        else { return nil }
        var unit = first
        while unit != last {
            guard let (smaller, factor) = Self.smaller(than: unit) else { return nil }
            amount *= factor
            unit = smaller
        }
        return "\"\(amount + more)\(unit.rawValue)\""
    }

    private static func smaller(
        than unit: RetentionDuration.Unit
    ) -> (RetentionDuration.Unit, Int)? {
        switch unit {
        case .weeks: (.days, 7)
        case .days: (.hours, 24)
        case .hours: (.minutes, 60)
        case .years: (.months, 12)
        case .minutes, .months: nil
        }
    }

    private static func unit(meantBy text: String) -> RetentionDuration.Unit? {
        switch text.lowercased() {
        case "m", "min", "mins", "minute", "minutes": .minutes
        case "h", "hr", "hrs", "hour", "hours": .hours
        case "d", "day", "days": .days
        case "w", "wk", "week", "weeks": .weeks
        case "mo", "mon", "month", "months": .months
        case "y", "yr", "yrs", "year", "years": .years
        default: nil
        }
    }
}
