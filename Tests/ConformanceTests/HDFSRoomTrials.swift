// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// HDFS without room, read-only, or away for a while.
struct HDFSRoomTrials {
    let service: HDFSService

    /// What a quota is on.
    enum Quota: String {
        case names = "-setQuota"
        case bytes = "-setSpaceQuota"

        var end: String { self == .names ? "-clrQuota" : "-clrSpaceQuota" }
    }

    /// The home of the user has no room for what goes into the trash: nothing goes.
    func fillsTrash(_ quota: Quota) throws {
        let home = "/user/alice"
        let trial = try HDFSTrial(service, trash: "7d", user: "alice")
        try service.run(["dfs", "-mkdir", "-p", home])
        // Whoever made it first may have kept it to himself.
        try service.run(["dfs", "-chmod", "755", "/user"])
        try service.run(["dfs", "-chown", "alice", home])
        defer { _ = try? service.run(["dfs", "-rm", "-r", "-skipTrash", home]) }
        try service.run(["dfsadmin", quota.rawValue, "1", home])
        try trial.check(try trial.site.run("run"), code: 3, says: "quota")
        try service.run(["dfsadmin", quota.end, home])
        try trial.goOn()
    }

    /// A root takes no more names: not all locks can be taken, so none is.
    func fillsRoots() throws {
        let trial = try HDFSTrial(service)
        let top = trial.site.root.path.description
        let names = try service.run(["dfs", "-count", top]).split(separator: " ").prefix(2)
            .compactMap { Int($0) }.reduce(0, +)
        try #require(names > 14)
        // Room for one lock, for both, and for the owner of one of them.
        for more in TestSample.of([1, 2, 3], count: 1, name: "quotas of roots") {
            try service.run(["dfsadmin", "-setQuota", "\(names + more)", top])
            try trial.check(try trial.site.run("run"), code: 1, says: "quota")
        }
        try service.run(["dfsadmin", "-clrQuota", top])
        try trial.goOn()
    }

    /// One of the roots may not be written into.
    func readsOnly() throws {
        let trial = try HDFSTrial(service, user: "alice")
        let root = "\(trial.site.root.path)/sp/b"
        try service.run(["dfs", "-chmod", "555", root])
        try trial.check(try trial.site.run("run"), code: 1, says: "Permission denied", root)
        try service.run(["dfs", "-chmod", "755", root])
        try trial.goOn()
    }

    /// The NameNode is in safe mode from the beginning.
    func beginsInSafeMode() throws {
        let trial = try HDFSTrial(service)
        try service.run(["dfsadmin", "-safemode", "enter"])
        let end = Result { try trial.site.run("run") }
        try service.run(["dfsadmin", "-safemode", "leave"])
        try trial.check(try end.get(), code: 1, says: "safe mode")
        try trial.goOn()
    }

    /// Another NameNode takes over between the listing and the removal; the calls go on with it.
    func restarts() throws {
        let trial = try HDFSTrial(service)
        let script = HDFSService.script
        try trial.site.hook(
            """
            [[ "$* " == *" -rm -r "* ]] || exit 0
            '\(script)' namenode-stop '\(service.directory)' &&
                '\(script)' namenode-start '\(service.directory)'
            """
        )
        let end = try trial.site.run("run")
        try trial.site.hook(nil)
        try service.startNameNode()
        try trial.check(end, code: 0, tookNothing: false)
        try trial.goOn()
    }
}
