// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A server before a Flink that fails on demand; it ends with this value.
public final class FlinkProxy {
    /// Its URL.
    public let url: String

    private let process: RunningProgram

    /// Starts it.
    ///
    /// - Parameters:
    ///   - service: The Flink behind it.
    ///   - rules: What fails, as `Tests/Services/flink-proxy.py` describes it.
    /// - Throws: Where it does not start.
    public init(before service: FlinkService, _ rules: [String]) throws {
        let script = SharedMaterial.checkout.appending(path: "Tests/Services/flink-proxy.py").path
        let process = try BuiltProgram(insteadOfOurs: "python3")
            .start([script, service.rest] + rules)
        self.process = process
        var port = ""
        for _ in 0..<600 where !port.hasSuffix("\n") {
            Thread.sleep(forTimeInterval: 0.05)
            port = process.text
        }
        guard port.hasSuffix("\n") else { throw TestServiceError("the proxy named no port") }
        url = "http://127.0.0.1:\(port.dropLast())"
    }

    /// The requests that it got so far: a method and a path each.
    public var requests: [String] {
        process.text.split(separator: "\n").dropFirst().map(String.init)
    }
}
