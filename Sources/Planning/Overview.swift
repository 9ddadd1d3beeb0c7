// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
public import SnapshotModel

/// Which snapshots go on which day if nothing else happens: nothing new is written, no run sees
/// anything, and the policy stays as it is.
public struct Forecast: Hashable, Sendable {
    /// The last day that was looked at: the longest duration of the policy from now.
    public let horizon: CivilDay
    /// The first day, at midnight UTC, for which a plan condemns a snapshot that it keeps now; what
    /// is not in it stays up to the horizon, or goes now.
    public let departures: [StorageURL: CivilDay]

    /// Makes a forecast of its parts.
    public init(horizon: CivilDay, departures: [StorageURL: CivilDay]) {
        self.horizon = horizon
        self.departures = departures
    }
}

/// One look at everything: what is decided, whose bytes are whose, and what goes when.
public struct Overview: Sendable {
    /// The plan, and what it was made from.
    public let result: PlanningResult
    /// What is stored, and whose it is.
    public let usage: StorageUsage
    /// What goes when.
    public let forecast: Forecast
}

extension Planner {
    /// Looks at everything once, and tells all that can be said of it.
    ///
    /// - Parameters:
    ///   - now: The moment for which to decide.
    ///   - memory: What earlier runs saw.
    ///   - waivers: What an operator dismissed, and which jobs are retired.
    ///   - roster: The jobs and roots, where they are known already; nil to look for them.
    /// - Returns: The plan, the sums and the forecast.
    public func overview(
        at now: Instant,
        memory: PlanningMemory,
        waivers: Waivers = Waivers(),
        roster: JobRoster? = nil
    ) -> Overview {
        let roster = roster ?? self.roster()
        let word = ask(roster)
        let decider = decider(
            at: now,
            memory: memory,
            waivers: waivers,
            word: word,
            roster: roster
        )
        let result = result(of: decider, word)
        return Overview(
            result: result,
            usage: usage(of: result, at: now),
            forecast: decider.forecast()
        )
    }
}

extension Decider {
    /// Works out what goes when.
    func forecast() -> Forecast {
        let ends = roster.jobs.flatMap { job in
            job.settings.allDurations.map { $0.end(after: now, in: policy.calendar) }
        }
        // What is kept for so long that it has no date lies behind any horizon.
        let end = ends.filter { $0 < Instant(nanoseconds: .max) }.max() ?? now
        let horizon = CivilDay(ofLocalSecond: Int(end.seconds) + 86_400)
        let search = ProspectSearch(
            inventory: inventory,
            roster: roster,
            memory: memory,
            calendar: policy.calendar,
            now: now,
            jobs: Set(roster.jobs.indices)
        )
        let days = search.departures(until: horizon) { moment in
            let drafts = at(moment).decideSnapshots().drafts
            return Set(drafts.indices.filter { drafts[$0]?.verdict == .condemn })
        }
        let departures = days.map { (inventory.snapshots[$0.key].place, $0.value) }
        return Forecast(
            horizon: horizon,
            departures: Dictionary(departures, uniquingKeysWith: min)
        )
    }
}
