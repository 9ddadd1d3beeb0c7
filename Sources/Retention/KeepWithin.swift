// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

/// Keeps all that are not older than a duration.
struct KeepWithin: RetentionRule {
    private var expiry: ExpiryClock
    private let now: Instant

    init(expiry: ExpiryClock, now: Instant) {
        self.expiry = expiry
        self.now = now
    }

    mutating func opinion(on question: RetentionQuestion) -> RetentionOpinion {
        let end = expiry.end(after: question.time)
        return now <= end
            ? .keep(.within(expiry.duration, until: end))
            : .pass(.olderThan(expiry.duration, since: end))
    }
}
