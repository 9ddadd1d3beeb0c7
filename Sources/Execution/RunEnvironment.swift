// SPDX-License-Identifier: Apache-2.0

internal import Foundation
public import Planning
public import Policy
public import SnapshotModel
internal import Storage
internal import StorageRemoval

/// What a command that changes roots works with.
public struct RunEnvironment {
    let policy: JanitorPolicy
    let state: StateDirectory
    let token: String
    let lockWait: Int64
    let readerFor: (StorageURL) -> (any StorageReader)?
    /// Readers that show nothing of some runs in the trash; nil where there are none.
    let readerWithout: ((StorageURL, Set<ObjectName>) -> (any StorageReader)?)?
    let remover: any StorageRemover
    let locker: any RootLocker
    let clock: @Sendable () -> Instant
    let shouldStop: () -> Int32?
    let stepSize: RunStep.Size
    let ask: (JobRoster) -> FlinkWord
    let lockLifetime: ([StorageURL]) -> Int64
    /// Is told after each step how many of how many are done, and the bytes that are gone.
    public var onStep: (_ done: Int, _ all: Int, _ bytes: Int64) -> Void = { _, _, _ in }

    /// Makes an environment.
    ///
    /// - Parameters:
    ///   - policy: What to keep.
    ///   - state: Where journals and memory are.
    ///   - token: Random text of hexadecimal digits; part of the run's name and of its locks.
    ///   - lockWait: How long to wait for locks that somebody else holds, in nanoseconds.
    ///   - backends: What reaches the stores.
    ///   - clock: The time.
    ///   - shouldStop: The signal that asks for an end; nil while there is none.
    ///   - ask: Asks the Flinks that jobs of the policy name.
    public init(
        policy: JanitorPolicy,
        state: StateDirectory,
        token: String,
        lockWait: Int64 = 0,
        backends: Backends,
        clock: @escaping @Sendable () -> Instant,
        shouldStop: @escaping () -> Int32?,
        ask: @escaping (JobRoster) -> FlinkWord
    ) {
        self.init(
            policy: policy,
            state: state,
            token: token,
            lockWait: lockWait,
            readerFor: backends.reader(for:),
            readerWithout: backends.reader(for:withoutTrashOf:),
            remover: backends.remover,
            locker: backends.locker,
            clock: clock,
            shouldStop: shouldStop,
            ask: ask,
            lockLifetime: backends.lockLifetime(of:)
        )
    }

    /// Makes an environment with another remover or locker, for tests.
    init(
        policy: JanitorPolicy,
        state: StateDirectory,
        token: String,
        lockWait: Int64 = 0,
        readerFor: @escaping (StorageURL) -> (any StorageReader)?,
        readerWithout: ((StorageURL, Set<ObjectName>) -> (any StorageReader)?)? = nil,
        remover: any StorageRemover,
        locker: any RootLocker,
        clock: @escaping @Sendable () -> Instant,
        shouldStop: @escaping () -> Int32?,
        stepSize: RunStep.Size = RunStep.Size(),
        ask: @escaping (JobRoster) -> FlinkWord = { _ in FlinkWord() },
        lockLifetime: @escaping ([StorageURL]) -> Int64 = { _ in RootLocks.lifetime }
    ) {
        self.policy = policy
        self.state = state
        self.token = token
        self.lockWait = lockWait
        self.readerFor = readerFor
        self.readerWithout = readerWithout
        self.remover = remover
        self.locker = locker
        self.clock = clock
        self.shouldStop = shouldStop
        self.stepSize = stepSize
        self.ask = ask
        self.lockLifetime = lockLifetime
    }

    /// The most in one step of what lies in a store.
    func stepSize(at place: StorageURL) -> RunStep.Size {
        if remover.startsProcesses(at: place) { return .ofProcesses }
        return remover.removesObjectByObject(at: place) ? .ofBatches : stepSize
    }

    var planner: Planner { planner(of: readerFor) }

    private func planner(
        of readerFor: @escaping (StorageURL) -> (any StorageReader)?
    ) -> Planner {
        let metadata = MetadataMemoryFile(state, isRecording: false)
        return Planner(policy: policy, readerFor: readerFor, metadata: metadata, ask: ask)
    }

    /// A planner that recalls what was read from metadata in earlier runs.
    func planner(recalling metadata: MetadataMemoryFile) -> Planner {
        Planner(policy: policy, readerFor: readerFor, metadata: metadata, ask: ask)
    }

    var executor: Executor {
        Executor(remover: remover, shouldStop: shouldStop, clock: clock, onStep: onStep)
    }

    /// An executor that knows until when the trash keeps what a plan has go.
    func executor(of plan: Plan, at now: Instant) -> Executor {
        var ends: [String: Instant] = [:]
        for job in plan.jobs {
            guard let text = job.trash, let duration = try? RetentionDuration(parsing: text) else {
                continue
            }
            ends[job.name] = duration.end(after: now, in: policy.calendar)
        }
        var executor = executor
        executor.trashEnd = { [ends] in ends[$0] }
        return executor
    }

    /// Looks at everything; what earlier runs saw and operators waived counts.
    func plan(at now: Instant) -> PlanningResult { plan(at: now, by: planner) }

    /// Looks at everything but what runs have in the trash, as far as readers can leave that out.
    func plan(at now: Instant, withoutTrashOf runs: Set<ObjectName>) -> PlanningResult {
        let readerFor = readerFor
        let readerWithout = readerWithout
        let planner = planner { place in
            readerWithout.map { $0(place, runs) } ?? readerFor(place)
        }
        return plan(at: now, by: planner)
    }

    private func plan(at now: Instant, by planner: Planner) -> PlanningResult {
        planner.plan(
            at: now,
            memory: MemoryFile.read(state).memory,
            waivers: WaiverFile.read(state).waivers
        )
    }

    /// Takes the locks of roots, all or none.
    ///
    /// - Parameters:
    ///   - roots: What is locked.
    ///   - command: What for.
    ///   - isPart: Whether other roots of the same directories are locked by runs beside this one, so
    ///     that no lock may stand for a whole directory.
    /// - Returns: The locks.
    /// - Throws: `LockError` where one cannot be had.
    func lock(
        _ roots: [StorageURL],
        for command: String,
        isPart: Bool = false
    ) throws(LockError) -> RootLocks {
        let owner = LockOwner.current(
            command: command,
            token: token,
            now: clock(),
            lasting: lockLifetime(roots)
        )
        return try RootLocks(
            taking: roots,
            sharing: isPart ? [] : policy.baseDirectories,
            owner: owner,
            with: locker,
            patience: LockPatience(nanoseconds: lockWait, shouldStop: shouldStop),
            clock: clock
        )
    }

    /// The first line of a journal: who does what, and why.
    func begin(_ command: String, run: String, at now: Instant, _ locks: RootLocks)
        -> JournalRecord
    {
        let owner = LockOwner.current(command: command, token: token, now: now, lasting: 0)
        var begin = JournalRecord(.begin, at: now)
        begin.run = run
        begin.command = command
        begin.policy = policy.source
        begin.fingerprint = policy.fingerprint
        begin.user = NSUserName()
        begin.host = owner.host
        begin.process = owner.process
        begin.roots = locks.roots.map { WrittenPlace($0) }
        return begin
    }

    /// A run's name: sortable, and told from others by its token.
    func name(at now: Instant) -> String {
        let digits = now.description.filter { $0.isNumber || $0 == "T" }.prefix(15)
        return "\(digits)Z-\(token.prefix(8))"
    }
}

extension JanitorPolicy {
    /// Directories of which every one that lies straight in them is the root of a job.
    fileprivate var baseDirectories: Set<StorageURL> {
        let patterns = jobs.flatMap { [$0.savepoints, $0.checkpoints, $0.changelog] }
        return Set(
            patterns.compactMap { pattern in
                pattern?.wildcard?.rest.bytes.isEmpty == true ? pattern?.base : nil
            }
        )
    }
}
