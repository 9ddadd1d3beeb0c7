// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// Two processes of the built program on one tree (law 11).
struct LockProcessTests {
    /// A site, and what an undisturbed run makes of it.
    private struct Setting {
        let site: FaultSite
        let laws: FaultLaws
        let calls: [String]

        init(_ way: FaultSite.Way) throws {
            let calm = try FaultSite(way)
            let end = try calm.run(["run"])
            try #require(end.code == 0, "\(end.text)")
            calls = try calm.calls()
            site = try FaultSite(way)
            laws = try FaultLaws(
                site,
                expected: FaultLaws.expected(from: try calm.snapshot())
            )
        }

        /// The position of the first call that takes something from the tree.
        func firstRemoval() throws -> Int {
            let writes = calls.enumerated().filter { $0.element == "fdatasync" }
            // The journal's first line begins the run, its second one the first step.
            return try #require(writes.dropFirst().first).offset + 2
        }
    }

    @Test(arguments: FaultSite.Way.allCases)
    func `of two runs at once one works, and the other one ends with 5`(
        way: FaultSite.Way
    ) throws {
        let calm = try Setting(way)
        var met = 0
        for _ in 0..<25 {
            let site = try FaultSite(way)
            let laws = try FaultLaws(site, expected: calm.laws.expected)
            let runs = try (0..<2).map { _ in try site.start(["run"]) }
            let ends = runs.map { $0.wait() }
            // Where one came after the other had ended, both have worked.
            let codes = ends.map { $0.code ?? -1 }.sorted()
            #expect(codes == [0, 5] || codes == [0, 0], "\(ends)")
            met += codes == [0, 5] ? 1 : 0
            #expect(laws.differencesAtEnd(in: try site.snapshot()) == [])
            let journal = try JournalText(state: site.state)
            #expect(journal.gone.count == 5)
            #expect(journal.gone.values.allSatisfy { $0 == 1 })
            #expect(journal.open == [])
        }
        #expect(met > 0)
    }

    @Test func `who meets a lock says whose it is, or waits for it`() throws {
        let setting = try Setting(.trash)
        let position = try setting.firstRemoval()
        let first = try setting.site.start(["run"], Fault(.stop, at: position))
        try #require(first.waitUntilStopped(), "\(first.text)")
        let met = try setting.site.run(["run"])
        #expect(met.code == 5)
        #expect(met.text.contains("\"janitor run\" is at work there, process \(first.process) on"))
        let patient = try setting.site.run(["run", "--wait", "1s"])
        #expect(patient.code == 5)
        let ended = try setting.site.start(["run", "--wait", "10m"])
        ended.waitUntilCatching(SIGTERM)
        ended.send(SIGTERM)
        let signalled = ended.wait()
        #expect(signalled.code == 143, "\(signalled)")
        let waiting = try setting.site.start(["run", "--wait", "10m"])
        waiting.waitUntilCatching(SIGTERM)
        first.send(SIGCONT)
        #expect(first.wait().code == 0)
        #expect(waiting.wait().code == 0)
        #expect(setting.laws.differencesAtEnd(in: try setting.site.snapshot()) == [])
    }

    @Test func `a signal that whoever started the run had blocked ends it all the same`() throws {
        let setting = try Setting(.trash)
        let run = try setting.site.start(
            ["run"],
            Fault(.stop, at: try setting.firstRemoval()),
            behind: ["env", "--block-signal=TERM"]
        )
        try #require(run.waitUntilStopped(), "\(run.text)")
        run.send(SIGTERM)
        run.send(SIGCONT)
        let end = run.wait()
        #expect(end.code == 143, "\(end)")
        #expect(try setting.site.run(["run"]).code == 0)
        #expect(setting.laws.differencesAtEnd(in: try setting.site.snapshot()) == [])
    }

    @Test func `two names of one place are an error of the policy`() throws {
        let site = try FaultSite(.trash)
        try site.directory.link("tree/again", to: ".")
        let policy = try String(
            contentsOfFile: "\(site.directory.path)/policy.json5",
            encoding: .utf8
        ).replacing("/cp/{job}", with: "/again/sp/{job}")
        try site.directory.write("policy.json5", Array(policy.utf8))
        for command in [["run"], ["report", "--record"], ["trash", "empty"]] {
            let end = try site.run(command)
            #expect(end.code == 2, "\(end)")
            #expect(end.text.contains("under another name"))
        }
    }

    /// What happens to a lock while its owner's machine sleeps.
    enum Loss: String, CaseIterable, Sendable {
        case removed
        case takenOver
    }

    @Test(arguments: Loss.allCases, FaultSite.Way.allCases)
    func `a run that lost its lock ends before the next step with 5`(
        loss: Loss,
        way: FaultSite.Way
    ) throws {
        let setting = try Setting(way)
        let site = setting.site
        let run = try site.start(["run"], Fault(.stop, at: try setting.firstRemoval()))
        try #require(run.waitUntilStopped(), "\(run.text)")
        let lock = "\(site.tree)/sp/\(FaultSite.job)/.janitor-lock"
        let manager = FileManager.default
        switch loss {
        case .removed: try manager.removeItem(atPath: lock)
        case .takenOver:
            // As a janitor on another machine does when the lock has expired.
            let entry = try #require(try manager.contentsOfDirectory(atPath: lock).first)
            try manager.moveItem(atPath: "\(lock)/\(entry)", toPath: "\(lock)/elsewhere")
        }
        run.send(SIGCONT)
        let end = run.wait()
        #expect(end.code == 5, "\(end.text)")
        #expect(end.text.contains("is not ours any more"))
        let after = try site.snapshot()
        #expect(setting.laws.violations(in: after) == [])
        // The step in hand went to its end, and the later ones did not begin.
        let gone = try JournalText(state: site.state).gone.count
        #expect((1..<5).contains(gone))
        if loss == .takenOver {
            #expect(manager.fileExists(atPath: "\(lock)/elsewhere"))
            try manager.removeItem(atPath: lock)
        }
        let next = try site.run(["run"])
        #expect(next.code == 0, "\(next.text)")
        #expect(setting.laws.differencesAtEnd(in: try site.snapshot()) == [])
    }

    @Test(arguments: [false, true])
    func `a lock of another machine holds until it expires`(hasExpired: Bool) throws {
        let setting = try Setting(.trash)
        let site = setting.site
        let run = try site.start(["run"], Fault(.before, at: try setting.firstRemoval()))
        #expect(run.wait().signal == SIGKILL)
        let lock = "\(site.tree)/sp/\(FaultSite.job)/.janitor-lock"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: lock).first)
        let entry = URL(filePath: "\(lock)/\(name)")
        var record = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: entry)) as? [String: Any]
        )
        record["host"] = "elsewhere"
        if hasExpired { record["expires"] = "2020-01-01T00:00:00Z" }
        try JSONSerialization.data(withJSONObject: record).write(to: entry)
        let next = try site.run(["run"])
        #expect(next.code == (hasExpired ? 0 : 5), "\(next.text)")
        if !hasExpired { #expect(next.text.contains("on host \"elsewhere\"")) }
    }

    @Test func `whatever call a taking over is killed at, the next run gets the lock`() throws {
        let setting = try Setting(.trash)
        let position = try setting.firstRemoval()
        // A run that is killed leaves its locks; the second is killed while it takes them over.
        var tried = 0
        // Every call if all faults are wanted, every third else.
        let step = ProcessInfo.processInfo.environment["JANITOR_TEST_FAULTS"] == nil ? 3 : 1
        let first = Int.random(in: 1...step)
        print("faults tried: calls of a taking over, from \(first) by \(step)")
        for call in stride(from: first, through: 60, by: step) {
            let site = try FaultSite(.trash)
            _ = try site.run(["run"], Fault(.before, at: position))
            let second = try site.run(["run"], Fault(.before, at: call))
            let third = try site.run(["run"])
            #expect(third.code == 0, "killed at call \(call): \(third.text)")
            let laws = try FaultLaws(site, expected: setting.laws.expected)
            #expect(laws.differencesAtEnd(in: try site.snapshot()) == [], "call \(call)")
            tried += second.signal == SIGKILL ? 1 : 0
        }
        #expect(tried > 20 / step)
    }
}
