// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import Retention
import SnapshotModel
import Testing

/// The moment that a text names; a test with a wrong text fails.
func moment(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> Instant {
    try #require(Instant(text), "not a time: \(text)", sourceLocation: location)
}

/// A zone by name; a test with a wrong name fails.
func zone(_ name: String) throws -> TimeZone {
    try #require(TimeZone(identifier: name), "no such zone: \(name)")
}

/// The calendar of a policy in a zone.
func calendar(_ zoneName: String) throws -> Calendar {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = try zone(zoneName)
    return calendar
}

/// A candidate that counts, named for its time.
func snapshot(
    _ time: String,
    id: Int64 = 1,
    key: ObjectName? = nil,
    labels: [String] = [],
    pinned: Bool = false,
    standing: RetentionCandidate.Standing = .counts
) throws -> RetentionCandidate {
    RetentionCandidate(
        key: key ?? ObjectName("file:///sp/savepoint-\(time)"),
        time: try moment(time),
        checkpointID: id,
        labels: labels,
        isPinned: pinned,
        standing: standing
    )
}

/// One engine with all that it is given, for tests that read as input and output.
struct Setting {
    var rules: RuleSet
    var now: Instant
    var calendar: Calendar
    var newestClosedOfJob: Instant?

    init(
        _ rules: RuleSet,
        now: String = "2026-11-22T02:00:00Z",
        zone: String = "UTC",
        newestClosedOfJob: String? = nil
    ) throws {
        self.rules = rules
        self.now = try moment(now)
        calendar = try RetentionTests.calendar(zone)
        self.newestClosedOfJob = try newestClosedOfJob.map { try moment($0) }
    }

    func decide(_ candidates: [RetentionCandidate]) -> [RetentionDecision] {
        RetentionEngine(rules: rules, calendar: calendar, now: now)
            .decide(candidates, newestClosedOfJob: newestClosedOfJob)
    }

    /// `keep`, `condemn` or `leave`, and the texts of the reasons.
    func lines(_ candidates: [RetentionCandidate]) -> [String] {
        decide(candidates).map { decision in
            let reasons = decision.reasons.map(\.description).joined(separator: "; ")
            return "\(decision.verdict): \(reasons)"
        }
    }

    func verdicts(_ candidates: [RetentionCandidate]) -> [RetentionDecision.Verdict] {
        decide(candidates).map(\.verdict)
    }
}
