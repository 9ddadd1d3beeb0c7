// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel

/// Finds which retirements hold: a job that has written since it was retired, or that was started
/// again, is not gone.
struct RetirementCheck {
    /// Notes of the retirements that hold, by the number of the job.
    private(set) var holding: [Int: Waivers.Note] = [:]
    /// What is to be told of those that do not.
    private(set) var findings: [Finding] = []

    init(_ waivers: Waivers, inventory: Inventory, roster: JobRoster, flink: FlinkView) {
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
            if case .running(let id, let address) = flink.starting[job] {
                tell(
                    name,
                    "it was retired at \(note.at), but the Flink at \(address) says that job \(id) "
                        + "is running: the retirement does not hold"
                )
            } else if case .beginning(let id, let address) = flink.starting[job] {
                tell(
                    name,
                    "it was retired at \(note.at), but the Flink at \(address) is about to start job "
                        + "\(id): the retirement does not hold"
                )
            } else if let sign = Self.signOfLife(of: job, since: note.at, inventory) {
                tell(
                    name,
                    "it was retired at \(note.at), and \(sign): the retirement does not hold"
                )
            } else {
                holding[job] = note
            }
        }
    }

    /// What happened for a job after a moment, as the end of a sentence; nil where nothing did.
    ///
    /// A job that is started makes its directories long before its first file. Where there is no file,
    /// the oldest of them tells: what we remove moves the times of those that held it, and leaves
    /// others as they are, so that a run which was cut off ends no retirement.
    ///
    /// Source: `FsCheckpointStorageAccess.initializeBaseLocationsForCheckpoint` makes `shared` and
    /// `taskowned` when a job starts (Flink 2.3).
    private static func signOfLife(
        of job: Int,
        since moment: Instant,
        _ inventory: Inventory
    ) -> String? {
        for attempt in inventory.attempts where attempt.job == job {
            guard let place = attempt.places.first else { continue }
            if let time = attempt.newestFile {
                if time > moment { return "\"\(place)\" was written at \(time)" }
            } else if let time = attempt.oldest, time > moment {
                return "an attempt began in \"\(place)\" at \(time)"
            }
        }
        for snapshot in inventory.snapshots
        where snapshot.job == job && snapshot.trashRun == nil && snapshot.newestTime > moment {
            return "\"\(snapshot.place)\" was written at \(snapshot.newestTime)"
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
