// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension StoreTests {
    /// The built program against a real NameNode with which something is wrong.
    @Suite(.enabled(if: !HDFSService.all.isEmpty, "\(HDFSService.skipMessage)"))
    struct HDFSFaultTests {
        @Test(arguments: HDFSService.few)
        func `takes and leaves in a dozen calls, and the second time nothing`(
            service: HDFSService
        ) throws {
            let kept: Set = [FaultedTree.savepoint("a", 3), FaultedTree.savepoint("b", 3)]
            let site = try HDFSSite(service, trash: "7d")
            let end = try site.run("run")
            #expect(end.code == 0, "\(end.text)")
            #expect(try site.savepoints() == kept)
            #expect(try site.callCount() <= 12)
            let second = try site.run("run")
            #expect(second.code == 0, "\(second.text)")
            #expect(try site.savepoints() == kept)
        }

        /// What goes wrong.
        enum Trouble: String, CaseIterable {
            case unremovable, noTrash, safeMode, stopped, dataNodeStopped
            case killedBeforeListing, killedAtRemoval
            case trashOutside
            case trashWithoutNames, trashWithoutRoom, rootsWithoutRoom, readOnly
            case safeModeBefore, restarted
            case clockDiffers, clockBack, clockForward, clockBackAfterKill
        }

        /// A sample, all, or those that are named in `JANITOR_TEST_TROUBLES`, with commas between.
        private static let troubles: [String] = {
            let named = ProcessInfo.processInfo.environment["JANITOR_TEST_TROUBLES"]
            if let named {
                // Nothing between two commas names no trouble, either.
                return named.split(separator: ",", omittingEmptySubsequences: false)
                    .map(String.init)
            }
            let all = Trouble.allCases.map(\.rawValue)
            return TestSample.of(all, count: 1, name: "troubles of HDFS")
        }()

        private static let tally = FaultTally(
            "troubles of HDFS",
            of: Trouble.allCases.count * HDFSService.few.count,
            planned: troubles.count * HDFSService.few.count
        )

        @Test(arguments: HDFSService.few, troubles)
        func `loses nothing to what goes wrong, names it, and goes on afterwards`(
            service: HDFSService,
            name: String
        ) throws {
            guard let trouble = Trouble(rawValue: name) else {
                Issue.record("JANITOR_TEST_TROUBLES names \"\(name)\", which is no trouble of HDFS")
                return
            }
            let trials = HDFSServerTrials(service: service)
            switch trouble {
            case .unremovable: try trials.leavesWhatCannotGo()
            case .noTrash: try trials.hasNoTrash()
            case .safeMode: try trials.entersSafeMode()
            case .stopped: try trials.stops()
            case .dataNodeStopped: try trials.losesDataNode()
            case .restarted: try trials.restarts()
            case .safeModeBefore: try trials.beginsInSafeMode()
            case .killedBeforeListing: try trials.killsProgram(at: "-ls -R")
            case .killedAtRemoval: try trials.killsProgram(at: "-rm -r")
            case .trashOutside: try HDFSTrashTrial().protects(service: service)
            default: try tryOut(trouble, HDFSRoomTrials(service: service))
            }
            Self.tally.add()
        }

        private func tryOut(_ trouble: Trouble, _ trials: HDFSRoomTrials) throws {
            let clocks = HDFSClockTrials(service: trials.service)
            switch trouble {
            case .trashWithoutNames: try trials.fillsTrash(.names)
            case .trashWithoutRoom: try trials.fillsTrash(.bytes)
            case .rootsWithoutRoom: try trials.fillsRoots()
            case .readOnly: try trials.readsOnly()
            case .clockDiffers: try clocks.differs()
            case .clockBack: try clocks.isSetBack()
            case .clockForward: try clocks.isSetForward()
            case .clockBackAfterKill: try clocks.isSetBackAfterKill()
            default: Issue.record("\(trouble) is not tried")
            }
        }
    }
}
