// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// `janitor usage` as an operator writes it: the sums of a small tree that one can add up.
struct UsageCommandTests {
    private static let attempt = "cp/a/\(String(repeating: "a", count: 32))"

    private let directory: TemporaryDirectory
    private let options: [String]
    /// Lengths of the metadata of the two savepoints and two checkpoints.
    private let metadata: (savepoints: Int, checkpoints: Int)

    /// Savepoints of 30 and 3 bytes; two checkpoints that share 7 bytes, the second of which has 5 of
    /// its own in `shared`; 11 bytes that leaked, 13 in the trash, 17 only read, 2 that say nothing.
    init() throws {
        directory = try TemporaryDirectory()
        options = [
            "--policy", "\(directory.path)/policy.json5", "--state", "\(directory.path)/state",
        ]
        let now = Instant(Date())
        let old = now.advanced(byNanoseconds: -60 * 86_400_000_000_000)
        var tree = TreeWriter(top: directory.path)
        try tree.savepoint("sp/a/old", id: 1, size: 30, at: old)
        try tree.savepoint("sp/a/new", id: 9, size: 3, at: now)
        var files: [SampleMetadata.File] = []
        for size in [7, 5, 11] {
            let path = "\(Self.attempt)/shared/\(tree.uuid())"
            try tree.write(path, [UInt8](repeating: 0, count: size), at: old)
            files.append(SampleMetadata.File(path, Int64(size)))
        }
        for id in 1...2 {
            let home = "\(Self.attempt)/chk-\(id)"
            let shared = Array(files.prefix(id))
            try tree.checkpoint(home, id: Int64(id), shared: shared, at: old)
        }
        try tree.write("sp/a/note.txt", [1, 2], at: old)
        try tree.write("sp/a/.janitor-trash/run/x", [UInt8](repeating: 0, count: 13), at: old)
        try tree.write("other/y", [UInt8](repeating: 0, count: 17), at: old)
        try tree.settleTimes()
        let top = directory.path
        func length(_ path: String) throws -> Int {
            try Data(contentsOf: URL(filePath: "\(top)/\(path)/_metadata")).count
        }
        metadata = (
            try length("sp/a/old") + length("sp/a/new"),
            try length("\(Self.attempt)/chk-1") + length("\(Self.attempt)/chk-2")
        )
        let policy = """
            { jobs: [ { name: "a", savepoints: "file://\(top)/sp/a",
                        checkpoints: "file://\(top)/cp/a" },
                      { name: "b", savepoints: "file://\(top)/sp/b" } ],
              alsoRead: ["file://\(top)/other"] }
            """
        try Data(policy.utf8).write(to: URL(filePath: "\(top)/policy.json5"))
    }

    private func run(_ words: String...) -> (code: ExitCode, text: String, messages: String) {
        var result: [UInt8] = []
        var messages: [String] = []
        let console = Console(result: { result += Array($0) }, message: { messages.append($0) })
        let code = JanitorMain.run((words + options).map { ObjectName($0) }, console: console)
        return (code, String(decoding: result, as: UTF8.self), messages.joined(separator: "\n"))
    }

    /// What `usage --json` says.
    private struct Document: Decodable {
        struct Sum: Decodable {
            let count: Int
            let bytes: Int
        }
        struct Outside: Decodable {
            let count: Int
            let bytes: Int
            let unreferenced: Sum
        }
        struct Attempt: Decodable {
            let jobId: String?
            let paths: [String]
            let openSince: String?
            let snapshots: Sum
            let outside: [String: Outside]
        }
        struct Snapshot: Decodable {
            let path: String
            let attempt: String?
            let kind: String
            let time: String
            let bytes: Int
            let exclusive: Int
            let shared: Int
            let sharedWith: Int
            let frees: Int
        }
        struct Job: Decodable {
            let job: String
            let total: Sum
            let savepoints: Sum
            let checkpoints: Sum
            let trash: Sum
            let janitor: Sum
            let outside: [String: Outside]
            let attempts: [Attempt]
            let snapshots: [Snapshot]
        }
        let format: Int
        let jobs: [Job]
        let onlyRead: Sum
        let unread: [String]
    }

    private func document(_ text: String) throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    }

    @Test func `sums for machines are those that one can add up`() throws {
        let (code, text, messages) = run("usage", "--json")
        #expect(code == .done, "\(messages)")
        let document = try document(text)
        #expect(document.format == 1 && document.unread.isEmpty)
        #expect(document.onlyRead.bytes == 17)
        #expect(document.jobs.map(\.job) == ["a", "b"])
        let job = try #require(document.jobs.first)
        #expect(job.savepoints.bytes == 33 + metadata.savepoints)
        #expect(job.checkpoints.bytes == metadata.checkpoints)
        #expect(job.trash.bytes == 13 && job.janitor.bytes == 0)
        let shared = try #require(job.outside["shared"])
        #expect(shared.count == 3 && shared.bytes == 23)
        #expect(shared.unreferenced.count == 1 && shared.unreferenced.bytes == 11)
        #expect(job.outside["unknown"]?.bytes == 2)
        #expect(
            job.total.bytes == 33 + 23 + 2 + 13 + metadata.savepoints + metadata.checkpoints
        )
        let attempt = try #require(job.attempts.first)
        #expect(attempt.jobId == String(repeating: "a", count: 32))
        #expect(attempt.openSince == nil && attempt.paths.count == 1)
        #expect(attempt.snapshots.bytes == metadata.checkpoints)
        #expect(attempt.outside["shared"]?.bytes == 23)
    }

    @Test func `what a snapshot shares and what dropping it frees is told`() throws {
        let job = try #require(try document(run("usage", "--json").text).jobs.first)
        func snapshot(_ name: String) throws -> Document.Snapshot {
            try #require(job.snapshots.first { $0.path.hasSuffix("/\(name)") })
        }
        let (first, second) = (try snapshot("chk-1"), try snapshot("chk-2"))
        #expect(first.exclusive == first.bytes && first.shared == 7 && first.sharedWith == 1)
        #expect(second.exclusive == second.bytes + 5 && second.shared == 7)
        let old = try snapshot("old")
        #expect(old.exclusive == old.bytes && old.shared == 0 && old.sharedWith == 0)
        #expect(job.snapshots.allSatisfy { $0.frees == $0.exclusive })
    }

    @Test func `people are told the same, job by job`() {
        let (code, text, _) = run("usage")
        #expect(code == .done)
        for words in [
            "job a: ", "job b: 0 B (0 bytes) in 0 files", "trash", "attempt aaaaaaaa", "(over)",
            "1 of them without a reference, 11 B", "only read, or nobody's: 17 B (17 bytes)",
            "what dropping each one frees", "in all: ",
        ] { #expect(text.contains(words), "\(words) in \(text)") }
    }

    @Test func `one job is told alone, and one that is not there is refused`() throws {
        let one = run("usage", "--job", "b")
        #expect(one.code == .done)
        #expect(one.text.contains("job b") && !one.text.contains("job a"))
        #expect(try document(run("usage", "--job", "a", "--json").text).jobs.count == 1)
        let none = run("usage", "--job", "c")
        #expect(none.code == .usage)
        #expect(none.messages.contains("it has \"a\", \"b\""))
        #expect(run("usage", "\(directory.path)/sp/a").code == .usage)
    }

    @Test func `law 2: a snapshot that did not read is named, and the exit code is 3`() throws {
        try directory.write(ObjectName("\(Self.attempt)/chk-2/_metadata"), [1, 2, 3])
        let (code, text, messages) = run("usage")
        #expect(code == .partial)
        #expect(text.contains("what these use outside their directories is not known"))
        #expect(text.contains("/chk-2"))
        #expect(messages.contains("warning: "))
        let json = run("usage", "--json")
        #expect(json.code == .partial)
        #expect(try document(json.text).unread.count == 1)
    }
}
