// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// One more gateway before Ceph's store, which nobody misses when it is taken away; it ends with this
/// value.
public final class S3Gateway {
    /// Its URL.
    public let url: String
    /// Lines of a shell script that stop it and bring it back, the second without waiting for that.
    public let stopping: String, starting: String

    private let script: String
    private let directory: String
    private let port: String

    /// Starts it.
    ///
    /// - Throws: Where it does not start.
    public init(of service: S3TestService) throws {
        script = "\(service.scripts)/s3"
        directory = service.directory
        port = try Self.run([script, "gateway-start", directory])
        url = "http://127.0.0.1:\(port)"
        stopping = "'\(script)' gateway-stop '\(directory)' \(port)"
        starting =
            "setsid '\(script)' gateway-start '\(directory)' \(port) >/dev/null 2>&1 </dev/null &"
    }

    /// Brings it back where it was stopped, and waits until it answers.
    public func start() throws {
        _ = try Self.run([script, "gateway-start", directory, port])
    }

    private static func run(_ words: [String]) throws -> String {
        let end = try TestCommand.run(words)
        guard end.code == 0 else {
            throw TestServiceError("\(words) did not end well: \(end.code ?? -1) \(end.text)")
        }
        return end.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    deinit {
        _ = try? Self.run([script, "gateway-stop", directory, port])
    }
}
