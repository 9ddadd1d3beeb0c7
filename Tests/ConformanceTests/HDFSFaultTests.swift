// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension StoreTests {
    /// The built program against a real NameNode with which something is wrong.
    @Suite(.enabled(if: !HDFSService.all.isEmpty, "\(HDFSService.skipMessage)"))
    struct HDFSFaultTests {
        private static let name = "savepoint-5a1e5a-00000000000"
        private static let kept = HDFSTrial.kept
        private static let all = Set(
            ["a", "b"].flatMap { job in (1...3).map { "sp/\(job)/\(name)\($0)" } }
        )

        @Test(arguments: HDFSService.few)
        func `takes and leaves in a dozen calls, and the second time nothing`(
            service: HDFSService
        ) throws {
            let site = try HDFSSite(service, trash: "7d")
            let end = try site.run("run")
            #expect(end.code == 0, "\(end.text)")
            #expect(site.savepoints() == Self.kept)
            #expect(try site.callCount() <= 12)
            let second = try site.run("run")
            #expect(second.code == 0, "\(second.text)")
            #expect(site.savepoints() == Self.kept)
        }

        /// What goes wrong.
        enum Trouble: String, CaseIterable {
            case unremovable, noTrash, safeMode, stopped, killedBeforeListing, killedAtRemoval
            case trashOutside, client
            case trashWithoutNames, trashWithoutRoom, rootsWithoutRoom, readOnly
            case safeModeBefore, restarted
            case clockDiffers, clockBack, clockForward, clockBackAfterKill
        }

        /// A sample, all, or those that are named in `JANITOR_TEST_TROUBLES`, with commas between.
        private static let troubles: [Trouble] = {
            let named = ProcessInfo.processInfo.environment["JANITOR_TEST_TROUBLES"]
            if let named {
                return named.split(separator: ",").compactMap { Trouble(rawValue: String($0)) }
            }
            return TestSample.of(Trouble.allCases, count: 1, name: "troubles of HDFS")
        }()

        @Test(arguments: HDFSService.few, troubles)
        func `loses nothing to what goes wrong, names it, and goes on afterwards`(
            service: HDFSService,
            trouble: Trouble
        ) throws {
            switch trouble {
            case .unremovable: try leaveWholeWhatCannotGo(service: service)
            case .noTrash: try leaveAllWithoutTrash(service: service)
            case .safeMode: try enterSafeMode(service: service)
            case .stopped: try stopNameNode(service: service)
            case .killedBeforeListing: try kill(service: service, call: "-ls -R")
            case .killedAtRemoval: try kill(service: service, call: "-rm -r")
            case .trashOutside: try HDFSTrashTrial().protects(service: service)
            case .client: try disturbClient(service: service)
            default: try tryOut(trouble, HDFSRoomTrials(service: service))
            }
        }

        private func tryOut(_ trouble: Trouble, _ trials: HDFSRoomTrials) throws {
            let clocks = HDFSClockTrials(service: trials.service)
            switch trouble {
            case .trashWithoutNames: try trials.fillsTrash(.names)
            case .trashWithoutRoom: try trials.fillsTrash(.bytes)
            case .rootsWithoutRoom: try trials.fillsRoots()
            case .readOnly: try trials.readsOnly()
            case .safeModeBefore: try trials.beginsInSafeMode()
            case .restarted: try trials.restarts()
            case .clockDiffers: try clocks.differs()
            case .clockBack: try clocks.isSetBack()
            case .clockForward: try clocks.isSetForward()
            case .clockBackAfterKill: try clocks.isSetBackAfterKill()
            default: Issue.record("\(trouble) is not tried")
            }
        }

        private func leaveWholeWhatCannotGo(
            service: HDFSService
        ) throws {
            let site = try HDFSSite(service, trash: "0d", user: "alice")
            let root = site.root.path.description
            // A directory of which the administrator took a snapshot, and one of somebody else's.
            let guarded = "\(root)/sp/a/\(Self.name)1"
            try service.run(["dfsadmin", "-allowSnapshot", guarded])
            try service.run(["dfs", "-createSnapshot", guarded, "s"])
            try service.run(["dfs", "-chown", "carol", "\(root)/sp/b/\(Self.name)2"])
            let end = try site.run("run")
            #expect(end.code == 3, "\(end.text)")
            #expect(end.text.contains("snapshottable"), "\(end.text)")
            #expect(end.text.contains("Permission denied: user=alice"), "\(end.text)")
            let left: Set = ["sp/a/\(Self.name)1", "sp/b/\(Self.name)2"]
            #expect(site.savepoints() == Self.kept.union(left))
            for path in left { #expect(site.paths().contains("\(path)/_metadata")) }
            try service.run(["dfs", "-deleteSnapshot", guarded, "s"])
            try service.run(["dfsadmin", "-disallowSnapshot", guarded])
        }

        private func leaveAllWithoutTrash(service: HDFSService) throws {
            // There is no home directory, and she may not make one.
            let site = try HDFSSite(service, trash: "7d", user: "bob")
            let end = try site.run("run")
            #expect(end.code == 3, "\(end.text)")
            #expect(end.text.contains("Permission denied"), "\(end.text)")
            #expect(site.savepoints() == Self.all)
        }

        private func enterSafeMode(
            service: HDFSService
        ) throws {
            let site = try HDFSSite(service, trash: "0d")
            try site.hook(
                "[[ \"$* \" != *\" -rm -r \"* ]] || '\(service.administration)' dfsadmin -safemode enter"
            )
            let end = try site.run("run")
            try service.run(["dfsadmin", "-safemode", "leave"])
            #expect(end.code == 3, "\(end.text)")
            #expect(end.text.contains("safe mode"), "\(end.text)")
            #expect(site.savepoints() == Self.all)
            try site.hook(nil)
            // The lock that could not be given back is that of a process that is gone.
            let second = try site.run("run")
            #expect(second.code == 0, "\(second.text)")
            #expect(site.savepoints() == Self.kept)
        }

        private func stopNameNode(
            service: HDFSService
        ) throws {
            let site = try HDFSSite(service, trash: "0d")
            let script = HDFSService.script
            try site.hook(
                "[[ \"$* \" != *\" -rm -r \"* ]] || '\(script)' namenode-stop '\(service.directory)'"
            )
            let end = try site.run("run")
            try site.hook(nil)
            try service.startNameNode()
            #expect(end.code == 3, "\(end.text)")
            #expect(site.savepoints() == Self.all)
            let second = try site.run("run")
            #expect(second.code == 0, "\(second.text)")
            #expect(site.savepoints() == Self.kept)
        }

        /// The client's own calls go wrong, one in each run; there are about a dozen.
        private func disturbClient(service: HDFSService) throws {
            let tried = try ClientFault.tryOut(calls: 11, count: 1, name: "answers of hdfs") {
                let trial = try HDFSTrial(service)
                return try trial.disturb($0)
            }
            #expect(tried > 0)
        }

        /// Killed before a call and right after one that had come to its end.
        private func kill(
            service: HDFSService,
            call: String
        ) throws {
            let site = try HDFSSite(service, trash: "0d")
            try site.hook(
                """
                [[ "$* " == *" \(call) "* ]] || exit 0
                [[ "$* " != *" -rm "* ]] || '\(service.program)' "$@"
                kill -9 $janitor
                exit 1
                """
            )
            let end = try site.run("run")
            #expect(end.signal == 9, "\(end.text)")
            try site.hook(nil)
            let second = try site.run("run")
            #expect(second.code == 0, "\(second.text)")
            #expect(site.savepoints() == Self.kept)
        }
    }
}
