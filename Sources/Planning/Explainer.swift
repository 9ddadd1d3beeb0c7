// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import FlinkMetadata
internal import Policy
internal import Retention
public import SnapshotModel
internal import Storage

extension Planner {
    /// Looks at everything and explains one path.
    ///
    /// - Parameters:
    ///   - place: Any path under a root.
    ///   - now: The moment for which to decide.
    ///   - memory: What earlier runs saw.
    ///   - waivers: What an operator dismissed, and which jobs are retired.
    ///   - word: What the Flinks that the policy names say; nil to ask them.
    /// - Returns: What can be said of it.
    public func explain(
        _ place: StorageURL,
        at now: Instant,
        memory: PlanningMemory,
        waivers: Waivers = Waivers(),
        word: FlinkWord? = nil
    ) -> Explanation {
        let roster = roster()
        let decider = decider(
            at: now,
            memory: memory,
            waivers: waivers,
            word: word ?? ask(roster),
            roster: roster
        )
        let search = search(in: decider.inventory)
        let (plan, objects) = decider.plan(search)
        let explainer = Explainer(
            place: place,
            decider: decider,
            plan: plan,
            objects: objects,
            search: search
        )
        let survey = ReferenceSurvey(
            of: decider.inventory,
            aliases: policy.aliases,
            readerFor: readerFor
        )
        return explainer.explain(survey)
    }
}

/// Puts together what can be said of one path.
struct Explainer {
    let place: StorageURL
    let decider: Decider
    let plan: Plan
    let objects: ObjectDecisions
    let search: (Set<ObjectName>) -> StateSearch.Answer

    private var inventory: Inventory { decider.inventory }

    func explain(_ survey: ReferenceSurvey) -> Explanation {
        let entry = inventory.entry(at: place)
        switch entry {
        case .snapshot(let position):
            return explain(snapshot: position, .snapshot(planned(position)), nil, survey)
        case .partOfSnapshot(let position, let file):
            let owner = inventory.snapshots[position].place
            let subject = Explanation.Subject.partOfSnapshot(owner, planned(position))
            return explain(snapshot: position, subject, file, survey)
        case .file, .directory:
            return explainOutside(entry, survey)
        case .root: return plain(.root, nil)
        case .trash(let run): return plain(.trash(run: run), nil)
        case .janitor: return plain(.janitor, nil)
        case .special: return plain(.special, nil)
        case .nothing(let isProof): return plain(.nothing(isProof: isProof), nil)
        case .outsideRoots: return plain(.outsideRoots, nil)
        }
    }

    private func planned(_ position: Int) -> PlannedSnapshot? {
        let place = inventory.snapshots[position].place
        return plan.snapshots.first { $0.place == place }
    }

    /// What is said of a path on which nothing is decided.
    private func plain(_ subject: Explanation.Subject, _ bytes: Int64?) -> Explanation {
        Explanation(
            place: place,
            subject: subject,
            bytes: bytes,
            verdict: nil,
            reasons: [],
            needs: [],
            prospect: nil,
            keepers: [],
            isPartial: plan.isPartial
        )
    }

    // MARK: Snapshots

    private func explain(
        snapshot position: Int,
        _ subject: Explanation.Subject,
        _ file: FileID?,
        _ survey: ReferenceSurvey
    ) -> Explanation {
        let explained = ExplainedNeeds(inventory: inventory, survey: survey)
        let snapshot = inventory.snapshots[position]
        let planned = planned(position)
        let candidates = survey.mayNeed(file: file, inSnapshot: position)
        let (needs, isComplete) = explained.files(of: candidates) { need, other in
            if let file { return need.files.contains(file) }
            return other != position
                && need.files.contains { inventory.snapshot(ofFile: $0) == position }
        }
        var prospect: Prospect?
        if planned != nil, let job = snapshot.job {
            prospect = dates(of: job).search { moment in
                decider.at(moment).decideSnapshots().drafts[position]?.verdict == .condemn
            }
        }
        return Explanation(
            place: place,
            subject: subject,
            bytes: file.map { inventory.size(ofFile: $0) } ?? snapshot.bytes,
            verdict: planned?.verdict,
            reasons: planned?.reasons ?? [],
            needs: needs,
            prospect: prospect,
            keepers: planned.map { keepers(of: $0) } ?? [],
            isPartial: plan.isPartial || !isComplete
        )
    }

    private func keepers(of planned: PlannedSnapshot) -> [Explanation.Keeper] {
        let place = planned.place.text
        var keepers: [Explanation.Keeper] = [
            .init("a pin", command: ["pin", place]), .init("a line in the policy's \"protect\""),
        ]
        guard let job = decider.roster.jobs.first(where: { $0.name == planned.job }) else {
            return keepers
        }
        let rules = planned.kind == .savepoint ? job.settings.savepoints : job.settings.checkpoints
        for (label, duration) in rules.keepLabelled.sorted(by: { $0.key < $1.key }) {
            keepers.append(
                .init(
                    "the label \"\(label)\", for \(duration)",
                    command: ["label", place, ObjectName(label)]
                )
            )
        }
        for case .rule(.notAmongLast(let position, _)) in planned.reasons {
            keepers.append(.init("\"keepLast\": \(position) or more"))
        }
        for case .rule(.olderThan(let duration, _)) in planned.reasons {
            keepers.append(.init("\"keepWithin\" longer than \(duration)"))
        }
        keepers.append(.init("a snapshot that references a file in it"))
        return keepers
    }

    // MARK: Outside snapshots

    private func explainOutside(
        _ entry: InventoryEntry,
        _ survey: ReferenceSurvey
    ) -> Explanation {
        let explained = ExplainedNeeds(inventory: inventory, survey: survey)
        var (needs, isComplete): ([Explanation.Need], Bool) = ([], true)
        var bytes: Int64 = 0
        let object = inventory.looseObject(at: entry)
        var subject = Explanation.Subject.object(object?.kind ?? .unknown)
        switch entry {
        case .file(let file):
            let candidates = survey.mayNeed(file: file, inSnapshot: nil)
            (needs, isComplete) = explained.files(of: candidates) { need, _ in
                need.files.contains(file)
            }
            bytes = inventory.size(ofFile: file)
        case .directory(let directory):
            (needs, isComplete) = explained.directory(directory)
            if object != nil { break }
            let contents = inventory.contents(of: directory)
            subject = .directory(files: contents.files)
            bytes = contents.bytes
        default: break
        }
        let planned = plan.objects.first { $0.place == place }
        let decided = object.flatMap { objects.decision(on: $0) }
        let job = object?.job ?? inventory.job(of: entry)
        return Explanation(
            place: place,
            subject: subject,
            bytes: bytes,
            verdict: planned?.verdict ?? decided?.verdict,
            reasons: planned?.reasons ?? decided?.reasons ?? [],
            needs: needs,
            prospect: job.map { prospect(of: object, job: $0) },
            keepers: job == nil || object == nil
                ? []
                : [.init("a snapshot that references it"), .init("a longer \"orphans\".\"age\"")],
            isPartial: plan.isPartial || !isComplete
        )
    }

    /// When it goes; a directory by the whole plan, since what else goes may leave it empty.
    private func prospect(of object: LooseObject?, job: Int) -> Prospect {
        let settings = decider.roster.jobs[job].settings
        let seen = object.flatMap { objects.sighting(of: $0) }?.firstSeen
        let ends = [object?.modified, seen].compactMap(\.self).flatMap { time in
            settings.allDurations.map { $0.end(after: time, in: decider.policy.calendar) }
        }
        let dates = dates(of: job, more: ends)
        if let object, case .file = object.entry {
            return dates.search { moment in
                decider.at(moment).decision(on: object, search)?.verdict == .condemn
            }
        }
        return dates.search { moment in
            decider.at(moment).plan(search).0.objects.contains {
                $0.place == place && $0.verdict == .condemn
            }
        }
    }

    // MARK: Days

    /// The days on which anything may change for a job, or for a job that needs its snapshots.
    private func dates(
        of job: Int,
        more: [Instant] = []
    ) -> ProspectSearch {
        var jobs: Set<Int> = [job]
        var count = 0
        while count != jobs.count {
            count = jobs.count
            for snapshot in inventory.snapshots {
                guard let other = snapshot.job, !jobs.contains(other) else { continue }
                let needed = snapshot.dependencies.map(\.snapshot) + snapshot.nested
                let isLinked = needed.contains {
                    inventory.snapshots[$0].job.map(jobs.contains) ?? false
                }
                if isLinked { jobs.insert(other) }
            }
        }
        return ProspectSearch(
            inventory: inventory,
            roster: decider.roster,
            memory: decider.memory,
            calendar: decider.policy.calendar,
            now: decider.now,
            jobs: jobs,
            more: more
        )
    }
}
