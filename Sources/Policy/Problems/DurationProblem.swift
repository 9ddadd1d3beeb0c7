// SPDX-License-Identifier: Apache-2.0

/// A text that is no duration.
public struct DurationProblem: Error, Hashable, Sendable {
    /// As written.
    public let text: String
    /// Why it is none.
    public let cause: Cause
    /// What was meant, in quotes, where that can be told; else nil.
    public let suggestion: String?

    /// Why a text is no duration.
    public enum Cause: Hashable, Sendable {
        /// A number alone.
        case noUnit
        /// White space in it or around it.
        case space
        /// A point or a comma in the number.
        case fraction
        /// A sign in front.
        case sign
        /// A unit in upper case.
        case upperCase
        /// A unit that is none.
        case unknownUnit(String)
        /// More than one number with a unit.
        case severalUnits
        /// Nothing like a duration.
        case other
        /// More than 1000 years.
        case tooLong
        /// Nothing at all, in a rule that keeps by it.
        case zero
        /// Minutes, for a rule on calendar periods.
        case minutes(key: String)
    }

    /// Makes a problem of its parts.
    public init(text: String, cause: Cause, suggestion: String? = nil) {
        self.text = text
        self.cause = cause
        self.suggestion = suggestion
    }
}

// MARK: - ProblemWording

extension DurationProblem: ProblemWording {
    var message: String {
        let why =
            switch cause {
            case .noUnit: "it has no unit"
            case .space: "there is a space in it"
            case .fraction: "its number is not whole"
            case .sign: "there is a sign in front of it"
            case .upperCase: "units are written in lower case"
            case .unknownUnit(let unit): "\(unit.quoted) is not a unit"
            case .severalUnits: "it has more than one unit"
            case .other: "it is not a whole number with a unit"
            case .tooLong: "it is longer than 1000 years"
            case .zero: "it keeps nothing"
            case .minutes(let key): "\"m\" is minutes, too short for \(key)"
            }
        return "cannot use duration \(text.quoted): \(why)"
    }

    var hint: String {
        let units = "m (minutes), h, d, w, mo (months) and y"
        switch (cause, suggestion) {
        case (.minutes, .some(let suggestion)): return "write \(suggestion) for months"
        case (.zero, _): return "write a longer one, or leave the rule out"
        case (.tooLong, _): return "write at most \"1000y\""
        case (_, .some(let suggestion)): return "write \(suggestion)"
        case (_, nil): return "write a whole number and a unit, as in \"30d\"; units are \(units)"
        }
    }
}
