// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

extension RetentionReport {
    /// The report as a mail: what matters first, then every snapshot with its reasons as a plan
    /// shows it.
    ///
    /// - Parameters:
    ///   - columns: How wide sentences may be.
    ///   - next: Writes the commands that it names.
    /// - Returns: Lines.
    public func text(columns: Int = 100, next: NextCommand = NextCommand()) -> String {
        let lines =
            ["report of \(plan.policy) for \(plan.at); nothing was removed", ""]
            + sums + [""] + jobTable + departureLines
            + leftAloneLines(columns)
        return lines.page + "\n" + PlanText(plan, columns: columns, next: next).text
    }

    private var sums: [String] {
        let total = total
        var table = Table([.left, .right, .left])
        let going = plan.snapshots.filter { $0.verdict == .condemn && !$0.isHeldByLimit }
        table.add(["would go", ByteText.text(size(going)), Self.counted(going)])
        for (name, verdict) in [("left alone", Verdict.leave), ("stays", .keep)] {
            let own = plan.snapshots.filter { $0.verdict == verdict }
            table.add([name, ByteText.text(size(own)), Self.counted(own)])
        }
        let held = plan.snapshots.filter(\.isHeldByLimit)
        if !held.isEmpty {
            table.add([
                "held back", ByteText.text(size(held)), "\(Self.counted(held)), by a limit",
            ])
        }
        table.add(["stored", ByteText.text(total.stored), "everything under the roots"])
        table.add(["exclusive", ByteText.text(total.exclusive), "used by one snapshot alone"])
        table.add(["shared", ByteText.text(total.shared), "used by several snapshots"])
        table.add(["unreferenced", ByteText.text(total.unreferenced), "used by none"])
        table.add(["trash", ByteText.text(total.trash), "can be brought back"])
        let since = journalsSince.map { "removed for good since \($0.day)" } ?? "no run yet"
        table.add(["freed", ByteText.text(total.freed), since])
        return table.lines(indent: "  ")
    }

    private static func counted(_ snapshots: [PlannedSnapshot]) -> String {
        snapshots.count == 1 ? "1 snapshot" : "\(snapshots.count) snapshots"
    }

    private func size(_ snapshots: [PlannedSnapshot]) -> Int64 {
        snapshots.sum(of: \.bytes)
    }

    private var jobTable: [String] {
        guard !jobs.isEmpty else { return [] }
        var table = Table([.left, .right, .right, .right, .right, .left, .left])
        table.add([
            "JOB", "GO", "LEFT", "STAY", "STORED", "NEWEST SAVEPOINT", "NEWEST CHECKPOINT",
        ])
        for job in jobs {
            func count(_ verdict: Verdict) -> String {
                "\(job.snapshots.count { $0.verdict == verdict })"
            }
            func newest(_ kind: SnapshotKind) -> String {
                job.newestClosed(kind)?.moment ?? "none"
            }
            table.add([
                job.name, count(.condemn), count(.leave), count(.keep),
                ByteText.text(job.bytes.stored), newest(.savepoint), newest(.checkpoint),
            ])
        }
        return table.lines(indent: "  ")
    }

    private var departureLines: [String] {
        let list = departureList
        guard !list.isEmpty else { return [] }
        var table = Table([.left, .left, .right, .left])
        for entry in list {
            table.add([entry.label, entry.what, ByteText.text(entry.bytes), entry.jobs])
        }
        return ["", "what goes when, if nothing new is written"] + table.lines(indent: "  ")
    }

    private func leftAloneLines(_ columns: Int) -> [String] {
        let causes = plan.leftAlone
        guard !causes.isEmpty else { return [] }
        return ["", "left alone"]
            + causes.flatMap { cause in
                Wrapped.lines([cause.line], width: max(40, columns) - 4, indent: "  ")
            }
    }
}
