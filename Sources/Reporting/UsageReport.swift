// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Planning
internal import SnapshotModel

/// What is stored under the roots and whose it is, for people.
public struct UsageReport {
    let jobs: [JobUsage]
    let usage: StorageUsage

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - usage: The sums.
    ///   - job: The one job that is to be told of; nil for all.
    public init(_ usage: StorageUsage, job: String? = nil) {
        self.usage = usage
        jobs = usage.jobs.filter { job == nil || $0.name == job }
    }

    /// The report, with a line end at its end.
    public var text: String {
        var lines: [String] = []
        for job in jobs { lines += self.lines(of: job) + [""] }
        if usage.onlyRead.count > 0 {
            lines += ["only read, or nobody's: \(text(of: usage.onlyRead))", ""]
        }
        let all = jobs.reduce(UsageTally()) { $0 + $1.total }
        lines.append("in all: \(text(of: all))")
        for (root, count, bytes) in usage.oldVersions where count > 0 {
            lines += [
                "old versions below \(root): \(count), \(ByteText.text(bytes))",
                "  deleted or written over; a rule of the bucket's for noncurrent versions removes them",
            ]
        }
        lines += usage.uncounted.map { "not counted: \($0)" }
        if !usage.unread.isEmpty {
            lines.append("what these use outside their directories is not known:")
            lines += usage.unread.map { "  \($0)" }
        }
        return lines.page
    }

    private func lines(of job: JobUsage) -> [String] {
        var table = Table([.left, .right, .right, .left])
        table.add(row("savepoints", job.savepoints))
        table.add(row("checkpoints", job.checkpoints))
        for (kind, outside) in outside(job.outside) {
            table.add(row(kind.title, outside.all, unreferenced(outside)))
        }
        if job.trash.count > 0 { table.add(row("trash", job.trash)) }
        if job.janitor.count > 0 { table.add(row("janitor's own", job.janitor)) }
        var lines = ["job \(job.name): \(text(of: job.total))"] + table.lines(indent: "  ")
        for attempt in job.attempts { lines += self.lines(of: attempt) }
        if !job.snapshots.isEmpty { lines += snapshots(job.snapshots) }
        return lines
    }

    private func lines(of attempt: AttemptUsage) -> [String] {
        let name = attempt.jobID?.description ?? "without a job id"
        let standing =
            attempt.openSince.map { "may be running, last active \($0)" } ?? "over"
        var lines = ["  attempt \(name) (\(standing))"]
        var table = Table([.left, .right, .right, .left])
        table.add(row("snapshots", attempt.snapshots))
        for (kind, outside) in outside(attempt.outside) {
            var remark = unreferenced(outside)
            if attempt.openSince != nil, outside.unreferenced.count > 0 {
                remark += "; nothing is taken while it may be running"
            }
            table.add(row(kind.title, outside.all, remark))
        }
        lines += table.lines(indent: "    ")
        return lines
    }

    private func snapshots(_ snapshots: [SnapshotUsage]) -> [String] {
        var table = Table([.left, .left, .right, .right, .right, .left])
        table.add(["kind", "time", "frees", "shared", "with", "path"])
        for snapshot in snapshots {
            table.add([
                snapshot.kind.rawValue, snapshot.time.day,
                ByteText.text(snapshot.share.exclusive), ByteText.text(snapshot.share.shared),
                "\(snapshot.share.others)", snapshot.place.description,
            ])
        }
        return ["  snapshots: what dropping each one frees, and what it shares with how many"]
            + table.lines(indent: "    ")
    }

    private func row(_ name: String, _ tally: UsageTally, _ remark: String = "") -> [String] {
        [name, "\(tally.count)", ByteText.text(tally.bytes), remark]
    }

    private func text(of tally: UsageTally) -> String {
        "\(ByteText.text(tally.bytes)) (\(tally.bytes) bytes) in \(Counted.text(tally.count, "file"))"
    }

    private func unreferenced(_ outside: OutsideUsage) -> String {
        outside.unreferenced.count == 0
            ? ""
            : "\(outside.unreferenced.count) of them without a reference, "
                + ByteText.text(outside.unreferenced.bytes)
    }

    private func outside(
        _ kinds: [LooseKind: OutsideUsage]
    ) -> [(LooseKind, OutsideUsage)] {
        LooseKind.allCases.compactMap { kind in kinds[kind].map { (kind, $0) } }
    }
}
