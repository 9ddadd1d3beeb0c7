// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import FlinkClient
internal import Planning
internal import Policy
internal import SnapshotModel

/// What `check` asks the Flinks of a policy, each list of jobs once.
struct FlinkCheck {
    /// What is to be said of one job's Flink.
    struct Finding {
        /// What it is set to, in one line.
        var line: String
        /// What does not fit the policy.
        var differences: [FlinkComparison.Difference] = []
        /// Why it could not be asked; nil where it could.
        var problem: String?
    }

    private let context: CommandContext
    private let policy: JanitorPolicy
    private let roster: JobRoster
    private var asked: [FlinkSettings: Result<[FlinkJob], FlinkError>] = [:]

    init(_ context: CommandContext, _ policy: JanitorPolicy, _ roster: JobRoster) {
        self.context = context
        self.policy = policy
        self.roster = roster
    }

    /// Asks a job's Flink; nil where the policy names none.
    mutating func finding(of number: Int) -> Finding? {
        let job = roster.jobs[number]
        guard let settings = job.flink else { return nil }
        do {
            let cluster = try context.cluster(settings)
            return try finding(of: number, settings, cluster)
        } catch {
            let why = (error as? CommandFailure)?.message ?? "\(error)"
            return Finding(line: "flink: \(settings.address): does not answer", problem: why)
        }
    }

    private mutating func finding(
        of number: Int,
        _ settings: FlinkSettings,
        _ cluster: any FlinkCluster
    ) throws(FlinkError) -> Finding {
        let job = roster.jobs[number]
        let name = settings.flinkName(ofJob: job.name)
        let jobs = try self.jobs(settings, cluster)
        let running: FlinkJob
        do throws(FlinkError) {
            running = try JobChoice.running(name, among: jobs, at: cluster.address)
        } catch {
            return Finding(line: "flink: \(settings.address): job \"\(name)\": \(error.detail)")
        }
        var finding = Finding(line: "flink: \(settings.address): job \(running.id) runs")
        guard let said = try cluster.settings(of: running.id),
            let configuration = try cluster.configuration()
        else {
            finding.line += "; its command line does not tell how checkpoints are set"
            return finding
        }
        finding.line += Self.text(said, configuration)
        let all = roster.roots
        let roots = { (role: RootRole) in
            all.filter { $0.jobs.contains(number) && $0.role == role }.map(\.place)
        }
        finding.differences =
            FlinkComparison(
                said,
                configuration,
                latest: try cluster.checkpointing(of: running.id)?.latest?.path,
                policy: job.settings,
                roots: (roots(.checkpoints), roots(.savepoints)),
                aliases: policy.aliases
            ).differences
        return finding
    }

    private mutating func jobs(
        _ settings: FlinkSettings,
        _ cluster: any FlinkCluster
    ) throws(FlinkError) -> [FlinkJob] {
        // Several jobs of one cluster differ in their names only.
        var key = settings
        key.job = nil
        if let known = asked[key] { return try known.get() }
        let answer = Result { () throws(FlinkError) in try cluster.jobs() }
        asked[key] = answer
        return try answer.get()
    }

    private static func text(
        _ said: FlinkCheckpointSettings,
        _ configuration: FlinkConfiguration
    ) -> String {
        let interval = said.intervalMilliseconds.map { "every \(FlinkComparison.text($0))" }
        return ", checkpoints \(interval ?? "never by themselves"), "
            + "timeout \(FlinkComparison.text(said.timeoutMilliseconds)), "
            + "\(configuration.retainedCount) retained"
    }
}
