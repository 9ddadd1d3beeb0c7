// SPDX-License-Identifier: Apache-2.0

internal import FlinkClient
internal import Policy
internal import Reporting
internal import SnapshotModel

/// How a running job's checkpoints fare, held against thresholds; pure.
struct CheckpointHealth {
    private let said: FlinkCheckpointing
    private let settings: FlinkCheckpointSettings
    private let thresholds: HealthThresholds
    private let now: Instant
    private let started: Instant?

    /// Makes it of what Flink says.
    ///
    /// - Parameters:
    ///   - said: Of the job's checkpoints.
    ///   - settings: What they are set to.
    ///   - started: When the job began; nil where Flink does not say.
    ///   - thresholds: The policy's.
    ///   - now: The time.
    init(
        _ said: FlinkCheckpointing,
        _ settings: FlinkCheckpointSettings,
        started: Instant?,
        thresholds: HealthThresholds,
        now: Instant
    ) {
        self.said = said
        self.settings = settings
        self.started = started
        self.thresholds = thresholds
        self.now = now
    }

    /// Thresholds that are passed, in the order in which the policy names them.
    var problems: [HealthReport.Problem] {
        [duration, intervalShare, sinceLast, size, growth, failures].compactMap(\.self)
    }

    /// The numbers that were looked at.
    var numbers: HealthReport.Numbers {
        HealthReport.Numbers(
            secondsSinceLast: said.latest.map {
                now.nanoseconds(since: $0.completed) / 1_000_000_000
            },
            milliseconds: said.latest?.durationMilliseconds,
            bytes: said.latest?.stateBytes,
            failed: failedCount,
            ended: endedCount
        )
    }

    private var failedCount: Int { said.outcomes.count { $0 == "FAILED" } }
    private var endedCount: Int { said.outcomes.count { $0 == "FAILED" || $0 == "COMPLETED" } }

    private func problem(_ threshold: String, _ text: String) -> HealthReport.Problem {
        HealthReport.Problem(threshold: threshold, text: text)
    }

    private var duration: HealthReport.Problem? {
        guard let took = said.latest?.durationMilliseconds,
            took > Self.milliseconds(thresholds.duration)
        else { return nil }
        return problem(
            "duration",
            "the last checkpoint took \(took / 1000) s, more than \(thresholds.duration)"
        )
    }

    private var intervalShare: HealthReport.Problem? {
        guard let took = said.latest?.durationMilliseconds,
            let interval = settings.intervalMilliseconds,
            Double(took) > Double(interval) * thresholds.intervalShare
        else { return nil }
        return problem(
            "intervalShare",
            "the last checkpoint took \(FlinkComparison.text(took)), more than "
                + "\(thresholds.intervalShare) of the interval of \(FlinkComparison.text(interval))"
        )
    }

    private var sinceLast: HealthReport.Problem? {
        guard let since = said.latest?.completed ?? started else { return nil }
        let seconds = now.nanoseconds(since: since) / 1_000_000_000
        guard seconds * 1000 > Self.milliseconds(thresholds.sinceLast) else { return nil }
        let what =
            said.latest == nil
            ? "no checkpoint has completed since it began" : "the last checkpoint completed"
        return problem(
            "sinceLast",
            "\(what) \(seconds / 60) min ago, more than \(thresholds.sinceLast)"
        )
    }

    private var size: HealthReport.Problem? {
        guard let bytes = said.latest?.stateBytes,
            bytes > Int64(thresholds.gigabytes) * 1_000_000_000
        else { return nil }
        return problem(
            "gigabytes",
            "the state has \(bytes / 1_000_000_000) GB, more than \(thresholds.gigabytes) GB"
        )
    }

    private var growth: HealthReport.Problem? {
        guard let last = said.history.first, let first = said.history.last, first.stateBytes > 0,
            last.stateBytes > Int64(thresholds.gigabytes) * 100_000_000
        else { return nil }
        let growth = Double(last.stateBytes - first.stateBytes) / Double(first.stateBytes)
        guard growth > thresholds.growth else { return nil }
        let minutes = last.completed.nanoseconds(since: first.completed) / 60_000_000_000
        return problem(
            "growth",
            "the state grew by \(Int(min(growth, 1e13) * 100)) % in \(minutes) min, more than "
                + "\(Int(thresholds.growth * 100)) %"
        )
    }

    private var failures: HealthReport.Problem? {
        guard failedCount > 0, endedCount > 0,
            Double(failedCount) > Double(endedCount) * thresholds.failures
        else { return nil }
        return problem(
            "failures",
            "\(failedCount) of the last \(endedCount) checkpoints failed, more than "
                + "\(Int(thresholds.failures * 100)) %"
        )
    }

    private static func milliseconds(_ duration: RetentionDuration) -> Int64 {
        (duration.fixedNanoseconds ?? .max) / 1_000_000
    }
}
