// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel
internal import Storage

/// A report as one page that needs nothing but itself: no network, no files, and no script to be
/// read; a small one lets whoever has it filter.
struct ReportPage {
    let report: RetentionReport

    /// The whole page.
    var html: String {
        var html = HTMLText()
        writeHead(&html)
        html.add("<header><h1>Savepoints and checkpoints</h1>")
        html.element("p", ["class": "lead"]) { writeLead(&$0) }
        html.add("</header>\n<main>\n")
        writeSums(&html)
        html.add(Self.filterForm)
        writeOverview(&html)
        writeForecast(&html)
        writeLeftAlone(&html)
        for (number, job) in report.jobs.enumerated() { write(job, number, &html) }
        writeOutside(&html)
        html.add("</main>\n")
        writeFooter(&html)
        html.add("<script>")
        html.add(Self.script)
        html.add("</script>\n</body>\n</html>\n")
        return html.markup
    }

    private func writeHead(_ html: inout HTMLText) {
        html.add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        html.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        html.add("<meta name=\"color-scheme\" content=\"light dark\">\n")
        // Nothing is loaded, and no script runs but ours, whatever a name holds.
        html.open(
            "meta",
            ["http-equiv": "Content-Security-Policy", "content": Self.securityPolicy]
        )
        html.add("\n<link rel=\"icon\" href=\"data:,\">\n")
        html.element("title", "janitor: report of \(report.plan.at.day)")
        html.add("\n<style>")
        html.add(Self.style)
        html.add("</style>\n</head>\n<body>\n")
    }

    static let securityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '\(scriptHash)'"

    private func writeLead(_ html: inout HTMLText) {
        html.text("What the policy ")
        html.element("code", report.plan.policy)
        html.text(" means for what is stored, as of ")
        html.element("time", ["datetime": report.plan.at.description], report.plan.at.moment)
        html.text(" UTC. Nothing was removed to make this page.")
        if report.plan.isPartial {
            html.add(
                " <strong class=leave>Not everything could be known; see “Left alone”.</strong>"
            )
        }
        if report.plan.isLimited {
            html.add(" <strong class=condemn>A limit holds something back.</strong>")
        }
    }

    // MARK: Sums

    private func writeSums(_ html: inout HTMLText) {
        let plan = report.plan
        let total = report.total
        html.add("<section class=sums>")
        html.add("<h2 class=unseen>In all</h2><dl class=tiles>")
        let goes = plan.snapshots.filter { $0.verdict == .condemn && !$0.isHeldByLimit }
        tile("would go", goes.count, goes, "condemn", &html)
        let held = plan.snapshots.filter(\.isHeldByLimit)
        if !held.isEmpty { tile("held back by a limit", held.count, held, "condemn", &html) }
        let left = plan.snapshots.filter { $0.verdict == .leave }
        tile("left alone", left.count, left, "leave", &html)
        let kept = plan.snapshots.filter { $0.verdict == .keep }
        tile("stay", kept.count, kept, "keep", &html)
        html.add("</dl><dl class=bytes>")
        let freed = report.journalsSince.map { "freed since \($0.day)" } ?? "freed so far"
        for (name, style, bytes) in [
            ("stored", "", total.stored), ("used by one snapshot", "b-one", total.exclusive),
            ("shared by several", "b-shared", total.shared),
            ("unreferenced", "b-none", total.unreferenced),
            ("in the trash", "b-trash", total.trash),
            (freed, "", total.freed),
        ] {
            html.element("div", ["class": style]) { html in
                html.element("dt", name)
                html.element("dd", ["title": "\(bytes) bytes"], ByteText.text(bytes))
            }
        }
        html.add("</dl>")
        writeBar(total, of: total.stored, &html)
        html.add("</section>\n")
    }

    private func tile(
        _ title: String,
        _ count: Int,
        _ snapshots: [PlannedSnapshot],
        _ style: String,
        _ html: inout HTMLText
    ) {
        html.element("div", ["class": style]) { html in
            html.element("dt", title)
            html.element("dd") { html in
                html.element("b", "\(count)")
                html.text(" " + ByteText.text(snapshots.sum(of: \.bytes)))
            }
        }
    }

    /// Shares of bytes, one beside the other; the numbers stand elsewhere.
    func writeBar(_ bytes: RetentionReport.Bytes, of all: Int64, _ html: inout HTMLText) {
        guard all > 0 else { return }
        html.element("div", ["class": "bar", "aria-hidden": "true"]) { html in
            for (style, part) in [
                ("b-one", bytes.exclusive), ("b-shared", bytes.shared),
                ("b-none", bytes.unreferenced), ("b-trash", bytes.trash),
            ] where part > 0 {
                let share = (Double(part) * 1000 / Double(all)).rounded() / 10
                html.element("i", ["class": style, "style": "width:\(share)%"], "")
            }
        }
    }

    // MARK: A job

    private func write(_ job: RetentionReport.Job, _ number: Int, _ html: inout HTMLText) {
        html.open("section", ["class": "job", "id": "job-\(number + 1)"])
        html.element("h2", job.name)
        for root in job.roots {
            let state =
                switch root.outcome {
                case .complete: Counted.text(root.fileCount, "file")
                case .absent: "not there"
                case .incomplete: "not listed completely"
                }
            html.element("p", ["class": "root"]) { html in
                html.text("\(root.role.rawValue) ")
                html.element("code", "\(root.place)")
                html.text(" \(state), \(root.undoText)")
            }
        }
        if let limit = job.planned.limit {
            html.element("p", ["class": "limit"], "Held back by a limit: \(limit.text).")
        }
        if job.snapshots.isEmpty { html.add("<p>No snapshots.</p>") }
        writeTimeline(job, &html)
        writeGroups(job, &html)
        html.add("</section>\n")
    }

    private func writeFooter(_ html: inout HTMLText) {
        html.add("<footer><p>")
        html.add(
            """
            A snapshot is closed when its metadata read to the end and every file that they reference \
            is there and long enough; only closed ones take a place in a rule. Squares on a time line \
            are snapshots that are not closed, or of which it cannot be known. The forecast holds if \
            nothing new is written and the policy stays as it is: new snapshots make older ones go \
            sooner. 
            """
        )
        html.text("Policy fingerprint \(report.plan.policyFingerprint).")
        html.add("</p></footer>\n")
    }
}

extension RetentionReport {
    /// The report as one HTML page that needs nothing but itself.
    public var html: String { ReportPage(report: self).html }
}
