// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Discovery
internal import Execution
internal import FlinkClient
internal import Foundation
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel
internal import Storage

/// One call of `janitor savepoint`: what an earlier call left open, then what is asked for.
struct SavepointSession {
    /// A savepoint that Flink says is there.
    struct Made {
        /// Where it is, as Flink writes it.
        let location: String
        /// The job's id.
        let jobID: ObjectName
        /// The labels that it is to get.
        let labels: [ObjectName]
        /// An earlier call asked for it.
        let isBegunBefore: Bool
        /// The note by which it is remembered until it is checked and labelled.
        let note: PendingSavepoint
    }

    /// What a call comes to.
    enum Outcome {
        case made(Made)
        case underWay(PendingSavepoint)
    }

    let policy: JanitorPolicy
    let roster: JobRoster
    let job: ManagedJob
    let backends: Backends
    /// The time at the start of the call.
    var now: Instant { context.now }
    let settings: FlinkSettings
    let target: StorageURL
    let cluster: any FlinkCluster
    private let state: StateDirectory
    let context: CommandContext
    let next: NextCommand
    private let label: ObjectName?
    private let format: SavepointRequest.Format
    private let stopping: SavepointRequest.Stopping
    private let isDetached: Bool
    private let waitLimit: Duration

    /// A savepoint that was asked for so long ago is not the one that is wanted now.
    static let freshness: Int64 = 3_600_000_000_000
    /// How long a request may be on its way to Flink, or Flink's clock behind ours.
    static let slack: Int64 = 120_000_000_000

    init(_ context: CommandContext, _ arguments: ParsedArguments) throws {
        func usage(_ message: String) -> CommandFailure {
            CommandFailure(code: .usage, message: message)
        }
        self.context = context
        next = context.next(arguments)
        policy = try context.policy(arguments)
        state = try context.state(arguments)
        backends = context.backends(policy)
        roster = Planner(policy: policy, readerFor: backends.reader(for:)).roster()
        job = try FlinkJobChoice(roster, arguments).job
        guard let settings = job.flink else {
            throw usage(
                "the policy names no Flink for the job \"\(job.name)\"\n"
                    + "  hint: write in the job: flink: { rest: \"http://jobmanager:8081\" }"
            )
        }
        self.settings = settings
        let number = roster.jobs.firstIndex(of: job)
        let root = roster.roots.first { $0.job == number && $0.role == .savepoints }
        guard let root else {
            throw usage(
                "the policy names no savepoint root for the job \"\(job.name)\"\n"
                    + "  hint: write in the job: savepoints: \"…\""
            )
        }
        target = policy.aliases.written(root.place)
        label = arguments[.label]
        if let label, !label.isLabelName || label == FlinkNames.pin {
            throw usage(LabelError.badName(label.description).description)
        }
        format = arguments.has(.native) ? .native : .canonical
        guard arguments.has(.stop) || !arguments.has(.drain) else {
            throw usage("the option \"--drain\" means nothing alone\n  hint: write --stop --drain")
        }
        stopping = arguments.has(.stop) ? arguments.has(.drain) ? .drain : .suspend : .none
        isDetached = arguments.has(.detach)
        if isDetached, case .command = settings.access {
            throw usage(
                "the option \"--detach\" needs Flink's REST interface: its command line cannot tell "
                    + "later what became of a savepoint\n  hint: leave it out"
            )
        }
        waitLimit =
            arguments.has(.wait)
            ? .nanoseconds(try context.lockWait(arguments)) : settings.waitLimit.callLimit
        cluster = try context.cluster(settings, waitLimit: waitLimit)
    }

    /// Sees to what an earlier call left open, and asks for what is wanted.
    ///
    /// - Parameter settle: Checks and labels a savepoint that an earlier call asked for and that
    ///   is not the one that is wanted now.
    /// - Returns: The savepoint, or that it is under way.
    /// - Throws: `FlinkError` where none was taken, or where nobody knows.
    func make(settling settle: (Made) -> Void) throws(FlinkError) -> Outcome {
        let pending = try noted()
        if let pending, let made = try resolve(pending) {
            if try isWanted(made, pending) { return .made(made) }
            context.console.message(
                "note: the savepoint \"\(made.location)\", asked for at \(pending.triggered), is "
                    + "there; a new one is taken"
            )
            settle(made)
            try forget(made)
        }
        return try begin()
    }

    /// Whether the savepoint of an earlier call is the one that is wanted now.
    ///
    /// One with which a job was stopped is, for as long as no job of that name runs again: its state
    /// would be newer, and it would run on beside the one that is started from the savepoint.
    private func isWanted(
        _ made: Made,
        _ pending: PendingSavepoint
    ) throws(FlinkError) -> Bool {
        let isFresh = context.now.nanoseconds(since: pending.triggered) <= Self.freshness
        guard pending.stopping != SavepointRequest.Stopping.none.rawValue else {
            return stopping == .none && isFresh
        }
        let name = settings.flinkName(ofJob: job.name)
        do throws(FlinkError) {
            return try !cluster.jobs().contains { running in
                // The job that was stopped may take a moment to end; with a fixed job id another has it.
                !running.state.isOver && running.name == name
                    && (running.id != pending.jobID || !isFresh)
            }
        } catch {
            // Where a job is its cluster's only one, the cluster goes with the job.
            if isFresh { return true }
            throw error
        }
    }

    // MARK: A new one

    private func begin() throws(FlinkError) -> Outcome {
        let name = settings.flinkName(ofJob: job.name)
        let jobs = try cluster.jobs()
        let running = try JobChoice.running(name, among: jobs, at: cluster.address)
        var note = PendingSavepoint(
            job: job.name,
            jobID: running.id,
            request: ObjectName(String(context.token.prefix(32))),
            target: target.description,
            format: format.rawValue,
            stopping: stopping.rawValue,
            label: label,
            triggered: context.clock()
        )
        try put(note, replacing: nil)
        let progress: SavepointProgress
        do throws(FlinkError) {
            progress = try cluster.trigger(request(note))
        } catch {
            if error.reason != .stillGoingOn { try forget(note) }
            throw error
        }
        switch progress {
        case .completed(let location):
            return .made(made(note, location, isBegunBefore: false))
        case .failed(let why):
            try forget(note)
            throw FlinkError(
                .refused,
                action: "take a savepoint of job \(running.id)",
                address: cluster.address,
                detail: why
            )
        case .inProgress(let id):
            if id != note.request {
                let earlier = note
                note.request = id
                try put(note, replacing: earlier)
            }
            if isDetached { return .underWay(note) }
            return .made(made(note, try wait(for: note), isBegunBefore: false))
        }
    }

    func wait(for note: PendingSavepoint) throws(FlinkError) -> String {
        let wait = SavepointWait(
            cluster: cluster,
            limit: waitLimit,
            clock: .system,
            pause: { length in
                // In slices, so that a signal is heard.
                let end = MonotonicClock.system.now + length
                while MonotonicClock.system.now < end, context.shouldStop() == nil {
                    Thread.sleep(forTimeInterval: 0.05)
                }
            },
            shouldStop: { context.shouldStop() != nil }
        )
        do throws(FlinkError) {
            return try wait.location(of: request(note))
        } catch {
            if error.reason == .refused { try forget(note) }
            throw error
        }
    }

    // MARK: Values

    /// What a note comes to, once Flink says where its savepoint is.
    func made(_ note: PendingSavepoint, _ location: String, isBegunBefore: Bool) -> Made {
        let labels = Set([note.label, label].compactMap(\.self)).sorted()
        return Made(
            location: location,
            jobID: note.jobID,
            labels: labels,
            isBegunBefore: isBegunBefore,
            note: note
        )
    }

    private func request(_ note: PendingSavepoint) -> SavepointRequest {
        SavepointRequest(
            job: note.jobID,
            target: note.target,
            format: SavepointRequest.Format(rawValue: note.format) ?? .canonical,
            stopping: SavepointRequest.Stopping(rawValue: note.stopping) ?? .none,
            id: note.request
        )
    }

    // MARK: Notes

    private func noted() throws(FlinkError) -> PendingSavepoint? {
        do throws(StateError) {
            return try PendingSavepointFile.read(state).first { $0.job == job.name }
        } catch {
            throw noteFault("\(error)")
        }
    }

    private func put(
        _ note: PendingSavepoint,
        replacing: PendingSavepoint?
    ) throws(FlinkError) {
        let isKept: Bool
        do throws(StateError) {
            isKept = try PendingSavepointFile.put(note, replacing: replacing, in: state)
        } catch {
            throw noteFault("\(error)")
        }
        guard isKept else { throw noteFault("another call asked for one at the same moment") }
    }

    /// Takes the note of a savepoint away, once nothing is left to be done with it.
    func forget(_ made: Made) throws(FlinkError) {
        try forget(made.note)
    }

    /// Takes a note away.
    func forget(_ note: PendingSavepoint) throws(FlinkError) {
        do throws(StateError) {
            try PendingSavepointFile.remove(note, from: state)
        } catch {
            throw noteFault("\(error)")
        }
    }

    private func noteFault(_ detail: String) -> FlinkError {
        FlinkError(
            .stillGoingOn,
            action: "keep a note of the savepoint of \"\(job.name)\"",
            address: cluster.address,
            detail: detail
        )
    }
}
