// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

/// The time line of a job: one strip for each rule that keeps, for what is left and for what goes.
extension ReportPage {
    /// Marks on one line.
    private struct Strip {
        let title: String
        /// The class that gives it its colour.
        let style: String
        var closed: Set<Int> = []
        var broken: Set<Int> = []
        var count = 0

        mutating func add(_ snapshot: PlannedSnapshot, at position: Int) {
            count += 1
            if snapshot.isClosed == true {
                closed.insert(position)
            } else {
                broken.insert(position)
            }
        }
    }

    func writeTimeline(_ job: RetentionReport.Job, _ html: inout HTMLText) {
        guard let oldest = job.snapshots.map(\.time).min() else { return }
        let axis = TimeAxis(from: oldest, to: report.plan.at)
        html.element("div", ["class": "line"]) { html in
            for kind in [SnapshotKind.savepoint, .checkpoint] {
                let own = job.snapshots.filter { $0.kind == kind }
                if own.isEmpty { continue }
                html.element("p", ["class": "kind"], kind.plural)
                for strip in Self.strips(own, axis) { write(strip, kind, &html) }
            }
            writeAxis(axis, from: oldest, &html)
        }
    }

    private static func strips(_ snapshots: [PlannedSnapshot], _ axis: TimeAxis) -> [Strip] {
        var kept: [KeepingFamily: Strip] = [:]
        var left = Strip(title: Verdict.leave.phrase, style: "leave")
        var goes = Strip(title: Verdict.condemn.phrase, style: "condemn")
        for snapshot in snapshots {
            let position = axis.position(of: snapshot.time)
            switch snapshot.verdict {
            case .keep:
                let family = KeepingFamily(of: snapshot)
                kept[family, default: Strip(title: family.title, style: "k-\(family.rawValue)")]
                    .add(snapshot, at: position)
            case .leave: left.add(snapshot, at: position)
            case .condemn: goes.add(snapshot, at: position)
            }
        }
        return (KeepingFamily.allCases.compactMap { kept[$0] } + [left, goes])
            .filter { $0.count > 0 }
    }

    private func write(_ strip: Strip, _ kind: SnapshotKind, _ html: inout HTMLText) {
        html.element("div", ["class": "strip \(strip.style)"]) { html in
            html.element("span") { html in
                html.element("b", "\(strip.count)")
                html.text(" \(strip.title)")
            }
            let broken = strip.broken.isEmpty ? "" : "; squares are not whole, or not known to be"
            html.element(
                "svg",
                [
                    "viewBox": "0 0 \(TimeAxis.resolution) 2", "preserveAspectRatio": "none",
                    "role": "img",
                    "aria-label": "\(strip.count) \(kind.plural), \(strip.title), by time" + broken,
                ]
            ) { html in
                Self.marks(strip.closed, "dot", isHollow: strip.style == "condemn", &html)
                Self.marks(strip.broken, "dot box", isHollow: strip.style == "condemn", &html)
            }
        }
    }

    /// Points without a length, which the ends of a line make round or square.
    private static func marks(
        _ positions: Set<Int>,
        _ style: String,
        isHollow: Bool,
        _ html: inout HTMLText
    ) {
        guard !positions.isEmpty else { return }
        let path = positions.sorted().map { "M\($0) 1h0" }.joined()
        html.open("path", ["class": style, "d": path])
        html.add("</path>")
        if isHollow {
            html.open("path", ["class": "\(style) hole", "d": path])
            html.add("</path>")
        }
    }

    private func writeAxis(_ axis: TimeAxis, from oldest: Instant, _ html: inout HTMLText) {
        html.element("div", ["class": "axis"]) { html in
            html.element("span", "")
            html.element("div") { html in
                html.element("i", ["style": "left:0", "class": "first"], oldest.day)
                for tick in axis.ticks {
                    let share = Double(tick.position) * 100 / Double(TimeAxis.resolution)
                    html.element("i", ["style": "left:\(share)%"], tick.label)
                }
                html.element("i", ["style": "left:100%", "class": "last"], "now")
            }
        }
    }
}

extension SnapshotKind {
    /// For people.
    var plural: String { "\(rawValue)s" }
}
