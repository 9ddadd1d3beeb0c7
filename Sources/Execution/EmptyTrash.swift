// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// How emptying the trash ended.
public enum EmptyTrashOutcome: Sendable {
    /// It came to its end, or a signal ended it; `isGone` says that a thing is gone for good. And
    /// how many things were not touched since something may need them.
    case finished(RunReport, held: Int)
    /// A run that was named is none; which.
    case refused(UndoRefusal)
    /// The policy names a root twice; which.
    case unsound(String)
    /// The clock is not believed, and nothing was touched; why.
    case doubted(String)
    /// Somebody else works on a root; who and where.
    case locked(String)
    /// It could not work at all.
    case failed(String)
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
    public func empty(_ names: [String]) -> EmptyTrashOutcome {
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
            let finishing = try UnfinishedRun.finishAll(in: environment, &locks)
            var history = try RunHistory.read(environment.state)
            let state = environment.state
            let runs = Set(
                try names.map { try UndoSelection.run($0, in: history, of: state).name }
            )
            let givenUp = try environment.giveUp(runs, history, locks)
            if !givenUp.isEmpty { history = try RunHistory.read(environment.state) }
            var (report, held) = try empty(history, runs, &locks)
            report.notes = givenUp + report.notes
            finishing.tell(&report)
            return .finished(report, held: held)
        } catch let error as UndoRefusal {
            return .refused(error)
        } catch let error as LockError {
            if error.isPolicyError { return .unsound("\(error)") }
            return error.isHeld ? .locked("\(error)") : .failed("\(error)")
        } catch {
            return .failed("\(error)")
        }
    }

    private func empty(
        _ history: [PastRun],
        _ runs: Set<String>,
        _ locks: inout RootLocks
    ) throws -> (RunReport, held: Int) {
        let now = environment.clock()
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
        var needed: [StorageURL: StorageURL] = [:]
        switch selection.lookAgain(after: result, environment.readerFor) {
        case .needed(let found): needed = found
        case .unknown(let place, let why):
            selection.items = []
            selection.notes.append(
                "nothing was removed from the trash: \"\(place)\" appeared or changed: \(why)"
            )
        }
        let steps = RunStep.steps(of: selection.items, .empty, size: environment.stepSize(at:))
        let name = environment.name(at: now)
        let journal = try Journal(run: name, in: environment.state)
        var begin = environment.begin("trash empty", run: name, at: now, locks)
        begin.steps = steps.count
        try journal.begin(begin, steps: steps)
        var report = environment.executor.carryOut(
            steps,
            run: name,
            journal: journal,
            check: StepCheck(environment.readerFor, needed: needed, staying: selection.staying),
            locks: &locks
        )
        report.notes =
            selection.notes + environment.waitingForNewer(runs, history) + report.notes
        let held = wanted.count - selection.items.count
        guard report.stateError == nil else { return (report, held) }
        try journal.end(report, at: environment.clock())
        report.notes += environment.tidyTrash(
            try RunHistory.read(environment.state),
            locks,
            after: name
        )
        return (report, held)
    }
}
