// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A Flink of one test's own, whose processes it may kill; it ends with this value.
public final class OwnFlinkCluster {
    private let version: String
    private let job: String
    private let directory: String
    private let hadoop: String?

    init(version: String, job: String, directory: String, hadoop: String?) {
        self.version = version
        self.job = job
        self.directory = directory
        self.hadoop = hadoop
    }

    deinit {
        _ = try? script(["stop", directory])
    }

    /// Starts what of it does not run, on the ports that it had.
    ///
    /// - Returns: How to reach it.
    public func start() throws -> FlinkService {
        try script(["cluster-start", directory, version] + (hadoop.map { [$0] } ?? []))
        let own = "\(directory)/\(version)"
        let port = try String(contentsOfFile: "\(own)/port", encoding: .utf8)
        return FlinkService(
            version: version,
            rest: "http://127.0.0.1:\(port.filter(\.isNumber))",
            client: "\(own)/flink",
            job: job,
            directory: own
        )
    }

    /// Kills a process of it: `jobmanager` or `taskmanager`.
    public func kill(_ process: String) throws {
        try script(["kill", directory, version, process])
    }

    private func script(_ words: [String]) throws {
        let path = SharedMaterial.checkout.appending(path: "Tests/Services/flink").path
        let end = try BuiltProgram(insteadOfOurs: path).run(words)
        guard end.code == 0 else { throw TestServiceError(end.text) }
    }
}
