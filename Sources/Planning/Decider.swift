// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel
internal import Storage

/// Makes a plan of what was found; pure.
struct Decider {
    let policy: JanitorPolicy
    let roster: JobRoster
    let inventory: Inventory
    let memory: PlanningMemory
    private(set) var now: Instant
    let lifted: Set<StorageURL>
    let dismissals: DismissalCheck
    let retirements: RetirementCheck
    let flink: FlinkView
    let copied: CopiedTimes
    let protected: ProtectedSnapshots

    /// Decides.
    ///
    /// - Parameter search: Looks for names of files in the state of snapshots.
    /// - Returns: The plan, and the decisions outside snapshots, of which it holds only what goes.
    func plan(
        _ search: (Set<ObjectName>) -> StateSearch.Answer
    ) -> (Plan, ObjectDecisions) {
        let snapshots = decideSnapshots()
        let drafts = snapshots.drafts
        let gate = gate(snapshots.blockers, snapshots.lost)
        let objects = objects(behind: gate, search)
        let sweep = ObjectSweep(
            decisions: objects,
            roster: roster,
            limits: snapshots.limits,
            lifted: lifted,
            going: Set(
                drafts.indices.filter {
                    drafts[$0]?.verdict == .condemn && !snapshots.held.contains($0)
                }
            ),
            held: snapshots.held
        ).run()
        let assembly = PlanAssembly(
            policy: policy,
            roster: roster,
            inventory: inventory,
            now: now,
            drafts: drafts,
            held: snapshots.held,
            order: snapshots.order,
            limits: snapshots.limits,
            dismissed: Set(dismissals.holding.keys),
            lost: snapshots.lost.all,
            findings: snapshots.blockers.findings + snapshots.lost.findings
                + inventory.findingsOfUnknownTrash(roster)
                + flink.findings(of: roster) + protected.findings + dismissals.findings
                + retirements.findings + gate.findings
                + (sweep.isWaiting ? gate.findingsWhereFilesWait : []) + memory.findings
                + LineageCheck(inventory: inventory, roster: roster).findings,
            sweep: sweep
        )
        return (assembly.plan(), objects)
    }

    /// What all snapshots come to.
    struct SnapshotDecisions {
        /// Nil for snapshots that are not judged.
        let drafts: [Draft?]
        /// Condemned ones that a limit holds back.
        let held: Set<Int>
        /// The order of removal.
        let order: [(position: Int, after: [Int])]
        let limits: [Int: LimitFinding]
        let blockers: Blockers
        let lost: LostRoots
    }

    /// What roots held at the last run and hold no more.
    func findLostRoots() -> LostRoots {
        LostRoots(inventory: inventory, roster: roster, memory: memory, policy: policy)
    }

    /// What could not be read.
    func blockers(_ lost: LostRoots) -> Blockers {
        Blockers(inventory: inventory, roster: roster, lost: lost, alsoRead: policy.alsoRead)
    }

    /// Decides on the snapshots alone.
    func decideSnapshots() -> SnapshotDecisions {
        var drafts = drafts(retired: [])
        let freed = freeRetired(&drafts)
        var lost = findLostRoots()
        let blockers = blockers(lost)
        blockers.apply(to: &drafts, inventory: inventory)
        lost.apply(to: &drafts, inventory: inventory, memory: memory)
        let references = ReferenceGuard(inventory: inventory, continued: memory.continued) {
            let snapshot = inventory.snapshots[$0]
            guard let job = snapshot.job else { return false }
            return inventory.trash[snapshot.root] == .kept && roster.jobs[job].wantsTrash
        }
        references.apply(to: &drafts, held: [])
        let (limits, held) = limits(drafts, freed: freed, lost)
        // What a limit holds back stays for now, and what stays protects.
        references.apply(to: &drafts, held: held)
        let order = orderBreakingCycles(references, &drafts, held)
        return SnapshotDecisions(
            drafts: drafts,
            held: held,
            order: order,
            limits: limits,
            blockers: blockers,
            lost: lost
        )
    }

    /// The same for another moment.
    func at(_ moment: Instant) -> Decider {
        var other = self
        other.now = moment
        return other
    }

    private func gate(_ blockers: Blockers, _ lost: LostRoots) -> SweepGate {
        SweepGate(inventory: inventory, blockers: blockers, lost: lost)
    }

    /// The decisions on what lies outside snapshots.
    private func objects(
        behind gate: SweepGate,
        _ search: (Set<ObjectName>) -> StateSearch.Answer
    ) -> ObjectDecisions {
        let calendar = policy.calendar
        let judge = ObjectJudge(
            inventory: inventory,
            roster: roster,
            activity: AttemptActivity(
                inventory: inventory,
                roster: roster,
                calendar: calendar,
                now: now,
                flink: flink
            ),
            gate: gate,
            copied: copied,
            flink: flink,
            lifted: lifted,
            calendar: calendar,
            now: now
        )
        var objects = ObjectDecisions(
            inventory: inventory,
            judge: judge,
            retired: retirements.holding,
            sightings: memory.sightings
        )
        if roster.jobs.contains(where: \.settings.orphans.taskOwned) {
            let names = objects.taskOwnedCandidates()
            if !names.isEmpty { objects.stateSearch = search(names) }
        }
        return objects
    }

    /// The decision on one file outside snapshots, without walking through all of them.
    func decision(
        on object: LooseObject,
        _ search: (Set<ObjectName>) -> StateSearch.Answer
    ) -> DecidedObject? {
        let lost = findLostRoots()
        return objects(behind: gate(blockers(lost), lost), search).decision(on: object)
    }

    /// What each snapshot comes to by itself and by what is known of its job.
    ///
    /// - Parameter retired: Jobs that are judged as no more.
    /// - Returns: The decisions; nil for snapshots that are not judged.
    private func drafts(retired: Set<Int>) -> [Draft?] {
        let calendar = policy.calendar
        let activity = AttemptActivity(
            inventory: inventory,
            roster: roster,
            calendar: calendar,
            now: now,
            flink: flink,
            retired: retired
        )
        let judge = SnapshotJudge(
            inventory: inventory,
            roster: roster,
            activity: activity,
            memory: memory,
            flink: flink,
            protected: protected.reasons,
            dismissed: dismissals.holding,
            retired: retired,
            calendar: calendar,
            now: now
        )
        var drafts = judge.drafts()
        spare(&drafts, activity: activity)
        return drafts
    }

    /// Condemns what only the retirement of a job lets go, and tells which snapshots these are.
    private func freeRetired(_ drafts: inout [Draft?]) -> Set<Int> {
        guard !retirements.holding.isEmpty else { return [] }
        let retired = Set(retirements.holding.keys)
        let others = self.drafts(retired: retired)
        let activity = AttemptActivity(
            inventory: inventory,
            roster: roster,
            calendar: policy.calendar,
            now: now,
            flink: flink
        )
        // What takes a retired job's place begins from one of its snapshots.
        let successor = activity.starting.filter { !retired.contains($0.key) }.values.min()
        var freed: Set<Int> = []
        for (position, other) in others.enumerated() {
            guard let job = inventory.snapshots[position].job,
                let note = retirements.holding[job], drafts[position]?.verdict != .condemn
            else { continue }
            drafts[position] = other
            guard other?.verdict == .condemn else { continue }
            if let successor {
                drafts[position]?.keep(.otherAttemptHasNoCheckpoint(attempt: successor))
                continue
            }
            drafts[position]?.reasons.insert(.retired(note), at: 0)
            freed.insert(position)
        }
        return freed
    }

    /// Spares condemned snapshots for what is known of their job or their directory.
    private func spare(_ drafts: inout [Draft?], activity: AttemptActivity) {
        for (position, snapshot) in inventory.snapshots.enumerated() {
            guard let job = snapshot.job, drafts[position]?.verdict == .condemn else { continue }
            if let silence = flink.silent[job] {
                drafts[position]?.spare(silence)
            } else if let why = inventory.whyTrashIsUnknown(snapshot.root, for: roster.jobs[job]) {
                drafts[position]?.spare(why)
            } else if let attempt = activity.starting[job] {
                drafts[position]?.keep(.newestAttemptHasNoCheckpoint(attempt: attempt))
            } else if snapshot.path.bytes.isEmpty {
                drafts[position]?.spare(.isRoot)
            } else if let first = snapshot.foreignEntries.first {
                drafts[position]?.spare(
                    .foreignEntries(first, count: snapshot.foreignEntries.count)
                )
            }
            // It stays condemned, so that a saved plan lists it: approving that is the way out.
            if let witness = copied.witnesses[job], !lifted.contains(snapshot.place),
                drafts[position]?.verdict == .condemn
            {
                drafts[position]?.reasons.insert(.timesLookCopied(witness), at: 0)
            }
        }
    }
}
