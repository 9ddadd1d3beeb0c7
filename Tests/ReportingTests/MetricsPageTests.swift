// SPDX-License-Identifier: Apache-2.0

import Planning
import SnapshotModel
import Testing

@testable import Reporting

struct MetricsPageTests {
    @Test(arguments: ReportSample.all)
    func `a page that is read and written again is the same`(sample: ReportSample) {
        var page = MetricsPage()
        page.tell(sample.report)
        page.tell(
            MetricsPage.Ending(
                command: "report",
                began: PlanSample.at,
                ended: PlanSample.at.advanced(byNanoseconds: 1_234_567_890),
                code: 0
            ),
            version: "1\"2\\3\n4"
        )
        #expect(page.text.contains("janitor_last_duration_seconds{command=\"report\"} 1.234\n"))
        #expect(MetricsPage(reading: page.text).text == page.text)
    }

    @Test func `names in labels are escaped, and equal labels are told once`() {
        var page = MetricsPage()
        page.replace(
            .usage,
            with: [
                MetricSample(.storedBytes, ["job": "a\"b\\c\nd}", "use": "x"], 1),
                MetricSample(.storedBytes, ["job": "a\"b\\c\nd}", "use": "x"], 2),
            ]
        )
        let lines = page.text.split(separator: "\n").filter { $0.first != "#" }
        #expect(lines == ["janitor_stored_bytes{job=\"a\\\"b\\\\c\\\\x0Ad}\",use=\"x\"} 1"])
    }

    @Test(arguments: [
        "janitor_partial", "janitor_partial x", "janitor_partial{a=\"b} 1", "other_metric 1",
        "janitor_partial{a=\"b\"c=\"d\"} 1", "janitor_partial NaN", "\u{0}\u{1}", "{} 1",
    ])
    func `a line that is no sample of ours is passed over`(line: String) {
        #expect(MetricsPage(reading: "\(line)\njanitor_partial 1\n").samples.count == 1)
    }
}
