// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Planning
internal import Storage
internal import StorageRemoval

/// One look at everything that counts as a sighting, as a run's does, and takes nothing.
///
/// It locks the roots as a run does: the store's own time shows whether the clock is right, and a
/// run at work would be seen half done.
public struct RecordedOverview {
    /// How it ended.
    public enum Outcome: Sendable {
        /// What was seen, and what of the memory did not read.
        case seen(Overview, notes: [String])
        /// Somebody else works on a root; who and where.
        case locked(String)
        /// The clock is not believed; why.
        case refused(String)
        /// The policy cannot be carried out as it is written; why.
        case unsound(String)
        /// It could not work at all.
        case failed(String)
    }

    private let environment: RunEnvironment

    /// Makes a look.
    public init(_ environment: RunEnvironment) {
        self.environment = environment
    }

    /// Looks, and writes down for the next run what was seen.
    public func look() -> Outcome {
        do {
            try environment.state.prepare()
            return try lookLocked()
        } catch let error as LockError {
            if error.isPolicyError { return .unsound("\(error)") }
            return error.isHeld ? .locked("\(error)") : .failed("\(error)")
        } catch {
            return .failed("\(error)")
        }
    }

    private func lookLocked() throws -> Outcome {
        let state = environment.state
        let roster = environment.planner.roster()
        let locks = try environment.lock(roster.lockableRoots, for: "report")
        defer { locks.release() }
        let now = environment.clock()
        let (memory, problem) = MemoryFile.read(state)
        let (waivers, fault) = WaiverFile.read(state)
        let clock = ClockCheck(now: now, storeTime: locks.storeTime, lastRun: memory.lastRun)
        if let doubt = clock.doubt { return .refused(doubt) }
        let overview = environment.planner.overview(
            at: now,
            memory: memory,
            waivers: waivers,
            roster: roster
        )
        try locks.check(overview.result.inventory.lockedDirectories)
        try overview.result.remember(
            runAt: now,
            gone: [],
            accepted: [],
            after: memory,
            in: state
        )
        return .seen(overview, notes: [problem, fault].compactMap(\.self))
    }
}
