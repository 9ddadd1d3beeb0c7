// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Times as all texts for people show them: UTC, to the day or to the second.
extension Instant {
    /// `2026-11-22`, UTC; in a text that says that its days are.
    var day: String { String(description.prefix(10)) }

    /// `2026-11-22T02:00:00Z`.
    var moment: String { "\(description.prefix(19))Z" }
}

extension CivilDay {
    /// `2026-11-22`.
    var text: String { Instant(seconds: Int64(number) * 86_400).day }
}
