// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import Policy
internal import SnapshotModel

/// What a sound policy says that an operator may regret: settings at zero, and those that together
/// take away what each alone would leave.
struct PolicyWarnings {
    /// Sentences, in the order of the jobs; what is said of several jobs alike is said once.
    private(set) var lines: [String] = []

    private let now: Instant
    private let policy: JanitorPolicy

    init(_ policy: JanitorPolicy, _ roster: JobRoster, now: Instant) {
        self.now = now
        self.policy = policy
        var jobs: [String: [String]] = [:]
        var order: [String] = []
        let unclaimed = Set(roster.unclaimed.map(\.job))
        for (number, job) in roster.jobs.enumerated() where !unclaimed.contains(number) {
            for warning in warnings(of: job) {
                if jobs[warning] == nil { order.append(warning) }
                jobs[warning, default: []].append(job.name)
            }
        }
        lines = order.map { "\(Self.names(jobs[$0] ?? [])): \($0)" }
        if roster.jobs.isEmpty {
            lines.append(
                "the policy gives no job: nothing is cleaned, and no run says so by its exit code; "
                    + "look whether its roots are written as they are in the store"
            )
        }
        for alias in policy.aliases where alias.actual == nil {
            lines.append(
                "alias \"\(alias.written)\": null: snapshots with files there count as broken"
            )
        }
    }

    private static func names(_ jobs: [String]) -> String {
        let shown = jobs.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
        let more = jobs.count > 3 ? " and \(jobs.count - 3) more" : ""
        return jobs.count == 1 ? "job \(shown)" : "jobs \(shown)\(more)"
    }

    private func warnings(of job: ManagedJob) -> [String] {
        minutes(job) + orphans(job) + undo(job) + activity(job)
    }

    /// What is kept for minutes, which months may be meant by.
    private func minutes(_ job: ManagedJob) -> [String] {
        let settings = job.settings
        var spans = [("trash", settings.trash)]
        for (kind, rules) in [
            ("savepoints", settings.savepoints), ("checkpoints", settings.checkpoints),
        ] {
            if let span = rules.keepWithin { spans.append(("\(kind): keepWithin", span)) }
            for (label, span) in rules.keepLabelled.sorted(by: { $0.key < $1.key }) {
                spans.append(("\(kind): keepLabelled \"\(label)\"", span))
            }
        }
        return spans.compactMap { name, span in
            guard span.unit == .minutes, span.amount > 0, span.amount < 24 * 60 else { return nil }
            return "\(name) is \(span): that is minutes; months are written \(span.amount)mo"
        }
    }

    /// When files that nothing references may go.
    private func orphans(_ job: ManagedJob) -> [String] {
        let orphans = job.settings.orphans
        var warnings: [String] = []
        if isShorter(orphans.age, than: RetentionDuration(1, .hours)) {
            warnings.append(
                "orphans.age is \(orphans.age): a file is written before the checkpoint that "
                    + "references it; 24h is the default"
            )
        }
        if orphans.sightings < 2 {
            warnings.append(
                "orphans.sightings is 1: a file goes the first time that it is found unreferenced; "
                    + "2 is the default"
            )
        } else if isShorter(orphans.apart, than: RetentionDuration(1, .hours)) {
            warnings.append(
                "orphans.apart is \(orphans.apart): two runs in a row are two sightings; 20h is "
                    + "the default"
            )
        }
        if orphans.taskOwned {
            warnings.append(
                "orphans.taskOwned is true: write-ahead sinks name files in taskowned/ in bytes of "
                    + "their own state only"
            )
        }
        return warnings
    }

    /// What stops a run, and what brings back.
    private func undo(_ job: ManagedJob) -> [String] {
        let settings = job.settings
        var warnings: [String] = []
        let hasUndo = settings.trash.amount > 0
        if !hasUndo { warnings.append("trash is 0d: what goes cannot be brought back") }
        if settings.limits == nil {
            warnings.append(
                hasUndo
                    ? "limits are off: a run may take all but what the rules keep"
                    : "limits are off and trash is 0d: nothing stops a run that takes too much, and "
                        + "nothing brings it back"
            )
        }
        if settings.limits?.share == 1 {
            warnings.append("limits.share is 1: no run ever goes beyond it")
        }
        return warnings
    }

    /// When an attempt, or a snapshot in progress, counts as over.
    private func activity(_ job: ManagedJob) -> [String] {
        let settings = job.settings
        var warnings: [String] = []
        if job.flink == nil, isShorter(settings.quietFor, than: RetentionDuration(1, .days)) {
            warnings.append(
                "quietFor is \(settings.quietFor) and no Flink is named: a job whose checkpoints "
                    + "fail for so long counts as over; 7d is the default"
            )
        }
        if isShorter(settings.unfinished, than: RetentionDuration(1, .hours)) {
            warnings.append(
                "unfinished is \(settings.unfinished): a savepoint may take longer than that; 24h "
                    + "is the default"
            )
        }
        return warnings
    }

    private func isShorter(_ one: RetentionDuration, than other: RetentionDuration) -> Bool {
        one.end(after: now, in: policy.calendar) < other.end(after: now, in: policy.calendar)
    }
}
