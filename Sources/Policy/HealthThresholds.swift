// SPDX-License-Identifier: Apache-2.0

/// From when on a job's checkpoints are not well: the policy's `flink.health`.
public struct HealthThresholds: Hashable, Sendable {
    /// How long the last checkpoint may have taken.
    public var duration: RetentionDuration
    /// How much of the interval between two checkpoints it may have taken, more than 0, at most 1.
    public var intervalShare: Double
    /// How long ago the last one may have completed.
    public var sinceLast: RetentionDuration
    /// How large the whole state may be, in units of 10⁹ bytes.
    public var gigabytes: Int
    /// By how much of itself the state may have grown in the checkpoints that Flink remembers, once
    /// it is larger than a tenth of `gigabytes`.
    public var growth: Double
    /// How many of the checkpoints that Flink remembers may have failed, of all that ended.
    public var failures: Double

    /// Makes thresholds; those that are not given are the usual ones.
    public init(
        duration: RetentionDuration = RetentionDuration(5, .minutes),
        intervalShare: Double = 0.5,
        sinceLast: RetentionDuration = RetentionDuration(30, .minutes),
        gigabytes: Int = 100,
        growth: Double = 0.2,
        failures: Double = 0.1
    ) {
        self.duration = duration
        self.intervalShare = intervalShare
        self.sinceLast = sinceLast
        self.gigabytes = gigabytes
        self.growth = growth
        self.failures = failures
    }
}

extension HealthThresholds {
    /// The section as a policy has it, with what is not as built in.
    var json5: String {
        let usual = HealthThresholds()
        var members: [String] = []
        if duration != usual.duration { members.append("duration: \"\(duration)\"") }
        if intervalShare != usual.intervalShare {
            members.append("intervalShare: \(intervalShare)")
        }
        if sinceLast != usual.sinceLast { members.append("sinceLast: \"\(sinceLast)\"") }
        if gigabytes != usual.gigabytes { members.append("gigabytes: \(gigabytes)") }
        if growth != usual.growth { members.append("growth: \(growth)") }
        if failures != usual.failures { members.append("failures: \(failures)") }
        return "{ \(members.joined(separator: ", ")) }"
    }
}
