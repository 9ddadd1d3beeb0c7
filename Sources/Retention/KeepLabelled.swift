// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

/// Keeps those that carry a label while they are not older than the label's duration.
struct KeepLabelled: RetentionRule {
    private let label: String
    private var expiry: ExpiryClock
    private let now: Instant

    init(label: String, expiry: ExpiryClock, now: Instant) {
        self.label = label
        self.expiry = expiry
        self.now = now
    }

    mutating func opinion(on question: RetentionQuestion) -> RetentionOpinion {
        guard question.hasLabel(label) else { return .pass(.withoutLabel(label)) }
        let end = expiry.end(after: question.time)
        return now <= end
            ? .keep(.labelled(label, within: expiry.duration, until: end))
            : .pass(.labelledButOlder(label, than: expiry.duration, since: end))
    }
}
