// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// Command lines as a user writes them, and what comes back.
struct CommandLineTests {
    /// What one command line printed.
    private final class Printed {
        var result: [UInt8] = []
        var messages: [String] = []
        var text: String { String(decoding: result, as: UTF8.self) }
    }

    private func run(_ words: String...) -> (code: ExitCode, printed: Printed) {
        let printed = Printed()
        let console = Console(
            result: { printed.result += Array($0) },
            message: { printed.messages.append($0) }
        )
        return (JanitorMain.run(words.map { ObjectName($0) }, console: console), printed)
    }

    @Test func `help names every command and every exit code`() {
        let (code, printed) = run("--help")
        #expect(code == .done)
        for command in CommandTable.all { #expect(printed.text.contains("  \(command.name)")) }
        for exit in ExitCode.allCases { #expect(printed.text.contains(exit.meaning)) }
    }

    @Test(arguments: CommandTable.all.map(\.name))
    func `each command says what it does and what it will not do`(name: String) {
        let (code, printed) = run(name, "--help")
        #expect(code == .done)
        #expect(printed.text.contains("usage: janitor \(name)"))
        #expect(printed.text.contains("It will not: "))
        #expect(printed.text.contains("exit codes:"))
        let (helped, same) = run("help", name)
        #expect(helped == .done)
        #expect(same.text == printed.text)
    }

    @Test(arguments: [
        (["plna"], "did you mean \"plan\"?"),
        (["plan", "--polcy", "x"], "did you mean \"--policy\"?"),
        (["plan", "--policy"], "write: --policy FILE"),
        (["plan", "--json=yes"], "write: --json"),
        (["plan", "--json", "--json"], "give it once"),
        (["run", "--state", ""], "write: --state DIR, or leave the option out"),
        (["plan", "--policy", "x", "--save="], "write: --save FILE, or leave the option out"),
        (["list", "--trace", ""], "write: --trace FILE, or leave the option out"),
        (["plan", "extra"], "write: janitor plan"),
        (["inspect"], "write: janitor inspect"),
        (["label", "/x"], "write: janitor label"),
        ([], "usage: janitor COMMAND"),
    ])
    func `a wrong command line ends with 2 and says what to write`(
        words: [String],
        hint: String
    ) {
        let printed = Printed()
        let console = Console(
            result: { printed.result += Array($0) },
            message: { printed.messages.append($0) }
        )
        let code = JanitorMain.run(words.map { ObjectName($0) }, console: console)
        #expect(code == .usage)
        #expect(printed.messages.joined().contains(hint))
        #expect(printed.result.isEmpty)
    }

    @Test func `what is one is not told as many, and of two faults each is told by itself`() throws
    {
        #expect(run("label", "/x").printed.messages.joined().contains("with 1 argument\n"))
        #expect(run("pin", "/x", "/y").printed.messages.joined().contains("with 2 arguments\n"))
        let directory = try TemporaryDirectory()
        for file in ["memory.json", "savepoints.json"] {
            try directory.makeDirectory(ObjectName("state/\(file)"))
        }
        let policy = "\(directory.path)/policy.json5"
        try Data("{ jobs: [ { name: 'a', savepoints: '/nowhere' } ] }".utf8)
            .write(to: URL(filePath: policy))
        let state = "\(directory.path)/state"
        let said = run("plan", "--policy", policy, "--state", state).printed.messages.joined()
        let first = "cannot read \"\(state)/memory.json\": is a directory, so a new one is started"
        let second = "cannot read \"\(state)/savepoints.json\": is a directory"
        #expect(said.contains("\(first); \(second)"), "\(said)")
    }

    @Test func `a missing policy ends with 2 and says where one is looked for`() {
        let (code, printed) = run("plan", "--policy", "/nowhere/policy.json5")
        #expect(code == .usage)
        #expect(printed.messages.joined().contains("\"/nowhere/policy.json5\""))
    }

    @Test func `the demonstration plans, runs, and has nothing left to run`() throws {
        let directory = try TemporaryDirectory()
        let folder = "\(directory.path)/demo"
        let (shown, demo) = run("demo", "--into", folder)
        #expect(shown == .done)
        #expect(demo.text.contains("10 of 37 snapshots would go"))
        let options = ["--policy", "\(folder)/policy.json5", "--state", "\(directory.path)/state"]
        let (planned, plan) = run("plan", options[0], options[1], options[2], options[3])
        #expect(planned == .done)
        #expect(plan.text.contains("job sales_pipeline"))
        let (ran, report) = run("run", options[0], options[1], options[2], options[3])
        #expect(ran == .done, "\(report.messages)")
        #expect(report.text.contains("10 snapshots taken"))
        let (again, second) = run("run", options[0], options[1], options[2], options[3])
        #expect(again == .done)
        #expect(second.text.contains("0 snapshots taken"))
    }

    @Test func `nothing found is said in one line, and does not look like success`() throws {
        let directory = try TemporaryDirectory()
        try directory.makeDirectory("sp")
        let policy = "\(directory.path)/policy.json5"
        let state = "\(directory.path)/state"
        func said(_ words: String..., root: String) throws -> String {
            let name = root.contains("{job}") ? "{job}" : "a"
            let text = "{ jobs: [ { name: '\(name)', savepoints: '\(directory.path)/\(root)' } ] }"
            try Data(text.utf8).write(to: URL(filePath: policy))
            let printed = Printed()
            let console = Console(result: { printed.result += Array($0) }, message: { _ in })
            let line = (words + ["--policy", policy, "--state", state]).map { ObjectName($0) }
            #expect(JanitorMain.run(line, console: console) == .done)
            return printed.text
        }
        for command in ["list", "verify"] {
            #expect(try said(command, root: "sp") == "no snapshots under 1 root\n")
            #expect(try said(command, "--job", "a", root: "sp") == "no snapshots under 1 root\n")
            let none = "no snapshots: the policy gives no job\n"
            #expect(try said(command, root: "typo/{job}") == none)
            #expect(try said(command, "--json", root: "sp").hasPrefix("{"))
        }
        #expect(try said("check", root: "typo/{job}").contains("warning: the policy gives no job"))
        #expect(try !said("check", root: "sp").contains("no job"))
        let ran = try said("run", root: "typo/{job}")
        #expect(ran.contains("the policy gives no job") && ran.contains("/typo: there is no such"))
    }

    @Test func `a plan as JSON holds the keys that were promised`() throws {
        let directory = try TemporaryDirectory()
        let folder = "\(directory.path)/demo"
        _ = run("demo", "--into", folder)
        let (code, printed) = run("plan", "--json", "--policy", "\(folder)/policy.json5")
        #expect(code == .done)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(printed.result)) as? [String: Any]
        )
        #expect(object["format"] as? Int == 1)
        let snapshots = try #require(object["snapshots"] as? [[String: Any]])
        #expect(snapshots.count == 37)
        for snapshot in snapshots {
            for key in [
                "path", "job", "attempt", "kind", "checkpointId", "time", "bytes", "complete",
                "closed", "missing", "labels", "verdict", "reasons",
            ] { #expect(snapshot[key] != nil, "\(key)") }
            let reasons = try #require(snapshot["reasons"] as? [[String: Any]])
            #expect(!reasons.isEmpty)
        }
        let objects = try #require(object["objects"] as? [[String: Any]])
        #expect(!objects.isEmpty)
        let roots = try #require(object["roots"] as? [[String: Any]])
        #expect(roots.allSatisfy { $0["listing"] as? String == "complete" })
        #expect(object["totals"] != nil)
    }

    @Test(arguments: [
        ("plan --policy @D", "cannot read the policy \"@D\": is a directory"),
        ("plan --policy @D/no", "cannot read the policy \"@D/no\": no such file or directory"),
        ("plan --policy @P --state @S --save @D/no/plan", "no such file or directory"),
        ("plan --policy @P --state @S --save @D", "cannot write \"@D\": is a directory"),
        ("plan --policy @P --state @S --check @D/no", "\"@D/no\": no such file or directory"),
        ("run --policy @P --state @S --approved @D/no", "\"@D/no\": no such file or directory"),
        ("run --policy @P --state @P", "cannot make \"@P/runs\": not a directory"),
        ("demo --into @D", "cannot make the folder \"@D\": file exists"),
        ("demo --into @P/x", "cannot make the folder \"@P/x\": not a directory"),
    ])
    func `a file that cannot be used is told in the system's words, with what to do`(
        line: String,
        what: String
    ) throws {
        let directory = try TemporaryDirectory()
        let policy = "\(directory.path)/policy.json5"
        try Data("{ jobs: [ { name: 'a', savepoints: '/nowhere' } ] }".utf8)
            .write(to: URL(filePath: policy))
        func filled(_ text: String) -> String {
            text.replacing("@D", with: directory.path).replacing("@P", with: policy)
                .replacing("@S", with: "\(directory.path)/state/deep")
        }
        let printed = Printed()
        let console = Console(result: { _ in }, message: { printed.messages.append($0) })
        let words = line.split(separator: " ").map { ObjectName(filled(String($0))) }
        let code = JanitorMain.run(words, console: console)
        let said = printed.messages.joined(separator: "\n")
        #expect(code == .failed || code == .usage, "\(said)")
        #expect(said.contains(filled(what)), "\(said)")
        #expect(said.contains("\n  hint: ") && !said.contains("Error"), "\(said)")
        #expect(!said.contains("The "), "\(said)")
    }

    @Test func `labels and pins are set, seen by the plan, and taken away`() throws {
        let directory = try TemporaryDirectory()
        let folder = "\(directory.path)/demo"
        _ = run("demo", "--into", folder)
        let policy = "\(folder)/policy.json5"
        let path = "\(folder)/tree/savepoints/audit/savepoint-a0d170-000000000130"
        for _ in 1...2 {
            let (code, said) = run("pin", path)
            #expect(code == .done && said.text == "\"file://\(path)\" is pinned\n")
        }
        let (labelled, said) = run("label", path, "pre-deploy")
        let place = "\"file://\(path)\""
        #expect(labelled == .done && said.text == "\(place) has the label \"pre-deploy\"\n")
        let pinned = run("plan", "--policy", policy).printed.text
        #expect(pinned.contains("9 of 37 snapshots would go"))
        #expect(pinned.contains("[pin] [pre-deploy]"))
        #expect(run("pin", "--remove", path).printed.text == "\(place) is not pinned any more\n")
        let bare = run("label", "--remove", path, "pre-deploy").printed.text
        #expect(bare == "\(place) has no label \"pre-deploy\" any more\n")
        #expect(run("label", "--remove", path, "pre-deploy").code == .usage)
        #expect(run("plan", "--policy", policy).printed.text.contains("10 of 37"))
        #expect(run("label", path, "no/label").code == .usage)
        let running =
            "\(folder)/tree/checkpoints/sales_pipeline/"
            + "5a1e5a0000000000000000000000bbbb/chk-9003"
        #expect(run("pin", running).code == .usage)
    }

    @Test func `verify names what is missing and ends with 1`() throws {
        let directory = try TemporaryDirectory()
        let folder = "\(directory.path)/demo"
        _ = run("demo", "--into", folder)
        let policy = "\(folder)/policy.json5"
        let broken = "\(folder)/tree/savepoints/orders/savepoint-0de550-000000000300"
        let (code, printed) = run("verify", "--policy", policy, broken)
        #expect(code == .failed)
        #expect(printed.text.contains("missing or not as recorded"))
        let whole = "\(folder)/tree/savepoints/orders/savepoint-0de550-000000000400"
        #expect(run("verify", "--policy", policy, whole).code == .done)
        #expect(run("verify", "--policy", policy, "\(folder)/nothing").code == .usage)
    }

    @Test func `law 7: no label is set or taken in an attempt that the policy calls alive`() throws
    {
        let directory = try TemporaryDirectory()
        let folder = "\(directory.path)/demo"
        _ = run("demo", "--into", folder)
        let checkpoints = "\(folder)/tree/checkpoints/sales_pipeline"
        let live = "\(checkpoints)/5a1e5a0000000000000000000000bbbb/chk-9003"
        try Data().write(to: URL(filePath: "\(live)/_label.pin"))
        #expect(run("pin", live).code == .usage)
        #expect(run("pin", "--remove", live).code == .usage)
        #expect(FileManager.default.fileExists(atPath: "\(live)/_label.pin"))
        // Quiet for 40 days: over by what is built in, alive by this policy.
        let quiet = "\(checkpoints)/5a1e5a0000000000000000000000aaaa/chk-7994"
        let policy = "\(folder)/patient.json5"
        let text = """
            { defaults: { quietFor: "90d" },
              jobs: [ { name: "a", checkpoints: "file://\(checkpoints)" } ] }
            """
        try Data(text.utf8).write(to: URL(filePath: policy))
        #expect(run("pin", "--policy", policy, quiet).code == .usage)
        try Data((text + "oops").utf8).write(to: URL(filePath: policy))
        #expect(run("pin", "--policy", policy, quiet).code == .usage)
        #expect(run("pin", "--policy", "/nowhere/policy.json5", quiet).code == .usage)
        #expect(!FileManager.default.fileExists(atPath: "\(quiet)/_label.pin"))
    }

    @Test func `law 2: list and verify end with 3 when a root was not read`() throws {
        let directory = try TemporaryDirectory()
        let policy = "\(directory.path)/policy.json5"
        let text = "{ jobs: [ { name: 'a', savepoints: 'hdfs://nn:8020/flink/savepoints' } ] }"
        try Data(text.utf8).write(to: URL(filePath: policy))
        for command in ["list", "verify", "plan"] {
            let (code, printed) = run(command, "--policy", policy)
            #expect(code == .partial, "\(command)")
            let said = printed.messages.joined() + printed.text
            #expect(said.contains("hdfs://nn:8020/flink/savepoints"), "\(command)")
        }
    }

    @Test(arguments: ["s3://bucket/sp", "s3a://bucket/sp", "hdfs://nn/sp"])
    func `a place in a store is never taken for a local path`(place: String) {
        let (code, printed) = run("inspect", place)
        // Without its client, or its server, a store cannot be reached.
        #expect(code == .usage || code == .failed)
        let said = printed.messages.joined()
        #expect(said.contains("\"\(place)\"") || said.contains("cannot run"))
        #expect(!said.contains("no such file"))
    }

    @Test func `an option's path that is not UTF-8 is refused, not replaced by another`() throws {
        let printed = Printed()
        let console = Console(
            result: { printed.result += Array($0) },
            message: { printed.messages.append($0) }
        )
        let odd = ObjectName(Array("/tmp/pl".utf8) + [0xFF])
        let code = JanitorMain.run(["plan", "--policy", odd], console: console)
        #expect(code == .usage)
        #expect(printed.messages.joined().contains("it is not UTF-8"))
    }

    @Test func `an option with three dashes is none`() {
        #expect(run("plan", "---json").code == .usage)
    }

    @Test func `the program's README has every command and every exit code`() throws {
        let readme = try String(
            contentsOf: SharedMaterial.checkout.appending(path: "README.md"),
            encoding: .utf8
        )
        for code in ExitCode.allCases {
            #expect(readme.contains("| \(code.rawValue) | \(code.meaning) |"))
        }
        for command in CommandTable.all where command.name != "help" {
            #expect(readme.contains("janitor \(command.name)"), "\(command.name)")
        }
        #expect(readme.split(separator: "\n", omittingEmptySubsequences: false).count <= 180)
    }
}
