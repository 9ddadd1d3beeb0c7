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
    /// - Throws: `CommandFailure` where the program that asks is not there.
    func cluster(
        _ settings: FlinkSettings,
        waitLimit: Duration? = nil
    ) throws -> any FlinkCluster {
        let environment = CommandEnvironment(passing: environmentEntries)
        let searchPath = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        func program(_ words: [String]) throws -> Program {
            do throws(CommandError) {
                return try Program.find(words.map { ObjectName($0) }, searchPath: searchPath)
            } catch {
                throw CommandFailure(code: .failed, message: "\(error)")
            }
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
        do {
            let cluster = try cluster(settings)
            var answer = FlinkWord.Answer(address: cluster.address)
            for job in try cluster.jobs() {
                guard !job.state.isOver else {
                    answer.ended.insert(job.id)
                    continue
                }
                answer.running[job.id] = job.name
                do {
                    let checkpointing = try cluster.checkpointing(of: job.id)
                    if let path = checkpointing?.restoredFrom { answer.restored[job.id] = path }
                } catch let error where error.reason == .unknown {
                    // It ended between the two questions, or takes no checkpoints at all.
                    continue
                }
            }
            return .answered(answer)
        } catch let error as FlinkError {
            return .silent(address: settings.address, why: error.detail)
        } catch let failure as CommandFailure {
            return .silent(address: settings.address, why: failure.message)
        } catch {
            return .silent(address: settings.address, why: "\(error)")
        }
    }
}

extension RetentionDuration {
    /// A call's limit: the policy takes only lengths that are the same in every month.
    var callLimit: Duration {
        .nanoseconds(fixedNanoseconds ?? 60_000_000_000)
    }
}
