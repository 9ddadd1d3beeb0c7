// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
public import Planning
internal import Policy
internal import SnapshotModel
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
    /// The policy cannot be carried out as it is written; why.
    case unsound(String)
    /// It could not work at all.
    case failed(String)
}

/// One run: locks, plan, second look, steps, trash whose time is over, memory.
public struct JanitorRun {
    private let environment: RunEnvironment
    private let shard: JobShard?

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - environment: What it works with.
    ///   - shard: The part of the jobs that it takes from; everything is looked at all the same, and
    ///     nothing outside snapshots goes. Nil for all jobs.
    public init(_ environment: RunEnvironment, shard: JobShard? = nil) {
        self.environment = environment
        self.shard = shard
    }

    /// Runs.
    ///
    /// - Parameter approval: A saved plan; then only what it lists goes, and no limit holds it.
    /// - Returns: How it ended.
    public func run(approval: Approval? = nil) -> RunOutcome {
        do {
            try environment.state.prepare()
            return try runLocked(approval)
        } catch let error as LockError {
            if error.isPolicyError { return .unsound("\(error)") }
            return error.isHeld ? .locked("\(error)") : .failed("\(error)")
        } catch {
            return .failed("\(error)")
        }
    }

    private func runLocked(_ approval: Approval?) throws -> RunOutcome {
        let state = environment.state
        let metadata = MetadataMemoryFile(state, isRecording: true)
        let planner = environment.planner(recalling: metadata)
        let roster = planner.roster()
        var locks = try environment.lock(
            roster.lockableRoots(of: shard),
            for: "run",
            isPart: shard != nil
        )
        defer { locks.release() }
        let now = environment.clock()
        var (memory, problem) = MemoryFile.read(state)
        let clockCheck = ClockCheck(now: now, storeTime: locks.storeTime, lastRun: memory.lastRun)
        let doubt = clockCheck.doubt
        if approval == nil, let doubt { return .refused(doubt) }
        // Before anything goes; a run that has nothing to finish sees locks in its listing.
        if try !UnfinishedRun.all(in: state).isEmpty { try locks.checkUnlooked() }
        var finishing = try UnfinishedRun.finishAll(in: environment, &locks)
        let history = try RunHistory.read(state)
        finishing.add(ForgottenSteps(history, in: locks.cover))
        memory.machineLocks = locks.limits
        let (waivers, fault) = WaiverFile.read(state)
        let result = planner.plan(
            at: now,
            memory: memory,
            lifted: approval?.places ?? [],
            waivers: waivers,
            roster: roster
        )
        // Roots of other shards are locked by those who work on them.
        let directories = result.inventory.lockedDirectories
        try locks.check(shard == nil ? directories : directories.filter(locks.cover))
        var work = RunWork(result, approval, environment, locks, at: now, shard: shard)
        if doubt == nil { work.addTrash(history, locks) }
        var report = try work.carryOut(&locks)
        report.notes = [problem, fault].compactMap(\.self) + report.notes
        finishing.tell(&report)
        // Damaged, it says again every night what nobody hears; a damaged memory is begun anew.
        if fault != nil { report.hasLeft = true }
        if report.stateError == nil {
            do throws(StateError) {
                try work.remember(report, memory)
                try metadata.commit(
                    after: result.inventory,
                    at: now,
                    policy: environment.policy,
                    believed: approval?.placesOfCopiedTimes ?? []
                )
            } catch {
                report.stateError = error.description
            }
        }
        return .finished(shard?.view(of: result.plan) ?? result.plan, report)
    }
}

extension JobRoster {
    /// The roots that a run of a part of the jobs has to lock; of all where there are no parts.
    func lockableRoots(of shard: JobShard?) -> [StorageURL] {
        guard let shard else { return lockableRoots }
        return roots.filter { root in
            root.jobs.contains { shard.holds(jobs[$0].name) }
        }.map(\.place)
    }
}
