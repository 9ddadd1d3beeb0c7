// SPDX-License-Identifier: Apache-2.0

/// A name that is no time zone, or one that may mean several.
public struct TimeZoneProblem: Error, Hashable, Sendable {
    /// As written.
    public let name: String
    /// Whether it is an abbreviation or an offset rather than an unknown name.
    public let isAbbreviation: Bool
    /// A known name like it; nil where there is none.
    public let nearest: String?

    /// Makes a problem of its parts.
    public init(name: String, isAbbreviation: Bool, nearest: String?) {
        self.name = name
        self.isAbbreviation = isAbbreviation
        self.nearest = nearest
    }
}

// MARK: - ProblemWording

extension TimeZoneProblem: ProblemWording {
    var message: String {
        let why = isAbbreviation ? "it is not an Area/City name" : "it is not a known time zone"
        return "cannot use time zone \(name.quoted): \(why)"
    }

    var hint: String {
        if let nearest { return "write \(nearest.quoted)" }
        return "write an Area/City name such as \"Europe/Berlin\", or \"UTC\""
    }
}
