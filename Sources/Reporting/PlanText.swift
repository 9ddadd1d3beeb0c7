// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Planning
internal import SnapshotModel
internal import Storage

/// A plan as an operator reads it in a mail: what would go, what stays, and why.
public struct PlanText {
    private let plan: Plan
    private let columns: Int
    private let next: NextCommand

    /// Makes the text of a plan.
    ///
    /// - Parameters:
    ///   - plan: The decisions.
    ///   - columns: How wide sentences may be; names and tables take what they need.
    ///   - next: Writes the commands that it names.
    public init(_ plan: Plan, columns: Int = 100, next: NextCommand = NextCommand()) {
        self.plan = plan
        self.columns = max(40, columns)
        self.next = next
    }

    /// The whole text, with a line end at its end.
    public var text: String {
        // Snapshots are large: they are told apart by position, and looked at where they lie.
        let snapshots = Dictionary(grouping: plan.snapshots.indices) { plan.snapshots[$0].job }
        var roots: [String: [PlannedRoot]] = [:]
        for root in plan.roots { for job in root.jobs { roots[job, default: []].append(root) } }
        var lines = header()
        for job in plan.jobs {
            lines += self.lines(of: job, snapshots[job.name] ?? [], roots[job.name] ?? [])
        }
        lines += readOnly(plan.roots.filter(\.jobs.isEmpty)) + outside() + trash() + findings()
        if plan.isLimited { lines += [""] + plan.approvalLines(next) }
        lines += ["", totals()]
        return lines.page
    }

    private func header() -> [String] {
        let going = positions(.condemn).filter { !plan.snapshots[$0].isHeldByLimit }
        let held = plan.snapshots.indices.count { plan.snapshots[$0].isHeldByLimit }
        var line = "\(going.count) of \(plan.snapshots.count) snapshots would go, \(size(going))"
        if held > 0 { line += "; \(held) more are held back by a limit" }
        let outside = plan.objectRemovals
        if !outside.isEmpty {
            let bytes = ByteText.text(outside.sum(of: \.bytes))
            line += "; outside snapshots \(outside.count) would go, \(bytes)"
        }
        // The first day of a month here may be the last one of another month there.
        let zone = plan.timeZone == "UTC" ? "" : ", months and other periods \(plan.timeZone)"
        return [
            "plan of \(plan.policy) for \(plan.at); times are UTC\(zone)",
            line + "; nothing was removed",
        ]
    }

    /// The last line: everything once, and whether something could not be known.
    private func totals() -> String {
        let held = plan.snapshots.indices.filter { plan.snapshots[$0].isHeldByLimit }
        let going = positions(.condemn).filter { !plan.snapshots[$0].isHeldByLimit }
        var parts = ["\(going.count) go (\(size(going)))"]
        if !held.isEmpty { parts.append("\(held.count) held back (\(size(held)))") }
        for (verdict, word) in [(Verdict.keep, "stay"), (.leave, "left alone")] {
            let own = positions(verdict)
            parts.append("\(own.count) \(word) (\(size(own)))")
        }
        let partial = plan.isPartial ? "; partial: not everything could be known" : ""
        return "in all: " + parts.joined(separator: ", ") + partial
    }

    /// Positions of snapshots with this verdict.
    private func positions(_ verdict: Verdict) -> [Int] {
        plan.snapshots.indices.filter { plan.snapshots[$0].verdict == verdict }
    }

    private func size(_ positions: [Int]) -> String {
        ByteText.text(positions.sum { plan.snapshots[$0].bytes })
    }

    // MARK: Jobs

    private func lines(
        of job: PlannedJob,
        _ own: [Int],
        _ roots: [PlannedRoot]
    ) -> [String] {
        var lines = ["", "job \(job.name)"]
        for root in roots {
            let state = "\(state(of: root)), \(root.undoText)"
            lines.append("  \(root.role.rawValue): \(root.place) (\(state))")
        }
        if let limit = job.limit {
            lines += Wrapped.lines(
                ["held back by a limit: \(limit.text.printable)"],
                width: columns - 2,
                indent: "  "
            )
        }
        lines += section("goes", own.filter { plan.snapshots[$0].verdict == .condemn })
        lines += section("stays", own.filter { plan.snapshots[$0].verdict == .keep })
        lines += section("left alone", own.filter { plan.snapshots[$0].verdict == .leave })
        if own.isEmpty { lines.append("  no snapshots") }
        return lines
    }

    private func readOnly(_ roots: [PlannedRoot]) -> [String] {
        guard !roots.isEmpty else { return [] }
        return ["", "only read, never touched"]
            + roots.map { "  \($0.place) (\(state(of: $0)))" }
    }

    private func state(of root: PlannedRoot) -> String {
        switch root.outcome {
        case .complete: Counted.text(root.fileCount, "file")
        case .absent: "not there"
        case .incomplete: "not listed completely"
        }
    }

    private func section(_ title: String, _ positions: [Int]) -> [String] {
        guard !positions.isEmpty else { return [] }
        var table = Table([.left, .left, .right, .left])
        for position in positions {
            let snapshot = plan.snapshots[position]
            table.add(
                [
                    name(of: snapshot), snapshot.time.day,
                    ByteText.text(snapshot.bytes), remarks(on: snapshot),
                ],
                below: Wrapped.lines(
                    snapshot.reasons.map(\.text.printable),
                    width: columns - 8,
                    indent: "        "
                )
            )
        }
        return ["  \(title): \(positions.count), \(size(positions))"]
            + table.lines(indent: "    ")
    }

    /// The path below the root, which is printed above.
    private func name(of snapshot: PlannedSnapshot) -> String {
        let path = snapshot.path.bytes.isEmpty ? snapshot.place.path.last : snapshot.path
        return path.description
    }

    /// Labels, and whatever is not as it should be.
    private func remarks(on snapshot: PlannedSnapshot) -> String {
        let labels = snapshot.labels.map { "[\($0)]" }.joined(separator: " ")
        var remarks = labels.isEmpty ? [] : [labels]
        if snapshot.isHeldByLimit { remarks.append("held back") }
        if snapshot.isComplete, snapshot.isClosed == false {
            remarks.append("broken, \(Counted.text(snapshot.missing.count, "file")) missing")
        }
        return remarks.joined(separator: ", ")
    }

    // MARK: The rest

    /// What lies outside snapshots: how much of each kind comes to what, and why.
    private func outside() -> [String] {
        guard !plan.loose.isEmpty else { return [] }
        var lines = ["", "outside snapshots"]
        for kind in LooseKind.allCases {
            guard let total = plan.loose[kind] else { continue }
            lines.append("  \(kind.title): \(total.count), \(ByteText.text(total.bytes))")
            var table = Table([.left, .right, .right])
            for own in plan.objectTotals where own.kind == kind {
                table.add(
                    [own.verdict.phrase, "\(own.count)", ByteText.text(own.bytes)],
                    below: Wrapped.lines(
                        [own.reason.summary.printable],
                        width: columns - 8,
                        indent: "        "
                    )
                )
            }
            lines += table.lines(indent: "    ")
        }
        return lines
    }

    private func trash() -> [String] {
        guard plan.trashCount > 0 else { return [] }
        return ["", "in the trash: \(plan.trashCount), \(ByteText.text(plan.trashBytes))"]
    }

    private func findings() -> [String] {
        guard !plan.findings.isEmpty else { return [] }
        return ["", "notes"]
            + plan.findings.flatMap { finding in
                let text = "\(finding.severity.rawValue): \(finding.subject): \(finding.message)"
                let hint = finding.hint.isEmpty ? [] : ["hint: \(finding.hint)".printable]
                return Wrapped.lines([text.printable], width: columns - 2, indent: "  ")
                    + Wrapped.lines(hint, width: columns - 4, indent: "    ")
            }
    }
}

extension Verdict {
    /// What happens, for people.
    var phrase: String {
        switch self {
        case .keep: "stays"
        case .condemn: "goes"
        case .leave: "left alone"
        }
    }
}

extension LooseKind {
    /// The kind for people.
    var title: String {
        switch self {
        case .shared: "shared state"
        case .forst: "ForSt databases"
        case .merged: "merged files"
        case .taskOwned: "task-owned state"
        case .changelog: "changelog"
        case .pointer: "high-availability pointers"
        case .label: "labels outside snapshots"
        case .emptyDirectory: "empty directories"
        case .special: "links and other things"
        case .unknown: "unknown files"
        }
    }
}
