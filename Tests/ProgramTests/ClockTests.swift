// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// The built program under a clock that is wrong (law 10).
struct ClockTests {
    private static func ahead(by seconds: Int) -> [String: String] {
        Fault.clock(aheadBySeconds: seconds)
    }

    @Test(arguments: [-7200, 7200, 40 * 86_400])
    func `a clock that is not the store's ends a run with 4, and nothing goes`(
        seconds: Int
    ) throws {
        let site = try FaultSite(.removal)
        let end = try site.start(["run"], environment: Self.ahead(by: seconds)).wait()
        #expect(end.code == 4, "\(end)")
        #expect(end.text.contains("more than 5 minutes apart"))
        #expect(site.original.differences(to: try site.snapshot()) == [])
        #expect(try site.run(["run"]).code == 0)
    }

    @Test func `a clock set back between two runs ends the second one with 4, and nothing goes`()
        throws
    {
        let site = try FaultSite(.trash)
        #expect(try site.run(["run"]).code == 0)
        let older = try site.addOlderSavepoint()
        let after = try site.snapshot()
        // Less than what is told from the store's clock.
        let end = try site.start(["run"], environment: Self.ahead(by: -240)).wait()
        #expect(end.code == 4, "\(end)")
        #expect(end.text.contains("before the last run"))
        #expect(after.differences(to: try site.snapshot()) == [])
        #expect(after.entries[older] != nil)
        // When the clock is right again it goes.
        let next = try site.run(["run"])
        #expect(next.code == 0, "\(next)")
        #expect(try site.snapshot().entries[older] == nil)
    }

    @Test func `a clock that is not the store's brings nothing back and empties nothing`() throws {
        let site = try FaultSite(.trash)
        #expect(try site.run(["run"]).code == 0)
        let after = try site.snapshot()
        let run = try #require(try JournalText(state: site.state).runs.first)
        for command in [["trash", "empty"], ["undo", run]] {
            let end = try site.start(command, environment: Self.ahead(by: 7200)).wait()
            #expect(end.code == 4, "\(end)")
            #expect(end.text.contains("set the clock right"))
        }
        #expect(after.differences(to: try site.snapshot()) == [])
        let undo = try site.run(["undo", run])
        #expect(undo.code == 0, "\(undo)")
    }

    /// A site with an attempt that is over in a week.
    private func siteWithYoungAttempt() throws -> FaultSite {
        let site = try FaultSite(.trash)
        try site.addYoungAttempt()
        return site
    }

    /// Saves a plan under one clock, and carries it out under another.
    private func carryOut(
        on site: FaultSite,
        planningAhead planned: Int,
        runningAhead run: Int
    ) throws -> FaultLaws.Expected {
        let plan = "\(site.directory.path)/plan.json"
        let saved = try site.start(["plan", "--save", plan], environment: Self.ahead(by: planned))
        #expect(saved.wait().code == 0)
        let end = try site.start(["run", "--approved", plan], environment: Self.ahead(by: run))
        // Approval lifts the check.
        #expect(end.wait().code == 0, "\(end.wait())")
        return FaultLaws.expected(from: try site.snapshot())
    }

    @Test func `a clock set between plan and run takes nothing that was not approved`() throws {
        let forward = 40 * 86_400
        let calm = try siteWithYoungAttempt()
        try #require(try calm.run(["run"]).code == 0)
        let expected = FaultLaws.expected(from: try calm.snapshot())
        for ahead in [-12 * 3600, forward] {
            let site = try siteWithYoungAttempt()
            let laws = try FaultLaws(site, expected: expected)
            _ = try carryOut(on: site, planningAhead: 0, runningAhead: ahead)
            #expect(laws.differencesAtEnd(in: try site.snapshot()) == [])
        }
        // By the later clock the young attempt is over, and more would go.
        let later = try carryOut(
            on: try siteWithYoungAttempt(),
            planningAhead: forward,
            runningAhead: forward
        )
        #expect(later.trashed.isStrictSuperset(of: expected.trashed))
    }
}
