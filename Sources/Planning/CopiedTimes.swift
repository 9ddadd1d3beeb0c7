// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import SnapshotModel

/// What shows that times are those of a copy, not of Flink.
public enum CopyWitness: Hashable, Sendable {
    /// Two snapshots whose ids lie further apart than the time between them allows.
    case tooFast(StorageURL, StorageURL)
    /// A snapshot that an earlier run saw with another time, and with nothing else changed.
    case rewritten(StorageURL, before: Instant)
}

/// Finds jobs whose times were made by a copy, not by Flink (law 10).
///
/// Snapshots of one attempt follow one another: where ids lie further apart than the time between them
/// allows, the times are those of a copy or of a restore from backup, and the order and the age that
/// they show are not real. Nor are those of metadata that are word for word what an earlier run read at
/// the same place, with another time: a store that was encrypted anew in place, or restored without
/// times, looks like that.
struct CopiedTimes {
    /// For each job what shows it.
    private(set) var witnesses: [Int: CopyWitness] = [:]

    /// Clients of one store tell times to the second or finer: less is no other time.
    private static let difference: UInt64 = 2_000_000_000
    /// Deployments that share a fixed id share these digits too, and their ids have no one order.
    ///
    /// Source: `ApplicationJobUtils` and `ZERO_JOB_ID`, Flink 1.20.
    private static let digitsOfMany: ObjectName = "000000"

    private struct Digits: Hashable {
        let job: Int
        let name: ObjectName
    }

    init(inventory: Inventory) {
        for attempt in inventory.attempts where witnesses[attempt.job] == nil {
            if case .impossible(let pair) = CheckpointOrder.of(attempt, inventory) {
                witnesses[attempt.job] = .tooFast(pair.0, pair.1)
            }
        }
        var savepoints: [Digits: [Int]] = [:]
        let snapshots = inventory.snapshots
        for position in snapshots.indices {
            guard let job = snapshots[position].job, witnesses[job] == nil else { continue }
            if let before = Self.otherTime(position, snapshots) {
                witnesses[job] = .rewritten(snapshots[position].place, before: before)
            } else if snapshots[position].kind == .savepoint,
                snapshots[position].state == .complete,
                let name = snapshots[position].attemptName, name != Self.digitsOfMany
            {
                savepoints[Digits(job: job, name: name), default: []].append(position)
            }
        }
        for (digits, positions) in savepoints.sorted(by: { $0.value[0] < $1.value[0] })
        where witnesses[digits.job] == nil && positions.count > 1 {
            guard let pair = CheckpointOrder.tooFast(positions, inventory) else { continue }
            witnesses[digits.job] = .tooFast(pair.0, pair.1)
        }
    }

    /// The time that a snapshot had when it was first read, where that is another one.
    ///
    /// Flink writes a savepoint once, at a place of its own. The directory of a checkpoint may be used
    /// again: that it is the same one is shown by the random names of the files that it references.
    private static func otherTime(_ position: Int, _ snapshots: [Snapshot]) -> Instant? {
        guard let before = snapshots[position].timeBefore,
            snapshots[position].time.nanoseconds(since: before).magnitude > difference,
            snapshots[position].kind == .savepoint || snapshots[position].referencesChecked > 0
        else { return nil }
        return before
    }
}
