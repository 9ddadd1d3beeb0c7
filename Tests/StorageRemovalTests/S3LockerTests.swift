// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import S3Storage
import SnapshotModel
import Storage
import Testing

@testable import StorageRemoval

/// Law 11 in S3, against a real server.
@Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"), .besideS3)
struct S3LockerTests {
    private let service: S3TestService
    private let now = Instant(seconds: 1_800_000_000)

    init() throws {
        service = try #require(S3TestService.shared)
    }

    private func root(_ path: String) -> StorageURL {
        StorageURL(scheme: "s3", authority: "plain", path: ObjectName("/\(path)"))
    }

    private func owner(_ token: String, host: String = "elsewhere", at: Instant? = nil) -> LockOwner
    {
        LockOwner(
            token: token,
            host: host,
            boot: "b",
            process: 1,
            processStart: 1,
            command: "run",
            renewed: at ?? now,
            expires: (at ?? now).advanced(byNanoseconds: 600_000_000_000)
        )
    }

    private func locker(_ client: S3TestService.Client) -> S3Locker {
        S3Locker(storage: service.storage(client))
    }

    @Test func `law 11: only one holds a root, and what lies above and below it`() throws {
        try service.put([("lock/jobs/a/sub/x", [])], into: "plain")
        let (first, second) = (locker(.aws1), locker(.aws1))
        let top = root("lock/jobs/a")
        let time = try first.acquire([top], owner: owner("one")).time
        #expect(time != nil)
        for place in [top, root("lock/jobs/a/sub")] {
            #expect(throws: LockError.self) {
                try second.acquire([place], owner: owner("two", host: "other"))
            }
        }
        #expect(throws: LockError.self) {
            try second.check([top], owner: owner("two", host: "other"))
        }
        try first.renew(top, owner: owner("one"))
        first.release([top], owner: owner("one"))
        #expect(try second.acquire([top], owner: owner("two", host: "other")).roots == [top])
        #expect(first.limits.isEmpty && second.limits.isEmpty)
        // It is not the first one's any more.
        #expect(throws: LockError.self) { try first.renew(top, owner: owner("one")) }
        second.release([top], owner: owner("two", host: "other"))
    }

    @Test func `law 11: an expired lock is taken over once, and its owner has lost it`() throws {
        let top = root("lock/expired")
        try service.put([("lock/expired/x", [])], into: "plain")
        let (first, second) = (locker(.aws1), locker(.aws1))
        _ = try first.acquire([top], owner: owner("one"))
        let later = now.advanced(byNanoseconds: 3_600_000_000_000)
        _ = try second.acquire([top], owner: owner("two", host: "other", at: later))
        let lost = #expect(throws: LockError.self) { try first.renew(top, owner: owner("one")) }
        #expect(lost == .lost(at: top))
        try first.release(top, owner: owner("one"))
        #expect(throws: LockError.self) {
            try locker(.aws1).acquire([top], owner: owner("three", host: "third", at: later))
        }
        second.release([top], owner: owner("two", host: "other", at: later))
    }

    @Test func `a client that knows no conditions protects this machine, and says so`() throws {
        let top = root("lock/plain")
        try service.put([("lock/plain/x", [])], into: "plain")
        let (first, second) = (locker(.aws2), locker(.aws2))
        _ = try first.acquire([top], owner: owner("one"))
        #expect(first.limits == [top])
        #expect(throws: LockError.self) {
            try second.acquire([top], owner: owner("two", host: "other"))
        }
        first.release([top], owner: owner("one"))
        _ = try second.acquire([top], owner: owner("two", host: "other"))
        second.release([top], owner: owner("two", host: "other"))
    }

    @Test func `law 11: a bucket that takes conditions and does not hold to them is found out`()
        throws
    {
        // Ceph 16 does so where versions are kept.
        let top = StorageURL(scheme: "s3", authority: "versioned", path: "/lock/held")
        try service.put([("lock/held/x", [])], into: "versioned")
        let (first, second) = (locker(.aws1), locker(.aws1))
        _ = try first.acquire([top], owner: owner("one"))
        #expect(first.limits(of: [top]) == [top])
        #expect(throws: LockError.self) {
            try second.acquire([top], owner: owner("two", host: "other"))
        }
        first.release([top], owner: owner("one"))
        // Of the lock that was given back too.
        _ = try second.acquire([top], owner: owner("two", host: "other"))
        #expect(second.limits(of: [top]) == [top])
        second.release([top], owner: owner("two", host: "other"))
    }
}
