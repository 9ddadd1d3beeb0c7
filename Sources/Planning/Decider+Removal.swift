// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

/// What of the condemned goes now, and in which order.
extension Decider {
    /// The limit that each job meets, and the condemned snapshots that stay for now because of it.
    ///
    /// What only a retirement lets go is none of the share that may go without approval.
    func limits(
        _ drafts: [Draft?],
        freed: Set<Int>,
        _ lost: LostRoots
    ) -> (limits: [Int: LimitFinding], held: Set<Int>) {
        let waiting = drafts.indices.filter {
            drafts[$0]?.verdict == .condemn && !lifted.contains(inventory.snapshots[$0].place)
        }
        let freed = freed.intersection(waiting)
        var limits = LimitCheck(inventory: inventory, roster: roster, lost: lost)
            .limits(of: drafts, lifted: lifted.union(freed.map { inventory.snapshots[$0].place }))
        for job in Set(waiting.compactMap { inventory.snapshots[$0].job }) {
            if let witness = copied.witnesses[job] { limits[job] = .copiedTimes(witness) }
        }
        let held = Set(
            waiting.filter { position in
                let isLimited = inventory.snapshots[position].job.map { limits[$0] != nil } ?? false
                return freed.contains(position) || isLimited
            }
        )
        for (job, positions) in Dictionary(
            grouping: freed,
            by: { inventory.snapshots[$0].job ?? 0 }
        ) where limits[job] == nil {
            limits[job] = .retirement(going: positions.count)
        }
        return (limits, held)
    }

    /// The order of removal; snapshots that need each other in a cycle stay.
    func orderBreakingCycles(
        _ references: ReferenceGuard,
        _ drafts: inout [Draft?],
        _ held: Set<Int>
    ) -> [(position: Int, after: [Int])] {
        while true {
            let order = references.order(of: drafts, held: held)
            let ordered = Set(order.map(\.position))
            let cycle = drafts.indices.filter {
                drafts[$0]?.verdict == .condemn && !held.contains($0) && !ordered.contains($0)
            }
            guard let first = cycle.first else { return order }
            drafts[first]?.keep(reason(toKeep: first, neededBy: cycle))
            references.apply(to: &drafts, held: held)
        }
    }

    /// Which one of a cycle, or of what leads to this one from there, needs a snapshot, and how.
    private func reason(toKeep position: Int, neededBy cycle: [Int]) -> Reason {
        for other in cycle where other != position {
            let needed = inventory.snapshots[other].dependencies.first { $0.snapshot == position }
            guard let needed else { continue }
            return .referenced(
                by: inventory.snapshots[other].place,
                file: needed.file,
                byNameOnly: needed.isByNameOnly
            )
        }
        let inner = inventory.snapshots[position].nested.first { cycle.contains($0) }
        return .holdsSnapshot(inventory.snapshots[inner ?? position].place)
    }
}
