// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel

/// Finds which retirements hold: a job that has written since it was retired is not gone.
struct RetirementCheck {
    /// Notes of the retirements that hold, by the number of the job.
    private(set) var holding: [Int: Waivers.Note] = [:]
    /// What is to be told of those that do not.
    private(set) var findings: [Finding] = []

    init(_ waivers: Waivers, inventory: Inventory, roster: JobRoster) {
        guard !waivers.retirements.isEmpty else { return }
        let jobs = Dictionary(
            roster.jobs.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for (name, note) in waivers.retirements.sorted(by: { $0.key < $1.key }) {
            guard let job = jobs[name] else {
                tell(name, "it is retired, and the policy has no such job any more")
                continue
            }
            if let (place, time) = Self.signOfLife(of: job, since: note.at, inventory) {
                tell(
                    name,
                    "it was retired at \(note.at), and \"\(place)\" was written at \(time): "
                        + "the retirement does not hold"
                )
            } else {
                holding[job] = note
            }
        }
    }

    /// Something that was written for a job after a moment.
    private static func signOfLife(
        of job: Int,
        since moment: Instant,
        _ inventory: Inventory
    ) -> (StorageURL, Instant)? {
        for attempt in inventory.attempts where attempt.job == job {
            if let time = attempt.newestFile, time > moment, let place = attempt.places.first {
                return (place, time)
            }
        }
        for snapshot in inventory.snapshots
        where snapshot.job == job && snapshot.trashRun == nil && snapshot.newestTime > moment {
            return (snapshot.place, snapshot.newestTime)
        }
        return nil
    }

    private mutating func tell(_ job: String, _ message: String) {
        findings.append(
            Finding(
                .note,
                subject: "job \(job)",
                message: message,
                hint: "take it back with: janitor retire JOB --remove"
            )
        )
    }
}
