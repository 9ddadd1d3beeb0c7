// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// `runs`, `undo` and `trash` as a user writes them, on the demonstration tree.
struct UndoCommandTests {
    private final class Printed {
        var result: [UInt8] = []
        var messages: [String] = []
        var text: String { String(decoding: result, as: UTF8.self) }

        func json() throws -> [String: Any] {
            try #require(
                try JSONSerialization.jsonObject(with: Data(result)) as? [String: Any]
            )
        }
    }

    private let directory: TemporaryDirectory
    private let folder: String

    init() throws {
        directory = try TemporaryDirectory()
        folder = "\(directory.path)/demo"
        _ = run("demo", "--into", folder)
    }

    private func run(_ words: String...) -> (code: ExitCode, printed: Printed) {
        let printed = Printed()
        let console = Console(
            result: { printed.result += Array($0) },
            message: { printed.messages.append($0) }
        )
        return (JanitorMain.run(words.map { ObjectName($0) }, console: console), printed)
    }

    private var policy: String { "\(folder)/policy.json5" }
    private var state: String { "\(directory.path)/state" }

    /// A command with the policy and the state directory of this test.
    private func janitor(_ words: String...) -> (code: ExitCode, printed: Printed) {
        let printed = Printed()
        let console = Console(
            result: { printed.result += Array($0) },
            message: { printed.messages.append($0) }
        )
        let options = words.first == "runs" ? [] : ["--policy", policy]
        let all = words + options + ["--state", state]
        return (JanitorMain.run(all.map { ObjectName($0) }, console: console), printed)
    }

    private func tree() throws -> TreeSnapshot {
        try TreeSnapshot(of: "\(folder)/tree", without: [".janitor-trash", ".janitor-lock"])
    }

    private func onlyRun() throws -> String {
        let runs = try #require(try janitor("runs", "--json").printed.json()["runs"] as? [Any])
        let first = try #require(runs.first as? [String: Any])
        return try #require(first["run"] as? String)
    }

    @Test func `a run is told, shown in the trash, and undone`() throws {
        #expect(janitor("runs").printed.text.hasPrefix("no runs yet in \"\(state)\"; "))
        let before = try tree()
        #expect(janitor("run").code == .done)
        let name = try onlyRun()
        let (code, runs) = janitor("runs")
        #expect(code == .done)
        #expect(runs.text.contains("10 moved to the trash"))
        let details = janitor("runs", String(name.prefix(16))).printed.text
        #expect(details.contains("run \(name): run"))
        #expect(details.contains("moved to the trash: file://\(folder)/tree/"))
        let trash = janitor("trash").printed.text
        #expect(trash.contains("10 things in the trash"))
        let columns = trash.split(separator: "\n").compactMap { line in
            line.range(of: " until ").map {
                line.distance(from: line.startIndex, to: $0.lowerBound)
            }
        }
        #expect(columns.count == 10 && Set(columns).count == 1, "\(trash)")
        let undoing = "janitor undo --policy \(policy) --state \(state) \(name)"
        #expect(trash.contains(undoing), "\(trash)")
        let (undone, undo) = janitor("undo", name)
        #expect(undone == .done, "\(undo.messages)")
        #expect(undo.text.contains("10 of 10 brought back"))
        #expect(undo.text.contains("broken as before"))
        #expect(before.differences(to: try tree()) == [])
        #expect(janitor("trash").printed.text.hasPrefix("0 things in the trash"))
        #expect(janitor("undo", name).code == .usage)
    }

    @Test func `what the next run would take again is told, with what keeps it`() throws {
        #expect(janitor("run").code == .done)
        let first = try onlyRun()
        let undone = janitor("undo", first)
        #expect(undone.printed.text.contains("the next run takes 10 of these again"))
        let start = "  janitor pin --policy \(policy) --state \(state) "
        let lines = undone.printed.text.split(separator: "\n")
        let places = lines.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
        #expect(Set(places).count == 10, "\(undone.printed.text)")
        for place in places.dropFirst() { #expect(janitor("pin", place).code == .done) }
        #expect(janitor("run").printed.text.contains("1 snapshot taken"))
        let runs = try janitor("runs", "--json").printed.json()["runs"] as? [[String: Any]]
        let second = runs?.first {
            $0["command"] as? String == "run" && $0["run"] as? String != first
        }
        let name = try #require(second?["run"] as? String)
        let (_, again) = janitor("undo", name, "--json")
        let restored = try #require(try again.json()["restored"] as? [[String: Any]])
        #expect(restored.map { $0["verdict"] as? String } == ["condemn"])
    }

    @Test func `what a run moved away is explained with the run, and how it comes back`() throws {
        let path = "\(folder)/tree/savepoints/audit/savepoint-a0d170-000000000130"
        #expect(janitor("run").code == .done)
        let name = try onlyRun()
        let undo = "janitor undo --policy \(policy) --state \(state) \(name) file://\(path)"
        for below in ["", "/_metadata"] {
            let (code, told) = janitor("explain", path + below)
            #expect(code == .done)
            #expect(told.text.contains("the run \(name) moved "), "\(told.text)")
            #expect(told.text.contains("bring it back with: \(undo)\n"), "\(told.text)")
        }
        let json = try janitor("explain", path, "--json").printed.json()
        #expect(json["is"] as? String == "nothing")
        let taken = try #require(json["taken"] as? [String: Any])
        #expect(taken["run"] as? String == name)
        #expect((taken["item"] as? [String: Any])?["trash"] as? String == "there")
        #expect(janitor("trash", "empty").code == .done)
        let gone = janitor("explain", path).printed.text
        #expect(gone.contains("removed it from there"), "\(gone)")
        let never = try janitor("explain", "\(path)x", "--json").printed.json()
        #expect(never["taken"] is NSNull)
    }

    @Test func `whoever looks into another state directory is told which one that was`() throws {
        #expect(janitor("run").code == .done)
        let name = try onlyRun()
        let other = "\(directory.path)/other"
        let options = ["--policy", policy, "--state", other]
        let hint = "another state directory"
        let trash = run("trash", options[0], options[1], options[2], options[3])
        #expect(trash.printed.text.contains("not recorded by any run in \"\(other)\""))
        #expect(trash.printed.text.contains(hint))
        #expect(run("runs", "--state", other).printed.text.contains(hint))
        for words in [["undo", name], ["trash", "empty", name], ["runs", name]] {
            let printed = Printed()
            let console = Console(result: { _ in }, message: { printed.messages.append($0) })
            let line = (words + options).map { ObjectName($0) }
            #expect(JanitorMain.run(line, console: console) == .usage)
            let said = printed.messages.joined()
            #expect(said.contains("cannot find the run \"\(name)\" in \"\(other)\""), "\(said)")
            #expect(said.contains(hint) && said.contains("--state DIR"), "\(said)")
        }
        for place in ["$XDG_STATE_HOME/janitor", "/var/lib/janitor", "~/.local/state/janitor"] {
            #expect(OptionName.state.summary.contains(place))
            #expect(ManualPage.roff.contains(place))
        }
    }

    @Test func `the audit says who did what, under which policy, and why`() throws {
        #expect(janitor("run").code == .done)
        let document = try janitor("runs", "--json").printed.json()
        #expect(document["format"] as? Int == 1)
        let runs = try #require(document["runs"] as? [[String: Any]])
        let audited = try #require(runs.first)
        for key in ["user", "host", "process", "policy", "fingerprint", "at", "ended", "command"] {
            #expect(audited[key] is NSNull == false && audited[key] != nil, "\(key)")
        }
        let items = try #require(audited["items"] as? [[String: Any]])
        #expect(items.count == 10)
        for item in items {
            #expect(item["action"] as? String == "trash")
            #expect(item["outcome"] as? String == "done")
            #expect(item["trash"] as? String == "there")
            #expect(item["until"] is String)
            let reasons = try #require(item["reasons"] as? [[String: Any]])
            #expect(!reasons.isEmpty)
            #expect(reasons.allSatisfy { $0["rule"] is String && $0["text"] is String })
        }
        let trash = try janitor("trash", "--json").printed.json()
        #expect((trash["runs"] as? [[String: Any]])?.count == 1)
        #expect((trash["unknown"] as? [Any])?.isEmpty == true)
    }

    @Test func `one path is undone, and the rest is emptied`() throws {
        #expect(janitor("run").code == .done)
        let name = try onlyRun()
        let trash = try janitor("trash", "--json").printed.json()
        let runs = try #require(trash["runs"] as? [[String: Any]])
        let items = try #require(runs.first?["items"] as? [[String: Any]])
        let path = try #require(items.last?["path"] as? String)
        let (code, undo) = janitor("undo", name, path, "--json")
        #expect(code == .done)
        let restored = try #require(try undo.json()["restored"] as? [[String: Any]])
        #expect(restored.map { $0["path"] as? String } == [path])
        #expect(janitor("trash", "empty", "no-such-run").code == .usage)
        #expect(janitor("trash", "fill").code == .usage)
        let (emptied, report) = janitor("trash", "empty", name)
        #expect(emptied == .done, "\(report.messages)")
        #expect(report.text.contains("9 removed from the trash for good"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/tree/savepoints/.janitor-trash"))
        let (late, refusal) = janitor("undo", name)
        #expect(late == .usage)
        #expect(refusal.messages.joined().contains("nothing of it lies in the trash"))
    }

    @Test func `law 4: a plan that was made under another policy is refused`() throws {
        let saved = "\(directory.path)/plan.json"
        #expect(janitor("plan", "--save", saved).code == .done)
        let text = try String(contentsOfFile: policy, encoding: .utf8)
        let other = "\(directory.path)/other.json5"
        let changed = text.replacing("keepLast: 3", with: "keepLast: 4")
        #expect(changed != text)
        try Data(changed.utf8).write(to: URL(filePath: other))
        let before = try tree()
        let (code, printed) = run(
            "run",
            "--policy",
            other,
            "--state",
            state,
            "--approved",
            saved
        )
        #expect(code == .usage)
        #expect(printed.messages.joined().contains("it was made under another policy"))
        #expect(before.differences(to: try tree()) == [])
    }

    @Test func `a limit says which commands show the plan and approve it, and they do`() throws {
        let text = try String(contentsOfFile: policy, encoding: .utf8)
        let limited = "\(directory.path)/limited policy.json5"
        let changed = text.replacing(
            "checkpoints: { keepLast: 2 },",
            with: "checkpoints: { keepLast: 1 }, limits: { share: 0.01, count: 0 },"
        )
        #expect(changed != text)
        try Data(changed.utf8).write(to: URL(filePath: limited))
        let saved = "\(directory.path)/plan.json"
        let held = run("run", "--policy", limited, "--state", state)
        #expect(held.code == .refused)
        let options = "--policy '\(limited)' --state \(state)"
        #expect(held.printed.text.contains("janitor plan \(options) --save plan.json"))
        #expect(held.printed.text.contains("janitor run \(options) --approved plan.json"))
        let shown = run("plan", "--policy", limited, "--state", state, "--save", saved)
        #expect(shown.code == .done)
        let (code, approved) = run(
            "run",
            "--policy",
            limited,
            "--state",
            state,
            "--approved",
            saved
        )
        #expect(code == .done, "\(approved.text)")
        #expect(approved.text.contains("moved") || approved.text.contains("taken file://"))
        let audit = try run("runs", "--state", state, "--json").printed.json()
        let runs = try #require(audit["runs"] as? [[String: Any]])
        #expect(runs.contains { $0["approved"] as? String == saved })
    }
}
