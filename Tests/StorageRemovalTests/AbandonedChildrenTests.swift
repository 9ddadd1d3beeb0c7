// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

@testable import StorageRemoval

/// Law 11: what a killed owner's child is still doing keeps the lock, until it is ended.
struct AbandonedChildrenTests {
    private let directory: TemporaryDirectory
    private let locker = LocalLocker(longestExpiry: 3_600_000_000_000, calls: .unsynced)
    private let now = Instant(Date())

    init() throws {
        directory = try TemporaryDirectory()
        try directory.makeDirectory("root")
    }

    private func owner(_ token: String) -> LockOwner {
        .current(command: "run", token: token, now: now, lasting: 1_000_000_000)
    }

    /// An owner that is gone from this machine, and whose child was recorded.
    private func deadOwner(_ group: ProcessGroup?, machine: String? = nil) -> LockOwner {
        let own = owner("dead")
        return LockOwner(
            token: own.token,
            host: own.host,
            boot: own.boot,
            process: deadProcess(),
            processStart: own.processStart,
            command: "run",
            renewed: own.renewed,
            expires: own.expires,
            machine: machine ?? own.machine,
            processSpace: own.processSpace,
            childGroup: group
        )
    }

    private func record() throws -> LockOwner? {
        let content = try directory.snapshot().entries["root/.janitor-lock/dead"]?.content
        return content.flatMap { LockRecord.decode($0)?.owner }
    }

    @Test func `a child at work keeps the lock of a killed owner until it is ended`() throws {
        let sleeper = try Sleeper()
        let root = directory.url("root")
        _ = try locker.acquire(root, owner: deadOwner(sleeper.group))
        #expect(try record()?.childGroup == sleeper.group)
        let new = owner("new")
        var holder: LockOwner?
        do throws(LockError) {
            _ = try locker.acquire(root, owner: new)
        } catch {
            if case .held(let owner, _) = error { holder = owner }
        }
        #expect(holder?.childGroup == sleeper.group)
        #expect(holder?.endAbandonedChildren(seenBy: new) == true)
        #expect(!sleeper.isRunning)
        _ = try locker.acquire(root, owner: new)
    }

    @Test func `nothing is ended for an owner that may be there, or on another machine`() throws {
        let sleeper = try Sleeper()
        let new = owner("new")
        let living = owner("living").renewed(at: now, lasting: 1, childGroup: sleeper.group)
        #expect(!living.endAbandonedChildren(seenBy: new))
        let far = deadOwner(sleeper.group, machine: "another")
        #expect(!far.endAbandonedChildren(seenBy: new))
        let childless = deadOwner(nil)
        #expect(!childless.endAbandonedChildren(seenBy: new))
        let reused = deadOwner(ProcessGroup(id: sleeper.group.id, start: sleeper.group.start + 1))
        #expect(!reused.endAbandonedChildren(seenBy: new))
        #expect(sleeper.isRunning)
    }
}
