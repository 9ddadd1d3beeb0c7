// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import SnapshotModel
import StorageRemoval
import Testing

@testable import Execution

/// Law 11: a run that was killed while its child was at work.
struct LockedByChildTests {
    @Test func `the next run ends what a killed one left at work, and takes the lock`() throws {
        let directory = try TemporaryDirectory()
        try directory.makeDirectory("root")
        let root = directory.url("root")
        let sleeper = try Sleeper()
        let now = Instant(Date())
        let own = LockOwner.current(command: "run", token: "own", now: now, lasting: 1)
        let killed = LockOwner(
            token: "killed",
            host: own.host,
            boot: own.boot,
            // No process has this id: it is more than the kernel gives.
            process: 0x7FFF_FFF0,
            processStart: 1,
            command: "run",
            renewed: now,
            expires: now.advanced(byNanoseconds: RootLocks.lifetime),
            machine: own.machine,
            processSpace: own.processSpace,
            childGroup: sleeper.group
        )
        let locker = LocalLocker()
        _ = try locker.acquire(root, owner: killed)
        #expect(throws: LockError.self) { try locker.acquire(root, owner: own) }
        #expect(sleeper.isRunning)
        let locks = try RootLocks(taking: [root], owner: own, with: locker, clock: { now })
        defer { locks.release() }
        #expect(!sleeper.isRunning)
        #expect(directory.exists("root/.janitor-lock/own"))
    }
}
