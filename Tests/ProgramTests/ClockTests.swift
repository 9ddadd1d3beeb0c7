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

    @Test func `a clock set back between two runs ends the second one with 4`() throws {
        let site = try FaultSite(.trash)
        #expect(try site.run(["run"]).code == 0)
        let after = try site.snapshot()
        // Less than what is told from the store's clock.
        let end = try site.start(["run"], environment: Self.ahead(by: -240)).wait()
        #expect(end.code == 4, "\(end)")
        #expect(end.text.contains("before the last run"))
        #expect(after.differences(to: try site.snapshot()) == [])
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
    }

    @Test func `a clock set back between plan and run takes nothing that was not approved`()
        throws
    {
        let site = try FaultSite(.trash)
        let plan = "\(site.directory.path)/plan.json"
        #expect(try site.run(["plan", "--save", plan]).code == 0)
        let end = try site.start(
            ["run", "--approved", plan],
            environment: Self.ahead(by: -3 * 86_400)
        ).wait()
        // Approval lifts the check; under either clock the same is condemned.
        #expect(end.code == 0, "\(end)")
        let calm = try FaultSite(.trash)
        try #require(try calm.run(["run"]).code == 0)
        let expected = FaultLaws.expected(from: try calm.snapshot())
        let laws = try FaultLaws(site, expected: expected)
        #expect(laws.differencesAtEnd(in: try site.snapshot()) == [])
    }
}
