// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel

/// What Flink's word means for what was found in the stores (law 7).
struct FlinkView {
    /// Attempts that ended by the word of their job's own Flink, by position.
    let ended: Set<Int>
    /// Attempts that run by somebody's word, and by whose.
    let running: [Int: String]
    /// Jobs of which nothing goes because their Flink did not say what has to be known.
    private(set) var silent: [Int: Reason] = [:]
    /// Snapshots that a running job was restored from.
    private(set) var restored: [Int: Reason] = [:]
    /// Jobs that run by Flink's word, and of which no root shows a complete checkpoint.
    private let unseen: UnseenStarts

    /// What of each job has begun by Flink's word alone, by the job's number.
    var starting: [Int: StartingAttempt] { unseen.all }

    init(_ word: FlinkWord, inventory: Inventory, roster: JobRoster, aliases: [PathAlias]) {
        var answers: [Int: FlinkWord.Answer] = [:]
        for (number, job) in roster.jobs.enumerated() {
            switch word.sayings[job.name] {
            case nil: silent[number] = job.flink.map { .flinkNotAsked($0.address) }
            case .silent(let address, let why): silent[number] = .flinkSilent(address, why: why)
            case .answered(let answer): answers[number] = answer
            }
        }
        let (ended, running) = Self.states(of: inventory.attempts, answers, roster)
        self.ended = ended
        self.running = running
        unseen = UnseenStarts(
            answers,
            running: running.keys,
            inventory: inventory,
            roster: roster
        )
        // Thousands of jobs may share one answer; an address that is asked in two ways gave two.
        var noted: Set<FlinkSettings> = []
        for (number, answer) in answers.sorted(by: { $0.key < $1.key }) {
            guard var asked = roster.jobs[number].flink else { continue }
            asked.job = nil
            guard noted.insert(asked).inserted else { continue }
            for (id, path) in answer.restored.sorted(by: { $0.key < $1.key }) {
                note(id, path, answer, inventory, roster, aliases)
            }
        }
    }

    private static func states(
        of attempts: [Attempt],
        _ answers: [Int: FlinkWord.Answer],
        _ roster: JobRoster
    ) -> (ended: Set<Int>, running: [Int: String]) {
        var ended: Set<Int> = []
        var running: [Int: String] = [:]
        for (position, attempt) in attempts.enumerated() {
            let own = answers[attempt.job]
            guard let id = attempt.jobID else {
                // Without the job-id level only the name tells whose it may be.
                let job = roster.jobs[attempt.job]
                let name = job.flink?.flinkName(ofJob: job.name)
                if let own, let name, own.running.values.contains(name) {
                    running[position] = own.address
                }
                continue
            }
            // Whoever runs it runs it; that it ended is believed of its own Flink alone, since
            // clusters with fixed job ids may share one (`ApplicationJobUtils`, Flink 2.3).
            if let other = answers.values.filter({ $0.running[id] != nil }).map(\.address).min() {
                running[position] = other
            } else if own?.ended.contains(id) ?? false {
                ended.insert(position)
            }
        }
        return (ended, running)
    }

    /// Finds what a running job was restored from, wherever it lies now.
    private mutating func note(
        _ id: ObjectName,
        _ path: String,
        _ answer: FlinkWord.Answer,
        _ inventory: Inventory,
        _ roster: JobRoster,
        _ aliases: [PathAlias]
    ) {
        guard let written = StorageURL(parsing: ObjectName(path)) else {
            let why = "it does not say what job \(id) was restored from"
            let isNamed: (ManagedJob) -> Bool = {
                $0.flink?.flinkName(ofJob: $0.name) == answer.running[id]
            }
            let isAnybodys = !roster.jobs.contains(where: isNamed)
            for (number, job) in roster.jobs.enumerated()
            where job.flink?.address == answer.address && (isAnybodys || isNamed(job)) {
                silent[number] = .flinkSilent(answer.address, why: why)
            }
            return
        }
        let place = aliases.resolve(written).snapshotDirectory
        let reason = Reason.restoredFrom(by: id, answer.address)
        for (position, snapshot) in inventory.snapshots.enumerated()
        where snapshot.place.endsLike(place) {
            restored[position] = reason
        }
    }

    /// A finding for each Flink that did not say what has to be known, with the jobs that it is of, and
    /// for each job there that may be any of them.
    func findings(of roster: JobRoster) -> [Finding] {
        var names: [String: [String]] = [:]
        var order: [String] = []
        for (number, job) in roster.jobs.enumerated() {
            guard let reason = silent[number], case .flinkSilent = reason else { continue }
            if names[reason.text] == nil { order.append(reason.text) }
            names[reason.text, default: []].append(job.name)
        }
        let silences = order.map { text in
            let own = names[text] ?? []
            let more = own.count > 3 ? " and \(own.count - 3) more" : ""
            return Finding(
                .partial,
                subject: (own.count == 1 ? "job " : "jobs ")
                    + own.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ") + more,
                message: "\(text); nothing of what it could need goes",
                hint: "see: janitor check"
            )
        }
        return silences + unseen.findings(of: roster)
    }
}
