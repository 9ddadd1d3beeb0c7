// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

@testable import StorageRemoval

@Suite struct `Locks when calls fail` {
    private static let day: Int64 = 24 * 3_600_000_000_000

    /// This process, or one that had its number before it and is gone.
    private func owner(_ token: String, at time: Instant, isGone: Bool = false) -> LockOwner {
        let own = LockOwner.current(command: "run", token: token, now: time, lasting: Self.day / 2)
        return LockOwner(
            token: token,
            host: own.host,
            boot: own.boot,
            process: own.process,
            processStart: isGone ? 1 : own.processStart,
            command: "run",
            renewed: own.renewed,
            expires: own.expires,
            machine: own.machine,
            processSpace: own.processSpace
        )
    }

    /// Takes, renews and gives back; takes over where an old lock is there.
    private func work(
        _ directory: TemporaryDirectory,
        _ owner: LockOwner,
        _ calls: ChangingCalls
    ) throws {
        let locker = LocalLocker(longestExpiry: Self.day, calls: calls)
        _ = try locker.acquire(directory.url, owner: owner)
        try locker.renew(directory.url, owner: owner)
        try locker.release(directory.url, owner: owner)
    }

    @Test(arguments: [false, true], [false, true])
    func `a lock can be had a day after any failure`(takesOver: Bool, forEver: Bool) throws {
        let now = Instant(Date())
        var position = 0
        while true {
            let directory = try TemporaryDirectory()
            if takesOver {
                _ = try LocalLocker(longestExpiry: Self.day, calls: .unsynced).acquire(
                    directory.url,
                    owner: owner("old", at: now, isGone: true)
                )
            }
            let plan = FaultPlan(
                failing: position..<(forEver ? .max : position + 1),
                with: EIO
            )
            let one = owner("one", at: now, isGone: true)
            let failed = (try? work(directory, one, plan.changing)) == nil
            if plan.calls <= position { break }
            position += 1
            let later = now.advanced(byNanoseconds: 2 * Self.day)
            try work(directory, owner("two", at: later), .unsynced)
            #expect(!directory.exists(".janitor-lock"), "call \(position), failed: \(failed)")
        }
        #expect(position > 10)
    }

    @Test(arguments: [EIO, ENOENT])
    func `a lock that was put in place, and the answer got lost, is its owner's`(
        number: Int32
    ) throws {
        let directory = try TemporaryDirectory()
        let now = Instant(Date())
        let path = directory.path
        let calls = ChangingCalls { call in
            guard call == .renameExclusively else { return 0 }
            return rename("\(path)/.janitor-lock.one", "\(path)/.janitor-lock") == 0 ? number : 0
        }
        let locker = LocalLocker(longestExpiry: Self.day, calls: calls)
        _ = try locker.acquire(directory.url, owner: owner("one", at: now))
        #expect(directory.exists(".janitor-lock/one"))
        #expect(throws: LockError.self) {
            try LocalLocker().acquire(directory.url, owner: owner("two", at: now))
        }
        try locker.release(directory.url, owner: owner("one", at: now))
        #expect(!directory.exists(".janitor-lock"))
    }

    /// What goes wrong while a lock is taken over, after the old entry has our name.
    enum Takeover: CaseIterable, Sendable {
        /// It has it, and the file system says that it has not.
        case entryRenamed
        /// Our words are in it, and the file system says that they are not.
        case wordsRenamed
        /// They are in it, and cannot be written through.
        case unsynced
    }

    @Test(arguments: Takeover.allCases)
    func `a lock whose taking over failed can be had when its taker is gone`(
        trouble: Takeover
    ) throws {
        let directory = try TemporaryDirectory()
        let now = Instant(Date())
        _ = try LocalLocker(longestExpiry: Self.day, calls: .unsynced).acquire(
            directory.url,
            owner: owner("old", at: now, isGone: true)
        )
        let lock = "\(directory.path)/.janitor-lock"
        let hasHappened = Atomic<Bool>(false)
        let calls = ChangingCalls { call in
            let isInPlace =
                access("\(lock)/one", F_OK) == 0 && access("\(lock)/.new.one", F_OK) != 0
            let (old, new, wanted) =
                switch trouble {
                case .entryRenamed: ("old", "one", call == .rename)
                case .wordsRenamed:
                    (".new.one", "one", call == .rename && access("\(lock)/old", F_OK) != 0)
                case .unsynced: ("", "", call == .sync && isInPlace)
                }
            guard wanted, !hasHappened.exchange(true, ordering: .relaxed) else {
                return call == .sync ? ChangingCalls.pretended : 0
            }
            if !old.isEmpty, rename("\(lock)/\(old)", "\(lock)/\(new)") != 0 { return EXDEV }
            return EIO
        }
        let locker = LocalLocker(longestExpiry: Self.day, calls: calls)
        let isTaken =
            (try? locker.acquire(directory.url, owner: owner("one", at: now, isGone: true))) != nil
        let isTried = hasHappened.load(ordering: .relaxed)
        #expect(isTried)
        #expect(isTaken == (trouble != .unsynced))
        // Not a day later, but at once.
        _ = try LocalLocker(longestExpiry: Self.day, calls: .unsynced).acquire(
            directory.url,
            owner: owner("two", at: now)
        )
        #expect(directory.exists(".janitor-lock/two"))
    }
}
