// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import SnapshotModel

extension Approval {
    /// Roots from which nothing goes, since it was approved with an undo that there is not any more.
    func brokenPromises(_ plan: Plan) -> Set<StorageURL> {
        Set(plan.roots.filter(promisesMore).map(\.place))
    }

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
        let objects = Dictionary(
            plan.objects.map { ($0.place, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let broken = brokenPromises(plan)
        return places.subtracting(done).sorted().map { place in
            let root = now[place]?.root ?? objects[place]?.root
            let isBroken = root.map(broken.contains) ?? false && now[place]?.verdict != .leave
            let why =
                isBroken
                ? "it was approved with an undo, and there is none now"
                : reason(place, now[place], Set(objects.keys))
            return "approved and not done: \"\(place)\": \(why)"
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
