// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel

/// Jobs that run by Flink's word, and of which no root shows a complete checkpoint (law 7).
///
/// Such a job may have been restored from any snapshot of its own, and may be again. A store of
/// keys shows nothing of it before its first file, and no store before its directories.
///
/// Only of a job for which the policy looks for checkpoints anything else can be seen one day: one
/// that has only savepoints would wait for ever.
///
/// One that Flink is about to start, and does not say yet from what, needs anything until it does,
/// whatever lies there: with a fixed job id the checkpoints of an earlier deployment bear its id.
///
/// Source: in the mode NO_CLAIM a job that fails before its first checkpoint is complete goes back to
/// what it was restored from (`CheckpointCoordinator.restoreSavepoint`, Flink 2.3).
struct UnseenStarts {
    /// What began, by the number of each job that it is, or may be.
    private(set) var all: [Int: StartingAttempt] = [:]

    /// What one Flink says of jobs that no root shows a checkpoint of.
    private struct Unseen {
        /// The first of their ids, by their names.
        var ids: [String: ObjectName] = [:]
        /// The first that Flink is about to start, by their names.
        var beginning: [String: ObjectName] = [:]
        /// The first that may be any job: of a name that the policy does not have there, and of
        /// which Flink did not say what it was restored from; one that is about to start before others.
        var stranger: (id: ObjectName, name: String, isBeginning: Bool)?
        /// Names of all that runs there.
        var running: Set<String> = []
    }

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - answers: What the jobs' own Flinks said, by the job's number.
    ///   - running: Positions of attempts that run by somebody's word.
    ///   - inventory: What was found in the stores.
    ///   - roster: The jobs.
    init(
        _ answers: [Int: FlinkWord.Answer],
        running: some Sequence<Int>,
        inventory: Inventory,
        roster: JobRoster
    ) {
        guard answers.values.contains(where: { !$0.running.isEmpty }) else { return }
        let checkpointed = Checkpointed(inventory)
        let isSeen = Set(running.map { inventory.attempts[$0].job })
        var names: [String: Set<String>] = [:]
        for job in roster.jobs {
            guard let flink = job.flink else { continue }
            names[flink.address, default: []].insert(flink.flinkName(ofJob: job.name))
        }
        // Thousands of jobs may share one Flink: what it says is looked through once.
        var unseen: [FlinkSettings: Unseen] = [:]
        for (number, job) in roster.jobs.enumerated() {
            guard let flink = job.flink, let answer = answers[number] else { continue }
            var asked = flink
            asked.job = nil
            let said =
                unseen[asked]
                ?? Self.unseen(in: answer, checkpointed, names: names[flink.address] ?? [])
            unseen[asked] = said
            let name = flink.flinkName(ofJob: job.name)
            if let id = said.beginning[name] {
                all[number] = .beginning(id, by: answer.address)
            } else if let id = said.ids[name] {
                // Without the job-id level nothing tells whose the checkpoints of the job are.
                if job.hasCheckpoints, !checkpointed.jobs.contains(number) {
                    all[number] = .running(id, by: answer.address)
                }
            } else if let (id, other, isBeginning) = said.stranger,
                job.hasCheckpoints || isBeginning, !said.running.contains(name),
                !isSeen.contains(number)
            {
                all[number] = .stranger(id, called: other, by: answer.address)
            }
        }
    }

    private static func unseen(
        in answer: FlinkWord.Answer,
        _ checkpointed: Checkpointed,
        names: Set<String>
    ) -> Unseen {
        var unseen = Unseen()
        for (id, name) in answer.running.sorted(by: { $0.key < $1.key }) {
            unseen.running.insert(name)
            let isBeginning = answer.beginning.contains(id)
            if isBeginning, unseen.beginning[name] == nil { unseen.beginning[name] = id }
            if checkpointed.ids.contains(id), !isBeginning { continue }
            if unseen.ids[name] == nil { unseen.ids[name] = id }
            // Of one that Flink speaks of the very snapshot is known that it needs.
            guard !names.contains(name), answer.unclear.contains(id) else { continue }
            if unseen.stranger == nil || isBeginning && unseen.stranger?.isBeginning == false {
                unseen.stranger = (id, name, isBeginning)
            }
        }
        return unseen
    }

    /// A note for each job of a name that the policy does not have.
    func findings(of roster: JobRoster) -> [Finding] {
        var held: [StartingAttempt: [String]] = [:]
        for (number, attempt) in all.sorted(by: { $0.key < $1.key }) {
            held[attempt, default: []].append(roster.jobs[number].name)
        }
        return held.sorted { $0.key < $1.key }.compactMap { attempt, jobs in
            guard case .stranger(let id, let name, let address) = attempt else { return nil }
            let first = jobs.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
            let more = jobs.count > 3 ? " and \(jobs.count - 3) more" : ""
            return Finding(
                .note,
                subject: "job \(id)",
                message: "the Flink at \(address) runs it as \"\(name)\", and no root shows a "
                    + "checkpoint of it: it may be any of \(first)\(more), of which nothing goes",
                hint: "say which one it is, flink: { job: \"\(name)\" }, or name where its "
                    + "checkpoints lie in \"alsoRead\""
            )
        }
    }
}

/// Whose complete checkpoints the roots hold.
private struct Checkpointed {
    /// Job ids that have one, wherever it lies.
    private(set) var ids: Set<ObjectName> = []
    /// Numbers of jobs that have one in a directory without the job-id level.
    private(set) var jobs: Set<Int> = []

    init(_ inventory: Inventory) {
        for snapshot in inventory.snapshots
        where snapshot.kind == .checkpoint && snapshot.state == .complete
            && snapshot.trashRun == nil
        {
            guard let position = snapshot.attempt else {
                // What is only read, and what is nobody's, is of no attempt.
                ids.insert(snapshot.place.parent.path.last)
                continue
            }
            let attempt = inventory.attempts[position]
            if let id = attempt.jobID { ids.insert(id) } else { jobs.insert(attempt.job) }
        }
    }
}
