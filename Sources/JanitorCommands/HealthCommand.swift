// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import FlinkClient
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel

/// `janitor health`.
enum HealthCommand {
    static let spec = CommandSpec(
        name: "health",
        arguments: "",
        argumentCount: 0...0,
        options: [.job, .policy, .state, .json],
        summary: "say whether the checkpoints of running jobs are well",
        details: """
            Asks the Flink of each job that names one, over REST, and holds what it says of the
            job's checkpoints against thresholds: how long the last one took (5 minutes, and half
            the interval), how long ago it was (30 minutes), how large the state is (100 GB) and by
            how much it grew (20 %), how many of the last ones failed (10 %). The policy sets others:
            flink: { rest: "…", health: { duration: "5m", intervalShare: 0.5, sinceLast: "30m",
            gigabytes: 100, growth: 0.2, failures: 0.1 } }.
            The exit code is 1 where a threshold is passed or a job does not run, else 3 where a
            Flink did not say. Growth and failures are of the ten checkpoints that Flink remembers.
            """,
        never: "read a store, or change anything.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let policy = try context.policy(arguments)
        let backends = context.backends(policy)
        let roster = Planner(policy: policy, readerFor: backends.reader(for:)).roster()
        let chosen =
            arguments.has(.job) ? [try FlinkJobChoice(roster, arguments).job] : roster.jobs
        let asked = chosen.filter { $0.flink != nil }
        guard !asked.isEmpty else {
            throw CommandFailure(
                code: .usage,
                message: "the policy names no Flink for any job that is asked for\n"
                    + "  hint: write in the job: flink: { rest: \"http://jobmanager:8081\" }"
            )
        }
        let report = HealthReport(asked.map { look(at: $0, context) })
        if arguments.has(.json) {
            report.writeJSON(context.console.result)
        } else {
            context.console.write(report.text)
        }
        let states = Set(report.jobs.map(\.state))
        return states.contains("unhealthy")
            ? .failed : states.contains("unknown") ? .partial : .done
    }

    private static func look(at job: ManagedJob, _ context: CommandContext) -> HealthReport.Job {
        guard let settings = job.flink else { return HealthReport.Job(name: job.name) }
        do {
            let cluster = try context.cluster(settings)
            return try look(at: job, settings, cluster, context.clock())
        } catch {
            let why = (error as? CommandFailure)?.message ?? "\(error)"
            return HealthReport.Job(name: job.name, silence: why.oneLine)
        }
    }

    private static func look(
        at job: ManagedJob,
        _ settings: FlinkSettings,
        _ cluster: any FlinkCluster,
        _ now: Instant
    ) throws(FlinkError) -> HealthReport.Job {
        let jobs = try cluster.jobs()
        let running: FlinkJob
        do throws(FlinkError) {
            let name = settings.flinkName(ofJob: job.name)
            running = try JobChoice.running(name, among: jobs, at: cluster.address)
        } catch {
            let problem = HealthReport.Problem(threshold: "running", text: error.detail)
            return HealthReport.Job(name: job.name, problems: [problem])
        }
        guard let said = try cluster.checkpointing(of: running.id),
            let set = try cluster.settings(of: running.id)
        else {
            return HealthReport.Job(
                name: job.name,
                id: running.id.description,
                silence: "Flink's command line does not tell how checkpoints fare"
            )
        }
        let health = CheckpointHealth(
            said,
            set,
            started: running.started,
            thresholds: settings.health,
            now: now
        )
        return HealthReport.Job(
            name: job.name,
            id: running.id.description,
            numbers: health.numbers,
            problems: health.problems
        )
    }
}

extension String {
    /// The lines of a message as one.
    fileprivate var oneLine: String {
        split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.joined(separator: "; ")
    }
}
