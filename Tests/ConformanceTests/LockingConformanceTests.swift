// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import StorageRemoval
import Testing

extension StoreTests {
    @Suite struct LockingConformanceTests {
        private static let hour: Int64 = 3_600_000_000_000

        private func owner(_ token: String, from now: Instant = Instant(Date())) -> LockOwner {
            .current(command: "run", token: token, now: now, lasting: Self.hour)
        }

        /// An owner on another machine, whose time is over or not.
        private func stranger(_ token: String, expired: Bool) -> LockOwner {
            let now = Instant(Date())
            return LockOwner(
                token: token,
                host: "elsewhere",
                boot: "00000000-0000-0000-0000-000000000000",
                process: 1,
                processStart: 1,
                command: "run",
                renewed: now.advanced(byNanoseconds: -2 * Self.hour),
                expires: now.advanced(byNanoseconds: expired ? -Self.hour : Self.hour),
                machine: "none"
            )
        }

        @Test(arguments: StoreUnderTest.few)
        func `locks all roots or none, for one owner at a time`(store: StoreUnderTest) throws {
            let tree = try TemporaryDirectory()
            for name in ["a", "b", "c/d"] as [ObjectName] { try tree.makeDirectory(name) }
            let filled = try store.fill(tree)
            let roots = ["a", "b", "never"].map { filled.root.appending($0) }
            let first = owner("first")
            let taken = try filled.locker.acquire(roots, owner: first)
            #expect(taken.roots == Array(roots.prefix(2)))
            let time = try #require(taken.time)
            #expect(Instant(Date()).nanoseconds(since: time).magnitude < 120_000_000_000)

            // Another owner gets neither of them, and leaves no trace where it gets nothing.
            let more = ["a", "c/d"].map { filled.root.appending($0) }
            #expect(throws: LockError.held(by: first, at: roots[0]).withoutTimes) {
                try withoutTimes { () throws(LockError) in
                    _ = try filled.locker.acquire(more, owner: owner("second"))
                }
            }
            #expect(filled.pathsWithoutLocks("c") == ["", "d"])

            // One above is excluded too, once its listing has shown the lock below.
            #expect(throws: LockError.self) {
                try filled.locker.check([roots[1]], owner: owner("third"))
            }
            let later = owner("first", from: Instant(Date()).advanced(byNanoseconds: Self.hour))
            try filled.locker.renew(taken.roots, owner: later)
            filled.locker.release(taken.roots, owner: later)
            #expect(filled.pathsWithoutLocks("") == ["", "a", "b", "c", "c/d"])
        }

        @Test(arguments: StoreUnderTest.few)
        func `takes over what an owner elsewhere left, after its time only`(
            store: StoreUnderTest
        ) throws {
            let tree = try TemporaryDirectory()
            for name in ["old", "young"] as [ObjectName] { try tree.makeDirectory(name) }
            let filled = try store.fill(tree)
            let old = filled.root.appending("old")
            let young = filled.root.appending("young")
            _ = try filled.locker.acquire(old, owner: stranger("gone", expired: true))
            _ = try filled.locker.acquire(young, owner: stranger("there", expired: false))
            let mine = owner("mine")
            #expect(throws: LockError.self) {
                try filled.locker.acquire(young, owner: mine)
            }
            _ = try filled.locker.acquire(old, owner: mine)
            // Who lost it notices before it does anything more.
            #expect(throws: LockError.lost(at: old)) {
                try filled.locker.renew(old, owner: stranger("gone", expired: true))
            }
            filled.locker.release([old], owner: mine)
            #expect(filled.pathsWithoutLocks("old") == [""])
        }
    }
}

/// Errors without the times in them, which stores keep with different precision.
private func withoutTimes(_ body: () throws(LockError) -> Void) throws(LockError) {
    do throws(LockError) {
        try body()
    } catch {
        throw error.withoutTimes
    }
}

extension LockError {
    fileprivate var withoutTimes: LockError {
        guard case .held(let owner, let place) = self else { return self }
        let timeless = LockOwner(
            token: owner.token,
            host: owner.host,
            boot: owner.boot,
            process: owner.process,
            processStart: owner.processStart,
            command: owner.command,
            renewed: Instant(nanoseconds: 0),
            expires: Instant(nanoseconds: 0),
            machine: owner.machine,
            processSpace: owner.processSpace
        )
        return .held(by: timeless, at: place)
    }
}
