// SPDX-License-Identifier: Apache-2.0

public import Planning
public import SnapshotModel
internal import Storage
internal import StorageRemoval

/// What an undo did.
public struct UndoReport: Sendable {
    /// What became of each thing; `isGone` says that it is not in the trash any more.
    public let report: RunReport
    /// The run that was undone.
    public let undone: String
    /// Snapshots that were brought back, as a plan made afterwards sees them.
    public let restored: [PlannedSnapshot]
    /// Those of them that were closed when they went and are not, or not surely, any more.
    public let opened: [PlannedSnapshot]
    /// Complete snapshots that stood there all the time and are not closed.
    public let broken: [PlannedSnapshot]
    /// How many of the things outside snapshots that were brought back the plan condemns again.
    public let condemnedObjects: Int
}

/// Brings back what a run moved into the trash.
public struct Undo {
    private let environment: RunEnvironment

    /// Makes an undo.
    public init(_ environment: RunEnvironment) {
        self.environment = environment
    }

    /// Brings back what a run moved into the trash, under locks and a journal of its own.
    ///
    /// - Parameters:
    ///   - run: The run's name, or a beginning of it that no other run has.
    ///   - places: What to bring back of it, with all below; empty for everything.
    /// - Returns: How it ended.
    public func undo(_ run: String, only places: [StorageURL]) -> TrashOutcome<UndoReport> {
        do {
            try environment.state.prepare()
            let history = try RunHistory.read(environment.state)
            let past = try UndoSelection.run(run, in: history, of: environment.state)
            let roots = Set(try UndoSelection.items(of: past, places).map(\.item.root))
            let locks = try environment.lock(
                environment.planner.roster().lockableRoots + roots.sorted(),
                for: "undo"
            )
            defer { locks.release() }
            return try undoLocked(past.name, places, locks)
        } catch {
            return TrashOutcome(of: error)
        }
    }

    private func undoLocked(
        _ run: String,
        _ places: [StorageURL],
        _ locks: RootLocks
    ) throws -> TrashOutcome<UndoReport> {
        var locks = locks
        try locks.checkUnlooked()
        let check = ClockCheck(now: environment.clock(), storeTime: locks.storeTime, lastRun: nil)
        if let doubt = check.doubt { return .doubted(doubt) }
        let finishing = try UnfinishedRun.finishAll(
            in: environment,
            &locks,
            and: [run],
            before: WantedBack.Request(run: run, places: places)
        )
        // Another command may have been at work until the locks were ours.
        let history = try RunHistory.read(environment.state)
        let past = try UndoSelection.run(run, in: history, of: environment.state)
        let now = environment.clock()
        let order = TrashOrder(history, in: environment.plan(at: now).inventory)
        let items = order.restoring(try UndoSelection.items(of: past, places))
        let name = environment.name(at: now)
        let steps = RunStep.steps(of: items, .restore, size: environment.stepSize(at:))
        var begin = environment.begin("undo", run: name, at: now, locks)
        begin.of = run
        begin.only = places.isEmpty ? nil : places.map { WrittenPlace($0) }
        begin.steps = steps.count
        let journal = try Journal(of: name, beginningWith: begin, for: steps, in: environment.state)
        var report = environment.executor.carryOut(
            steps,
            run: name,
            journal: journal,
            check: StepCheck(
                environment.readerFor,
                needed: [:],
                staying: order.staying(without: items)
            ),
            locks: &locks
        )
        if report.stateError == nil {
            try journal.end(report, at: environment.clock())
            let history = try RunHistory.read(environment.state)
            report.notes += environment.tidyRecords(history, locks, after: name)
        }
        finishing.tell(&report)
        return .finished(verified(report, of: run))
    }

    /// Looks at everything again: whether what came back is closed, and what stands is.
    private func verified(_ report: RunReport, of run: String) -> UndoReport {
        let plan = environment.plan(at: environment.clock()).plan
        let back = report.lines.filter(\.isGone).map(\.place)
        let restored = plan.snapshots.filter { snapshot in
            back.contains { snapshot.place.path(below: $0) != nil }
        }
        let places = Set(restored.map(\.place))
        let gone = Set(back)
        let history = (try? RunHistory.read(environment.state)) ?? []
        let wasOpen = Set(
            history.first { $0.name == run }?.items
                .filter { $0.record.closed == false }.map(\.place) ?? []
        )
        return UndoReport(
            report: report,
            undone: run,
            restored: restored,
            opened: restored.filter {
                $0.isComplete && $0.isClosed != true && !wasOpen.contains($0.place)
            },
            broken: plan.snapshots.filter {
                $0.isComplete && $0.isClosed == false && !places.contains($0.place)
            },
            condemnedObjects: plan.objects.count { gone.contains($0.place) }
        )
    }
}
