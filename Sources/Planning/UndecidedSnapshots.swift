// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

extension PlanningResult {
    /// Snapshots on which nothing is decided: those in the trash, those only read, and nobody's.
    ///
    /// Described as a plan describes the others, but without a reason; kept, since no run takes
    /// them. Sorted by place.
    public var undecided: [PlannedSnapshot] {
        let decided = Set(plan.snapshots.map(\.place))
        return inventory.snapshots.filter { !decided.contains($0.place) && $0.state != .vanished }
            .map { PlannedSnapshot(found: $0, in: inventory, roster) }
    }
}
