// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// `dismiss` and `retire` as an operator writes them.
struct WaiverCommandTests {
    private let directory: TemporaryDirectory
    private let policy: String
    private let unreadable: String

    init() throws {
        directory = try TemporaryDirectory()
        policy = "\(directory.path)/policy.json5"
        unreadable = "\(directory.path)/sp/savepoint-012345-000000000009"
        var tree = TreeWriter(top: directory.path)
        let now = Instant(Date())
        for number: Int64 in 1...3 {
            try tree.savepoint(
                "sp/savepoint-012345-00000000000\(number)",
                id: number,
                size: 10,
                at: now.advanced(byNanoseconds: -86_400_000_000_000 * (20 - number))
            )
        }
        try tree.write("sp/savepoint-012345-000000000009/_metadata", [], at: now)
        let text = """
            { defaults: { savepoints: { keepLast: 1 }, limits: null },
              jobs: [{ name: "a", savepoints: "\(directory.path)/sp" }] }
            """
        try Data(text.utf8).write(to: URL(filePath: policy))
    }

    private func run(_ words: String...) -> (code: ExitCode, text: String, messages: String) {
        var result: [UInt8] = []
        var messages: [String] = []
        let console = Console(result: { result += Array($0) }, message: { messages.append($0) })
        let options = ["--policy", policy, "--state", "\(directory.path)/state"]
        let code = JanitorMain.run((words + options).map { ObjectName($0) }, console: console)
        return (code, String(decoding: result, as: UTF8.self), messages.joined(separator: "\n"))
    }

    @Test func `a dismissal is kept, listed, used by runs, and taken back`() {
        #expect(run("plan").code == .partial)
        let dismissed = run("dismiss", unreadable, "--because", "a torn upload")
        #expect(dismissed.code == .done, "\(dismissed.messages)")
        #expect(run("dismiss", "--list").text.contains("a torn upload"))
        #expect(run("dismiss", "--list", "--json").text.contains("\"because\": \"a torn upload\""))
        let plan = run("plan")
        #expect(plan.code == .done)
        #expect(plan.text.contains("dismissed by "))
        #expect(run("dismiss", unreadable, "--remove").code == .done)
        #expect(run("dismiss", "--list").text.hasPrefix("nothing is dismissed in \"/"))
        #expect(run("plan").code == .partial)
        #expect(run("dismiss", unreadable, "--remove").code == .usage)
        #expect(run("dismiss", "\(unreadable)/_metadata", "--because", "again").code == .done)
        let ran = run("run")
        #expect(ran.code == .done, "\(ran.text)")
        #expect(ran.text.contains("2 snapshots taken"))
        #expect(FileManager.default.fileExists(atPath: "\(unreadable)/_metadata"))
    }

    @Test func `a run says why it is partial and what to do, as a plan does`() throws {
        func findings(_ text: String) throws -> (isPartial: Any?, findings: NSArray) {
            let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
            let keys = try #require(json as? [String: Any])
            return (keys["partial"], try #require(keys["findings"] as? NSArray))
        }
        func words(_ text: String) -> String {
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let ran = run("run")
        #expect(ran.code == .partial)
        let plan = run("plan")
        let hint = try #require(plan.text.range(of: "hint: ")).lowerBound
        let told = words(plan.text[hint...].components(separatedBy: "\n\n")[0])
        #expect(told.contains("janitor dismiss PATH --because TEXT"))
        #expect(words(ran.text).contains(told), "\(ran.text)")
        let document = try findings(run("run", "--json").text)
        #expect(document.isPartial as? Bool == true)
        #expect(document.findings.count > 0)
        #expect(document.findings == (try findings(run("plan", "--json").text)).findings)
    }

    @Test func `what is whole, is not there, or has no reason is refused`() {
        let whole = "\(directory.path)/sp/savepoint-012345-000000000001"
        let refused = run("dismiss", whole, "--because", "x")
        #expect(refused.code == .usage)
        #expect(refused.messages.contains("every file that it references is there"))
        #expect(run("dismiss", "\(whole)x", "--because", "x").code == .usage)
        #expect(run("dismiss", unreadable).code == .usage)
        #expect(run("dismiss", unreadable, "--because", " ").code == .usage)
        #expect(run("dismiss", unreadable, "--list").code == .usage)
        #expect(run("dismiss").code == .usage)
        #expect(run("retire", "b", "--because", "x").code == .usage)
        #expect(run("retire", "a").code == .usage)
    }

    @Test func `a retired job goes by an approved plan alone`() {
        _ = run("dismiss", unreadable, "--because", "a torn upload")
        #expect(run("retire", "a", "--because", "moved to b").code == .done)
        #expect(run("retire", "--list").text.contains("moved to b"))
        let plain = run("run")
        #expect(plain.code == .refused, "\(plain.text)")
        #expect(plain.text.contains("2 snapshots taken"))
        #expect(plain.text.contains("only because the job is retired"))
        #expect(plain.text.contains("janitor run --policy "))
        let saved = "\(directory.path)/plan.json"
        #expect(run("plan", "--save", saved).code == .done)
        let approved = run("run", "--approved", saved)
        #expect(approved.code == .done, "\(approved.text)")
        #expect(approved.text.contains("1 snapshot taken"))
        #expect(run("retire", "a", "--remove").code == .done)
        #expect(run("retire", "--list").text.hasPrefix("no job is retired in \"/"))
    }

    @Test func `a damaged file of waivers gives none, and is not written over`() throws {
        _ = run("dismiss", unreadable, "--because", "a torn upload")
        let file = "\(directory.path)/state/waivers.json"
        try Data("{".utf8).write(to: URL(filePath: file))
        let plan = run("plan")
        #expect(plan.code == .partial)
        #expect(plan.messages.contains("no dismissal and no retirement holds"))
        let dismissed = run("dismiss", unreadable, "--because", "again")
        #expect(dismissed.code == .failed)
        #expect(FileManager.default.contents(atPath: file) == Data("{".utf8))
    }

    @Test func `everything that was said stays in the file, with who and when`() throws {
        _ = run("retire", "a", "--because", "moved to b")
        _ = run("retire", "a", "--remove", "--because", "it lives")
        let file = "\(directory.path)/state/waivers.json"
        let text = String(
            decoding: try #require(FileManager.default.contents(atPath: file)),
            as: UTF8.self
        )
        #expect(text.contains("moved to b"))
        #expect(text.contains("it lives"))
        #expect(text.contains("\"by\" : \"\(NSUserName())@"))
    }
}
