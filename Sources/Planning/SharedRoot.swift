// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel

/// A root in which several jobs mix, before it is divided among them.
struct SharedRoot {
    private(set) var roles: Set<RootRole> = []
    /// Jobs that say what is theirs in it.
    private(set) var claimants: [JobPolicy] = []
    /// The pattern of whose jobs some lie straight in it.
    private(set) var patterns: [JobPolicy] = []
    /// Names of jobs, by entries that are one job's.
    var entries: [ObjectName: String] = [:]

    mutating func add(_ job: JobPolicy, as role: RootRole) {
        roles.insert(role)
        if !claimants.contains(where: { $0.name == job.name }) { claimants.append(job) }
    }

    mutating func addPattern(_ job: JobPolicy, as role: RootRole) {
        roles.insert(role)
        if !patterns.contains(where: { $0.name == job.name }) { patterns.append(job) }
    }

    /// What it is, for what no name tells.
    var role: RootRole {
        if roles.contains(.checkpoints) { return .checkpoints }
        return roles.contains(.savepoints) ? .savepoints : .changelog
    }

    /// Whether a job says that a directory straight in it is its own.
    func isClaimed(_ entry: ObjectName) -> Bool { claimant(of: entry) != nil }

    func claimant(of entry: ObjectName) -> JobPolicy? {
        claimants.first { $0.attempts?.cover(entry) ?? false }
    }

    /// What holds for what nobody claims; nil where the jobs that share the root differ in it.
    var commonSettings: (settings: JobSettings, flink: FlinkSettings?)? {
        let all = claimants + patterns
        guard let first = all.first,
            all.allSatisfy({ $0.settings == first.settings && $0.flink == first.flink })
        else { return nil }
        return (first.settings, first.flink)
    }

    /// Whether the policy looks for checkpoints of any of the jobs that share it.
    var hasCheckpoints: Bool { (claimants + patterns).contains { $0.checkpoints != nil } }

    func scanRoot(at place: StorageURL, _ numbers: [String: Int]) -> ScanRoot {
        var shares = RootShares()
        for job in claimants {
            guard let number = numbers[job.name] else { continue }
            shares.jobs.insert(number)
            for id in job.attempts?.jobIDs ?? [] { shares.jobIDs[ObjectName(id)] = number }
            for digits in job.attempts?.digits ?? [] { shares.digits[ObjectName(digits)] = number }
        }
        for (entry, name) in entries {
            guard let number = numbers[name] else { continue }
            shares.jobs.insert(number)
            shares.entries[entry] = number
        }
        return ScanRoot(place: place, job: nil, role: role, shares: shares)
    }
}

/// A job of one attempt or savepoint, before jobs have numbers.
struct UnclaimedDraft {
    let name: String
    let root: StorageURL
    let role: RootRole
    let mayBe: [String]

    func job(_ numbers: [String: Int]) -> UnclaimedJob? {
        numbers[name].map { number in
            UnclaimedJob(
                job: number,
                root: root,
                role: role,
                mayBe: mayBe.compactMap { numbers[$0] }.sorted()
            )
        }
    }
}

extension RosterMaker {
    /// Gives each entry of the shared roots to a job: the one that claims it, or one of its own.
    ///
    /// - Returns: What counts by itself.
    mutating func divideSharedRoots() -> [UnclaimedDraft] {
        var unclaimed: [UnclaimedDraft] = []
        for place in shared.keys.sorted() {
            guard var root = shared[place] else { continue }
            var left: [ObjectName] = []
            for entry in subdirectories(of: place) where !FlinkNames.isJanitors(entry) {
                if explicitRoots.contains(place.appending(entry)) { continue }
                if let job = root.claimant(of: entry) {
                    root.entries[entry] = job.name
                } else if let name = addUnclaimed(entry, in: root) {
                    root.entries[entry] = name
                    unclaimed.append(
                        UnclaimedDraft(
                            name: name,
                            root: place,
                            role: root.role,
                            mayBe: root.claimants.map(\.name)
                        )
                    )
                } else if root.patterns.isEmpty || RootPattern.isReserved(entry) {
                    left.append(entry)
                }
            }
            shared[place] = root
            if let first = left.first { tell(first, left.count, in: place, root) }
        }
        return unclaimed
    }

    /// Makes a job of one attempt or savepoint; nil where it is none, or nobody knows what is
    /// to hold for it.
    private mutating func addUnclaimed(_ entry: ObjectName, in root: SharedRoot) -> String? {
        guard FlinkNames.isJobID(entry) || FlinkNames.savepointDigits(entry) != nil,
            root.role != .changelog, !explicitNames.contains(entry.description),
            let common = root.commonSettings
        else { return nil }
        let name = entry.description
        if let known = drafts[name] {
            // One job id in two shared roots is one attempt.
            guard known.settings == common.settings, known.flink == common.flink else {
                return nil
            }
        } else {
            drafts[name] = Draft(
                settings: common.settings,
                flink: common.flink,
                hasCheckpoints: root.hasCheckpoints
            )
        }
        return name
    }

    private mutating func tell(
        _ first: ObjectName,
        _ count: Int,
        in place: StorageURL,
        _ root: SharedRoot
    ) {
        let example =
            FlinkNames.isJobID(first)
            ? "jobIds: [\"\(first)\"]"
            : FlinkNames.savepointDigits(first).map { "digits: [\"\($0)\"]" }
                ?? "names: [\"\(first)\"]"
        let others = count > 1 ? " and \(count - 1) more entries" : ""
        findings.append(
            Finding(
                .note,
                subject: "\(place)",
                message: "\"\(first)\"\(others) in it belong to no job: they protect and stay",
                hint: RootPattern.isReserved(first) && example.hasPrefix("names")
                    ? "give each job a directory of its own; nothing tells whose these are"
                    : "say whose they are: attempts: { \(example) }"
            )
        )
    }
}
