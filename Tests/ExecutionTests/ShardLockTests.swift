// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import LocalStorage
import SnapshotModel
import Storage
import StorageRemoval
import Synchronization
import Testing

@testable import Execution

/// Notes for which directories one lock may stand.
private final class SharingLocker: RootLocker {
    private let inner = LocalLocker()
    private let bases = Mutex<[Set<StorageURL>]>([])

    var asked: [Set<StorageURL>] { bases.withLock { $0 } }

    func acquire(_ root: StorageURL, owner: LockOwner) throws(LockError) -> Instant {
        try inner.acquire(root, owner: owner)
    }

    func acquire(
        _ roots: [StorageURL],
        sharing bases: Set<StorageURL>,
        owner: LockOwner
    ) throws(LockError) -> TakenLocks {
        self.bases.withLock { $0.append(bases) }
        return try inner.acquire(roots, owner: owner)
    }

    func check(_ directories: [StorageURL], owner: LockOwner) throws(LockError) {
        try inner.check(directories, owner: owner)
    }

    func renew(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        try inner.renew(root, owner: owner)
    }

    func release(_ root: StorageURL, owner: LockOwner) throws(LockError) {
        try inner.release(root, owner: owner)
    }
}

@Suite struct `Locks of parts` {
    @Test func `a part takes no lock that stands for the roots of other parts (law 11)`() throws {
        let shop = try RunWorkshop()
        let locker = SharingLocker()
        let policy = try shop.policy(RunWorkshop.rules)
        for shard in [nil, JobShard(0, of: 2)] {
            let run = JanitorRun(
                RunEnvironment(
                    policy: policy,
                    state: StateDirectory(shop.state.path),
                    token: "\(shard == nil ? "aa" : "bb")",
                    readerFor: { _ in LocalStorage() },
                    remover: LocalRemover(),
                    locker: locker,
                    clock: { [now = shop.now] in now },
                    shouldStop: { nil }
                ),
                shard: shard
            )
            guard case .finished = run.run() else {
                Issue.record("the run did not come to its end")
                return
            }
        }
        #expect(locker.asked.count == 2)
        #expect(locker.asked.first?.count == 2)
        #expect(locker.asked.last?.isEmpty ?? false)
    }
}
