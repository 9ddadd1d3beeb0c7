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
    /// What was put there, and beside it under names that begin alike.
    private(set) var content: TreeContent

    private let client: S3TestService.Client
    /// Whether the program runs as the user without rights.
    var isStranger: Bool
    private let tree: TemporaryDirectory
    /// What tells the times that files had before they were put; nil where they are as old as their
    /// objects.
    private let clock: S3Proxy?

    /// Three savepoints of each of some jobs, the newest of which stays.
    ///
    /// Objects are as old as they are in the store: no attempt would be over, and nothing is swept.
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
        clock = nil
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
        content = try TreeContent(of: tree.path)
        try fill()
        try writeClients()
        try write(policy: trash, at: proxy?.url)
    }

    /// The checkpoints of the tree that faults are tried on, and something beside it whose name begins
    /// alike.
    ///
    /// A proxy tells the times that its files have. Every root is half as many calls again, and every
    /// call has its faults: savepoints are left to other tests.
    ///
    /// - Parameters:
    ///   - client: What the program calls.
    ///   - bucket: Where the tree lies.
    ///   - trash: The policy's `trash`.
    /// - Throws: Where it cannot be written.
    init(faulted client: S3TestService.Client, in bucket: String, trash: String) throws {
        let service = try #require(S3TestService.shared)
        self.service = service
        self.client = client
        isStranger = false
        self.bucket = bucket
        jobs = ["a"]
        local = try TemporaryDirectory()
        tree = try TemporaryDirectory()
        var writer = TreeWriter(top: tree.path)
        let now = Instant(Date())
        try FaultedTree.write(into: &writer, jobs: []) { now.earlier(byDays: $0) }
        try writer.settleTimes()
        content = try TreeContent(of: tree.path)
        let facts = "\(local.path)/facts"
        let words = [service.ceph, "flink", bucket, "\(prefix)/", tree.path, facts, "-", "-"]
        _ = try service.order(words)
        let proxy = try S3Proxy(before: service.ceph, ["facts=\(facts)"], of: service)
        clock = proxy
        try put(["\(prefix)\(FaultedTree.neighbour)"])
        try writeClients()
        let root = "s3://\(bucket)/\(prefix)"
        let policy = """
            { aliases: { "file:\(tree.path)": "\(root)" },
              defaults: { \(FaultedTree.rules), limits: null, trash: "\(trash)" },
              \(stores(at: proxy.url, [])),
              jobs: [ { name: "a", checkpoints: "\(root)/cp/a" } ] }
            """
        try local.write("policy.json5", Array(policy.utf8))
    }

    /// Writes the scripts around the clients.
    private func writeClients() throws {
        let programs: [(String, S3TestService.Client)] = [
            ("aws", client == .aws2 ? .aws2 : .aws1), ("s5cmd", .s5cmd),
        ]
        for (name, program) in programs {
            let script = ClientFault.script(local.path, service.programs[program] ?? "")
            try local.write(ObjectName(name), Array(script.utf8))
            try ExecutableScript.make("\(local.path)/\(name)")
        }
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
        for key in keys where key.hasPrefix(prefix) { content.add(path(of: key), length: 1) }
    }

    /// What a key is called below the tree's top, or beside it.
    func path(of key: String) -> String {
        String(key.dropFirst(prefix.count).trimmingPrefix("/"))
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
          \(stores(at: endpoint, options)),
          jobs: [ { name: "{job}", savepoints: "s3://\(bucket)/\(prefix)/{job}" } ] }
        """
    }

    private func stores(at endpoint: String, _ options: [String]) -> String {
        """
        stores: { s3: { client: "\(client == .s5cmd ? "s5cmd" : "aws")",
                        aws: ["\(local.path)/aws"], s5cmd: ["\(local.path)/s5cmd"],
                        endpoint: "\(endpoint)", options: \(options) } }
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
        try run(command, environment: environment)
    }

    /// Runs a command of the program's; environment are variables of the program.
    func run(_ words: [String], environment: [String: String]) throws -> BuiltProgram.End {
        try local.write("calls")
        return try BuiltProgram().run(
            [words[0], "--policy", "\(local.path)/policy.json5", "--state", "\(local.path)/state"]
                + words.dropFirst(),
            environment: service.environment(isStranger: isStranger).merging(environment) { $1 }
        )
    }

    /// The words of each call of the last command.
    func calls() throws -> [String] {
        try String(contentsOfFile: "\(local.path)/calls", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }
}
