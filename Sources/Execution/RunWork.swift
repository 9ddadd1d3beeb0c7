// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import Policy
internal import SnapshotModel
internal import Storage

/// What one run does with its plan: takes what is condemned, and empties old trash.
struct RunWork {
    private let result: PlanningResult
    private let approval: Approval?
    private let environment: RunEnvironment
    private let now: Instant
    private let snapshots: [PlannedSnapshot]
    private let objects: [PlannedObject]
    private var trash = TrashEmptying.Selection()

    /// Picks from a plan what may go now.
    init(
        _ result: PlanningResult,
        _ approval: Approval?,
        _ environment: RunEnvironment,
        _ locks: RootLocks,
        at now: Instant,
        shard: JobShard? = nil
    ) {
        self.result = result
        self.approval = approval
        self.environment = environment
        self.now = now
        let broken = approval?.brokenPromises(result.plan) ?? []
        // A job that appeared after the roots were locked is the next run's.
        snapshots = result.plan.removals.filter {
            locks.cover($0.root) && shard?.holds($0.job) ?? true && approval?.covers($0) ?? true
                && !broken.contains($0.root)
        }
        // A file outside snapshots may be any job's: those go by a run of all jobs.
        objects =
            shard != nil
            ? []
            : result.plan.objectRemovals.filter {
                locks.cover($0.root) && approval?.covers($0) ?? true && !broken.contains($0.root)
            }
    }

    /// Adds what lies in the trash and has been there for long enough.
    mutating func addTrash(_ history: [PastRun], _ locks: RootLocks) {
        let moving = Set(snapshots.map(\.place) + objects.map(\.place))
        let wanted = environment.wantedOfTrash(history, locks) { run, item in
            // What this run is about to put there under the same name is not to be taken for it.
            if moving.contains(item.place), environment.mixesRuns(item.root) { return nil }
            // Journals have times to the millisecond.
            guard let until = item.until, until.milliseconds < now.milliseconds else { return nil }
            return .init(
                rule: "trash",
                text: "the trash keeps it until \(until): the run \(run.name) moved it there"
            )
        }
        trash = TrashEmptying(result: result, history: history).select(wanted)
    }

    /// Carries the steps out, under a journal of the run's own.
    ///
    /// - Returns: What became of them, with what was approved and is not done any more.
    func carryOut(_ locks: inout RootLocks) throws -> RunReport {
        let run = environment.name(at: now)
        let steps = RunStep.steps(
            of: snapshots,
            objects,
            jobs: result.plan.jobs,
            withoutTrash: Set(result.plan.roots.filter { !$0.usesTrash }.map(\.place)),
            size: environment.stepSize(at:)
        )
        let emptying = RunStep.steps(of: trash.items, .empty, size: environment.stepSize(at:))
        var begin = environment.begin("run", run: run, at: now, locks)
        begin.approved = approval?.source
        begin.steps = steps.count + emptying.count
        let journal = try Journal(
            of: run,
            beginningWith: begin,
            for: steps + emptying,
            in: environment.state
        )
        var report = RunReport(run: run, lines: [], isCutShort: false, notes: [])
        switch lookAgain() {
        case .unknown(let place, let why):
            report.isCutShort = !steps.isEmpty || !emptying.isEmpty
            report.notes.append("nothing was taken: \"\(place)\" appeared or changed: \(why)")
        case .needed(let needed):
            let staying = Set(result.plan.removals.map(\.place)).subtracting(snapshots.map(\.place))
            let word = askAgain(of: steps)
            report = environment.executor(of: result.plan, at: now).carryOut(
                steps,
                run: run,
                journal: journal,
                check: StepCheck(
                    environment.readerFor,
                    needed: needed,
                    staying: staying,
                    objections: word?.objections ?? [:],
                    restored: word?.restored ?? [:]
                ),
                locks: &locks
            )
            if !report.isCutShort {
                empty(emptying, after: steps.count, needed, journal, &report, &locks)
            }
        }
        let notDone = approval?.notDone(result.plan, taken: snapshots, objects) ?? []
        report.notes += trash.notes + notDone
        if !trash.notes.isEmpty { report.hasLeft = true }
        guard report.stateError == nil else { return report }
        do throws(StateError) {
            try journal.end(report, at: environment.clock())
            let history = try RunHistory.read(environment.state)
            report.notes += environment.tidyTrash(history, locks, after: run)
            environment.state.removeDrafts(at: now)
            let rotation = JournalRotation(
                state: environment.state,
                limit: JournalRotation.usualLimit
            )
            let rotated = rotation.rotate(history)
            if let last = rotated.last {
                report.notes.append(
                    "the journals of \(rotated.count) old runs were removed, up to \(last): all "
                        + "together they had grown beyond \(rotation.limit >> 20) MiB"
                )
            }
        } catch {
            report.stateError = error.description
        }
        return report
    }

    /// Asks the Flinks of the jobs once more, right before anything goes.
    private func askAgain(of steps: [RunStep]) -> SecondWord? {
        guard !steps.isEmpty, !result.word.sayings.isEmpty else { return nil }
        return SecondWord(
            environment.ask(result.roster),
            after: result,
            aliases: environment.policy.aliases
        )
    }

    private func lookAgain() -> SecondLook.Outcome {
        let trashed = trash.items.filter { $0.item.form == .snapshot }.map(\.placeInTrash)
        let files = trash.items.filter { $0.item.form == .file }
        let places = snapshots.map(\.place)
        for shared in SharedReader.all(of: places, environment.readerFor) {
            shared.reader?.expect(shared.positions.map { places[$0] })
        }
        var second = SecondLook(
            after: result.inventory,
            condemned: Set(snapshots.map(\.place)).union(trashed),
            objects: objects.map { ($0.place, $0.path) }
                + files.map { ($0.placeInTrash, $0.path.last) }
        )
        return second.look(environment.readerFor)
    }

    private func empty(
        _ steps: [RunStep],
        after number: Int,
        _ needed: [StorageURL: StorageURL],
        _ journal: borrowing Journal,
        _ report: inout RunReport,
        _ locks: inout RootLocks
    ) {
        let emptied = environment.executor.carryOut(
            steps,
            from: number + 1,
            run: report.run,
            journal: journal,
            check: StepCheck(environment.readerFor, needed: needed, staying: trash.staying),
            locks: &locks
        )
        report.emptied = emptied.lines
        report.isCutShort = emptied.isCutShort
        report.hasLostLock = emptied.hasLostLock
        report.stateError = emptied.stateError
        report.notes += emptied.notes
        if emptied.hasLeft { report.hasLeft = true }
    }

    /// Writes down for the next run what this one saw and left.
    func remember(_ report: RunReport, _ memory: PlanningMemory) throws(StateError) {
        try result.remember(
            runAt: now,
            gone: report.lines.filter(\.isGone).map(\.place),
            accepted: Set(result.plan.lost.filter { approval?.accepts($0) ?? false }.map(\.place)),
            after: memory,
            in: environment.state
        )
    }
}
