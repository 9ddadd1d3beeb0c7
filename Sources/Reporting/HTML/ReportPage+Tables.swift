// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

/// What is told of all jobs together.
extension ReportPage {
    // MARK: Jobs at a glance

    func writeOverview(_ html: inout HTMLText) {
        html.add("<section><h2>Jobs</h2><div class=scroll><table class=jobs><thead><tr><th>job")
        html.add("<th>go<th>left<th>stay<th>stored<th>newest whole savepoint")
        html.add("<th>newest whole checkpoint<tbody>")
        let most = report.jobs.map(\.bytes.stored).max() ?? 0
        for (number, job) in report.jobs.enumerated() {
            html.add("<tr><th scope=row>")
            html.element("a", ["href": "#job-\(number + 1)"], job.name)
            for verdict in [Verdict.condemn, .leave, .keep] {
                let count = job.snapshots.count { $0.verdict == verdict }
                html.open("td", ["class": count == 0 ? "zero" : verdict.rawValue])
                html.text("\(count)")
            }
            html.add("<td class=size>")
            html.text(ByteText.text(job.bytes.stored))
            writeBar(job.bytes, of: most, &html)
            for kind in [SnapshotKind.savepoint, .checkpoint] {
                html.add("<td>")
                html.text(job.newestClosed(kind).map { age(of: $0) } ?? "none")
            }
            html.add("\n")
        }
        html.add("</table></div></section>\n")
    }

    /// How old something is: `25 min old`, `3 h old`, `12 d old`.
    private func age(of time: Instant) -> String {
        let minutes = max(0, report.plan.at.seconds - time.seconds) / 60
        if minutes < 120 { return "\(minutes) min old" }
        return minutes < 48 * 60 ? "\(minutes / 60) h old" : "\(minutes / (24 * 60)) d old"
    }

    // MARK: Forecast

    func writeForecast(_ html: inout HTMLText) {
        let entries = report.departureList
        html.add("<section><h2>What goes when</h2>")
        if entries.isEmpty {
            html.element(
                "p",
                "Nothing that stays now goes up to \(report.forecast.horizon.text), as far as can be seen."
            )
        } else {
            let far = entries.dropFirst(Self.departuresShown)
            write(departures: entries.prefix(Self.departuresShown), &html)
            if !far.isEmpty {
                html.element("details", ["class": "rest"]) { html in
                    html.element("summary", "\(far.count) more, until \(far.last?.label ?? "")")
                    write(departures: far, &html)
                }
            }
        }
        html.add("</section>\n")
    }

    /// So many are seen at once; the others are opened by whoever wants them.
    private static let departuresShown = 16

    private func write(departures: ArraySlice<Departure>, _ html: inout HTMLText) {
        html.add("<div class=scroll><table class=forecast><thead>")
        html.add("<tr><th>from<th>in days<th>what<th>size<th>of<tbody>")
        for entry in departures {
            html.add("<tr><td>")
            html.text(entry.label)
            html.add("<td>")
            html.text("\(entry.days)")
            html.add("<td>")
            html.text(entry.what)
            html.add("<td>")
            html.text(ByteText.text(entry.bytes))
            html.add("<td>")
            html.text(entry.jobs)
            html.add("\n")
        }
        html.add("</table></div>")
    }

    // MARK: Left alone

    func writeLeftAlone(_ html: inout HTMLText) {
        let causes = report.plan.leftAlone
        let findings = report.plan.findings
        if causes.isEmpty, findings.isEmpty { return }
        html.add("<section><h2>Left alone, and what is to be known</h2>")
        if !causes.isEmpty {
            html.add("<div class=scroll><table class=causes><thead>")
            html.add("<tr><th>number<th>size<th>what<th>why<tbody>")
            for cause in causes {
                html.add("<tr><td>")
                html.text("\(cause.count)")
                html.add("<td>")
                html.text(ByteText.text(cause.bytes))
                html.add("<td>")
                html.text(cause.what)
                html.add("<td>")
                html.text(cause.text)
                html.add("\n")
            }
            html.add("</table></div>")
        }
        if !findings.isEmpty {
            html.add("<ul class=findings>")
            for finding in findings {
                html.open("li", ["class": finding.severity == .partial ? "partial" : "note"])
                html.element("code", finding.subject)
                html.text(": \(finding.message)")
                if !finding.hint.isEmpty { html.element("span", "What to do: \(finding.hint)") }
                html.add("</li>\n")
            }
            html.add("</ul>")
        }
        html.add("</section>\n")
    }

    // MARK: Outside snapshots

    func writeOutside(_ html: inout HTMLText) {
        if report.plan.objectTotals.isEmpty { return }
        html.add("<section><h2>Outside snapshots</h2><div class=scroll><table class=outside>")
        html.add("<thead><tr><th>what<th>verdict<th>number<th>size<th>why<tbody>")
        for total in report.plan.objectTotals {
            html.add("<tr><td>")
            html.text(total.kind.title)
            html.open("td", ["class": total.verdict.rawValue])
            html.text(total.verdict.phrase)
            html.add("<td>")
            html.text("\(total.count)")
            html.add("<td>")
            html.text(ByteText.text(total.bytes))
            html.add("<td>")
            html.text(total.reason.summary)
            html.add("\n")
        }
        html.add("</table></div></section>\n")
    }
}
