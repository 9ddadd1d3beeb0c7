// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// A client of HDFS that goes wrong at any call, in any way, whatever the command is (laws 1, 2 and 5).
///
/// Every fault at every call, on a NameNode in memory; of those on a real one a sample is tried elsewhere.
@Suite struct `A simulated HDFS whose client goes wrong` {
    @Test(arguments: HDFSFaultCampaign.Command.allCases)
    func `loses nothing at any call, and the next command comes to the same end`(
        command: HDFSFaultCampaign.Command
    ) throws {
        let calm = try HDFSFaultCampaign(command)
        #expect(try calm.act("aa").isDone)
        let expected = calm.files
        #expect(!calm.isUntouched)
        let calls = calm.callCount
        let all = (1...max(1, calls)).flatMap { call in
            HDFSFaultCampaign.troubles.map { (call, $0) }
        }
        #expect(all.count >= 8 * HDFSFaultCampaign.troubles.count)
        let faults = TestSample.of(all, count: 24, name: "answers of a simulated HDFS, \(command)")
        for (call, trouble) in faults {
            let site = try HDFSFaultCampaign(command)
            site.disturb(call, trouble)
            let end = try site.act("aa")
            site.disturb(nil, trouble)
            var problems = site.violations(expected: expected)
            switch end {
            // One who says of each path that it is gone is believed: the next run finds it.
            case .done where trouble.isClaim: break
            case .done: problems += site.differences(expected: expected)
            case .nothing where !site.isUntouched: problems.append("it touched something")
            case .partial, .nothing: break
            }
            site.forgetLocks()
            let next = try site.act("bb", minutes: 90)
            // In the trash nobody comes by again but HDFS's own emptier.
            let isBelieved = trouble.isClaim && command == .emptying
            let differences = isBelieved ? [] : site.differences(expected: expected)
            problems += differences
            // Of an undo, or in a trash, nothing may be left to do, which is told.
            let mayBeOver = command == .undo || command == .emptying
            if !next.isDone, !mayBeOver || !differences.isEmpty {
                problems.append("the next one: \(next)")
            }
            problems += site.locks.map { "\($0) is left" }
            let told = problems.prefix(3).joined(separator: "; ")
            #expect(
                problems.isEmpty,
                "\(call), \(site.words(ofCall: call)): \(trouble), \(end): \(told)"
            )
        }
        print(
            "faults tried: answers of a simulated HDFS, \(command): \(faults.count) of \(all.count)"
        )
    }
}
