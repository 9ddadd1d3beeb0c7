// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import Retention
internal import SnapshotModel
internal import Storage

/// Writes decisions down as a plan.
struct PlanAssembly {
    let policy: JanitorPolicy
    let roster: JobRoster
    let inventory: Inventory
    let now: Instant
    let drafts: [Draft?]
    let held: Set<Int>
    let order: [(position: Int, after: [Int])]
    let limits: [Int: LimitFinding]
    /// Snapshots that an operator dismissed, by position.
    let dismissed: Set<Int>
    let lost: [LostRoot]
    let findings: [Finding]
    let sweep: ObjectSweep.Result

    func plan() -> Plan {
        let after = Dictionary(uniqueKeysWithValues: order.map { ($0.position, $0.after) })
        let snapshots = drafts.indices.compactMap { position in
            drafts[position].map { planned(position, $0, after: after[position] ?? []) }
        }
        let trash = inventory.snapshots.filter { $0.trashRun != nil }
        return Plan(
            at: now,
            policy: policy.source,
            policyFingerprint: policy.fingerprint,
            timeZone: policy.timeZoneName,
            snapshots: Self.order(of: snapshots).map { snapshots[$0] },
            roots: roots(),
            lost: lost,
            jobs: jobs(snapshots),
            findings: allFindings(),
            loose: sweep.loose,
            trashCount: trash.count,
            trashBytes: trash.sum(of: \.bytes),
            objects: sweep.condemned,
            objectTotals: sweep.totals
        )
    }

    /// Positions by job, savepoints before checkpoints, the newest first.
    ///
    /// A decided snapshot is large: what counts of it is compared where it lies.
    private static func order(of all: [PlannedSnapshot]) -> [Int] {
        all.indices.sorted { left, right in
            if all[left].job != all[right].job { return all[left].job < all[right].job }
            if all[left].kind != all[right].kind { return all[left].kind == .savepoint }
            if all[left].time != all[right].time { return all[left].time > all[right].time }
            let numbers = (all[left].checkpointID ?? -1, all[right].checkpointID ?? -1)
            if numbers.0 != numbers.1 { return numbers.0 > numbers.1 }
            return all[left].place < all[right].place
        }
    }

    private func planned(_ position: Int, _ draft: Draft, after: [Int]) -> PlannedSnapshot {
        var planned = PlannedSnapshot(found: inventory.snapshots[position], in: inventory, roster)
        planned.verdict = draft.verdict
        planned.reasons = draft.reasons
        planned.isHeldByLimit = held.contains(position)
        planned.goesAfter = after.map { inventory.snapshots[$0].place }
        return planned
    }

    private func roots() -> [PlannedRoot] {
        let counts = inventory.fileCountsByPlace
        return inventory.roots.indices.map { number in
            let root = inventory.roots[number]
            // Of several jobs the one that keeps the trash shortest says what can be relied on.
            let shortest = root.jobs.map { roster.jobs[$0].settings.trash }.min {
                $0.end(after: now, in: policy.calendar) < $1.end(after: now, in: policy.calendar)
            }
            let hasTrash = inventory.trash[number] == .kept
            let trash = hasTrash ? shortest : nil
            let undo = trash.flatMap { $0.amount == 0 ? nil : $0.description }
            var isUndoKnown = true
            if case .unknown = inventory.trash[number] { isUndoKnown = shortest?.amount == 0 }
            var isListed = true
            if case .incomplete = inventory.outcomes[number] { isListed = false }
            return PlannedRoot(
                place: root.place,
                jobs: root.jobs.map { roster.jobs[$0].name },
                role: root.role,
                outcome: inventory.outcomes[number],
                undo: isListed ? undo : nil,
                fileCount: counts[root.place] ?? 0,
                undoLimit: undo == nil ? nil : inventory.trashLimits[number],
                isUndoKnown: isUndoKnown,
                usesTrash: hasTrash
            )
        }
    }

    private func jobs(_ snapshots: [PlannedSnapshot]) -> [PlannedJob] {
        let byJob = Dictionary(grouping: snapshots.indices) { snapshots[$0].job }
        return roster.jobs.enumerated().map { number, job in
            let own = byJob[job.name] ?? []
            let going = own.filter { snapshots[$0].verdict == .condemn }
            return PlannedJob(
                name: job.name,
                closedCount: own.count { snapshots[$0].isClosed == true },
                condemnedCount: going.count,
                condemnedClosedCount: going.count { snapshots[$0].isClosed == true },
                condemnedBytes: going.sum { snapshots[$0].bytes },
                limit: limit(of: number),
                trash: job.settings.trash.amount == 0 ? nil : job.settings.trash.description
            )
        }
    }

    /// The limit that a job meets; what only its retirement lets go is one, snapshot or not.
    private func limit(of job: Int) -> LimitFinding? {
        if let witness = sweep.copied[job] { return .copiedTimes(witness) }
        guard let freed = sweep.freed[job] else { return limits[job] }
        switch limits[job] {
        case .retirement(let going): return .retirement(going: going + freed)
        case nil: return .retirement(going: freed)
        case let limit: return limit
        }
    }

    private func allFindings() -> [Finding] {
        var all = findings + roster.findings
        for (root, outcome) in zip(inventory.roots, inventory.outcomes) where outcome == .absent {
            all.append(
                Finding(
                    .note,
                    subject: "\(root.place)",
                    message: "there is no such directory",
                    hint: "right for a job that has never written there; else correct the policy"
                )
            )
        }
        all += UnknownPlaces(policy: policy, inventory: inventory, dismissed: dismissed).findings
        for snapshot in inventory.snapshots
        where snapshot.job != nil && snapshot.trashRun == nil && snapshot.holdsOnlyLabels {
            all.append(
                Finding(
                    .note,
                    subject: "\(snapshot.place)",
                    message:
                        "it holds nothing but labels: Flink, or somebody, removed the snapshot",
                    hint: "remove the directory if nobody waits for it"
                )
            )
        }
        var seen: Set<Finding> = []
        return all.filter { seen.insert($0).inserted }.sorted {
            ($0.severity.rawValue, $0.subject, $0.message)
                < ($1.severity.rawValue, $1.subject, $1.message)
        }
    }
}

extension Snapshot {
    /// Whether somebody labelled it and nothing of it is left.
    fileprivate var holdsOnlyLabels: Bool {
        state == .unfinished && !labels.isEmpty && fileCount == labels.count && nested.isEmpty
            && foreignEntries.isEmpty
    }
}
