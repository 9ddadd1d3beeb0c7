// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import SnapshotModel

/// Attempts of which Flink itself says that they ended, by job.
///
/// Quiet does not show that of files which a job keeps open or writes ahead: those of ForSt, of file
/// merging, of the changelog and in `taskowned/`. Told by job, as clusters with fixed job ids may
/// share one (`ApplicationJobUtils`, Flink 2.3).
public struct EndedAttempts: Hashable, Sendable {
    /// Job ids that a job's own Flink shows in a terminal state, by the job's name.
    public var jobIDs: [String: Set<ObjectName>]

    /// Takes what was said.
    ///
    /// - Parameter jobIDs: By the job's name; empty where no Flink was asked.
    public init(jobIDs: [String: Set<ObjectName>] = [:]) {
        self.jobIDs = jobIDs
    }

    /// Positions of these attempts.
    func positions(in inventory: Inventory, _ roster: JobRoster) -> Set<Int> {
        guard !jobIDs.isEmpty else { return [] }
        return Set(
            inventory.attempts.indices.filter { position in
                let attempt = inventory.attempts[position]
                guard let id = attempt.jobID else { return false }
                return jobIDs[roster.jobs[attempt.job].name]?.contains(id) ?? false
            }
        )
    }
}
