// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// The state directory full, read-only, or removed while the built program works.
struct StateDirectoryTests {
    @Test(arguments: [Fault.Kind.ENOSPC, .EROFS, .EACCES], FaultSite.Way.allCases)
    func `a state directory that takes nothing ends a run before anything goes`(
        kind: Fault.Kind,
        way: FaultSite.Way
    ) throws {
        let site = try FaultSite(way)
        let fault = Fault(kind, at: 1, stays: true, under: site.state)
        let end = try site.run(["run"], fault)
        #expect(end.code == 1, "\(end)")
        #expect(end.text.contains(site.state))
        #expect(site.original.differences(to: try site.snapshot()) == [])
        let next = try site.run(["run"])
        #expect(next.code == 0, "\(next.text)")
    }

    @Test(arguments: FaultSite.Way.allCases)
    func `one that fills up at any moment ends the run, and the next one goes on`(
        way: FaultSite.Way
    ) throws {
        let calm = try FaultSite(way)
        // As many as there are, without knowing how many.
        try #require(try calm.run(["run"]).code == 0)
        let expected = FaultLaws.expected(from: try calm.snapshot())
        var position = 1
        while true {
            let site = try FaultSite(way)
            let laws = try FaultLaws(site, expected: expected)
            let fault = Fault(
                .ENOSPC,
                at: position,
                stays: true,
                under: site.state,
                calls: "write,open,openat,mkdir"
            )
            let end = try site.run(["run"], fault)
            if end.code == 0 { break }
            #expect(end.code == 1, "write \(position): \(end)")
            #expect(laws.violations(in: try site.snapshot()) == [], "write \(position)")
            let next = try site.run(["run"])
            #expect(next.code == 0, "write \(position): \(next.text)")
            #expect(laws.differencesAtEnd(in: try site.snapshot()) == [], "write \(position)")
            let journal = try JournalText(state: site.state)
            #expect(journal.gone.count == 5, "write \(position)")
            position += 1
        }
        #expect(position > 8)
    }

    @Test(arguments: FaultSite.Way.allCases)
    func `one that is removed in the middle ends the run after the step in hand`(
        way: FaultSite.Way
    ) throws {
        let calm = try FaultSite(way)
        try #require(try calm.run(["run"]).code == 0)
        let expected = FaultLaws.expected(from: try calm.snapshot())
        let syncs = try calm.calls().enumerated().filter { $0.element == "fdatasync" }
        // The journal's second line begins the first step.
        let position = try #require(syncs.dropFirst().first).offset + 2
        let site = try FaultSite(way)
        let laws = try FaultLaws(site, expected: expected)
        let run = try site.start(["run"], Fault(.stop, at: position))
        try #require(run.waitUntilStopped(), "\(run.text)")
        try FileManager.default.removeItem(atPath: site.state)
        run.send(SIGCONT)
        let end = run.wait()
        #expect(end.code == 1, "\(end)")
        #expect(end.text.contains("was removed"))
        let between = try site.snapshot()
        #expect(laws.violations(in: between) == [])
        let left = expected.staying.symmetricDifference(
            FaultLaws.expected(from: between).staying
        )
        #expect(!left.isEmpty, "the later steps were carried out without a journal")
    }
}
