// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

/// The snapshots of a job, by verdict and reasons.
extension ReportPage {
    /// Groups of more are closed until somebody opens them.
    private static let longestOpenGroup = 12

    func writeGroups(_ job: RetentionReport.Job, _ html: inout HTMLText) {
        for kind in [SnapshotKind.savepoint, .checkpoint] {
            let own = job.snapshots.filter { $0.kind == kind }
            if own.isEmpty { continue }
            html.element("h3", kind == .savepoint ? "Savepoints" : "Checkpoints")
            for group in SnapshotGroup.groups(of: own) { write(group, job, &html) }
        }
    }

    private func write(
        _ group: SnapshotGroup,
        _ job: RetentionReport.Job,
        _ html: inout HTMLText
    ) {
        let verdict = group.key.isHeldByLimit ? "held back" : group.key.verdict.phrase
        let name = group.key.verdict.rawValue
        if group.snapshots.count <= Self.longestOpenGroup {
            html.open("details", ["class": "group", "data-verdict": name, "open": ""])
        } else {
            html.open("details", ["class": "group", "data-verdict": name])
        }
        html.element("summary") { html in
            html.element("b", ["class": "verdict \(name)"], verdict)
            html.element("span", ["class": "sum"]) { html in
                html.text("\(group.snapshots.count), \(ByteText.text(group.bytes))")
            }
            html.element("span", ["class": "why"], group.key.reasons.joined(separator: "; "))
        }
        html.add(
            "<table class=rows><thead><tr><th>snapshot<th>time, UTC<th>size<th>standing<tbody>"
        )
        write(rows: group.snapshots, &html)
        html.add("</table></details>\n")
    }

    private func write(rows snapshots: [PlannedSnapshot], _ html: inout HTMLText) {
        var attempt: ObjectName?
        for (index, snapshot) in snapshots.enumerated() {
            let (holder, name) = Self.split(snapshot)
            // Where several of one attempt follow each other its name is said once.
            let next = index + 1 < snapshots.count ? Self.split(snapshots[index + 1]).holder : nil
            if let holder, holder != attempt, holder == next {
                html.add("<tr class=a><th colspan=4>")
                html.text(holder.description)
                html.add("\n")
            }
            attempt = holder == attempt || holder == next ? holder : nil
            html.add("<tr><td>")
            if let holder, holder != attempt { html.text("\(holder)/") }
            html.text(name.description)
            writeRemarks(snapshot, &html)
            html.add("<td>")
            html.text(snapshot.time.moment)
            html.add("<td>")
            html.text(ByteText.text(snapshot.bytes))
            html.add("<td>")
            html.text(details(of: snapshot))
            html.add("\n")
        }
    }

    /// The directory of a checkpoint below its root, and its name in it.
    private static func split(
        _ snapshot: PlannedSnapshot
    ) -> (holder: ObjectName?, name: ObjectName) {
        let path = snapshot.path.bytes.isEmpty ? snapshot.place.path.last : snapshot.path
        guard let slash = path.bytes.lastIndex(of: UInt8(ascii: "/")) else { return (nil, path) }
        return (ObjectName(path.bytes[..<slash]), ObjectName(path.bytes[(slash + 1)...]))
    }

    private func writeRemarks(_ snapshot: PlannedSnapshot, _ html: inout HTMLText) {
        for label in snapshot.labels {
            html.add(" ")
            html.element("i", label.description)
        }
        if snapshot.isComplete, snapshot.isClosed == false {
            html.add(" <b>broken</b>")
        }
    }

    /// Where it stood in each rule, what it shares, what is missing of it, and when it goes.
    private func details(of snapshot: PlannedSnapshot) -> String {
        var details = snapshot.reasons.map(\.outline.detail).filter { !$0.isEmpty }
        if let share = report.shares[snapshot.place], share.shared > 0 {
            details.append("shares \(ByteText.text(share.shared)) with \(share.others)")
        }
        if snapshot.isClosed == false, snapshot.isComplete {
            let names = snapshot.missing.prefix(2).map { "\($0)" }.joined(separator: ", ")
            let more = snapshot.missing.count - 2
            details.append("missing: \(names)" + (more > 0 ? " and \(more) more" : ""))
        }
        if let day = report.forecast.departures[snapshot.place] {
            details.append("goes \(day.text)")
        }
        return details.joined(separator: " · ")
    }
}
