// SPDX-License-Identifier: Apache-2.0

/// How a job's own Flink is asked: the policy's `flink`.
public struct FlinkSettings: Hashable, Sendable {
    /// The way to it.
    public enum Access: Hashable, Sendable {
        /// The base URL of its REST interface, without a slash at its end.
        case rest(String)
        /// Its command line, one word an entry, never empty.
        case command([String])
    }

    /// The way to it.
    public var access: Access
    /// Absolute path of a configuration file for `curl`, in which stands what proves who asks.
    public var curlConfig: String?
    /// What stands behind each command of Flink's command line: `-t yarn-session`.
    public var options: [String]
    /// What the job is called in Flink, where that is not its name here; may hold `{job}`.
    public var job: String?
    /// How long one question may take.
    public var timeLimit: RetentionDuration
    /// How long a savepoint may take.
    public var waitLimit: RetentionDuration
    /// From when on the job's checkpoints are not well.
    public var health = HealthThresholds()

    /// Makes settings; all but the way are as built in where they are not given.
    public init(
        _ access: Access,
        curlConfig: String? = nil,
        options: [String] = [],
        job: String? = nil,
        timeLimit: RetentionDuration? = nil,
        waitLimit: RetentionDuration? = nil
    ) {
        self.access = access
        self.curlConfig = curlConfig
        self.options = options
        self.job = job
        self.timeLimit = timeLimit ?? Self.usualTimeLimit(access)
        self.waitLimit = waitLimit ?? Self.usualWaitLimit
    }

    /// Who is asked, for messages.
    public var address: String {
        switch access {
        case .rest(let url): url
        case .command(let words): (words + options).joined(separator: " ")
        }
    }

    /// The settings of one job among those that `{job}` stands for.
    ///
    /// - Parameter name: The job's name here.
    /// - Returns: The name that it has in Flink.
    public func flinkName(ofJob name: String) -> String {
        (job ?? name).replacing(RootPattern.placeholder, with: name)
    }

    /// A minute over REST; two where a JVM has to start, which without a cluster tries for one.
    static func usualTimeLimit(_ access: Access) -> RetentionDuration {
        switch access {
        case .rest: RetentionDuration(1, .minutes)
        case .command: RetentionDuration(2, .minutes)
        }
    }

    /// Twice the time after which Flink gives a savepoint up.
    ///
    /// Source: `execution.checkpointing.timeout`, 10 minutes (Flink 2.3).
    static let usualWaitLimit = RetentionDuration(20, .minutes)
}

extension FlinkSettings {
    /// The section as a policy has it; what is as built in is left out, so that policies keep their
    /// fingerprints.
    var json5: String {
        var members: [String] = []
        switch access {
        case .rest(let url): members.append("rest: \(url.literal)")
        case .command(let words): members.append("command: [\(Self.list(words))]")
        }
        if let curlConfig { members.append("curlConfig: \(curlConfig.literal)") }
        if !options.isEmpty { members.append("options: [\(Self.list(options))]") }
        if let job { members.append("job: \(job.literal)") }
        if timeLimit != Self.usualTimeLimit(access) {
            members.append("timeLimit: \"\(timeLimit)\"")
        }
        if waitLimit != Self.usualWaitLimit { members.append("waitLimit: \"\(waitLimit)\"") }
        if health != HealthThresholds() { members.append("health: \(health.json5)") }
        return "{ \(members.joined(separator: ", ")) }"
    }

    private static func list(_ words: [String]) -> String {
        words.map(\.literal).joined(separator: ", ")
    }
}
