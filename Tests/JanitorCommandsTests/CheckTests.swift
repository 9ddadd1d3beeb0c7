// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// What `check` says of a policy that is sound.
struct CheckTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/sp/a",
            withIntermediateDirectories: true
        )
    }

    private func check(_ keep: String, more: String = "", state: String? = nil) throws -> String {
        let policy = "\(directory.path)/policy.json5"
        let text = """
            { \(more) jobs: [{ name: "a", savepoints: "\(directory.path)/sp/a", keep: { \(keep) } }] }
            """
        try Data(text.utf8).write(to: URL(filePath: policy))
        var result: [UInt8] = []
        var messages: [String] = []
        let console = Console(result: { result += Array($0) }, message: { messages.append($0) })
        let words = ["check", "--policy", policy, "--state", state ?? "\(directory.path)/state"]
        #expect(JanitorMain.run(words.map { ObjectName($0) }, console: console) == .done)
        #expect(messages.isEmpty)
        return String(decoding: result, as: UTF8.self)
    }

    @Test(arguments: [
        ("orphans: { age: '0h' }", "orphans.age is 0h"),
        ("orphans: { sightings: 1 }", "orphans.sightings is 1"),
        ("orphans: { apart: '0h' }", "orphans.apart is 0h"),
        ("orphans: { taskOwned: true }", "orphans.taskOwned is true"),
        ("trash: '0d'", "what goes cannot be brought back"),
        ("limits: null", "limits are off: a run may take"),
        ("limits: null, trash: '0d'", "nothing stops a run that takes too much"),
        ("limits: { share: 1 }", "limits.share is 1"),
        ("quietFor: '0h'", "quietFor is 0h and no Flink is named"),
        ("unfinished: '5m'", "unfinished is 5m"),
        ("trash: '3m'", "trash is 3m: that is minutes; months are written 3mo"),
        ("savepoints: { keepWithin: '1m' }", "savepoints: keepWithin is 1m: that is minutes"),
        (
            "checkpoints: { keepLabelled: { audit: '2m' } }",
            "checkpoints: keepLabelled \"audit\" is 2m: that is minutes"
        ),
    ])
    func `warns of settings that an operator may regret`(keep: String, warning: String) throws {
        let text = try check(keep)
        #expect(text.contains("warning: job \"a\": "))
        #expect(text.contains(warning))
    }

    @Test func `the defaults give no warning but of the state directory`() throws {
        let warnings = try check("").split(separator: "\n").filter { $0.hasPrefix("warning") }
        #expect(warnings.allSatisfy { $0.contains("nothing is seen twice") })
    }

    @Test func `says for each root whether there is an undo`() throws {
        #expect(try check("").contains("sp/a: reached, undo for 7d"))
        #expect(try check("trash: '0d'").contains("sp/a: reached, no undo"))
    }

    @Test func `says once how much of a shared root is given to no job`() throws {
        for number in 1...2 {
            try FileManager.default.createDirectory(
                atPath: "\(directory.path)/sp/a/savepoint-012345-00000000000\(number)",
                withIntermediateDirectories: true
            )
        }
        #expect(try !check("").contains("claimed by no job"))
        let shared = "}, attempts: { digits: ['abcdef'] "
        let text = try check(shared)
        #expect(text.contains("sp/a: claimed by no job, each counts as a job of its own: 2"))
        #expect(!text.contains("job \"savepoint-"))
    }

    @Test func `warns of a state directory that may be gone at the next run`() throws {
        let path = "/dev/shm/janitor-check-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try check("", state: path).contains("nothing is seen twice"))
    }

    @Test func `warns of a store that is said to be gone`() throws {
        let text = try check("", more: "aliases: { 'hdfs://old': null },")
        #expect(text.contains("warning: alias \"hdfs://old/\": null"))
    }
}
