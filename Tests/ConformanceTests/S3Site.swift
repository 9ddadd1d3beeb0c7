// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// A small tree in S3 with its policy and state directory, to run the built program over.
///
/// The program's `aws` and `s5cmd` are scripts that note every call and run a hook before it.
final class S3Site {
    let service: S3TestService
    let local: TemporaryDirectory
    let bucket: String
    let prefix = UUID().uuidString
    let jobs: [String]

    private let client: S3TestService.Client
    /// Whether the program runs as the user without rights.
    var isStranger: Bool
    private let tree: TemporaryDirectory

    /// Three savepoints of each of some jobs, the newest of which stays.
    ///
    /// - Parameters:
    ///   - client: What the program calls.
    ///   - bucket: Where the tree lies.
    ///   - jobs: Names of jobs, which are directories.
    ///   - trash: The policy's `trash`.
    ///   - proxy: Where the program finds the server; nil for the server itself.
    ///   - isStranger: Whether the program, and whoever puts the tree there, is the user without rights.
    /// - Throws: Where it cannot be written.
    init(
        _ client: S3TestService.Client,
        in bucket: String,
        jobs: [String] = ["a", "b"],
        trash: String,
        behind proxy: S3Proxy? = nil,
        isStranger: Bool = false
    ) throws {
        service = try #require(S3TestService.shared)
        self.client = client
        self.isStranger = isStranger
        self.bucket = bucket
        self.jobs = jobs
        local = try TemporaryDirectory()
        tree = try TemporaryDirectory()
        var writer = TreeWriter(top: tree.path)
        for job in jobs {
            for number in 1...3 {
                try writer.savepoint(
                    "\(job)/\(Self.name(number))",
                    id: 1,
                    size: 50,
                    at: Instant(seconds: 1_700_000_000 + Int64(number))
                )
            }
        }
        try writer.settleTimes()
        try fill()
        for (name, program) in [("aws", client == .aws2 ? .aws2 : .aws1), ("s5cmd", .s5cmd)]
            as [(String, S3TestService.Client)]
        {
            try local.write(ObjectName(name), Array(script(service.programs[program] ?? "").utf8))
            try ExecutableScript.make("\(local.path)/\(name)")
        }
        try write(policy: trash, at: proxy?.url)
    }

    /// Puts the tree there, whatever of it is left.
    func fill() throws {
        try service.put(
            tree: tree.path,
            below: "\(prefix)/",
            into: bucket,
            isStranger: isStranger
        )
    }

    /// Puts small objects anywhere in the bucket.
    func put(_ keys: [String]) throws {
        try service.put(keys.map { ($0, [1]) }, into: bucket, isStranger: isStranger)
    }

    /// Writes the policy anew.
    ///
    /// - Parameters:
    ///   - trash: The policy's `trash`.
    ///   - url: Where the program finds the server; nil for the server itself.
    ///   - options: Words for every call of the client.
    /// - Throws: Where it cannot be written.
    func write(policy trash: String, at url: String? = nil, options: [String] = []) throws {
        let text = policy(trash, url ?? service.ceph, options)
        try local.write("policy.json5", Array(text.utf8))
    }

    /// A savepoint's directory.
    static func name(_ number: Int) -> String { "savepoint-5a1e5a-00000000000\(number)" }

    private func policy(_ trash: String, _ endpoint: String, _ options: [String]) -> String {
        """
        { defaults: { savepoints: { keepLast: 1 }, limits: null, trash: "\(trash)" },
          stores: { s3: { client: "\(client == .s5cmd ? "s5cmd" : "aws")",
                          aws: ["\(local.path)/aws"], s5cmd: ["\(local.path)/s5cmd"],
                          endpoint: "\(endpoint)", options: \(options) } },
          jobs: [ { name: "{job}", savepoints: "s3://\(bucket)/\(prefix)/{job}" } ] }
        """
    }

    private func script(_ program: String) -> String {
        """
        #!/usr/bin/env bash
        echo "$*" >>'\(local.path)/calls'
        export number=$(wc -l <'\(local.path)/calls') janitor=$PPID
        [ ! -x '\(local.path)/hook' ] || '\(local.path)/hook' "$@" || exit 255
        \(ClientFault.script(local.path, program))

        """
    }

    /// Lets a script run before every call; it gets the call's words, and `$janitor`.
    func hook(_ text: String?) throws {
        guard let text else { return try local.delete("hook") }
        try local.write("hook", Array("#!/usr/bin/env bash\n\(text)\n".utf8))
        try ExecutableScript.make("\(local.path)/hook")
    }

    /// Runs a command of the program's.
    @discardableResult
    func run(
        _ command: String...,
        environment: [String: String] = [:]
    ) throws -> BuiltProgram.End {
        try local.write("calls")
        return try BuiltProgram().run(
            [
                command[0], "--policy", "\(local.path)/policy.json5", "--state",
                "\(local.path)/state",
            ] + command.dropFirst(),
            environment: service.environment(isStranger: isStranger).merging(environment) { $1 }
        )
    }

    /// The words of each call of the last command.
    func calls() throws -> [String] {
        try String(contentsOfFile: "\(local.path)/calls", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    /// Every key below the prefix but the program's own, without it.
    func keys() throws -> Set<String> {
        let keys = try service.keys("\(prefix)/", in: bucket, isStranger: isStranger)
        return Set(
            keys.map { String($0.dropFirst(prefix.count + 1)) }.filter { !$0.contains(".janitor-") }
        )
    }

    /// The savepoints of which anything is there.
    func savepoints() throws -> Set<String> {
        Set(try keys().map { $0.split(separator: "/").dropLast().joined(separator: "/") })
    }

    /// The savepoints that a run leaves.
    var kept: Set<String> { Set(jobs.map { "\($0)/\(Self.name(3))" }) }
}
