// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// HDFS without room, or read-only.
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
        defer { _ = try? service.run(["dfs", "-rm", "-r", "-skipTrash", home]) }
        try HDFSTrial.makeHome(home, of: "alice", service)
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
        try #require(names > FaultedTree.count.files)
        defer { _ = try? service.run(["dfsadmin", "-clrQuota", top]) }
        // Room for one lock of three, for all, and for the owners of two of them.
        for more in TestSample.of([1, 3, 5], count: 1, name: "quotas of roots") {
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
}
