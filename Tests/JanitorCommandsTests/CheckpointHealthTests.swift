// SPDX-License-Identifier: Apache-2.0

import Policy
import Reporting
import SnapshotModel
import Testing

@testable import FlinkClient
@testable import JanitorCommands

/// Thresholds, each on its own, at the last value that is well and the first that is not.
@Suite struct CheckpointHealthTests {
    private static let now = Instant(milliseconds: 1_800_000_000_000)

    private func problems(
        took: Int64 = 1000,
        bytes: Int64 = 1_000_000_000,
        earlierBytes: Int64? = nil,
        minutesAgo: Int64 = 1,
        outcomes: [String] = ["COMPLETED"],
        interval: Int64? = 600_000_000,
        hasNone: Bool = false
    ) -> [String] {
        func completed(_ bytes: Int64, _ minutes: Int64) -> FlinkCheckpointing.Completed {
            let time = Self.now.advanced(byNanoseconds: -minutes * 60_000_000_000)
            return FlinkCheckpointing.Completed(
                id: 7,
                triggered: time,
                completed: time,
                durationMilliseconds: took,
                stateBytes: bytes,
                path: nil
            )
        }
        let latest = hasNone ? nil : completed(bytes, minutesAgo)
        let earlier = earlierBytes.map { completed($0, minutesAgo + 20) }
        let said = FlinkCheckpointing(
            restoredFrom: nil,
            completedCount: 1,
            failedCount: 0,
            latest: latest,
            history: [latest, earlier].compactMap(\.self),
            outcomes: outcomes,
            mayBeTakingSavepoint: false
        )
        let settings = FlinkCheckpointSettings(
            isExactlyOnce: true,
            intervalMilliseconds: interval,
            timeoutMilliseconds: 900_000,
            pauseMilliseconds: 0,
            isRetainedOnCancellation: true,
            stateBackend: nil
        )
        return CheckpointHealth(
            said,
            settings,
            started: Self.now.advanced(byNanoseconds: -minutesAgo * 60_000_000_000),
            thresholds: HealthThresholds(),
            now: Self.now
        ).problems.map(\.threshold)
    }

    @Test func `holds the last checkpoint's duration against five minutes and half the interval`() {
        #expect(problems(took: 300_000).isEmpty)
        #expect(problems(took: 300_001) == ["duration"])
        #expect(problems(took: 60_000, interval: 120_000).isEmpty)
        #expect(problems(took: 60_001, interval: 120_000) == ["intervalShare"])
        #expect(problems(took: 60_001, interval: nil).isEmpty)
    }

    @Test func `holds the time since the last checkpoint against half an hour`() {
        #expect(problems(minutesAgo: 30).isEmpty)
        #expect(problems(minutesAgo: 31) == ["sinceLast"])
        #expect(problems(minutesAgo: 30, hasNone: true).isEmpty)
        #expect(problems(minutesAgo: 31, hasNone: true) == ["sinceLast"])
    }

    @Test func `holds the state's size against 100 GB, and its growth`() {
        #expect(problems(bytes: 100_000_000_000).isEmpty)
        #expect(problems(bytes: 100_000_000_001) == ["gigabytes"])
        #expect(problems(bytes: 12_000_000_000, earlierBytes: 10_000_000_000).isEmpty)
        #expect(problems(bytes: 12_100_000_000, earlierBytes: 10_000_000_000) == ["growth"])
        // From a byte to more than any disk holds.
        #expect(problems(bytes: .max, earlierBytes: 1) == ["gigabytes", "growth"])
        // Small states double every day.
        #expect(problems(bytes: 10_000_000_000, earlierBytes: 1_000_000_000).isEmpty)
    }

    @Test func `holds failures against a tenth, checkpoints in progress not counted`() {
        let well = Array(repeating: "COMPLETED", count: 9)
        #expect(problems(outcomes: well + ["FAILED"]).isEmpty)
        #expect(problems(outcomes: well.dropLast() + ["FAILED", "IN_PROGRESS"]) == ["failures"])
        #expect(problems(outcomes: ["IN_PROGRESS"]).isEmpty)
    }
}
