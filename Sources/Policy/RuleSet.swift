// SPDX-License-Identifier: Apache-2.0

/// A calendar unit of which the newest snapshot is kept.
public enum CalendarPeriod: String, Hashable, Sendable, CaseIterable {
    /// From midnight to midnight.
    case day
    /// ISO 8601 weeks, from Monday on.
    case week
    /// Calendar months.
    case month
    /// Calendar years.
    case year

    /// The policy's key for the rule that counts these periods: `keepMonthly`.
    public var key: String {
        switch self {
        case .day: "keepDaily"
        case .week: "keepWeekly"
        case .month: "keepMonthly"
        case .year: "keepYearly"
        }
    }
}

/// How far back a rule on calendar periods reaches.
public enum PeriodLimit: Hashable, Sendable {
    /// Snapshots that are not older than this.
    case within(RetentionDuration)
    /// So many of the newest periods that have a snapshot at all; 1 or more.
    case periods(Int)
}

/// What keeps the snapshots of one kind; any rule that matches keeps.
public struct RuleSet: Hashable, Sendable {
    /// The newest so many are kept; 1 or more.
    public var keepLast: Int?
    /// All that are not older than this are kept.
    public var keepWithin: RetentionDuration?
    /// Those with a label are kept while not older than the label's duration.
    public var keepLabelled: [String: RetentionDuration]
    /// The newest of each period is kept as far back as the limit reaches.
    public var keepPerPeriod: [CalendarPeriod: PeriodLimit]

    /// Makes a set of rules; without arguments an empty one, which keeps nothing.
    public init(
        keepLast: Int? = nil,
        keepWithin: RetentionDuration? = nil,
        keepLabelled: [String: RetentionDuration] = [:],
        keepPerPeriod: [CalendarPeriod: PeriodLimit] = [:]
    ) {
        self.keepLast = keepLast
        self.keepWithin = keepWithin
        self.keepLabelled = keepLabelled
        self.keepPerPeriod = keepPerPeriod
    }

    /// Tells whether there is no rule at all.
    public var isEmpty: Bool {
        keepLast == nil && keepWithin == nil && keepLabelled.isEmpty && keepPerPeriod.isEmpty
    }
}
