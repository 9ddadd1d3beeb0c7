// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
public import Planning
public import Policy
public import SnapshotModel
internal import Storage
internal import StorageRemoval

/// How a run ended.
public enum RunOutcome: Sendable {
    /// It came to its end, or a signal ended it; what it planned and what it did.
    case finished(Plan, RunReport)
    /// Somebody else works on a root; who and where.
    case locked(String)
    /// It stopped before it took anything, and goes on with an approved plan only.
    case refused(String)
    /// It could not work at all.
    case failed(String)
}

/// One run: locks, plan, second look, steps, memory.
public struct JanitorRun {
    private let policy: JanitorPolicy
    private let state: StateDirectory
    private let readerFor: (StorageURL) -> (any StorageReader)?
    private let remover: any StorageRemover
    private let locker: any RootLocker
    private let clock: @Sendable () -> Instant
    private let shouldStop: () -> Int32?
    private let token: String
    private let lockWait: Int64
    private let stepSize: RunStep.Size
    private let lockLifetime: ([StorageURL]) -> Int64

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - policy: What to keep.
    ///   - state: Where journals and memory are.
    ///   - token: Random text of hexadecimal digits; part of the run's name and of its locks.
    ///   - lockWait: How long to wait for locks that somebody else holds, in nanoseconds.
    ///   - backends: What reaches the stores.
    ///   - clock: The time.
    ///   - shouldStop: The signal that asks for an end; nil while there is none.
    public init(
        policy: JanitorPolicy,
        state: StateDirectory,
        token: String,
        lockWait: Int64 = 0,
        backends: Backends,
        clock: @escaping @Sendable () -> Instant,
        shouldStop: @escaping () -> Int32?
    ) {
        self.init(
            policy: policy,
            state: state,
            token: token,
            lockWait: lockWait,
            readerFor: backends.reader(for:),
            remover: backends.remover,
            locker: backends.locker,
            clock: clock,
            shouldStop: shouldStop,
            lockLifetime: backends.lockLifetime(of:)
        )
    }

    /// Makes a run with another remover or locker, for tests.
    init(
        policy: JanitorPolicy,
        state: StateDirectory,
        token: String,
        lockWait: Int64 = 0,
        readerFor: @escaping (StorageURL) -> (any StorageReader)?,
        remover: any StorageRemover,
        locker: any RootLocker,
        clock: @escaping @Sendable () -> Instant,
        shouldStop: @escaping () -> Int32?,
        stepSize: RunStep.Size = RunStep.Size(),
        lockLifetime: @escaping ([StorageURL]) -> Int64 = { _ in RootLocks.lifetime }
    ) {
        self.policy = policy
        self.state = state
        self.token = token
        self.lockWait = lockWait
        self.readerFor = readerFor
        self.remover = remover
        self.locker = locker
        self.clock = clock
        self.shouldStop = shouldStop
        self.stepSize = stepSize
        self.lockLifetime = lockLifetime
    }

    /// Runs.
    ///
    /// - Parameter approval: A saved plan; then only what it lists goes, and no limit holds it.
    /// - Returns: How it ended.
    public func run(approval: Approval? = nil) -> RunOutcome {
        do {
            try state.prepare()
            return try runLocked(approval)
        } catch let error as StateError {
            return .failed(error.description)
        } catch let error as LockError {
            return Self.outcome(of: error)
        } catch {
            return .failed("\(error)")
        }
    }

    private func runLocked(_ approval: Approval?) throws -> RunOutcome {
        let planner = Planner(policy: policy, readerFor: readerFor)
        let roster = planner.roster()
        let owner = LockOwner.current(
            command: "run",
            token: token,
            now: clock(),
            lasting: lockLifetime(roster.lockableRoots)
        )
        var locks = try RootLocks(
            taking: roster.lockableRoots,
            owner: owner,
            with: locker,
            patience: LockPatience(nanoseconds: lockWait, shouldStop: shouldStop),
            clock: clock
        )
        defer { locks.release() }
        let now = clock()
        var notes = try finishEarlierRuns()
        let (memory, problem) = MemoryFile.read(state)
        if let problem { notes.append(problem) }
        let (waivers, fault) = WaiverFile.read(state)
        if let fault { notes.append(fault) }
        let clockCheck = ClockCheck(now: now, storeTime: locks.storeTime, lastRun: memory.lastRun)
        if approval == nil, let doubt = clockCheck.doubt { return .refused(doubt) }
        let lifted = approval?.places ?? []
        let result = planner.plan(
            at: now,
            memory: memory,
            lifted: lifted,
            waivers: waivers,
            roster: roster
        )
        try locks.check(result.inventory.lockedDirectories)
        let report = try carryOut(result, approval, now: now, notes: notes, locks: &locks)
        try remember(result, report, memory: memory, now: now, isApproved: approval != nil)
        return .finished(result.plan, report)
    }

    private func finishEarlierRuns() throws(StateError) -> [String] {
        var notes: [String] = []
        for (run, journal) in try UnfinishedRun.all(in: state) {
            let unfinished = UnfinishedRun(
                run: run,
                state: state,
                remover: remover,
                readerFor: readerFor,
                clock: clock
            )
            notes += try unfinished.finish(journal)
        }
        return notes
    }

    // MARK: Steps

    private func carryOut(
        _ result: PlanningResult,
        _ approval: Approval?,
        now: Instant,
        notes: [String],
        locks: inout RootLocks
    ) throws -> RunReport {
        let run = Self.name(at: now, token: token)
        let removals = result.plan.removals
        // A root that appeared after the locks were taken waits for the next run.
        let taken = removals.filter { locks.cover($0.root) && approval?.covers($0) ?? true }
        let objects = result.plan.objectRemovals
            .filter { locks.cover($0.root) && approval?.covers($0) ?? true }
        let steps = RunStep.steps(of: taken, objects, jobs: result.plan.jobs) { place in
            remover.startsProcesses(at: place) ? .ofProcesses : stepSize
        }
        let journal = try Journal(run: run, in: state)
        try journal.append(begin(run, result.plan, approval, now: now, steps: steps.count))
        var second = SecondLook(
            after: result.inventory,
            condemned: Set(taken.map(\.place)),
            objects: objects.map { ($0.place, $0.path) }
        )
        var report: RunReport
        switch second.look(readerFor) {
        case .unknown(let place, let why):
            report = RunReport(run: run, lines: [], isCutShort: !steps.isEmpty, notes: [])
            report.notes.append("nothing was taken: \"\(place)\" appeared or changed: \(why)")
        case .needed(let needed):
            let executor = Executor(remover: remover, shouldStop: shouldStop, clock: clock)
            let staying = Set(removals.map(\.place)).subtracting(taken.map(\.place))
            report = try executor.carryOut(
                steps,
                run: run,
                journal: journal,
                check: StepCheck(readerFor, needed: needed, staying: staying),
                locks: &locks
            )
        }
        report.notes =
            notes + report.notes
            + (approval.map { $0.notDone(result.plan, taken: taken, objects) } ?? [])
        var end = JournalRecord(.end, at: clock())
        end.why = report.isCutShort ? "cut short" : nil
        try journal.append(end)
        return report
    }

    private func begin(
        _ run: String,
        _ plan: Plan,
        _ approval: Approval?,
        now: Instant,
        steps: Int
    ) -> JournalRecord {
        let owner = LockOwner.current(command: "run", token: token, now: now, lasting: 0)
        var begin = JournalRecord(.begin, at: now)
        begin.run = run
        begin.command = "run"
        begin.policy = plan.policy
        begin.fingerprint = plan.policyFingerprint
        begin.approved = approval?.source
        begin.user = NSUserName()
        begin.host = owner.host
        begin.process = owner.process
        begin.roots = plan.roots.filter { !$0.jobs.isEmpty }.map { WrittenPlace($0.place) }
        begin.steps = steps
        return begin
    }

    private func remember(
        _ result: PlanningResult,
        _ report: RunReport,
        memory: PlanningMemory,
        now: Instant,
        isApproved: Bool
    ) throws(StateError) {
        var next = memory.after(runAt: now, seeing: result.inventory)
        var files: [StorageURL: (root: StorageURL, count: Int)] = [:]
        for snapshot in result.plan.snapshots {
            files[snapshot.place] = (snapshot.root, snapshot.fileCount)
        }
        for object in result.plan.objects where !object.isDirectory {
            files[object.place] = (object.root, 1)
        }
        for line in report.lines where line.isGone {
            guard let (root, count) = files[line.place] else { continue }
            next.fileCounts[root]? -= count
            next.unfinished[line.place] = nil
        }
        // Until somebody approves it, a root that shrank is compared with what it held before.
        for job in result.plan.jobs where !isApproved {
            if case .shrunkenRoot(let root, let held, _) = job.limit {
                next.fileCounts[root] = held
            }
        }
        for root in result.objects.shrunkenRoots where !isApproved {
            next.fileCounts[root.place] = root.held
        }
        try MemoryFile.write(next, to: state)
        let gone = Set(report.lines.filter(\.isGone).map(\.place))
        try SightingsFile.write(state.sightingsFile) { take in
            result.objects.record(runAt: now, without: gone, into: take)
        }
    }

    /// A run's name: sortable, and told from others by its token.
    static func name(at now: Instant, token: String) -> String {
        let digits = now.description.filter { $0.isNumber || $0 == "T" }.prefix(15)
        return "\(digits)Z-\(token.prefix(8))"
    }

    private static func outcome(of error: LockError) -> RunOutcome {
        switch error {
        case .held, .unreadable, .lost: .locked("\(error)")
        case .sameRoot, .storage: .failed("\(error)")
        }
    }
}
