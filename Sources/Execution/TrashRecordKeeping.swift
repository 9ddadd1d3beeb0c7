// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

extension RunEnvironment {
    /// Runs that moved anything to the trash of each root, the oldest first.
    ///
    /// - Parameters:
    ///   - history: All runs.
    ///   - locks: Roots that are not locked are left out.
    /// - Returns: Roots, in order.
    func runs(
        of history: [PastRun],
        byRoot locks: RootLocks
    ) -> [(key: StorageURL, value: [PastRun])] {
        var roots: [StorageURL: [PastRun]] = [:]
        for run in history {
            for root in Set(run.items.filter { $0.fate != nil }.map(\.root)) {
                if locks.cover(root) { roots[root, default: []].append(run) }
            }
        }
        return roots.sorted { $0.key < $1.key }
    }

    /// Removes what runs wrote down in a store where nothing is moved, once nothing of theirs lies in
    /// the trash of a root any more.
    ///
    /// Only when the journal says so: else whoever is cut off would leave things in the trash of
    /// which nothing tells. Nothing is removed of a run that was given up: it may be all that tells.
    /// What others were cut off from removing goes where a listing has shown it.
    ///
    /// - Parameters:
    ///   - history: All runs.
    ///   - locks: Nothing is removed below roots that are not locked.
    ///   - run: The run that has just taken something from the trash.
    /// - Returns: One line for each that could not be removed.
    func tidyRecords(
        _ history: [PastRun],
        _ locks: RootLocks,
        after run: String
    ) -> [String] {
        var over: [RemovalItem] = []
        var left: [RemovalItem] = []
        for (root, runs) in runs(of: history, byRoot: locks)
        where remover.removesObjectByObject(at: root) {
            let seen = readerFor(root)?.runsWithoutTrash(below: root) ?? []
            for past in runs {
                let item = RemovalItem(
                    root: root,
                    path: FlinkNames.trash.appending(ObjectName(past.name)),
                    kind: .directory,
                    identity: .none
                )
                if past.isOver(in: root, since: run) {
                    over.append(item)
                } else if seen.contains(ObjectName(past.name)), past.isOver(in: root, since: nil) {
                    left.append(item)
                }
            }
        }
        // Where that fails, for a lock on an object say, a few KB stay that nobody has to do anything about.
        if !left.isEmpty { _ = remover.removeEmptyDirectories(left) }
        return over.isEmpty
            ? [] : remover.removeEmptyDirectories(over).compactMap { $0.map { "\($0)" } }
    }
}

extension PastRun {
    /// Tells whether the last of what it moved to the trash of a root has left that by a run, or by any.
    func isOver(in root: StorageURL, since run: String?) -> Bool {
        let fates = items.filter { $0.root == root }.compactMap(\.fate)
        let isOver = fates.allSatisfy { fate in
            switch fate {
            case .emptied, .restored: true
            // What is hidden in part is finished by a later run, and may be brought back after that.
            case .inTrash, .half, .lost: false
            }
        }
        guard isOver, !isDamaged else { return false }
        // A journal that was put back from a copy may know only of its first steps.
        guard let run else { return ended != nil }
        return fates.contains(.emptied(by: run)) || fates.contains(.restored(by: run))
    }
}
