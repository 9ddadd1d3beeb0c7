// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

@testable import StorageRemoval

private let hour: Int64 = 3_600_000_000_000
private let start = Instant(Date())

private func owner(_ token: String, at time: Instant = start, lasting: Int64 = hour) -> LockOwner {
    .current(command: "run", token: token, now: time, lasting: lasting)
}

/// An owner that differs from this process in some parts.
private func owner(
    _ token: String,
    host: String? = nil,
    boot: String? = nil,
    process: Int32? = nil,
    processStart: UInt64? = nil,
    space: String? = nil,
    expires: Instant? = nil,
    childGroup: ProcessGroup? = nil
) -> LockOwner {
    let own = owner(token)
    return LockOwner(
        token: token,
        host: host ?? own.host,
        boot: boot ?? own.boot,
        process: process ?? own.process,
        processStart: processStart ?? own.processStart,
        command: "run",
        renewed: own.renewed,
        expires: expires ?? own.expires,
        machine: own.machine,
        processSpace: space ?? own.processSpace,
        childGroup: childGroup
    )
}

@Suite struct `Locks on local disks` {
    private let directory: TemporaryDirectory
    private let locker = LocalLocker(longestExpiry: 24 * hour, calls: .unsynced)

    init() throws {
        directory = try TemporaryDirectory()
        try directory.makeDirectory("root/a/b")
    }

    private var root: StorageURL { directory.url("root") }

    private func isHeld(_ place: StorageURL, against owner: LockOwner) -> Bool {
        do throws(LockError) {
            _ = try locker.acquire(place, owner: owner)
            return false
        } catch {
            if case .held = error { return true }
            return false
        }
    }

    @Test func `a lock is one directory with one entry, and leaves no trace`() throws {
        try directory.age()
        let before = try directory.snapshot()
        let given = try locker.acquire(root, owner: owner("one"))
        let entry = try #require(directory.status("root/.janitor-lock/one"))
        #expect(given == entry.modified)
        let held = try directory.snapshot()
        let added = Set(held.paths).subtracting(before.paths)
        #expect(added == ["root/.janitor-lock", "root/.janitor-lock/one"])
        #expect(held.entries["root"] == before.entries["root"])
        let bytes = try #require(held.entries["root/.janitor-lock/one"]).content
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        )
        for key in ["host", "boot", "process", "processStart", "command", "renewed", "expires"] {
            #expect(json[key] != nil, "\(key)")
        }
        #expect(LockRecord.decode(bytes)?.owner?.token == "one")
        #expect(isHeld(root, against: owner("two")))
        try locker.release(root, owner: owner("one"))
        #expect(before.differences(to: try directory.snapshot()) == [])
        try locker.release(root, owner: owner("one"))
    }

    @Test func `locks above and below exclude (law 11)`() throws {
        _ = try locker.acquire(root, owner: owner("one"))
        #expect(isHeld(directory.url("root/a"), against: owner("two")))
        #expect(isHeld(directory.url("root/a/b"), against: owner("two")))
        #expect(!directory.exists("root/a/b/.janitor-lock"))
        try locker.release(root, owner: owner("one"))
        _ = try locker.acquire(directory.url("root/a/b"), owner: owner("two"))
        _ = try locker.acquire(root, owner: owner("one"))
        #expect(throws: LockError.held(by: rounded(owner("two")), at: directory.url("root/a/b"))) {
            try locker.check([directory.url("root/a/b")], owner: owner("one"))
        }
        try locker.check([directory.url("root/a/b"), directory.url("no")], owner: owner("two"))
    }

    /// Times are written to the millisecond.
    private func rounded(_ owner: LockOwner) -> LockOwner {
        LockRecord(owner, root: root.path).owner ?? owner
    }

    @Test func `one's own lock under another name is no second root (law 11)`() throws {
        try directory.link("alias", to: "root")
        _ = try locker.acquire(root, owner: owner("one"))
        // Roots of one run may lie in each other.
        _ = try locker.acquire(directory.url("root/a"), owner: owner("one"))
        try locker.check([directory.url("root/a")], owner: owner("one"))
        #expect(throws: LockError.sameRoot(at: root)) {
            try locker.acquire(root, owner: owner("one"))
        }
        #expect { try locker.acquire(directory.url("alias/a"), owner: owner("one")) } throws: {
            if case .sameRoot = $0 as? LockError { true } else { false }
        }
        #expect { try locker.acquire(directory.url("alias/a/b"), owner: owner("one")) } throws: {
            if case .sameRoot = $0 as? LockError { true } else { false }
        }
        #expect(!directory.exists("root/a/b/.janitor-lock"))
    }

    @Test func `the lock of an owner that is gone is taken over`() throws {
        let dead = deadProcess()
        // Ten minutes later, which two clocks may differ by.
        let past = start.advanced(byNanoseconds: -600_000_000_001)
        let gone = [
            owner("dead", process: dead), owner("reused", processStart: 1),
            owner("rebooted", boot: "another boot", expires: past),
            owner("far", host: "elsewhere", expires: past),
            owner("container", process: dead, space: "pid:[1]", expires: past),
        ]
        for old in gone {
            _ = try locker.acquire(root, owner: old)
            _ = try locker.acquire(root, owner: owner("new"))
            #expect(throws: LockError.lost(at: root)) { try locker.renew(root, owner: old) }
            try locker.release(root, owner: old)
            #expect(directory.exists("root/.janitor-lock/new"))
            let names = try directory.snapshot().paths.filter {
                $0.bytes.starts(with: "root/.janitor-lock".utf8)
            }
            #expect(names == ["root/.janitor-lock", "root/.janitor-lock/new"])
            try locker.release(root, owner: owner("new"))
            #expect(!directory.exists("root/.janitor-lock"))
        }
    }

    @Test func `the lock of an owner that may be there is left`() throws {
        let dead = deadProcess()
        let past = start.advanced(byNanoseconds: -600_000_000_001)
        let late = start.advanced(byNanoseconds: -599_000_000_000)
        let present = [
            owner("live"), owner("stopped", expires: past), owner("far", host: "elsewhere"),
            owner("ahead", host: "elsewhere", expires: late),
            // Containers of one name on two machines, made from an image with a `machine-id`.
            owner("namesake", boot: "another boot", process: dead, expires: late),
            owner("container", process: dead, space: "pid:[1]", expires: late),
            owner("child", process: dead, childGroup: ProcessGroup(id: getpgid(0), start: 0)),
        ]
        for holder in present {
            _ = try locker.acquire(root, owner: holder)
            #expect(isHeld(root, against: owner("new")), "\(holder.token)")
            try locker.release(root, owner: holder)
        }
    }

    @Test func `renewing writes a later expiry`() throws {
        let first = owner("one")
        _ = try locker.acquire(root, owner: first)
        let later = first.renewed(at: start.advanced(byNanoseconds: hour), lasting: hour)
        try locker.renew(root, owner: later)
        let content = try directory.snapshot().entries["root/.janitor-lock/one"]?.content ?? []
        #expect(LockRecord.decode(content)?.owner == rounded(later))
        #expect(throws: LockError.lost(at: root)) { try locker.renew(root, owner: owner("two")) }
    }

    @Test func `a lock without an owner counts as held until it is old`() throws {
        try directory.makeDirectory("root/.janitor-lock")
        #expect(throws: LockError.unreadable(at: root, detail: "it names no owner")) {
            try locker.acquire(root, owner: owner("one"))
        }
        let later = Instant(Date()).advanced(byNanoseconds: 25 * hour)
        _ = try locker.acquire(root, owner: owner("one", at: later))
        #expect(directory.exists("root/.janitor-lock/one"))
    }

    @Test func `a lock that cannot be read counts as held`() throws {
        try directory.write("root/.janitor-lock/one", [0x7B])
        #expect { try locker.acquire(root, owner: owner("two")) } throws: {
            if case .unreadable = $0 as? LockError { true } else { false }
        }
        try directory.write("root/.janitor-lock/three")
        #expect { try locker.acquire(root, owner: owner("two")) } throws: {
            if case .unreadable = $0 as? LockError { true } else { false }
        }
        #expect(throws: LockError.self) { try locker.acquire(root, owner: owner("../x")) }
    }

    @Test func `of many that take, one gets it`() throws {
        for round in 0..<60 {
            let stale = round.isMultiple(of: 2)
            if stale { _ = try locker.acquire(root, owner: owner("old", processStart: 1)) }
            let winners = Mutex<[String]>([])
            let locker = locker
            let root = root
            DispatchQueue.concurrentPerform(iterations: 8) { index in
                let token = "taker-\(index)"
                if (try? locker.acquire(root, owner: owner(token))) != nil {
                    winners.withLock { $0.append(token) }
                }
            }
            let won = winners.withLock { $0 }
            #expect(won.count == 1)
            for token in won { try locker.release(root, owner: owner(token)) }
            #expect(try directory.snapshot().paths == ["", "root", "root/a", "root/a/b"])
        }
    }
}
