// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import HDFSStorage
import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

/// A small tree in HDFS with its policy and state directory, to run the built program over.
///
/// The program's `hdfs` is a script that notes every call and runs a hook before it.
final class HDFSSite {
    let service: HDFSService
    let local: TemporaryDirectory
    let root: StorageURL
    /// Every file that was put there, with its length.
    let written: [String: Int64]
    private let user: String?

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

    /// Any tree.
    ///
    /// - Parameters:
    ///   - service: Where.
    ///   - rules: The policy's defaults, without limits.
    ///   - user: Whom the program runs as, and whose the tree is; nil for who may do anything.
    ///   - jobs: The policy's jobs, below a root.
    ///   - fill: Writes the tree; gets what tells the time so many days ago.
    /// - Throws: Where it cannot be written.
    init(
        _ service: HDFSService,
        rules: String,
        user: String? = nil,
        jobs: (StorageURL) -> String,
        fill: (inout TreeWriter, (Int) -> Instant) throws -> Void
    ) throws {
        self.service = service
        self.user = user
        local = try TemporaryDirectory()
        let tree = try TemporaryDirectory()
        var writer = TreeWriter(top: tree.path)
        let now = Instant(Date())
        try fill(&writer) { now.advanced(byNanoseconds: -Int64($0) * 86_400_000_000_000) }
        try writer.settleTimes()
        written = try Self.files(in: tree.path)
        root = service.freshRoot()
        try service.put(tree, at: root)
        if let user { try service.run(["dfs", "-chown", "-R", user, root.path.description]) }
        try local.write("hdfs", Array(script.utf8))
        try ExecutableScript.make("\(local.path)/hdfs")
        let policy = """
            { aliases: { "file:\(tree.path)": "\(root)" },
              defaults: { \(rules), limits: null },
              stores: { hdfs: { command: ["\(local.path)/hdfs"] } },
              jobs: [ \(jobs(root)) ] }
            """
        try local.write("policy.json5", Array(policy.utf8))
    }

    private static func files(in top: String) throws -> [String: Int64] {
        let manager = FileManager.default
        var files: [String: Int64] = [:]
        for path in try manager.subpathsOfDirectory(atPath: top) {
            let attributes = try manager.attributesOfItem(atPath: "\(top)/\(path)")
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            files[path] = (attributes[.size] as? NSNumber)?.int64Value
        }
        return files
    }

    private var script: String {
        """
        #!/usr/bin/env bash
        echo "$*" >>'\(local.path)/calls'
        export number=$(wc -l <'\(local.path)/calls') janitor=$PPID
        [ ! -x '\(local.path)/hook' ] || '\(local.path)/hook' "$@" || exit 255
        \(ClientFault.script(local.path, service.program))

        """
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
        try Data().write(to: URL(filePath: "\(local.path)/calls"))
        let user = user.map { ["HADOOP_USER_NAME": $0] } ?? [:]
        return try BuiltProgram().run(
            [
                command[0], "--policy", "\(local.path)/policy.json5", "--state",
                "\(local.path)/state",
            ] + command.dropFirst(),
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

    /// What lies below the root, seen by one listing.
    struct Look {
        /// Every file but those of locks, with its length.
        var files: [String: Int64] = [:]
        /// Whatever belongs to a lock.
        var locks: Set<String> = []
    }

    /// Looks at everything below the root, by a call of the client's own: names here have no blanks.
    ///
    /// - Throws: Where it cannot be listed.
    func look() throws -> Look {
        var look = Look()
        let top = "\(root.path)/"
        for line in try service.run(["dfs", "-ls", "-R", top]).split(separator: "\n") {
            let fields = line.split(separator: " ")
            let size = try #require(fields.count == 8 ? Int64(fields[4]) : nil, "\(line)")
            let path = String(fields[7].dropFirst(top.count))
            if path.contains(".janitor-lock") {
                look.locks.insert(path)
            } else if !line.hasPrefix("d") {
                look.files[path] = size
            }
        }
        return look
    }

    /// Every path below the root, without locks.
    func paths() -> Set<String> {
        var sink = CollectedListing()
        _ = service.reader().list([root], into: &sink)
        return Set(sink.paths.map(\.description).filter { !$0.contains(".janitor-lock") })
    }

    /// The savepoints below the policy's roots of which anything is there.
    func savepoints() -> Set<String> {
        Set(paths().filter { $0.hasPrefix("sp/") && $0.split(separator: "/").count == 3 })
    }
}
