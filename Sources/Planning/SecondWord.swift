// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Policy
public import SnapshotModel

/// What Flink says right before anything goes, held against what a plan was made by (law 7).
///
/// Whatever it says now and did not say then, or no more, counts against what the plan has go, and
/// nothing for it.
public struct SecondWord: Sendable {
    /// Why nothing of a job goes any more, by the job's name in the policy.
    public private(set) var objections: [String: String] = [:]
    /// Why snapshots stay from which jobs were restored meanwhile, whoever's, by where they lie.
    public private(set) var restored: [StorageURL: String] = [:]

    /// Compares.
    ///
    /// - Parameters:
    ///   - word: What the Flinks that the policy names say now.
    ///   - result: The plan, and what it was made from.
    ///   - aliases: The policy's.
    public init(_ word: FlinkWord, after result: PlanningResult, aliases: [PathAlias]) {
        noteOwn(word, since: result.word)
        noteAttempts(word, after: result)
        noteRestored(word, after: result, aliases)
    }

    /// What each job's own Flink says.
    private mutating func noteOwn(_ word: FlinkWord, since earlier: FlinkWord) {
        for (job, before) in earlier.sayings {
            // Of a job whose Flink was silent before, nothing goes anyway.
            guard case .answered(let before) = before else { continue }
            switch word.sayings[job] {
            case .answered(let now):
                if let id = now.running.keys.filter({ before.running[$0] == nil }).min() {
                    objections[job] = "job \(id) began to run since the plan was made"
                } else if now.restored != before.restored {
                    objections[job] = "a running job was restored since the plan was made"
                }
            case .silent(let address, let why):
                objections[job] = "the Flink at \(address) does not answer any more: \(why)"
            case nil: objections[job] = "its Flink was not asked again"
            }
        }
    }

    /// What is said of attempts that the plan took for over.
    ///
    /// Source: a JobManager that recovers lists nothing, and with a fixed job id the next deployment
    /// goes on in the same directory (`ApplicationJobUtils`, Flink 2.3): an id that was in a terminal
    /// state and is in none now may be about to run.
    private mutating func noteAttempts(_ word: FlinkWord, after result: PlanningResult) {
        let ran = Set(result.word.answers.flatMap(\.running.keys))
        let runs = Set(word.answers.flatMap(\.running.keys)).subtracting(ran)
        for attempt in result.inventory.attempts {
            guard let id = attempt.jobID else { continue }
            let job = result.roster.jobs[attempt.job].name
            if objections[job] != nil { continue }
            if runs.contains(id) {
                objections[job] = "job \(id) began to run since the plan was made"
            } else if case .answered(let before)? = result.word.sayings[job],
                case .answered(let now)? = word.sayings[job],
                before.ended.contains(id), !now.ended.contains(id)
            {
                objections[job] =
                    "the Flink at \(now.address) said that job \(id) has ended, and does not any more"
            }
        }
    }

    /// From what jobs were restored meanwhile: anybody's may have begun from any snapshot.
    private mutating func noteRestored(
        _ word: FlinkWord,
        after result: PlanningResult,
        _ aliases: [PathAlias]
    ) {
        let known = Set(result.word.answers.flatMap(\.origins))
        let new = Set(word.answers.flatMap(\.origins)).subtracting(known)
            .sorted { ($0.job, $0.address, $0.path) < ($1.job, $1.address, $1.path) }
        if new.isEmpty { return }
        var going: [ObjectName: [StorageURL]] = [:]
        for snapshot in result.plan.snapshots where snapshot.verdict == .condemn {
            going[snapshot.place.path.last, default: []].append(snapshot.place)
        }
        for origin in new {
            guard let written = StorageURL(parsing: ObjectName(origin.path)) else {
                for job in result.roster.jobs where objections[job.name] == nil {
                    objections[job.name] =
                        "job \(origin.job) was restored since the plan was made, and the Flink at "
                        + "\(origin.address) does not say from what"
                }
                continue
            }
            let place = aliases.resolve(written).snapshotDirectory
            for snapshot in going[place.path.last] ?? [] where snapshot.endsLike(place) {
                restored[snapshot] =
                    restored[snapshot]
                    ?? "the Flink at \(origin.address) says that job \(origin.job) was restored from "
                    + "it after the plan was made"
            }
        }
    }
}

/// What a running job was restored from, and who says so.
private struct Origin: Hashable {
    let job: ObjectName
    let path: String
    let address: String
}

extension FlinkWord {
    /// All that was answered.
    fileprivate var answers: [Answer] {
        sayings.values.compactMap { saying in
            if case .answered(let answer) = saying { answer } else { nil }
        }
    }
}

extension FlinkWord.Answer {
    fileprivate var origins: [Origin] {
        restored.map { Origin(job: $0, path: $1, address: address) }
    }
}
