// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import SnapshotModel
internal import Storage

extension PlanningResult {
    /// Writes down for the next run what was seen, and what is left of it.
    ///
    /// - Parameters:
    ///   - now: When it was looked at.
    ///   - gone: What was taken since.
    ///   - accepted: Roots of which an operator approved that they lost most of what they held.
    ///   - memory: What earlier runs saw.
    ///   - state: Where it is kept.
    /// - Throws: `StateError` where it cannot be written.
    func remember(
        runAt now: Instant,
        gone: [StorageURL],
        accepted: Set<StorageURL>,
        after memory: PlanningMemory,
        in state: StateDirectory
    ) throws(StateError) {
        var next = memory.after(runAt: now, seeing: inventory)
        var files: [StorageURL: (root: StorageURL, count: Int)] = [:]
        for snapshot in plan.snapshots {
            files[snapshot.place] = (snapshot.root, snapshot.fileCount)
        }
        for object in plan.objects where !object.isDirectory {
            files[object.place] = (object.root, 1)
        }
        for place in gone {
            guard let (root, count) = files[place] else { continue }
            next.fileCounts[root]? -= count
            next.unfinished[place] = nil
        }
        // Until somebody approves it, a root that shrank is compared with what it held before.
        for root in plan.lost {
            if accepted.contains(root.place) {
                if root.holds == 0 { next.forget(root.place) }
                continue
            }
            next.fileCounts[root.place] = root.held
            next.directories[root.place] = memory.directories[root.place]
            if replacedRoots.contains(root.place) { next.replaced.insert(root.place) }
            next.needs[root.place, default: []].formUnion(memory.needs[root.place] ?? [])
        }
        for place in forgottenRoots { next.forget(place) }
        try MemoryFile.write(next, to: state)
        let gone = Set(gone)
        try SightingsFile.write(state.sightingsFile) { take in
            objects.record(runAt: now, without: gone, into: take)
        }
    }
}

extension PlanningMemory {
    /// Forgets what a root held and needed, and which directory it was.
    fileprivate mutating func forget(_ root: StorageURL) {
        fileCounts[root] = nil
        needs[root] = nil
        directories[root] = nil
        replaced.remove(root)
    }
}
