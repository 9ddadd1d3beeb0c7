// SPDX-License-Identifier: Apache-2.0

// MARK: - CustomStringConvertible

extension RuleSet: CustomStringConvertible {
    /// What is kept, for people: `the last 3; pre-deploy for 30d; one a month for 1y`.
    public var description: String {
        var parts: [String] = []
        if let keepLast { parts.append("the last \(keepLast)") }
        if let keepWithin { parts.append("all for \(keepWithin)") }
        for (label, span) in keepLabelled.sorted(by: { $0.key < $1.key }) {
            parts.append("\(label) for \(span)")
        }
        for period in CalendarPeriod.allCases {
            switch keepPerPeriod[period] {
            case nil: break
            case .within(let span): parts.append("one a \(period.rawValue) for \(span)")
            case .periods(let count):
                parts.append("one a \(period.rawValue), \(count) of them")
            }
        }
        return parts.isEmpty ? "nothing but the newest" : parts.joined(separator: "; ")
    }
}
