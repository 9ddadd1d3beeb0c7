// SPDX-License-Identifier: Apache-2.0

internal import Foundation
public import Testing

/// One of the clusters that `Tests/Services/flink` brings up, or one of a test's own.
public struct FlinkService: Sendable, CustomTestStringConvertible {
    /// What is said where there is none.
    public static let skipMessage = "there is no test service \"flink\": see Tests/Services"

    /// Flink 2.3.0 and 1.20.5; empty where they were not brought up.
    public static let all: [FlinkService] = [("2.3.0", ""), ("1.20.5", "_OLD")].compactMap {
        FlinkService(version: $0, suffix: $1)
    }

    /// Its version.
    public let version: String
    /// Base URL of its REST interface.
    public let rest: String
    /// Its command line.
    public let client: String
    private let job: String
    private let directory: String

    private init?(version: String, suffix: String) {
        let environment = ProcessInfo.processInfo.environment
        guard let rest = environment["JANITOR_TEST_FLINK\(suffix)"],
            let client = environment["JANITOR_TEST_FLINK_CLIENT\(suffix)"],
            let job = environment["JANITOR_TEST_FLINK_JOB\(suffix)"],
            let directory = environment["JANITOR_TEST_FLINK_DIRECTORY"]
        else { return nil }
        self.version = version
        self.rest = rest
        self.client = client
        self.job = job
        self.directory = "\(directory)/\(version)"
    }

    init(version: String, rest: String, client: String, job: String, directory: String) {
        self.version = version
        self.rest = rest
        self.client = client
        self.job = job
        self.directory = directory
    }

    /// The version, in the names of tests.
    public var testDescription: String { "Flink \(version)" }

    /// A cluster of a test's own, of the same version, not yet started.
    ///
    /// - Parameters:
    ///   - directory: Where it keeps its files.
    ///   - hadoop: Hadoop's configuration folder where it is to reach HDFS; nil for none.
    /// - Returns: Something to start it by.
    public func cluster(in directory: String, hadoop: String? = nil) -> OwnFlinkCluster {
        OwnFlinkCluster(version: version, job: job, directory: directory, hadoop: hadoop)
    }

    /// Where savepoints of a job go, an absolute path.
    public func savepoints(of job: String) -> String { "\(directory)/savepoints/\(job)" }

    /// Where checkpoints of a job that is submitted here go, an absolute path.
    public func checkpoints(of job: String) -> String { "\(directory)/checkpoints/\(job)" }

    // MARK: Jobs

    /// Submits the job that fails when its state is wrong.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - path: The snapshot that it begins with; nil for none.
    ///   - claims: Restored in CLAIM mode, else in NO_CLAIM.
    ///   - parallelism: Of the operator that keeps the state.
    ///   - signals: A directory where a file `hold` holds it up, and `fail` makes it fail.
    ///   - settings: Flink's options for this job, over those of the cluster.
    /// - Returns: Its id.
    /// - Throws: Where Flink does not take it.
    public func submit(
        _ name: String,
        from path: String? = nil,
        claims: Bool = false,
        parallelism: Int = 1,
        signals: String? = nil,
        settings: [String: String] = [:]
    ) throws -> String {
        var configuration = ["state.checkpoints.dir": "file://\(checkpoints(of: name))"]
        var body: [String: Any] = [
            "entryClass": "CountingJob",
            "programArgsList": [
                name, "500", "200", "1000", "\(parallelism)", signals ?? directory,
            ],
        ]
        if let path {
            body["savepointPath"] = path
            configuration["execution.state-recovery.claim-mode"] = claims ? "CLAIM" : "NO_CLAIM"
        }
        body["flinkConfiguration"] = configuration.merging(settings) { $1 }
        let json = try JSONSerialization.data(withJSONObject: body)
        let answer = try ask(
            "/jars/\(try upload())/run",
            ["--header", "Content-Type: application/json", "--data-binary"]
                + [String(decoding: json, as: UTF8.self)]
        )
        guard let id = answer["jobid"] as? String else {
            throw TestServiceError("\(name) was not submitted: \(answer)")
        }
        return id
    }

    /// Submits it and waits until it has completed a checkpoint.
    public func run(
        _ name: String,
        from path: String? = nil,
        parallelism: Int = 1,
        signals: String? = nil
    ) throws -> String {
        let id = try submit(name, from: path, parallelism: parallelism, signals: signals)
        try waitForCheckpoint(of: id)
        return id
    }

    private func upload() throws -> String {
        let answer = try ask("/jars/upload", ["--form", "jarfile=@\(job)"])
        guard let file = answer["filename"] as? String, let slash = file.lastIndex(of: "/") else {
            throw TestServiceError("the jar was not taken: \(answer)")
        }
        return String(file[file.index(after: slash)...])
    }

    /// Cancels a job and waits for its end; its checkpoints stay.
    public func cancel(_ id: String) throws {
        _ = try ask("/jobs/\(id)?mode=cancel", ["--request", "PATCH"])
        try wait("\(id) is cancelled") { try state(of: id) == "CANCELED" }
    }

    /// What a job is doing, in Flink's word; nil where Flink does not know it.
    public func state(of id: String) throws -> String? {
        try ask("/jobs/\(id)")["state"] as? String
    }

    /// Why a job failed, or was restarted, as Java tells it; empty where it was not.
    public func failure(of id: String) throws -> String {
        let history = try ask("/jobs/\(id)/exceptions")["exceptionHistory"] as? [String: Any]
        let entries = history?["entries"] as? [[String: Any]] ?? []
        return entries.compactMap { $0["stacktrace"] as? String }.joined(separator: "\n")
    }

    /// What Flink says of a job's checkpoints.
    public func checkpointing(of id: String) throws -> [String: Any] {
        try ask("/jobs/\(id)/checkpoints")
    }

    /// What a job was restored from, as Flink writes it; nil where it was not.
    public func restoredFrom(_ id: String) throws -> String? {
        let latest = try checkpointing(of: id)["latest"] as? [String: Any]
        return (latest?["restored"] as? [String: Any])?["external_path"] as? String
    }

    /// How many checkpoints and savepoints a job completed since it started.
    public func completedCheckpoints(of id: String) throws -> Int {
        let counts = try checkpointing(of: id)["counts"] as? [String: Any]
        return counts?["completed"] as? Int ?? 0
    }

    /// Whether a job is taking a savepoint.
    public func isTakingSavepoint(_ id: String) throws -> Bool {
        let history = try checkpointing(of: id)["history"] as? [[String: Any]] ?? []
        return history.contains {
            $0["is_savepoint"] as? Bool == true && $0["status"] as? String == "IN_PROGRESS"
        }
    }

    /// Waits until a job has completed as many checkpoints since now.
    public func waitForCheckpoint(of id: String, count: Int = 1) throws {
        let before = try completedCheckpoints(of: id)
        try wait("\(id) completes a checkpoint") {
            let state = try state(of: id)
            guard state != "FAILED" else { throw TestServiceError(try failure(of: id)) }
            let count = try completedCheckpoints(of: id) - count
            return state == "RUNNING" && count >= before
        }
    }

    /// Makes a job take checkpoints, one after the other, as soon as it can.
    public func takeCheckpoints(of id: String, count: Int) throws {
        for _ in 0..<count {
            try wait("\(id) takes a checkpoint") {
                guard try state(of: id) != "FAILED" else {
                    throw TestServiceError(try failure(of: id))
                }
                return try takeCheckpoint(of: id)
            }
        }
    }

    /// Asks for a checkpoint; false where none came of it, as of a job that is not yet at work.
    private func takeCheckpoint(of id: String) throws -> Bool {
        let triggered = try ask(
            "/jobs/\(id)/checkpoints",
            ["--header", "Content-Type: application/json", "--data-binary"]
                + [#"{"checkpointType":"CONFIGURED"}"#]
        )
        guard let request = triggered["request-id"] as? String else { return false }
        var operation: [String: Any] = [:]
        try wait("the checkpoint of \(id) ends") {
            let answer = try ask("/jobs/\(id)/checkpoints/\(request)")
            operation = answer["operation"] as? [String: Any] ?? [:]
            return (answer["status"] as? [String: Any])?["id"] as? String == "COMPLETED"
        }
        return operation["checkpointId"] is Int
    }

    /// Waits until something holds, for two minutes.
    public func wait(_ what: String, _ holds: () throws -> Bool) throws {
        for _ in 0..<600 {
            if try holds() { return }
            Thread.sleep(forTimeInterval: 0.2)
        }
        throw TestServiceError("waited for too long: \(what)")
    }

    private func ask(_ path: String, _ options: [String] = []) throws -> [String: Any] {
        let end = try BuiltProgram(insteadOfOurs: "curl").run(
            ["--disable", "--silent", "--show-error", "--max-time", "60"] + options + [rest + path]
        )
        guard end.code == 0 else { throw TestServiceError(end.text) }
        let value = try? JSONSerialization.jsonObject(with: Data(end.text.utf8))
        return value as? [String: Any] ?? [:]
    }
}
