// SPDX-License-Identifier: Apache-2.0

package import SnapshotModel
internal import Synchronization

/// Of which runs listings showed records, and nothing in the trash.
package final class LeftRecords: Sendable {
    private struct Place: Hashable {
        let bucket: String
        let root: ObjectName
    }

    private let runs = Mutex<[Place: Set<ObjectName>]>([:])

    func note(_ run: ObjectName, below root: StorageURL) {
        runs.withLock { _ = $0[Self.place(root), default: []].insert(run) }
    }

    func runs(below root: StorageURL) -> Set<ObjectName> {
        runs.withLock { $0[Self.place(root)] ?? [] }
    }

    /// Lets go of one whose records are gone.
    package func forget(_ run: ObjectName, below root: StorageURL) {
        runs.withLock { _ = $0[Self.place(root)]?.remove(run) }
    }

    /// A bucket has one name for us, whatever the scheme is called.
    private static func place(_ root: StorageURL) -> Place {
        Place(bucket: root.authority, root: root.path)
    }
}
