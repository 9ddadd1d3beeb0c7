// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

// MARK: - CustomStringConvertible

extension RetentionReason: CustomStringConvertible {
    /// The reason as a part of a sentence, lower case, without a full stop.
    public var text: String {
        switch self {
        case .pinned: "pinned"
        case .futureDated(let now): "dated in the future, after \(now)"
        case .newestClosed: "newest that the job can be restored from, stays whatever the rules say"
        case .noRules: "no rule is given, so all are kept"
        case .notCounted: "not for the rules to judge"
        case .broken(let broken): broken.text
        case .amongLast(let position, let limit):
            limit == 1 ? "newest, 1 is kept" : "\(ordinal(position)) of the \(limit) that are kept"
        case .notAmongLast(let position, let limit): "\(ordinal(position)), \(kept(limit))"
        case .within(let duration, let end): "not older than \(duration), \(until(end))"
        case .olderThan(let duration, let end): "older than \(duration) since \(end)"
        case .labelled(let label, let duration, let end):
            "labelled \(label) and not older than \(duration), \(until(end))"
        case .labelledButOlder(let label, let duration, let end):
            "labelled \(label), but older than \(duration) since \(end)"
        case .withoutLabel(let label): "has no label \(label)"
        case .newestWithin(let bucket, let duration, let end):
            "newest of \(bucket) and not older than \(duration), \(until(end))"
        case .newestButOlder(let bucket, let duration, let end):
            "newest of \(bucket), but older than \(duration) since \(end)"
        case .newest(let bucket, let position, let limit):
            limit == 1
                ? "newest of \(bucket), the newest \(bucket.period), 1 is kept"
                : "newest of \(bucket), the \(ordinal(position)) of the \(limit) "
                    + "\(bucket.period)s that are kept"
        case .newestBeyond(let bucket, let position, let limit):
            "newest of \(bucket), but that is the \(ordinal(position)) \(bucket.period), "
                + kept(limit)
        case .notNewest(let bucket, let newest):
            "not the newest of \(bucket), that is \(shortName(newest))"
        }
    }

    /// Rule and text: `keepLast: 4th newest, 3 are kept`.
    public var description: String { "\(ruleID): \(text)" }

    private func ordinal(_ position: Int) -> String {
        if position == 1 { return "newest" }
        let ending =
            switch (position % 100, position % 10) {
            case (11...13, _): "th"
            case (_, 1): "st"
            case (_, 2): "nd"
            case (_, 3): "rd"
            default: "th"
            }
        return "\(position)\(ending) newest"
    }

    private func kept(_ limit: Int) -> String {
        limit == 1 ? "1 is kept" : "\(limit) are kept"
    }

    /// What lies at the end of time was held there, because it has no date.
    private func until(_ end: Instant) -> String {
        end == Instant(nanoseconds: .max) ? "kept for ever" : "kept until \(end)"
    }

    /// The last component; for `chk-12`, which many attempts have, also the one above.
    private func shortName(_ key: ObjectName) -> String {
        let name = key.last
        guard name.bytes.starts(with: "chk-".utf8) else { return name.description }
        return key.components.suffix(2).map(\.description).joined(separator: "/")
    }
}

extension RetentionReason.Broken {
    fileprivate var text: String {
        switch self {
        case .olderThanClosed(let newest):
            "broken, and older than the newest closed snapshot of its job of \(newest)"
        case .notOlderThanClosed(let newest):
            "broken, but not older than the newest closed snapshot of its job of \(newest)"
        case .nothingClosed: "broken, but no closed snapshot of its job is known to be newer"
        case .keptIfWhole: "broken, but would be kept if it were whole"
        }
    }
}
