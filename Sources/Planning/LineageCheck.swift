// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import FlinkMetadata
internal import SnapshotModel

/// Says what the policy leaves apart that looks like one job, and what it counts together that
/// does not.
///
/// Equal operators only suggest: two jobs of one template share them, and an operator without a
/// uid has another id in the next version. Nothing is ever decided by them.
///
/// Source: operator ids are hashes of the uid, or of the job graph where there is none
/// (`StreamGraphHasherV2`, Flink 2.3).
struct LineageCheck {
    /// Notes, none of which changes a decision.
    private(set) var findings: [Finding] = []

    private let inventory: Inventory
    private let roster: JobRoster
    private let snapshots: [Int: [Int]]

    init(inventory: Inventory, roster: JobRoster) {
        self.inventory = inventory
        self.roster = roster
        snapshots = Dictionary(
            grouping: inventory.snapshots.indices.filter {
                inventory.snapshots[$0].job != nil && inventory.snapshots[$0].trashRun == nil
            },
            by: { inventory.snapshots[$0].job ?? 0 }
        )
        suggest()
        for job in snapshots.keys.sorted() { warnOfStrangers(job) }
        for attempt in inventory.attempts { warnOfRestart(attempt) }
    }

    // MARK: Left apart

    private struct Group: Hashable {
        let root: StorageURL
        /// Jobs that have operators of it; of none, it is a job that the policy does not have.
        let like: [Int]
        /// Tells groups apart that are like no job of the policy.
        let kin: Int?
    }

    private mutating func suggest() {
        var kin = OperatorFamilies()
        for unclaimed in roster.unclaimed { kin.add(operatorSets(of: unclaimed.job)) }
        var groups: [Group: [UnclaimedJob]] = [:]
        for unclaimed in roster.unclaimed {
            let own = operatorSets(of: unclaimed.job)
            let like = unclaimed.mayBe.filter { job in
                !Set(own.joined()).isDisjoint(with: operatorSets(of: job).joined())
            }
            let group = Group(
                root: unclaimed.root,
                like: like,
                kin: like.isEmpty ? kin.family(of: own.joined().sorted()) : nil
            )
            groups[group, default: []].append(unclaimed)
        }
        for (group, members) in groups { suggest(members, group) }
    }

    private mutating func suggest(_ members: [UnclaimedJob], _ group: Group) {
        guard let first = members.first else { return }
        let names = members.map { roster.jobs[$0.job].name }
        let more = names.count > 1 ? " and \(names.count - 1) more" : ""
        let counts = names.count > 1 ? "count each by itself" : "counts by itself"
        let claim = Self.claim(names)
        let hint: String
        if group.like.isEmpty {
            hint =
                "to let it count with others, add a job: { name: \"…\", "
                + "\(first.role.rawValue): \"\(group.root)\", \(claim) }"
        } else {
            let likely = group.like.map { "\"\(roster.jobs[$0].name)\"" }
            hint =
                "its operators are those of \(likely.joined(separator: " or ")); "
                + "if it is the same job, add there: \(claim)"
        }
        findings.append(
            Finding(
                .note,
                subject: "\(group.root)",
                message: "\"\(names[0])\"\(more) in it: given to no job, \(counts)",
                hint: hint
            )
        )
    }

    /// The line that claims attempts and savepoints by their names.
    private static func claim(_ names: [String]) -> String {
        func list(_ texts: Set<String>) -> String {
            texts.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
        }
        let ids = Set(names.filter { FlinkNames.isJobID(ObjectName($0)) })
        let digits = Set(
            names.compactMap { FlinkNames.savepointDigits(ObjectName($0))?.description }
        )
        let parts = [
            ids.isEmpty ? nil : "jobIds: [\(list(ids))]",
            digits.isEmpty ? nil : "digits: [\(list(digits))]",
        ]
        return "attempts: { \(parts.compactMap(\.self).joined(separator: ", ")) }"
    }

    // MARK: Counted together

    private mutating func warnOfStrangers(_ job: Int) {
        var kin = OperatorFamilies()
        kin.add(operatorSets(of: job))
        var first: (family: Int, place: StorageURL)?
        for position in snapshots[job] ?? [] {
            let snapshot = inventory.snapshots[position]
            guard let family = kin.family(of: snapshot.operators) else { continue }
            guard let known = first else {
                first = (family, snapshot.place)
                continue
            }
            if known.family == family { continue }
            findings.append(
                Finding(
                    .note,
                    subject: "job \(roster.jobs[job].name)",
                    message: "\"\(known.place)\" and \"\(snapshot.place)\" have no operator in "
                        + "common, and the policy counts them together",
                    hint: "if they are of two jobs, give each roots of its own, or say what is "
                        + "whose with \"attempts\""
                )
            )
            return
        }
    }

    private mutating func warnOfRestart(_ attempt: Attempt) {
        guard case .restarted(let early, let late) = CheckpointOrder.of(attempt, inventory) else {
            return
        }
        findings.append(
            Finding(
                .note,
                subject: "\(late.parent)",
                message: "several deployments have used it: \"\(late.path.last)\" is later than "
                    + "\"\(early.path.last)\"; they count together, by time",
                hint: "with a fixed job id, give each deployment a directory of its own if they "
                    + "are several jobs"
            )
        )
    }

    private func operatorSets(of job: Int) -> Set<[OperatorID]> {
        var sets: Set<[OperatorID]> = []
        var last: [OperatorID] = []
        for position in snapshots[job] ?? [] {
            let operators = inventory.snapshots[position].operators
            // Nearly all snapshots of a job have the same, in one array: comparing costs nothing.
            if operators.isEmpty || operators == last { continue }
            sets.insert(operators)
            last = operators
        }
        return sets
    }
}
