// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import SnapshotModel

extension Approval {
    /// What was approved and is not done any more, with the reason (law 4).
    ///
    /// - Parameters:
    ///   - plan: The plan made now.
    ///   - taken: Snapshots that are approved and still condemned.
    ///   - takenObjects: What is approved and still condemned outside snapshots.
    /// - Returns: One line for each, sorted by place.
    func notDone(
        _ plan: Plan,
        taken: [PlannedSnapshot],
        _ takenObjects: [PlannedObject]
    ) -> [String] {
        let done = Set(taken.map(\.place)).union(takenObjects.map(\.place))
        let now = Dictionary(
            plan.snapshots.map { ($0.place, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let objects = Set(plan.objects.map(\.place))
        return places.subtracting(done).sorted().map { place in
            "approved and not done: \"\(place)\": " + reason(place, now[place], objects)
        }
    }

    private func reason(
        _ place: StorageURL,
        _ snapshot: PlannedSnapshot?,
        _ objects: Set<StorageURL>
    ) -> String {
        if let snapshot, items[place] != nil {
            return snapshot.verdict == .condemn
                ? "it changed since" : snapshot.reasons.first?.text ?? "it stays"
        }
        if objects.contains(place) { return "it changed since" }
        return items[place] == nil
            ? "it is not there any more, or a plan made now would not take it"
            : "it is not there any more"
    }
}
