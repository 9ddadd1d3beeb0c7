// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// `janitor explain` as an operator writes it, for every sort of path.
struct ExplainCommandTests {
    private static let attempt = "cp/a/\(String(repeating: "a", count: 32))"

    private let directory: TemporaryDirectory
    private let options: [String]
    /// A file that both checkpoints reference, and one that nothing does.
    private let needed: String
    private let lone: String

    init() throws {
        directory = try TemporaryDirectory()
        options = [
            "--policy", "\(directory.path)/policy.json5", "--state", "\(directory.path)/state",
        ]
        let now = Instant(Date())
        let old = now.advanced(byNanoseconds: -60 * 86_400_000_000_000)
        var tree = TreeWriter(top: directory.path)
        needed = "\(Self.attempt)/shared/\(tree.uuid())"
        lone = "\(Self.attempt)/shared/\(tree.uuid())"
        try tree.savepoint("sp/a/old", id: 1, size: 30, at: old)
        try tree.savepoint("sp/a/new", id: 9, size: 3, at: now)
        for path in [needed, lone] { try tree.write(path, [1, 2], at: old) }
        let shared = [SampleMetadata.File(needed, 2)]
        for id in Int64(1)...2 {
            let home = "\(Self.attempt)/chk-\(id)"
            let time = old.advanced(byNanoseconds: id * 60_000_000_000)
            try tree.checkpoint(home, id: id, shared: shared, at: time)
        }
        try tree.savepoint("sp/a/.janitor-trash/run/three", id: 3, size: 3, at: old)
        try tree.settleTimes()
        let policy = """
            { defaults: { savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null,
                          orphans: { age: "24h", sightings: 1, apart: "0m" } },
              jobs: [ { name: "a", savepoints: "file://\(directory.path)/sp/a",
                        checkpoints: "file://\(directory.path)/cp/a" } ] }
            """
        try Data(policy.utf8).write(to: URL(filePath: "\(directory.path)/policy.json5"))
    }

    /// What one call printed.
    private struct Printed {
        var code: ExitCode
        var text: String
        var messages: String

        var json: [String: Any] {
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8))
            return object as? [String: Any] ?? [:]
        }
    }

    private func run(_ words: [ObjectName]) -> Printed {
        var result: [UInt8] = []
        var messages: [String] = []
        let console = Console(result: { result += Array($0) }, message: { messages.append($0) })
        let code = JanitorMain.run(words + options.map { ObjectName($0) }, console: console)
        return Printed(
            code: code,
            text: String(decoding: result, as: UTF8.self),
            messages: messages.joined(separator: "\n")
        )
    }

    private func explain(_ below: String, _ more: String...) -> Printed {
        run(["explain", ObjectName("\(directory.path)/\(below)")] + more.map { ObjectName($0) })
    }

    @Test(arguments: [
        ("sp/a/old", "snapshot", "a savepoint of the job \"a\""),
        ("sp/a/old/", "snapshot", "a savepoint of the job \"a\""),
        ("sp/a//old/../old/.", "snapshot", "a savepoint of the job \"a\""),
        ("sp/a/old/_metadata", "partOfSnapshot", "which goes as a whole"),
        ("sp/a/old/none", "nothing", "it is not there"),
        ("sp/a/none", "nothing", "it is not there"),
        ("sp/a", "root", "roots are never removed"),
        ("sp", "root", "roots are never removed"),
        ("elsewhere", "outsideRoots", "nothing there is touched"),
        ("\(attempt)", "directory", "a directory that holds 4 files"),
        ("\(attempt)/shared/", "directory", "a directory that holds 2 files"),
        ("sp/a/.janitor-trash/run/three", "trash", "in the trash, since the run run"),
        ("sp/a/.janitor-trash/run/three/_metadata", "trash", "in the trash"),
    ])
    func `each sort of path is told for people and for machines`(
        path: String,
        subject: String,
        words: String
    ) {
        let text = explain(path)
        #expect(text.code == .done, "\(text.messages)")
        #expect(text.text.contains(words), "\(text.text)")
        let json = explain(path, "--json")
        #expect(json.code == .done)
        #expect(json.json["is"] as? String == subject)
        #expect(json.json["format"] as? Int == 1)
        #expect(json.json["partial"] as? Bool == false)
    }

    @Test func `a needed file is told with who needs it and by which handle`() throws {
        let text = explain(needed).text
        #expect(text.contains("outside snapshots"))
        #expect(text.contains("needed by") && text.contains("/chk-1: "))
        #expect(text.contains("written as \"file:\(directory.path)/\(needed)\""))
        #expect(text.contains("kept because"))
        #expect(text.contains("it goes on no day that can be told"))
        let json = explain(needed, "--json").json
        let needs = try #require(json["neededBy"] as? [[String: Any]])
        #expect(needs.count == 2)
        #expect(needs.allSatisfy { $0["byNameOnly"] as? Bool == false && $0["role"] != nil })
        #expect(json["verdict"] as? String == "keep")
        #expect(json["date"] is NSNull && json["due"] as? Bool == false)
        #expect(json["bytes"] as? Int == 2)
    }

    @Test func `a directory is told with who needs what is in it, as one`() throws {
        for below in [Self.attempt, "\(Self.attempt)/shared"] {
            let text = explain(below).text
            let words = "/chk-1: shared file of managed keyed state, 1 reference"
            #expect(text.contains(words), "\(text)")
            let needs = try #require(
                explain(below, "--json").json["neededBy"] as? [[String: Any]]
            )
            #expect(needs.count == 2 && needs.allSatisfy { $0["references"] as? Int == 1 })
        }
        #expect(explain("\(Self.attempt)/chk-1").text.contains("no snapshot needs it"))
    }

    @Test func `what nothing needs is told with the rule and the day`() throws {
        let json = explain(lone, "--json").json
        #expect((json["neededBy"] as? [Any])?.isEmpty == true)
        #expect(json["verdict"] as? String == "condemn" && json["due"] as? Bool == true)
        let day = try #require(json["date"] as? String)
        #expect(explain(lone).text.contains("plans condemn it from \(day) on"))
        let path = ObjectName("\(directory.path)/\(lone)")
        for (at, isGoing) in [("\(day)T00:00:00Z", true), ("2020-01-01", false)] {
            let told = run(["explain", path, "--at", ObjectName(at), "--json"]).json
            #expect((told["verdict"] as? String == "condemn") == isGoing, "\(at)")
        }
    }

    @Test func `a condemned snapshot is told with its rule, its day and what would keep it`() {
        let printed = explain("sp/a/old")
        #expect(printed.text.contains("condemned because"))
        #expect(printed.text.contains("it goes at the next run"))
        let pin = "janitor pin \(options.joined(separator: " ")) file://\(directory.path)/sp/a/old"
        #expect(printed.text.contains("    a pin: \(pin)\n"), "\(printed.text)")
        #expect(printed.text.contains("\"keepLast\": 2 or more"))
        let json = explain("sp/a/old", "--json").json
        #expect(json["kind"] as? String == "savepoint" && json["job"] as? String == "a")
        let reasons = json["reasons"] as? [[String: Any]] ?? []
        #expect(reasons.contains { $0["rule"] as? String == "keepLast" }, "\(reasons)")
        #expect((json["keepers"] as? [String])?.isEmpty == false)
        #expect(explain("sp/a/new").text.contains("kept because"))
    }

    @Test func `a name that is not UTF-8 is told as it is`() throws {
        let odd = ObjectName(Array("\(directory.path)/sp/a/".utf8) + [0xFF])
        let missing = run(["explain", odd, "--json"])
        #expect(missing.code == .done)
        #expect(missing.json["is"] as? String == "nothing")
        try directory.write(ObjectName(Array("sp/a/".utf8) + [0xFF]), [1])
        let there = run(["explain", odd, "--json"])
        #expect(there.json["is"] as? String == "object")
        #expect(there.json["kind"] as? String == "unknown")
        let path = try #require(there.json["path"] as? String)
        #expect(path.hasSuffix("/sp/a/\\xFF"))
        let bytes = try #require(there.json["pathBytes"] as? String)
        #expect(Data(base64Encoded: bytes) == Data(odd.bytes))
    }

    @Test(arguments: [
        (["explain"], "write: janitor explain"),
        (["explain", "/a", "/b"], "write: janitor explain"),
        (["explain", ""], "names no path"),
        (["explain", "/a", "--at", "yesterday"], "cannot read the time \"yesterday\""),
        (["explain", "/a", "--job", "a"], "has no option \"--job\""),
    ])
    func `what cannot be meant is refused with what to write`(
        words: [String],
        hint: String
    ) {
        let printed = run(words.map { ObjectName($0) })
        #expect(printed.messages.contains(hint), "\(printed)")
        #expect(printed.code == .usage)
        #expect(printed.text.isEmpty)
    }

    @Test func `law 2: what could need it and did not read is told, and ends with 3`() throws {
        try directory.write(ObjectName("\(Self.attempt)/chk-2/_metadata"), [1, 2, 3])
        for path in [lone, needed, "sp/a/old"] {
            let printed = explain(path)
            #expect(printed.code == .partial, "\(path)")
            #expect(printed.text.contains("not everything could be read"), "\(path)")
            #expect(!printed.text.contains("condemned because"), "\(printed.text)")
            #expect(explain(path, "--json").json["partial"] as? Bool == true)
        }
    }

    @Test func `nothing is changed by looking`() throws {
        let before = try TreeSnapshot(of: directory.path)
        for path in [lone, "sp/a/old", "sp/a"] { _ = explain(path) }
        #expect(try TreeSnapshot(of: directory.path) == before)
    }
}
