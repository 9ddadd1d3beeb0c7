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
    /// What could not be read and why, sorted: it could reference anything (law 2).
    public let unread: [(place: StorageURL, why: String)]
    /// The decisions on what lies outside snapshots, kept ones too.
    public let objects: ObjectDecisions
    /// The jobs and roots that it was made for.
    public let roster: JobRoster
    /// What the Flinks of the jobs said.
    public let word: FlinkWord
    /// Directories of single jobs that are gone and of which nothing has to be remembered.
    public let forgottenRoots: Set<StorageURL>
    /// Roots that are empty, or were when that was seen first, and perhaps not the ones that they were.
    public let replacedRoots: Set<StorageURL>
}

extension PlanningResult {
    /// Which running job was restored from one of some places, by the end of the path that its Flink tells.
    public func restoredFrom(oneOf places: Set<StorageURL>) -> [StorageURL: ObjectName] {
        var found: [StorageURL: ObjectName] = [:]
        for case .answered(let answer) in word.sayings.values {
            for (id, path) in answer.restored.sorted(by: { $0.key < $1.key }) {
                guard let written = StorageURL(parsing: ObjectName(path)) else { continue }
                for place in places where place.endsLike(written.snapshotDirectory) {
                    found[place] = min(found[place] ?? id, id)
                }
            }
        }
        return found
    }

    /// Why nothing of a job goes on account of its Flink; nil where that answered, or is none.
    public func silence(ofJob name: String) -> Reason? {
        guard let flink = roster.jobs.first(where: { $0.name == name })?.flink else { return nil }
        switch word.sayings[name] {
        case nil: return .flinkNotAsked(flink.address)
        case .silent(let address, let why): return .flinkSilent(address, why: why)
        case .answered: return nil
        }
    }
}

/// Looks at the stores and decides; changes nothing anywhere.
public struct Planner {
    let policy: JanitorPolicy
    let readerFor: (StorageURL) -> (any StorageReader)?

    /// What was read from metadata in earlier runs.
    private let metadata: (any MetadataMemory)?
    let ask: (JobRoster) -> FlinkWord

    /// Makes a planner.
    ///
    /// - Parameters:
    ///   - policy: What to keep.
    ///   - readerFor: Gives the reader of the store that a place lies in; nil where none can.
    ///   - metadata: What was read from metadata in earlier runs.
    ///   - ask: Asks the Flinks that the jobs name; by default none is asked, and nothing of jobs
    ///     that name one goes.
    public init(
        policy: JanitorPolicy,
        readerFor: @escaping (StorageURL) -> (any StorageReader)?,
        metadata: (any MetadataMemory)? = nil,
        ask: @escaping (JobRoster) -> FlinkWord = { _ in FlinkWord() }
    ) {
        self.ask = ask
        self.policy = policy
        self.readerFor = readerFor
        self.metadata = metadata
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
    ///   - waivers: What an operator dismissed, and which jobs are retired.
    ///   - word: What the Flinks that the policy names say; nil to ask them.
    ///   - roster: The jobs and roots, where they are known already; nil to look for them.
    /// - Returns: The plan, and what it was made from.
    public func plan(
        at now: Instant,
        memory: PlanningMemory,
        lifted: Set<StorageURL> = [],
        waivers: Waivers = Waivers(),
        word: FlinkWord? = nil,
        roster: JobRoster? = nil
    ) -> PlanningResult {
        let roster = roster ?? self.roster()
        // Before the stores are listed: what Flink begins meanwhile shows in the listing.
        let word = word ?? ask(roster)
        let decider = decider(
            at: now,
            memory: memory,
            lifted: lifted,
            waivers: waivers,
            word: word,
            roster: roster
        )
        return result(of: decider, word)
    }

    /// Makes the plan of what was found.
    func result(of decider: Decider, _ word: FlinkWord) -> PlanningResult {
        let (plan, objects) = decider.plan(search(in: decider.inventory))
        let lost = decider.findLostRoots()
        let blockers = decider.blockers(lost)
        return PlanningResult(
            plan: plan,
            inventory: decider.inventory,
            unread: blockers.all.map { ($0.place, $0.why) },
            objects: objects,
            roster: decider.roster,
            word: word,
            forgottenRoots: lost.forgotten,
            replacedRoots: Set(lost.replaced.map(\.place))
        )
    }

    /// Looks at everything, and gives what decides on it.
    func decider(
        at now: Instant,
        memory: PlanningMemory,
        lifted: Set<StorageURL> = [],
        waivers: Waivers,
        word: FlinkWord,
        roster: JobRoster
    ) -> Decider {
        let scanner = StorageScanner(
            roots: roster.roots,
            aliases: policy.aliases,
            readerFor: readerFor,
            memory: metadata,
            links: roster.links
        )
        var inventory = scanner.scan()
        let dismissals = DismissalCheck(waivers, inventory: inventory, readerFor: readerFor)
        inventory.dismiss(dismissals.holding.keys)
        let flink = FlinkView(
            word,
            inventory: inventory,
            roster: roster,
            aliases: policy.aliases
        )
        return Decider(
            policy: policy,
            roster: roster,
            inventory: inventory,
            memory: memory,
            now: now,
            lifted: lifted,
            dismissals: dismissals,
            retirements: RetirementCheck(
                waivers,
                inventory: inventory,
                roster: roster,
                flink: flink
            ),
            flink: flink,
            copied: CopiedTimes(inventory: inventory),
            protected: ProtectedSnapshots(policy: policy, inventory: inventory)
        )
    }

    /// Looks for names of files in the state of snapshots.
    func search(in inventory: Inventory) -> (Set<ObjectName>) -> StateSearch.Answer {
        { names in StateSearch.search(for: names, in: inventory, readerFor) }
    }
}
