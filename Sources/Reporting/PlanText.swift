// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Planning
internal import SnapshotModel
internal import Storage

/// A plan as an operator reads it in a mail: what would go, what stays, and why.
public struct PlanText {
    private let plan: Plan

    /// Makes the text of a plan.
    ///
    /// - Parameter plan: The decisions.
    public init(_ plan: Plan) {
        self.plan = plan
    }

    /// The whole text, with a line end at its end.
    public var text: String {
        var lines = header()
        for job in plan.jobs { lines += self.lines(of: job) }
        lines += outside() + findings() + commands()
        return lines.joined(separator: "\n") + "\n"
    }

    private func header() -> [String] {
        let going = plan.snapshots.filter { $0.verdict == .condemn && !$0.isHeldByLimit }
        let bytes = going.reduce(0) { $0 + $1.bytes }
        let held = plan.snapshots.count(where: \.isHeldByLimit)
        var line =
            "\(going.count) of \(plan.snapshots.count) snapshots would go, \(ByteText.text(bytes))"
        if held > 0 { line += "; \(held) more are held back by a limit" }
        return ["plan of \(plan.policy) for \(plan.at)", line + "; nothing was removed"]
    }

    // MARK: Jobs

    private func lines(of job: PlannedJob) -> [String] {
        let own = plan.snapshots.filter { $0.job == job.name }
        var lines = ["", "job \(job.name)"]
        for root in plan.roots where root.job == job.name {
            let undo = root.undo.map { "undo for \($0)" } ?? "no undo"
            lines.append(
                "  \(root.role.rawValue): \(root.place.printable) (\(state(of: root)), \(undo))"
            )
        }
        if let limit = job.limit {
            lines += ["  held back by a limit: \(limit.text)"]
        }
        lines += section("goes", own.filter { $0.verdict == .condemn })
        lines += section("stays", own.filter { $0.verdict == .keep })
        lines += section("left alone", own.filter { $0.verdict == .leave })
        if own.isEmpty { lines.append("  no snapshots") }
        return lines
    }

    private func state(of root: PlannedRoot) -> String {
        switch root.outcome {
        case .complete: "\(root.fileCount) files"
        case .absent: "not there"
        case .incomplete: "not listed completely"
        }
    }

    private func section(_ title: String, _ snapshots: [PlannedSnapshot]) -> [String] {
        guard !snapshots.isEmpty else { return [] }
        let bytes = snapshots.reduce(0) { $0 + $1.bytes }
        var table = Table([.left, .left, .right, .left])
        for snapshot in snapshots {
            table.add(
                [
                    name(of: snapshot), String(snapshot.time.description.prefix(10)),
                    ByteText.text(snapshot.bytes), remarks(on: snapshot),
                ],
                below: Wrapped.lines(
                    snapshot.reasons.map(\.text.printable),
                    width: 92,
                    indent: "        "
                )
            )
        }
        return ["  \(title): \(snapshots.count), \(ByteText.text(bytes))"]
            + table.lines(indent: "    ")
    }

    /// The path below the root, which is printed above.
    private func name(of snapshot: PlannedSnapshot) -> String {
        let path = snapshot.path.bytes.isEmpty ? snapshot.place.path.last : snapshot.path
        return path.description.printable
    }

    /// Labels, and whatever is not as it should be.
    private func remarks(on snapshot: PlannedSnapshot) -> String {
        var remarks = snapshot.labels.map { "[\($0)]" }
        if snapshot.isHeldByLimit { remarks.append("held back") }
        if snapshot.isComplete, snapshot.isClosed == false {
            remarks.append("broken, \(snapshot.missing.count) files missing")
        }
        return remarks.joined(separator: " ")
    }

    // MARK: The rest

    private func outside() -> [String] {
        var lines: [String] = []
        if !plan.loose.isEmpty {
            lines += ["", "outside snapshots (counted; this version removes none of it)"]
            var table = Table([.left, .right, .right, .left])
            for kind in LooseKind.allCases {
                guard let total = plan.loose[kind] else { continue }
                let free = total.count - total.referencedCount
                let bytes = ByteText.text(total.bytes - total.referencedBytes)
                table.add([
                    kind.title, "\(total.count)", ByteText.text(total.bytes),
                    "\(free) of them without a reference, \(bytes)",
                ])
            }
            lines += table.lines(indent: "  ")
        }
        if plan.trashCount > 0 {
            lines += ["", "in the trash: \(plan.trashCount), \(ByteText.text(plan.trashBytes))"]
        }
        return lines
    }

    private func findings() -> [String] {
        guard !plan.findings.isEmpty else { return [] }
        return ["", "to be known"]
            + plan.findings.flatMap { finding in
                [
                    "  \(finding.severity.rawValue): \(finding.subject.printable): \(finding.message.printable)"
                ]
                    + (finding.hint.isEmpty ? [] : ["    hint: \(finding.hint)"])
            }
    }

    private func commands() -> [String] {
        guard plan.isLimited else { return [] }
        return [
            "", "to let go what the limit holds back, save the plan, read it, and approve it:",
            "  janitor plan --policy \(plan.policy) --save plan.json",
            "  janitor run --policy \(plan.policy) --approved plan.json",
        ]
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
