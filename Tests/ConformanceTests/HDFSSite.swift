// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// A small tree in HDFS with its policy and state directory, to run the built program over.
///
/// The program's `hdfs` is a script that notes every call and runs a hook before it.
final class HDFSSite {
    let service: HDFSService
    let local: TemporaryDirectory
    let root: StorageURL
    /// What was put there.
    private(set) var content: TreeContent
    private let user: String?
    /// Whether anything may come into the trash, whose directory for this tree is made then.
    let usesTrash: Bool

    /// Three savepoints of each of two jobs, the newest of which stays.
    ///
    /// - Parameters:
    ///   - service: Where.
    ///   - trash: The policy's `trash`.
    ///   - user: Whom the program runs as, and whose the tree is; nil for who may do anything.
    /// - Throws: Where it cannot be written.
    convenience init(_ service: HDFSService, trash: String, user: String? = nil) throws {
        try self.init(
            service,
            rules: "savepoints: { keepLast: 1 }, trash: \"\(trash)\"",
            user: user,
            jobs: { root in
                """
                { name: "a", savepoints: "\(root)/sp/a" }, { name: "b", savepoints: "\(root)/sp/b" }
                """
            },
            fill: { writer, time in
                // Beside the roots, and nobody's business.
                let other = "other/savepoint-0e8e6e-000000000001"
                try writer.savepoint(other, id: 1, size: 50, at: time(9))
                for job in ["a", "b"] {
                    for number in 1...3 {
                        try writer.savepoint(
                            "sp/\(job)/savepoint-5a1e5a-00000000000\(number)",
                            id: Int64(number),
                            size: 50,
                            at: time(60 - number)
                        )
                    }
                }
            }
        )
    }

    /// The tree that faults are tried on, with jobs `a` and `b`.
    ///
    /// - Parameters:
    ///   - service: Where.
    ///   - trash: The policy's `trash`.
    ///   - user: Whom the program runs as, and whose the tree is; nil for who may do anything.
    ///   - options: Words for every call of the client.
    /// - Throws: Where it cannot be written.
    convenience init(
        faulted service: HDFSService,
        trash: String,
        user: String? = nil,
        options: [String] = []
    ) throws {
        try self.init(
            service,
            rules: "\(FaultedTree.rules), trash: \"\(trash)\"",
            user: user,
            options: options,
            // Another user's trash is his own affair.
            usesTrash: trash != "0d" && user == nil,
            jobs: { root in
                """
                { name: "a", savepoints: "\(root)/sp/a", checkpoints: "\(root)/cp/a" },
                { name: "b", savepoints: "\(root)/sp/b" }
                """
            },
            fill: { writer, time in
                try FaultedTree.write(into: &writer, jobs: ["a", "b"], at: time)
            }
        )
    }

    /// Any tree.
    ///
    /// - Parameters:
    ///   - service: Where.
    ///   - rules: The policy's defaults, without limits.
    ///   - user: Whom the program runs as, and whose the tree is; nil for who may do anything.
    ///   - options: Words for every call of the client.
    ///   - usesTrash: Whether what lies in the trash is looked at, too.
    ///   - jobs: The policy's jobs, below a root.
    ///   - fill: Writes the tree; gets what tells the time so many days ago.
    /// - Throws: Where it cannot be written.
    init(
        _ service: HDFSService,
        rules: String,
        user: String? = nil,
        options: [String] = [],
        usesTrash: Bool = false,
        jobs: (StorageURL) -> String,
        fill: (inout TreeWriter, (Int) -> Instant) throws -> Void
    ) throws {
        self.service = service
        self.user = user
        self.usesTrash = usesTrash
        local = try TemporaryDirectory()
        let tree = try TemporaryDirectory()
        var writer = TreeWriter(top: tree.path)
        let now = Instant(Date())
        try fill(&writer) { now.earlier(byDays: $0) }
        try writer.settleTimes()
        content = try TreeContent(of: tree.path)
        root = service.freshRoot()
        try service.put(tree, at: root)
        if let user { try service.run(["dfs", "-chown", "-R", user, root.path.description]) }
        if usesTrash { try service.run(["dfs", "-mkdir", "-p", trash]) }
        let script = ClientFault.script(local.path, service.program)
        try local.write("hdfs", Array(script.utf8))
        try ExecutableScript.make("\(local.path)/hdfs")
        let policy = """
            { aliases: { "file:\(tree.path)": "\(root)" },
              defaults: { \(rules), limits: null },
              stores: { hdfs: { command: ["\(local.path)/hdfs"], options: \(options) } },
              jobs: [ \(jobs(root)) ] }
            """
        try local.write("policy.json5", Array(policy.utf8))
    }

    /// Puts one more savepoint there, which is older than all others of its job.
    func addOlderSavepoint() throws {
        let tree = try TemporaryDirectory()
        var writer = TreeWriter(top: tree.path)
        let now = Instant(Date())
        let directory = try FaultedTree.writeOlder(into: &writer) { now.earlier(byDays: $0) }
        try writer.settleTimes()
        content.add(try TreeContent(of: tree.path))
        let place = root.appending(ObjectName(directory))
        try service.run(
            [
                "dfs", "-put", "-p", "\(tree.path)/\(directory)",
                place.parent.path.description,
            ]
        )
    }

    /// Lets a script run before every call; it gets the call's words, and `$number` and `$janitor`.
    func hook(_ text: String?) throws {
        guard let text else { return try local.delete("hook") }
        try local.write("hook", Array("#!/usr/bin/env bash\n\(text)\n".utf8))
        try ExecutableScript.make("\(local.path)/hook")
    }

    /// Runs a command of the program's.
    ///
    /// - Parameters:
    ///   - command: Its words.
    ///   - environment: Variables of the program; of those that load libraries its calls get none.
    /// - Returns: How it ended.
    /// - Throws: Where it cannot be started.
    @discardableResult
    func run(
        _ command: String...,
        environment: [String: String] = [:]
    ) throws -> BuiltProgram.End {
        try run(command, environment: environment)
    }

    /// Runs a command of the program's.
    func run(_ words: [String], environment: [String: String]) throws -> BuiltProgram.End {
        try Data().write(to: URL(filePath: "\(local.path)/calls"))
        let user = user.map { ["HADOOP_USER_NAME": $0] } ?? [:]
        return try BuiltProgram().run(
            [words[0], "--policy", "\(local.path)/policy.json5", "--state", "\(local.path)/state"]
                + words.dropFirst(),
            environment: user.merging(environment) { $1 }
        )
    }

    /// The name of the newest run.
    func lastRun() throws -> String {
        struct Runs: Decodable {
            struct Run: Decodable { let run: String }
            let runs: [Run]
        }
        let runs: Runs = try document("runs")
        return try #require(runs.runs.map(\.run).max())
    }

    /// What a command prints with `--json`.
    func document<Document: Decodable>(_ command: String) throws -> Document {
        let text = try run(command, "--json").text
        let start = try #require(text.firstIndex(of: "{"), "\(text)")
        let end = try #require(text.lastIndex(of: "}"))
        return try JSONDecoder().decode(Document.self, from: Data(text[start...end].utf8))
    }

    /// How many calls the last command made.
    func callCount() throws -> Int {
        try Data(contentsOf: URL(filePath: "\(local.path)/calls")).count { $0 == 0x0A }
    }
}
