// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// Commands that the program prints for whoever reads it, pasted into a shell.
struct NextCommandTests {
    private let directory: TemporaryDirectory
    private let demo: String
    private let policy: String
    private let state: String

    init() throws {
        directory = try TemporaryDirectory()
        demo = "\(directory.path)/sp ace ü/d'e$mo"
        policy = "\(demo)/po licy.json5"
        state = "\(demo)/st'ate"
        try directory.makeDirectory("sp ace ü")
    }

    /// What a shell in the test's own directory prints for a line, as an operator writes it.
    private func paste(
        _ line: String,
        _ environment: [String: String] = [:]
    ) throws -> (code: Int32?, said: String) {
        let own = ["T": directory.path, "HOME": directory.path]
        let none = ["XDG_STATE_HOME": "", "JANITOR_POLICY": ""]
        let script = "janitor() { '\(BuiltProgram.path)' \"$@\"; }\ncd \"$T\" || exit 9\n\(line)"
        let end = try BuiltProgram(insteadOfOurs: "bash").run(
            ["-c", script],
            environment: own.merging(none) { $1 }.merging(environment) { $1 }
        )
        return (end.code, end.text)
    }

    /// Runs a command with the policy and the state directory of this test, which need quoting.
    private func janitor(_ words: String) throws -> (code: Int32?, said: String) {
        let files = ["P": policy, "S": state]
        return try paste("janitor \(words) --policy \"$P\" --state \"$S\"", files)
    }

    /// The commands that a text names, each from its verb to the end of its line.
    private func commands(in text: String, _ verb: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            line.range(of: "janitor \(verb) ").map { String(line[$0.lowerBound...]) }
        }
    }

    private func makeDemo(limits: String? = nil) throws {
        let made = try paste("janitor demo --into \"$D\"", ["D": demo])
        try #require(made.code == 0, "\(made.said)")
        var text = try String(contentsOfFile: "\(demo)/policy.json5", encoding: .utf8)
        if let limits {
            let changed = text.replacing(
                "checkpoints: { keepLast: 2 },",
                with: "checkpoints: { keepLast: 1 }, limits: \(limits),"
            )
            try #require(changed != text)
            text = changed
        }
        try Data(text.utf8).write(to: URL(filePath: policy))
    }

    @Test func `the demonstration's commands work wherever it was put`() throws {
        let made = try paste("janitor demo --into \"$D\"", ["D": demo])
        for verb in ["plan", "run"] {
            let command = try #require(commands(in: made.said, verb).last, "\(made.said)")
            let end = try paste(command)
            #expect(end.code == 0, "\(command): \(end.said)")
        }
        #expect(FileManager.default.fileExists(atPath: "\(demo)/state/runs"))
    }

    @Test func `what a limit holds back goes by the commands that are printed, and comes back`()
        throws
    {
        try makeDemo(limits: "{ share: 0.01, count: 0 }")
        let held = try janitor("run")
        #expect(held.code == 4, "\(held.said)")
        let plan = try #require(commands(in: held.said, "plan").last)
        let run = try #require(commands(in: held.said, "run").last)
        #expect(try paste(plan).code == 0)
        let approved = try paste(run)
        #expect(approved.code == 0, "\(approved.said)")
        let undo = try #require(commands(in: approved.said, "undo").last)
        let trash = try janitor("trash")
        #expect(commands(in: trash.said, "undo").last == undo)
        let undone = try paste(undo)
        #expect(undone.code == 0 && undone.said.contains("brought back"), "\(undone.said)")
        let again = try paste(undo)
        #expect(again.code == 2)
        let runs = try #require(commands(in: again.said, "runs").last, "\(again.said)")
        #expect(try paste(runs).said.contains("brought back by"))
    }

    @Test func `a retired job goes by the commands that are printed`() throws {
        try makeDemo()
        let retired = try janitor("retire audit --because gone")
        let plan = try #require(commands(in: retired.said, "plan").last, "\(retired.said)")
        let run = try #require(commands(in: retired.said, "run").last)
        #expect(try paste(plan).said.contains("retired by"))
        let end = try paste(run)
        #expect(end.code == 0 && end.said.contains("audit"), "\(end.said)")
    }

    @Test func `a pin that is offered is set, whatever the bytes of the name`() throws {
        try makeDemo()
        let folder = "\(demo)/tree/savepoints/audit"
        // Not UTF-8, and what a shell takes for its own.
        let odd = "'\(folder.replacing("'", with: "'\\''"))/it'$'\\'s\\xFF $x'"
        let old = "\(folder)/savepoint-a0d170-000000000130"
        let moved = try paste("mv \"$OLD\" \(odd)", ["OLD": old])
        try #require(moved.code == 0, "\(moved.said)")
        let told = try janitor("explain \(odd)")
        #expect(told.said.contains("condemned because"), "\(told.said)")
        let pin = try #require(commands(in: told.said, "pin").last)
        let end = try paste(pin)
        #expect(end.code == 0, "\(pin): \(end.said)")
        #expect(try paste("test -e \(odd)/_label.pin").code == 0)
        #expect(try janitor("explain \(odd)").said.contains("pinned"))
    }

    @Test func `what a command found by itself is not written into the next one`() throws {
        try makeDemo(limits: "{ share: 0.01, count: 0 }")
        let held = try paste("janitor run", ["JANITOR_POLICY": policy])
        #expect(commands(in: held.said, "plan") == ["janitor plan --save plan.json"])
        #expect(commands(in: held.said, "run") == ["janitor run --approved plan.json"])
    }
}
