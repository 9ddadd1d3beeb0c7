// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

/// Roots in whose place another directory stands than at the last run, with nothing in it (law 2).
///
/// So looks a mount point without its disk, however little that held. Where the directory is the one
/// that it was, what lay in it is known to be gone: Flink removes what a job that ended does not retain,
/// and users and this program remove what they do. Stores that do not number directories mount nothing.
///
/// Source: what is mounted on a directory hides it, and its inode with it, as long as it is mounted
/// (mount(8), stat(2)).
struct ReplacedRoots {
    /// Every one of them, sorted by place, each place once.
    private(set) var all: [LostRoot] = []

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - inventory: What was found.
    ///   - memory: What runs saw. Where it has no number of a directory nobody knows whether it is the
    ///     same; once found empty, a root counts until all is back, be there something new in it or not.
    init(inventory: Inventory, memory: PlanningMemory) {
        let holds = inventory.fileCountsByPlace
        for (index, root) in inventory.roots.enumerated() {
            // The changelog's own files reference nothing.
            guard root.role != .changelog, inventory.outcomes[index] == .complete,
                let number = inventory.directoryNumber(ofRoot: index),
                number != memory.directories[root.place],
                let held = memory.fileCounts[root.place], let left = holds[root.place], left < held,
                left == 0 || memory.replaced.contains(root.place),
                all.last?.place != root.place
            else { continue }
            all.append(LostRoot(place: root.place, held: held, holds: left))
        }
    }
}

extension Inventory {
    /// How many files each root holds; savepoints and checkpoints of one job may lie in one place.
    var fileCountsByPlace: [StorageURL: Int] {
        Dictionary(zip(roots.map(\.place), fileCounts), uniquingKeysWith: +)
    }

    /// The number of a root's directory in its file system; nil where its store gives none.
    func directoryNumber(ofRoot index: Int) -> UInt64? {
        guard let inode = rootIdentities[index]?.inode, inode != 0 else { return nil }
        return inode
    }
}
