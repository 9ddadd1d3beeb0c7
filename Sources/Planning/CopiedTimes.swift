// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel

/// Finds jobs whose times were made by a copy, not by Flink (law 10).
///
/// Checkpoints of one attempt follow one another: where ids lie further apart than the time
/// between them allows, the times are those of a copy or of a restore from backup, and the order
/// and the age that they show are not real. Two a second is as fast as real jobs were seen to be;
/// a second on top covers archives, which keep whole seconds, and stores count their own step.
struct CopiedTimes {
    private static let checkpointsPerSecond = 2.0

    /// For each job two snapshots that show it.
    private(set) var witnesses: [Int: (StorageURL, StorageURL)] = [:]

    init(inventory: Inventory) {
        for attempt in inventory.attempts where witnesses[attempt.job] == nil {
            let checkpoints = attempt.snapshots.map { inventory.snapshots[$0] }
                // One that does not read is evidence all the same: its number is in its name.
                .filter { $0.kind == .checkpoint && $0.metadataLength != nil }
                .sorted { ($0.checkpointID ?? 0, $0.place) < ($1.checkpointID ?? 0, $1.place) }
            witnesses[attempt.job] = Self.impossiblePair(checkpoints, inventory.timeResolutions)
        }
    }

    /// Two checkpoints that cannot have followed one another in the time between them.
    private static func impossiblePair(
        _ checkpoints: [Snapshot],
        _ resolutions: [Int64]
    ) -> (StorageURL, StorageURL)? {
        var earliest: (surplus: Double, place: StorageURL)?
        for checkpoint in checkpoints {
            let seconds = Double(checkpoint.time.nanoseconds) / 1_000_000_000
            let number = Double(checkpoint.checkpointID ?? 0)
            // What a pair exceeds the rate by is the difference of two numbers, one of each.
            let surplus = number - checkpointsPerSecond * seconds
            let step = Double(resolutions[checkpoint.root]) / 1_000_000_000
            if let earliest, surplus - earliest.surplus > checkpointsPerSecond * max(1, step) {
                return (earliest.place, checkpoint.place)
            }
            if earliest.map({ surplus < $0.surplus }) ?? true {
                earliest = (surplus, checkpoint.place)
            }
        }
        return nil
    }
}
