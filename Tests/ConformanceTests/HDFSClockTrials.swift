// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// The program's clock is not the store's or was set between runs (law 10).
///
/// The shim that sets it is the program's alone: what it starts has the machine's clock.
struct HDFSClockTrials {
    let service: HDFSService

    private static let day = 86_400

    private func clock(_ seconds: Int) -> [String: String] {
        Fault.clock(aheadBySeconds: seconds)
    }

    /// Minutes away from the store's, either way.
    func differs() throws {
        let trial = try HDFSTrial(service)
        let all = [-420, 420, 40 * Self.day]
        for seconds in TestSample.of(all, count: 1, name: "clocks beside HDFS") {
            let end = try trial.site.run("run", environment: clock(seconds))
            try trial.check(
                end,
                code: 4,
                says: "more than 5 minutes apart",
                "janitor plan",
                "--approved"
            )
        }
        try trial.goOn()
    }

    /// Set back after a run, by less than is told from the store's clock.
    func isSetBack() throws {
        let trial = try HDFSTrial(service)
        try trial.goOn()
        let there = try trial.addOlderSavepoint()
        let end = try trial.site.run("run", environment: clock(-200))
        try trial.check(end, code: 4, says: "before the last run", leaving: .exactly(there))
        try trial.goOn()
    }

    /// Set forward by more than a month after a run, which only an approved plan goes on with.
    func isSetForward() throws {
        let trial = try HDFSTrial(service)
        let plan = "\(trial.site.local.path)/plan.json"
        let past = clock(-33 * Self.day)
        #expect(try trial.site.run("plan", "--save", plan, environment: past).code == 0)
        let first = try trial.site.run("run", "--approved", plan, environment: past)
        try trial.check(first, code: 0, leaving: .something)
        let there = try trial.addOlderSavepoint()
        let end = try trial.site.run("run")
        try trial.check(end, code: 4, says: "more than 32 days ago", leaving: .exactly(there))
        #expect(try trial.site.run("plan", "--save", plan).code == 0)
        let approved = try trial.site.run("run", "--approved", plan)
        try trial.check(approved, code: 0, leaving: .something)
        try trial.goOn()
    }

    /// Set back after a run that was killed, so that what it wrote down lies in the future.
    func isSetBackAfterKill() throws {
        let trial = try HDFSTrial(service)
        try trial.site.hook(
            """
            [[ "$* " != *" -rm -r "* ]] || { '\(service.program)' "$@"; kill -9 $janitor; exit 1; }
            """
        )
        let end = try trial.site.run("run", environment: clock(200))
        try trial.site.hook(nil)
        try trial.checkKilled(end)
        try trial.goOn()
    }
}
