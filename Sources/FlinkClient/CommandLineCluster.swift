// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
public import SnapshotModel

/// Asks Flink by its own command line: on YARN or Kubernetes, where REST is out of reach.
///
/// Each question starts a JVM and takes seconds. What a job was restored from, and what became of
/// a savepoint that nobody waited for, cannot be asked this way.
///
/// Source: `org.apache.flink.client.cli.CliFrontend` (Flink 1.20, 2.3): any failure ends with 1;
/// without a cluster it tries for a minute before it says so.
public struct CommandLineCluster: FlinkCluster {
    private let program: Program
    private let options: [ObjectName]
    private let environment: CommandEnvironment
    private let timeLimit: Duration
    private let waitLimit: Duration
    private let runner: any CommandRunner

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - program: The operator's `flink`.
    ///   - options: What stands behind each command: `-t yarn-session -Dyarn.application.id=…`.
    ///   - environment: The environment that it gets.
    ///   - timeLimit: How long a question may take.
    ///   - waitLimit: How long a savepoint may take.
    ///   - runner: Runs it.
    public init(
        program: Program,
        options: [ObjectName],
        environment: CommandEnvironment,
        timeLimit: Duration,
        waitLimit: Duration,
        runner: any CommandRunner
    ) {
        self.program = program
        self.options = options
        self.environment = environment
        self.timeLimit = timeLimit
        self.waitLimit = waitLimit
        self.runner = runner
    }

    /// The command line.
    public var address: String {
        ([program.name] + program.leading + options).map(\.description).joined(separator: " ")
    }

    /// Lists jobs, those that ended too.
    public func jobs() throws(FlinkError) -> [FlinkJob] {
        let action = "list the jobs"
        let output = try call(["list"] + options + ["-a"], action, limit: timeLimit)
        return try Self.jobs(in: output.bytes) {
            FlinkError(
                .notFlink,
                action: action,
                address: address,
                detail: "cannot read the line \"\($0)\" of its answer"
            )
        }
    }

    /// Cannot be asked by command line.
    public func checkpointing(of job: ObjectName) throws(FlinkError) -> FlinkCheckpointing? {
        nil
    }

    /// Asks for a savepoint and waits for it.
    public func trigger(_ request: SavepointRequest) throws(FlinkError) -> SavepointProgress {
        let action = "take a savepoint of job \(request.job)"
        let format: [ObjectName] = request.format == .native ? ["--type", "native"] : []
        let target = ObjectName(request.target)
        let words: [ObjectName]
        switch request.stopping {
        case .none: words = ["savepoint"] + options + format + [request.job, target]
        case .suspend: words = ["stop"] + options + format + ["-p", target, request.job]
        case .drain: words = ["stop"] + options + format + ["-p", target, "--drain", request.job]
        }
        let output = try call(words, action, limit: waitLimit, orders: true)
        let mark = "Savepoint completed. Path: "
        let lines = String(decoding: output.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let line = lines.last(where: { $0.hasPrefix(mark) }) else {
            throw FlinkError(
                .stillGoingOn,
                action: action,
                address: address,
                detail: "it ended well and did not say where the savepoint is"
            )
        }
        return .completed(location: String(line.dropFirst(mark.count)))
    }

    /// Cannot be asked by command line.
    public func progress(of request: SavepointRequest) throws(FlinkError) -> SavepointProgress {
        throw FlinkError(
            .unsupported,
            action: "ask for the savepoint of job \(request.job)",
            address: address,
            detail: "Flink's command line cannot tell what became of one"
        )
    }

    // MARK: Calls

    /// Runs Flink's command line; what it orders may have been begun unless Flink says no.
    private func call(
        _ words: [ObjectName],
        _ action: String,
        limit: Duration,
        orders: Bool = false
    ) throws(FlinkError) -> CollectedOutput {
        let invocation = CommandInvocation(
            program,
            words,
            environment: environment,
            limits: CommandLimits(total: limit)
        )
        func error(_ reason: FlinkError.Reason, _ detail: String) -> FlinkError {
            FlinkError(reason, action: action, address: address, detail: detail)
        }
        let output: CollectedOutput
        do throws(CommandError) {
            output = try runner.collect(invocation, limit: 64 << 20)
        } catch {
            // A child that is lost may have asked already.
            throw FlinkError(
                orders && error.reason == .lost ? .stillGoingOn : .noAnswer,
                action: action,
                address: address,
                detail: error.detail
            )
        }
        let result = output.result
        switch result.ending {
        case .exited(0): return output
        case .exited(let code):
            let said = result.errorOutput.text
            // Argument errors stand on standard output, failures behind a banner on the other.
            let banner = "The program finished with the following exception:"
            guard let start = said.firstRange(of: banner) else {
                let text = String(decoding: output.bytes.prefix(400), as: UTF8.self).oneLine
                throw error(.refused, "exit code \(code): \(said.isEmpty ? text : said.oneLine)")
            }
            let failure = String(said[start.upperBound...].drop(while: \.isWhitespace))
            let reason = Self.reason(of: failure, orders: orders)
            throw error(reason, JavaFailure(failure).summary)
        case .signalled, .stopped: throw error(orders ? .stillGoingOn : .noAnswer, "\(result)")
        }
    }

    /// What a failure says about whether anything was begun.
    private static func reason(of failure: String, orders: Bool) -> FlinkError.Reason {
        if failure.contains("FlinkJobNotFoundException") { return .unknown }
        // The client orders and then asks until it is done: a connection that is lost, or a wait
        // that is given up (`client.timeout`), does not tell before or after what.
        let gaveUp = ["ConnectException", "RetryException", "TimeoutException"]
        guard gaveUp.contains(where: failure.contains) else { return .refused }
        return orders ? .stillGoingOn : .noAnswer
    }

    /// Reads `22.11.2026 21:25:24 : <id> : <name> (<state>)`; a name may hold anything.
    static func jobs(
        in output: [UInt8],
        orThrow error: (String) -> FlinkError
    ) throws(FlinkError) -> [FlinkJob] {
        var jobs: [FlinkJob] = []
        for line in String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard
                let match = line.wholeMatch(
                    of: /\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d : ([0-9a-f]{32}) : (.*) \(([A-Z]+)\)/
                )
            else {
                // What looks like the beginning of a job's line and is none hides a job.
                if line.firstMatch(of: /: [0-9a-f]{32} :/) != nil { throw error(String(line)) }
                continue
            }
            jobs.append(
                FlinkJob(
                    id: ObjectName(String(match.1)),
                    name: String(match.2),
                    state: FlinkJobState(word: String(match.3))
                )
            )
        }
        return jobs
    }
}
