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
    ///   - isApproved: An operator approved that a root lost most of what it held.
    ///   - memory: What earlier runs saw.
    ///   - state: Where it is kept.
    /// - Throws: `StateError` where it cannot be written.
    func remember(
        runAt now: Instant,
        gone: [StorageURL],
        isApproved: Bool,
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
        for job in plan.jobs where !isApproved {
            if case .shrunkenRoot(let root, let held, _) = job.limit {
                next.fileCounts[root] = held
            }
        }
        for root in objects.shrunkenRoots where !isApproved {
            next.fileCounts[root.place] = root.held
        }
        try MemoryFile.write(next, to: state)
        let gone = Set(gone)
        try SightingsFile.write(state.sightingsFile) { take in
            objects.record(runAt: now, without: gone, into: take)
        }
    }
}
