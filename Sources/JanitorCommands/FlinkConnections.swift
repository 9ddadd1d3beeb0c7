// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import FlinkClient
internal import Planning
internal import Policy
internal import SnapshotModel

extension CommandContext {
    /// The client that asks a job's own Flink.
    ///
    /// - Parameters:
    ///   - settings: What the policy says of it.
    ///   - waitLimit: How long a savepoint may take; nil for what the policy says.
    /// - Returns: A client over REST or by Flink's command line.
    /// - Throws: `CommandError` where the program that asks is not there.
    func cluster(
        _ settings: FlinkSettings,
        waitLimit: Duration? = nil
    ) throws(CommandError) -> any FlinkCluster {
        let environment = CommandEnvironment(passing: environmentEntries)
        let searchPath = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        func program(_ words: [String]) throws(CommandError) -> Program {
            try Program.find(words.map { ObjectName($0) }, searchPath: searchPath)
        }
        switch settings.access {
        case .rest(let url):
            let caller = WebCaller(
                curl: try program(["curl"]),
                environment: environment,
                configuration: settings.curlConfig,
                timeLimit: max(1, Int(settings.timeLimit.callLimit.components.seconds)),
                runner: runner
            )
            return RESTCluster(url, caller: caller)
        case .command(let words):
            return CommandLineCluster(
                program: try program(words),
                options: settings.options.map { ObjectName($0) },
                environment: environment,
                timeLimit: settings.timeLimit.callLimit,
                waitLimit: waitLimit ?? settings.waitLimit.callLimit,
                runner: runner
            )
        }
    }

    /// Asks every Flink that the jobs of a policy name, each once.
    ///
    /// One that does not answer, or whose client is not there, is silent, and nothing of its jobs
    /// goes.
    ///
    /// - Parameter roster: The policy's jobs.
    /// - Returns: What they say, by the job's name.
    func ask(_ roster: JobRoster) -> FlinkWord {
        var asked: [FlinkSettings: FlinkWord.Saying] = [:]
        var word = FlinkWord()
        for job in roster.jobs {
            guard var settings = job.flink else { continue }
            // Several jobs of one cluster differ in their names only.
            settings.job = nil
            let saying = asked[settings] ?? ask(settings)
            asked[settings] = saying
            word.sayings[job.name] = saying
        }
        return word
    }

    private func ask(_ settings: FlinkSettings) -> FlinkWord.Saying {
        let cluster: any FlinkCluster
        do throws(CommandError) {
            cluster = try self.cluster(settings)
        } catch {
            return .silent(address: settings.address, why: error.cause)
        }
        do throws(FlinkError) {
            return .answered(try Self.answer(of: cluster))
        } catch {
            return .silent(address: settings.address, why: error.detail)
        }
    }

    /// What a Flink says of its jobs, as far as a plan needs it.
    static func answer(
        of cluster: any FlinkCluster
    ) throws(FlinkError) -> FlinkWord.Answer {
        var answer = FlinkWord.Answer(address: cluster.address)
        for job in try cluster.jobs() {
            if job.state.isOver {
                answer.ended.insert(job.id)
                continue
            }
            answer.running[job.id] = job.name
            let said = try checkpointing(of: job.id, cluster)
            if let said, !(job.state.isBeginning && said.isEmpty) {
                answer.restored[job.id] = said.restoredFrom
            } else {
                answer.unclear.insert(job.id)
                if job.state.isBeginning { answer.beginning.insert(job.id) }
            }
        }
        return answer
    }

    /// What Flink says of a running job's checkpoints; nil where it is not asked for them, knows none
    /// yet since the job is just beginning, or does not know the job any more.
    private static func checkpointing(
        of job: ObjectName,
        _ cluster: any FlinkCluster
    ) throws(FlinkError) -> FlinkCheckpointing? {
        do throws(FlinkError) {
            return try cluster.checkpointing(of: job)
        } catch {
            if error.reason == .unknown { return nil }
            throw error
        }
    }
}

extension RetentionDuration {
    /// A call's limit: the policy takes only lengths that are the same in every month.
    var callLimit: Duration {
        .nanoseconds(fixedNanoseconds ?? 60_000_000_000)
    }
}
