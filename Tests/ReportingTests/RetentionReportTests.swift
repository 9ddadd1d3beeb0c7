// SPDX-License-Identifier: Apache-2.0

import Discovery
import Foundation
import Planning
import Retention
import SnapshotModel
import Testing

@testable import Reporting

/// Reports as text, JSON and CSV.
struct RetentionReportTests {
    @Test(arguments: ReportSample.all)
    func `a report reads as it should`(sample: ReportSample) throws {
        let next = NextCommand(policy: "/etc/janitor/it's ours.json5")
        try Golden.compare(sample.report.text(next: next), with: "report-\(sample).txt")
    }

    @Test(arguments: ReportSample.all)
    func `a report is written for machines as it should be`(sample: ReportSample) throws {
        let data = collected { sample.report.writeJSON($0) }
        try Golden.compare(String(decoding: data, as: UTF8.self), with: "report-\(sample).json")
        #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
    }

    @Test(arguments: ReportSample.all)
    func `a table has a field for each column, whatever names hold`(
        sample: ReportSample
    ) throws {
        let rows = try Self.parse(sample.report.csv)
        #expect(rows.count == sample.report.plan.snapshots.count + 1)
        let header = try #require(rows.first)
        #expect(Set(header).count == header.count)
        for (row, snapshot) in zip(rows.dropFirst(), sample.report.plan.snapshots) {
            #expect(row.count == header.count)
            let fields = Dictionary(uniqueKeysWithValues: zip(header, row))
            #expect(fields["verdict"] == snapshot.verdict.rawValue)
            #expect(fields["bytes"] == "\(snapshot.bytes)")
            #expect(fields["reasons"]?.isEmpty == false)
            for field in row {
                let isFormula = field.first.map { "=+@".contains($0) } ?? false
                #expect(!isFormula, "\(field)")
            }
        }
    }

    /// Fields by RFC 4180.
    private static func parse(_ text: String) throws -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = ""
        var isQuoted = false
        var rest = Array(text.unicodeScalars)[...]
        while let next = rest.popFirst() {
            switch (next, isQuoted) {
            case ("\"", true) where rest.first == "\"":
                field.unicodeScalars.append("\"")
                rest.removeFirst()
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                row.append(field)
                field = ""
            case ("\r", false):
                try #require(rest.popFirst() == "\n")
                rows.append(row + [field])
                (row, field) = ([], "")
            default: field.unicodeScalars.append(next)
            }
        }
        try #require(row.isEmpty && field.isEmpty && !isQuoted)
        return rows
    }

    @Test func `a date in the future is not the age of the newest snapshot`() throws {
        let future = PlanSample.snapshot("savepoint-0de550-000000000900", id: 900, days: -2) {
            $0.reasons = [.rule(.futureDated(now: PlanSample.at))]
        }
        let past = PlanSample.snapshot("savepoint-0de550-000000000320", id: 320, days: 3)
        let plan = PlanSample.plan([future, past], roots: [], jobs: [PlanSample.job()])
        let job = try #require(ReportSample.report(plan).jobs.first)
        #expect(job.newestClosed(.savepoint) == PlanSample.ago(3))
        #expect(job.newestClosed(.checkpoint) == nil)
    }
}
