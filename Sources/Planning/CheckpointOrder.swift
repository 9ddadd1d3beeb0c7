// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel

/// Whether the numbers and the times of an attempt's checkpoints agree.
///
/// Two a second is as fast as real jobs were seen to be; a second on top covers archives, which
/// keep whole seconds, and stores count their own step. Lower numbers after higher ones are those
/// of a later deployment under the same job id, if enough time lies between them.
///
/// Source: with high availability in application mode the job id is fixed, and a deployment
/// without state, or from an older snapshot, begins with lower numbers (`ApplicationJobUtils`,
/// `CheckpointCoordinator.restoreSavepoint`, Flink 2.3).
enum CheckpointOrder {
    /// They can have followed one another as they are.
    case plain
    /// Several deployments: a checkpoint, and a later one with a lower number.
    case restarted(StorageURL, StorageURL)
    /// Two checkpoints that cannot have followed one another in the time between them.
    case impossible((StorageURL, StorageURL))

    private static let checkpointsPerSecond = 2.0
    /// Sooner than that, in seconds, lower numbers are no later deployment's but a copy's.
    private static let restart = 3600.0

    private struct Point {
        let time: Instant
        let number: Double
        let place: StorageURL
        let allowed: Double

        var seconds: Double { Double(time.nanoseconds) / 1_000_000_000 }

        /// What exceeds the rate between two points is the difference of their surpluses.
        var surplus: Double { number - checkpointsPerSecond * seconds }
        /// The same for numbers that fall.
        var deficit: Double { number + checkpointsPerSecond * seconds }
    }

    /// Looks at the checkpoints of one attempt.
    static func of(_ attempt: Attempt, _ inventory: Inventory) -> CheckpointOrder {
        // Snapshots are large: looked at where they lie, and only what counts is sorted.
        let snapshots = inventory.snapshots
        // One that does not read is evidence all the same: its number is in its name.
        return of(
            points(
                attempt.snapshots.filter {
                    snapshots[$0].kind == .checkpoint && snapshots[$0].metadataLength != nil
                },
                inventory
            )
        )
    }

    /// Two savepoints of one attempt of which the later one has too high a number for its time.
    ///
    /// Lower numbers after higher ones show nothing: the digits in a name are not the whole job id.
    static func tooFast(
        _ savepoints: [Int],
        _ inventory: Inventory
    ) -> (StorageURL, StorageURL)? {
        let points = points(savepoints, inventory)
        guard var least = points.first else { return nil }
        for point in points {
            if point.surplus - least.surplus > point.allowed { return (least.place, point.place) }
            if point.surplus < least.surplus { least = point }
        }
        return nil
    }

    /// What counts of snapshots, from the earliest to the latest.
    private static func points(_ positions: [Int], _ inventory: Inventory) -> [Point] {
        let snapshots = inventory.snapshots
        let points = positions.map { position in
            let root = snapshots[position].root
            let step = Double(inventory.timeResolutions[root]) / 1_000_000_000
            return Point(
                time: snapshots[position].time,
                number: Double(snapshots[position].checkpointID ?? 0),
                place: snapshots[position].place,
                allowed: checkpointsPerSecond * max(1, step)
            )
        }
        return points.sorted { ($0.time, $0.number, $0.place) < ($1.time, $1.number, $1.place) }
    }

    /// From the earliest to the latest, each against what an earlier one shows most clearly.
    private static func of(_ points: [Point]) -> CheckpointOrder {
        guard var least = points.first, var most = points.first, var last = points.first else {
            return .plain
        }
        var restarted: (StorageURL, StorageURL)?
        // Those of the last hour that no later one outnumbers, the greatest first.
        var recent: [Point] = []
        for point in points {
            if point.surplus - least.surplus > point.allowed {
                return .impossible((least.place, point.place))
            }
            if most.deficit - point.deficit > point.allowed {
                return .impossible((point.place, most.place))
            }
            recent.removeAll { point.seconds - $0.seconds >= restart }
            if let early = recent.first, early.number > point.number,
                early.surplus - point.surplus > point.allowed
            {
                return .impossible((point.place, early.place))
            }
            if point.number < last.number { restarted = (last.place, point.place) }
            recent.removeAll { $0.number <= point.number }
            recent.append(point)
            if point.surplus < least.surplus { least = point }
            if point.deficit > most.deficit { most = point }
            last = point
        }
        return restarted.map { .restarted($0.0, $0.1) } ?? .plain
    }
}
