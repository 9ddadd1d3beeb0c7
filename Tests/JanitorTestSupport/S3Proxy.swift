// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import SnapshotModel

/// A server before an S3 store that fails on demand; it ends with this value.
///
/// Rules are `fault:operation:from:count`, as `Tests/Services/s3-proxy.py` describes them.
public final class S3Proxy {
    /// Its URL.
    public let url: String

    private let process = Process()
    private let input = Pipe()
    private let log: TemporaryDirectory

    /// Starts it.
    ///
    /// - Parameters:
    ///   - target: URL of the store.
    ///   - rules: What fails.
    ///   - service: Where the script lies.
    /// - Throws: Where it does not start.
    public init(
        before target: String,
        _ rules: [String],
        of service: S3TestService
    ) throws {
        log = try TemporaryDirectory()
        try log.write("requests")
        process.executableURL = URL(filePath: service.python)
        process.arguments = [service.scripts + "/s3-proxy.py", target] + rules
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(
            forWritingTo: URL(filePath: "\(log.path)/requests")
        )
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte.first != 0x0A {
            line += byte
        }
        guard let port = UInt16(String(decoding: line, as: UTF8.self)) else {
            throw TestServiceError("the proxy named no port")
        }
        url = "http://127.0.0.1:\(port)"
    }

    /// The operations that were asked for so far: `list`, `delete`, `get`, `put`, `head`, `single`.
    public var operations: [String] {
        let text = (try? String(contentsOfFile: "\(log.path)/requests", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    }

    deinit {
        // A child of a thread that blocks signals blocks them too; this one cannot be blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
