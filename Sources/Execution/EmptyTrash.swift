// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// What emptying the trash did.
public struct EmptiedTrash: Sendable {
    /// What became of each thing; `isGone` says that it is gone for good.
    public let report: RunReport
    /// How many things were not touched since something may need them.
    public let heldCount: Int
}

/// Removes from the trash what runs moved there, before its time is over.
public struct EmptyTrash {
    private let environment: RunEnvironment

    /// Makes it.
    public init(_ environment: RunEnvironment) {
        self.environment = environment
    }

    /// Removes for good what runs moved into the trash, under locks and a journal of its own.
    ///
    /// - Parameter names: Names of runs, or beginnings of them; empty for all.
    /// - Returns: How it ended.
    public func empty(_ names: [String]) -> TrashOutcome<EmptiedTrash> {
        do {
            try environment.state.prepare()
            var locks = try environment.lock(
                environment.planner.roster().lockableRoots,
                for: "trash empty"
            )
            defer { locks.release() }
            try locks.checkUnlooked()
            let check = ClockCheck(
                now: environment.clock(),
                storeTime: locks.storeTime,
                lastRun: MemoryFile.read(environment.state).memory.lastRun
            )
            // That nobody ran for a month is no reason to keep a full disk full.
            if let doubt = check.skew ?? check.setBack { return .doubted(doubt) }
            let state = environment.state
            var history = try RunHistory.read(state)
            let runs = Set(
                try names.map { try UndoSelection.run($0, in: history, of: state).name }
            )
            var finishing = try UnfinishedRun.finishAll(in: environment, &locks, and: runs)
            history = try RunHistory.read(state)
            let givenUp = try environment.giveUp(runs, history, locks)
            if !givenUp.isEmpty {
                history = try RunHistory.read(state)
                finishing.settle(history)
            }
            var (report, held) = try emptyByRounds(history, runs, &locks)
            report.notes = givenUp + report.notes
            finishing.tell(&report)
            return .finished(EmptiedTrash(report: report, heldCount: held))
        } catch {
            return TrashOutcome(of: error)
        }
    }

    /// Empties the trash, and once more where what went had to go before what an older run took at the
    /// same place.
    private func emptyByRounds(
        _ history: [PastRun],
        _ runs: Set<String>,
        _ locks: inout RootLocks
    ) throws -> (RunReport, held: Int) {
        var (report, held) = try empty(history, runs, &locks, round: 1)
        var waiting = environment.waitingForNewer(runs, history)
        var round = 1
        while !waiting.isEmpty, !report.isCutShort, report.stateError == nil {
            let history = try RunHistory.read(environment.state)
            let rest = environment.waitingForNewer(runs, history)
            let hasMoved = rest.count < waiting.count
            waiting = rest
            guard hasMoved else { break }
            round += 1
            let (more, heldNow) = try empty(history, runs, &locks, round: round)
            report.add(more)
            held = heldNow
        }
        report.notes = waiting + report.notes
        return (report, held)
    }

    private func empty(
        _ history: [PastRun],
        _ runs: Set<String>,
        _ locks: inout RootLocks,
        round: Int
    ) throws -> (RunReport, held: Int) {
        let now = environment.clock()
        let (selection, needed, wanted) = try select(history, runs, locks, at: now)
        let steps = RunStep.steps(of: selection.items, .empty, size: environment.stepSize(at:))
        let name = environment.name(at: now) + (round > 1 ? "-\(round)" : "")
        var begin = environment.begin("trash empty", run: name, at: now, locks)
        begin.steps = steps.count
        let journal = try Journal(of: name, beginningWith: begin, for: steps, in: environment.state)
        var report = environment.executor.carryOut(
            steps,
            run: name,
            journal: journal,
            check: StepCheck(environment.readerFor, needed: needed, staying: selection.staying),
            locks: &locks
        )
        report.notes = selection.notes + report.notes
        let held = wanted - selection.items.count
        guard report.stateError == nil else { return (report, held) }
        try journal.end(report, at: environment.clock())
        report.notes += environment.tidyTrash(
            try RunHistory.read(environment.state),
            locks,
            after: name
        )
        return (report, held)
    }

    /// Picks what goes: what nothing needs by two looks.
    ///
    /// - Returns: It, with what came to be needed since the first look, and how much was asked for.
    private func select(
        _ history: [PastRun],
        _ runs: Set<String>,
        _ locks: RootLocks,
        at now: Instant
    ) throws -> (TrashEmptying.Selection, needed: [StorageURL: StorageURL], wanted: Int) {
        let result = environment.plan(at: now)
        try locks.check(result.inventory.lockedDirectories)
        let reason = JournalRecord.WrittenReason(
            rule: "trashEmpty",
            text: "somebody asked to empty the trash"
        )
        let wanted = environment.wantedOfTrash(history, locks) { run, _ in
            runs.isEmpty || runs.contains(run.name) ? reason : nil
        }
        var selection = TrashEmptying(result: result, history: history).select(wanted)
        switch selection.lookAgain(after: result, environment.readerFor) {
        case .needed(let found): return (selection, found, wanted.count)
        case .unknown(let place, let why):
            selection.items = []
            selection.notes.append(
                "nothing was removed from the trash: \"\(place)\" appeared or changed: \(why)"
            )
            return (selection, [:], wanted.count)
        }
    }
}
