// SPDX-License-Identifier: Apache-2.0

public import Discovery
internal import Foundation
public import Policy
public import SnapshotModel
public import Storage

/// A plan, and the look at the stores that it was made from.
public struct PlanningResult: Sendable {
    /// The decisions.
    public let plan: Plan
    /// What they were made from.
    public let inventory: Inventory
}

/// Looks at the stores and decides; changes nothing anywhere.
public struct Planner {
    private let policy: JanitorPolicy
    private let readerFor: (StorageURL) -> (any StorageReader)?

    /// Makes a planner.
    ///
    /// - Parameters:
    ///   - policy: What to keep.
    ///   - readerFor: Gives the reader of the store that a place lies in; nil where none can.
    public init(
        policy: JanitorPolicy,
        readerFor: @escaping (StorageURL) -> (any StorageReader)?
    ) {
        self.policy = policy
        self.readerFor = readerFor
    }

    /// The jobs and roots that the policy means today.
    public func roster() -> JobRoster {
        var maker = RosterMaker(policy: policy, readerFor: readerFor)
        return maker.make()
    }

    /// Looks at everything and makes a plan.
    ///
    /// - Parameters:
    ///   - now: The moment for which to decide.
    ///   - memory: What earlier runs saw.
    ///   - lifted: Places that an approved plan lists: limits do not hold them back.
    ///   - roster: The jobs and roots, where they are known already; nil to look for them.
    /// - Returns: The plan, and what it was made from.
    public func plan(
        at now: Instant,
        memory: PlanningMemory,
        lifted: Set<StorageURL> = [],
        roster: JobRoster? = nil
    ) -> PlanningResult {
        let roster = roster ?? self.roster()
        let scanner = StorageScanner(
            roots: roster.roots,
            aliases: policy.aliases,
            readerFor: readerFor
        )
        let inventory = scanner.scan()
        let decider = Decider(
            policy: policy,
            roster: roster,
            inventory: inventory,
            memory: memory,
            now: now,
            lifted: lifted
        )
        return PlanningResult(plan: decider.plan(), inventory: inventory)
    }
}

/// Makes a plan of what was found; pure.
struct Decider {
    let policy: JanitorPolicy
    let roster: JobRoster
    let inventory: Inventory
    let memory: PlanningMemory
    let now: Instant
    let lifted: Set<StorageURL>

    func plan() -> Plan {
        let calendar = policy.calendar
        let activity = AttemptActivity(
            inventory: inventory,
            roster: roster,
            calendar: calendar,
            now: now
        )
        let judge = SnapshotJudge(
            inventory: inventory,
            roster: roster,
            activity: activity,
            memory: memory,
            protected: Set(policy.protected),
            calendar: calendar,
            now: now
        )
        var drafts = judge.drafts()
        spare(&drafts, activity: activity)
        let blockers = Blockers(inventory: inventory, roster: roster, memory: memory)
        blockers.apply(to: &drafts, inventory: inventory)
        let references = ReferenceGuard(inventory: inventory)
        references.apply(to: &drafts, held: [])
        let limits = LimitCheck(inventory: inventory, roster: roster, memory: memory)
            .limits(of: drafts, lifted: lifted)
        let held = held(by: limits, drafts: drafts)
        // What a limit holds back stays for now, and what stays protects.
        references.apply(to: &drafts, held: held)
        let order = orderBreakingCircles(references, &drafts, held)
        let assembly = PlanAssembly(
            policy: policy,
            roster: roster,
            inventory: inventory,
            now: now,
            drafts: drafts,
            held: held,
            order: order,
            limits: limits,
            findings: blockers.findings
        )
        return assembly.plan()
    }

    /// Spares condemned snapshots for what is known of their job or their directory.
    private func spare(_ drafts: inout [Draft?], activity: AttemptActivity) {
        let copied = CopiedTimes(inventory: inventory)
        for (position, snapshot) in inventory.snapshots.enumerated() {
            guard let job = snapshot.job, drafts[position]?.verdict == .condemn else { continue }
            if let flink = roster.jobs[job].flinkREST {
                drafts[position]?.spare(.flinkNotAsked(flink))
            } else if let pair = copied.witnesses[job] {
                drafts[position]?.spare(.timesLookCopied(pair.0, pair.1))
            } else if let attempt = activity.starting[job] {
                drafts[position]?.keep(.newestAttemptHasNoCheckpoint(attempt: attempt))
            } else if snapshot.path.bytes.isEmpty {
                drafts[position]?.spare(.isRoot)
            } else if let first = snapshot.foreignEntries.first {
                drafts[position]?.spare(
                    .foreignEntries(first, count: snapshot.foreignEntries.count)
                )
            }
        }
    }

    private func held(by limits: [Int: LimitFinding], drafts: [Draft?]) -> Set<Int> {
        Set(
            drafts.indices.filter { position in
                let snapshot = inventory.snapshots[position]
                guard let job = snapshot.job, limits[job] != nil else { return false }
                return drafts[position]?.verdict == .condemn && !lifted.contains(snapshot.place)
            }
        )
    }

    /// The order of removal; snapshots that need each other in a circle stay.
    private func orderBreakingCircles(
        _ references: ReferenceGuard,
        _ drafts: inout [Draft?],
        _ held: Set<Int>
    ) -> [(position: Int, after: [Int])] {
        while true {
            let order = references.order(of: drafts, held: held)
            let ordered = Set(order.map(\.position))
            let circle = drafts.indices.filter {
                drafts[$0]?.verdict == .condemn && !held.contains($0) && !ordered.contains($0)
            }
            guard let first = circle.first else { return order }
            drafts[first]?.keep(reason(toKeep: first, neededBy: circle))
            references.apply(to: &drafts, held: held)
        }
    }

    /// Which one of a circle, or of what leads to this one from there, needs a snapshot, and how.
    private func reason(toKeep position: Int, neededBy circle: [Int]) -> Reason {
        for other in circle where other != position {
            let needed = inventory.snapshots[other].dependencies.first { $0.snapshot == position }
            guard let needed else { continue }
            return .referenced(
                by: inventory.snapshots[other].place,
                file: needed.file,
                byNameOnly: needed.isByNameOnly
            )
        }
        let inner = inventory.snapshots[position].nested.first { circle.contains($0) }
        return .holdsSnapshot(inventory.snapshots[inner ?? position].place)
    }
}
