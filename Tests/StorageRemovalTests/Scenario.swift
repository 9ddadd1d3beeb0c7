// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization

@testable import StorageRemoval

extension TemporaryDirectory {
    /// An item with the identity of what is at a path now.
    func item(_ path: ObjectName, _ kind: ObjectKind = .directory) -> RemovalItem {
        RemovalItem(root: url, path: path, kind: kind, identity: identity(path) ?? .none)
    }

    /// Gives everything times of its own, so that a changed one is seen.
    func age() throws {
        for (index, path) in try TreeSnapshot(of: self.path).paths.enumerated() {
            let time = 1_500_000_000_111_222_333 + Int64(index) * 86_400_000_000_007
            try setModified(path, Instant(nanoseconds: time))
        }
    }

    /// The tree as it is now, without locks.
    func snapshot() throws -> TreeSnapshot { try TreeSnapshot(of: path) }

    /// Writes a savepoint with its metadata, state, and state one level deeper.
    func writeSnapshot(_ path: ObjectName) throws {
        try write(path.appending("_metadata"), [1])
        for index in 0..<3 {
            try write(path.appending(ObjectName("state-\(index)")), [UInt8(index)])
        }
        try write(path.appending("native/part/state"), [9])
    }

    /// Tells whether some state of a snapshot is gone while its metadata is there (law 5).
    func isHalfDeleted(_ path: ObjectName) -> Bool {
        let state = ["state-0", "state-1", "state-2", "native/part/state"]
        return exists(path.appending("_metadata"))
            && !state.allSatisfy { exists(path.appending(ObjectName($0))) }
    }
}

/// Counts changing calls and can make one of them, or all from one on, fail.
final class FaultPlan: Sendable {
    private let count = Atomic<Int>(0)
    private let failing: Range<Int>
    private let number: Int32

    /// Makes the calls in a range of positions, the first is 0, fail with an error number.
    init(failing: Range<Int>, with number: Int32) {
        self.failing = failing
        self.number = number
    }

    /// How many calls there were.
    var calls: Int { count.load(ordering: .relaxed) }

    /// The calls to hand to what is tested.
    var changing: ChangingCalls {
        ChangingCalls { [self] call in
            let position = count.wrappingAdd(1, ordering: .relaxed).oldValue
            if failing.contains(position) { return number }
            // Writing through is slow, and no test can cut the power.
            return call == .sync ? ChangingCalls.pretended : 0
        }
    }
}

extension ChangingCalls {
    /// Calls that never wait for the disk.
    static let unsynced = ChangingCalls { $0 == .sync ? pretended : 0 }
}
