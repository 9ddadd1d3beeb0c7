// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// HDFS that refuses, is away for a while or read-only in the middle of a run, and a run that is killed.
struct HDFSServerTrials {
    let service: HDFSService

    /// A directory of which the administrator took a snapshot, and one of somebody else's: both stay
    /// whole, and the others go.
    func leavesWhatCannotGo() throws {
        let trial = try HDFSTrial(service, user: "alice")
        let root = trial.site.root.path.description
        let staying = [FaultedTree.savepoint("a", 1), FaultedTree.savepoint("b", 2)]
        let guarded = "\(root)/\(staying[0])"
        let foreign = "\(root)/\(staying[1])"
        try service.run(["dfsadmin", "-allowSnapshot", guarded])
        try service.run(["dfs", "-createSnapshot", guarded, "s"])
        try service.run(["dfs", "-chown", "carol", foreign])
        let end = try trial.site.run("run")
        var wanted = trial.expected
        for (path, length) in trial.site.content.lengths
        where staying.contains(where: { path.hasPrefix("\($0)/") }) {
            wanted.files[path] = length
        }
        try trial.check(
            end,
            code: 3,
            says: "snapshottable",
            "Permission denied: user=alice",
            leaving: .exactly(wanted)
        )
        try service.run(["dfs", "-deleteSnapshot", guarded, "s"])
        try service.run(["dfsadmin", "-disallowSnapshot", guarded])
        try service.run(["dfs", "-chown", "alice", foreign])
        try trial.goOn()
    }

    /// There is no home directory, and who runs it may not make one; then there is one.
    func hasNoTrash() throws {
        let home = "/user/bob"
        let trial = try HDFSTrial(service, trash: "7d", user: "bob")
        try trial.check(try trial.site.run("run"), code: 3, says: "Permission denied")
        defer { _ = try? service.run(["dfs", "-rm", "-r", "-skipTrash", home]) }
        try HDFSTrial.makeHome(home, of: "bob", service)
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

    /// It enters safe mode before anything is removed.
    func entersSafeMode() throws {
        let trial = try HDFSTrial(service)
        try trial.site.hook(
            """
            [[ "$* " != *" -rm -r "* ]] ||
                '\(service.administration)' dfsadmin -safemode enter
            """
        )
        let end = Result { try trial.site.run("run") }
        // Whatever came of it: other tests write there.
        try service.run(["dfsadmin", "-safemode", "leave"])
        try trial.site.hook(nil)
        try trial.check(try end.get(), code: 3, says: "safe mode", leavesLocks: true)
        // The lock that could not be given back is that of a process that is gone.
        try trial.goOn()
    }

    /// Nobody listens any more when something is to be removed.
    func stops() throws {
        let trial = try HDFSTrial(service)
        try trial.site.hook(
            """
            [[ "$* " != *" -rm -r "* ]] ||
                '\(HDFSService.script)' namenode-stop '\(service.directory)'
            """
        )
        let end = Result { try trial.site.run("run") }
        try service.startNameNode()
        try trial.site.hook(nil)
        try trial.check(try end.get(), code: 3, says: "Connection refused", leavesLocks: true)
        try trial.goOn()
    }

    /// There is nobody to read from: whatever metadata need is not known, and nothing goes (law 2).
    func losesDataNode() throws {
        // Else a client looks for it for half a minute, for each file.
        let options = [
            "-Ddfs.client.max.block.acquire.failures=1", "-Ddfs.client.retry.window.base=10",
        ]
        let trial = try HDFSTrial(service, options: options)
        try service.change(servers: "datanode-stop")
        let end = Result { try trial.site.run("run") }
        try service.change(servers: "datanode-start")
        try trial.check(try end.get(), code: 3, says: "Could not obtain block")
        try trial.goOn()
    }

    /// Another NameNode takes over in the middle of a call, whose client tries again for as long as that
    /// takes; it may find it in safe mode, where the blocks are not counted yet.
    func restarts() throws {
        // A second between two tries, and more of them than a start takes seconds.
        // Source: `RetryUtils.getDefaultRetryPolicy`, 2.7.4 and 3.4.2; without it the first try is all.
        let options = [
            "-Ddfs.client.retry.policy.enabled=true", "-Ddfs.client.retry.policy.spec=1000,60",
            "-Dipc.client.connect.max.retries=60",
        ]
        let trial = try HDFSTrial(service, options: options)
        let stopped = "\(trial.site.local.path)/stopped"
        try trial.site.hook(
            """
            [[ "$* " == *" -rm -r "* && ! -f '\(stopped)' ]] || exit 0
            '\(HDFSService.script)' namenode-stop '\(service.directory)'
            touch '\(stopped)'
            """
        )
        let isBack = DispatchSemaphore(value: 0)
        let service = service
        // Not by the hook: what that leaves at work is ended with its call.
        DispatchQueue.global().async {
            while access(stopped, F_OK) != 0 { usleep(50_000) }
            usleep(3_000_000)
            try? service.startNameNode()
            isBack.signal()
        }
        let end = Result { try trial.site.run("run") }
        #expect(trial.site.local.exists("stopped"), "nothing was removed")
        // So that nobody waits for it for ever.
        try trial.site.local.write("stopped")
        isBack.wait()
        try service.startNameNode()
        try trial.site.hook(nil)
        let run = try end.get()
        if run.code == 0 {
            try trial.check(run, code: 0, leaving: .something)
        } else {
            try trial.check(run, code: 3, says: "safe mode", leaving: .something, leavesLocks: true)
        }
        try trial.goOn()
    }

    /// The program is killed before a call, or right after one that removes.
    func killsProgram(at call: String) throws {
        let trial = try HDFSTrial(service)
        try trial.site.hook(
            """
            [[ "$* " == *" \(call) "* ]] || exit 0
            [[ "$* " != *" -rm "* ]] || '\(service.program)' "$@"
            kill -9 $janitor
            exit 1
            """
        )
        let end = try trial.site.run("run")
        try trial.site.hook(nil)
        try trial.checkKilled(end)
        try trial.goOn()
    }
}
