// SPDX-License-Identifier: Apache-2.0

internal import Foundation
public import SnapshotModel

/// Asks Flink over its REST interface, through `curl`.
///
/// Source: Flink 2.3 REST API; every answer was looked at with 1.20.5 and 2.3.0.
public struct RESTCluster: FlinkCluster {
    /// The base URL, without a slash at its end.
    public let address: String
    let caller: WebCaller

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - address: The base URL, without a slash at its end.
    ///   - caller: Calls curl.
    public init(_ address: String, caller: WebCaller) {
        self.address = address
        self.caller = caller
    }

    /// Lists jobs, those that ended too.
    public func jobs() throws(FlinkError) -> [FlinkJob] {
        let action = "list the jobs"
        let overview: RESTAnswers.Overview = try ask("/jobs/overview", action)
        var jobs: [FlinkJob] = []
        for job in overview.jobs {
            let id = ObjectName(job.jid)
            guard id.isFlinkID else { throw notFlink(action, "\"\(job.jid)\" is not a job id") }
            jobs.append(
                FlinkJob(
                    id: id,
                    name: job.name,
                    state: FlinkJobState(word: job.state),
                    started: job.start.map { Instant(milliseconds: $0) }
                )
            )
        }
        return jobs
    }

    /// Tells what a job was restored from and how its checkpoints fare.
    public func checkpointing(of job: ObjectName) throws(FlinkError) -> FlinkCheckpointing? {
        let action = "read the checkpoints of job \(job)"
        let answer: RESTAnswers.Checkpoints = try ask(
            "/jobs/\(try checked(job))/checkpoints",
            action
        )
        return answer.value
    }

    /// Tells what a job's checkpoints are set to.
    ///
    /// - Parameter job: A job id.
    /// - Returns: What Flink says.
    /// - Throws: `FlinkError` where Flink does not say; `unknown` where the job takes none.
    public func settings(of job: ObjectName) throws(FlinkError) -> FlinkCheckpointSettings? {
        let action = "read the checkpoint settings of job \(job)"
        let path = "/jobs/\(try checked(job))/checkpoints/config"
        let answer: RESTAnswers.Settings = try ask(path, action)
        return answer.value
    }

    /// The configuration of the JobManager; secrets are starred by Flink itself.
    ///
    /// - Returns: What Flink says.
    /// - Throws: `FlinkError` where Flink does not say.
    public func configuration() throws(FlinkError) -> FlinkConfiguration? {
        let answer: [RESTAnswers.Option] = try ask("/jobmanager/config", "read the configuration")
        let values = answer.map { ($0.key, $0.value) }
        return FlinkConfiguration(Dictionary(values, uniquingKeysWith: { one, _ in one }))
    }

    // MARK: Savepoints

    /// Asks for a savepoint under an id of ours.
    ///
    /// Source: `SavepointTriggerRequestBody`, `StopWithSavepointRequestBody` (Flink 1.15): a
    /// repeated request with the same `triggerId` does not begin a second savepoint. Flink answers
    /// 202 for an unknown job too; only the question afterwards tells.
    public func trigger(_ request: SavepointRequest) throws(FlinkError) -> SavepointProgress {
        let action = "trigger a savepoint of job \(request.job)"
        let job = try checked(request.job)
        var body: [String: String] = ["triggerId": request.id.description]
        var flags: [String: Bool] = [:]
        var path = "/jobs/\(job)/savepoints"
        if request.stopping == .none {
            body["target-directory"] = request.target
            flags["cancel-job"] = false
        } else {
            path = "/jobs/\(job)/stop"
            body["targetDirectory"] = request.target
            flags["drain"] = request.stopping == .drain
        }
        // Canonical is what every version writes when nothing is said; 1.14 does not know the key.
        if request.format == .native { body["formatType"] = request.format.rawValue }
        let members = body.mapValues { $0 as Any }.merging(flags.mapValues { $0 as Any }) {
            one,
            _ in one
        }
        let json: Data
        do {
            json = try JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
        } catch {
            throw FlinkError(
                .unsupported,
                action: action,
                address: address,
                detail: "\(error)"
            )
        }
        let answer: RESTAnswers.Trigger = try ask(path, action, posting: json)
        let id = ObjectName(answer.requestID)
        guard id.isFlinkID else {
            throw notFlink(action, "its answer names no request", posted: true)
        }
        return .inProgress(id: id)
    }

    /// Asks what became of a savepoint.
    ///
    /// A failure is `COMPLETED` too, with a cause in the place of a location.
    public func progress(of request: SavepointRequest) throws(FlinkError) -> SavepointProgress {
        let action = "ask for the savepoint of job \(request.job)"
        let path = "/jobs/\(try checked(request.job))/savepoints/\(try checked(request.id))"
        let answer: RESTAnswers.Progress = try ask(path, action)
        switch answer.status.id {
        case "IN_PROGRESS": return .inProgress(id: request.id)
        case "COMPLETED":
            if let cause = answer.operation?.failure { return .failed(JavaFailure(cause).summary) }
            guard let location = answer.operation?.location, !location.isEmpty else {
                throw notFlink(action, "it is completed and has no place")
            }
            return .completed(location: location)
        default: throw notFlink(action, "its state is \"\(answer.status.id)\"")
        }
    }

    // MARK: Questions

    /// Sends a question, or an order: what was ordered may have been begun whatever the answer is
    /// like, unless it was not sent or Flink itself says no.
    private func ask<Answer: Decodable>(
        _ path: String,
        _ action: String,
        posting body: Data? = nil
    ) throws(FlinkError) -> Answer {
        let answer: WebCaller.Answer
        do throws(WebCaller.NoAnswer) {
            answer = try caller.send(address + path, posting: body)
        } catch {
            let mayBeBegun = body != nil && !error.isUnsent
            throw FlinkError(
                mayBeBegun ? .stillGoingOn : .noAnswer,
                action: action,
                address: address,
                detail: error.detail
            )
        }
        let data = Data(answer.body)
        let start = String(decoding: answer.body.prefix(80), as: UTF8.self).oneLine
        guard (200..<300).contains(answer.status) else {
            let said = try? JSONDecoder().decode(RESTAnswers.Errors.self, from: data)
            guard let first = said?.errors.first(where: { !$0.isEmpty }) else {
                throw notFlink(action, "status \(answer.status): \(start)", posted: body != nil)
            }
            let reason: FlinkError.Reason =
                switch answer.status {
                case 404: .unknown
                // Flink's own parts may go on after they stopped waiting for each other.
                case 500, 502, 504: body == nil ? .refused : .stillGoingOn
                default: .refused
                }
            throw FlinkError(
                reason,
                action: action,
                address: address,
                detail: JavaFailure(first).summary
            )
        }
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw notFlink(action, "its answer cannot be parsed: \(start)", posted: body != nil)
        }
    }

    private func checked(_ id: ObjectName) throws(FlinkError) -> ObjectName {
        guard id.isFlinkID else {
            throw FlinkError(
                .unknown,
                action: "ask",
                address: address,
                detail: "\"\(id)\" is not an id of Flink's"
            )
        }
        return id
    }

    private func notFlink(
        _ action: String,
        _ detail: String,
        posted: Bool = false
    ) -> FlinkError {
        FlinkError(
            posted ? .stillGoingOn : .notFlink,
            action: action,
            address: address,
            detail: detail
        )
    }
}
