// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Testing

@testable import Reporting

/// The page as Chromium shows it, at two widths, light and dark.
@Suite(
    .enabled(if: Browser.program != nil, "there is no test service \"chromium\""),
    .serialized
)
struct ReportBrowserTests {
    @Test(arguments: [(10_000, "pipeline-2"), (4, "savepoint-0de550-000000000320")])
    func `nothing overflows, is too pale or too small, and the console is silent`(
        size: Int,
        word: String
    ) throws {
        let report = size == 4 ? ReportSample.all[1].report : ReportSample.large
        let seen = try Browser.look(at: report.html, filter: word, name: "report-of-\(size)")
        #expect(seen.views.count == 4)
        for view in seen.views {
            let name = "\(view.width) \(view.scheme)"
            #expect(view.overflow <= 0, "\(name)")
            #expect(view.over.isEmpty, "\(name)")
            #expect(view.small.isEmpty, "\(name)")
            #expect(view.pale.isEmpty, "\(name)")
            #expect(view.crossing == 0, "\(name)")
            #expect(view.complaints.isEmpty, "\(name)")
            #expect(view.rows == size, "\(name)")
            #expect(view.marks > 0 && view.texts > 20, "\(name)")
        }
        // Without a script everything is there, and no form that does nothing.
        #expect(seen.plain.rows == size)
        #expect(!seen.plain.form)
        let wanted = report.plan.snapshots.count {
            $0.job == word || $0.path.description.contains(word)
        }
        #expect(wanted > 0)
        #expect(seen.filters.map(\.shown) == [wanted, size, 0])
    }

    @Test func `names of every kind do not break the page`() throws {
        let report = try #require(ReportSample.all.last).report
        #expect(report.plan.snapshots.count > 10)
        let seen = try Browser.look(at: report.html, filter: "goes", name: "report-hostile")
        for view in seen.views {
            #expect(view.overflow <= 0 && view.over.isEmpty)
            #expect(view.complaints.isEmpty)
            #expect(view.rows == report.plan.snapshots.count)
        }
    }
}

/// Debian's Chromium, driven by a script of `Tests/Services`.
enum Browser {
    /// What is to be seen of a page.
    struct Seen: Decodable {
        struct View: Decodable {
            let width: Int
            let scheme: String
            let overflow: Double
            let over: [String]
            let small: [String]
            let pale: [String]
            let crossing: Int
            let texts: Int
            let rows: Int
            let marks: Int
            let complaints: [String]
        }

        struct Filter: Decodable {
            let shown: Int
        }

        struct Plain: Decodable {
            let form: Bool
            let rows: Int
        }

        let views: [View]
        let filters: [Filter]
        let plain: Plain
    }

    static let program = ProcessInfo.processInfo.environment["JANITOR_TEST_CHROMIUM"]

    /// Looks at a page; the pictures, and what was measured, are attached to the test.
    static func look(at html: String, filter: String, name: String) throws -> Seen {
        let directory = try TemporaryDirectory()
        let page = "\(directory.path)/page.html"
        try Data(html.utf8).write(to: URL(filePath: page))
        let script = SharedMaterial.checkout.appending(path: "Tests/Services/chromium-page.py")
        let said = try TestCommand.run([
            "python3", script.path, program ?? "chromium", page, directory.path, filter,
        ])
        try #require(said.code == 0)
        Attachment.record(said.output, named: "\(name).json")
        for width in [380, 1400] {
            for scheme in ["light", "dark"] {
                let file = "\(directory.path)/report-\(width)-\(scheme).png"
                let picture = try Data(contentsOf: URL(filePath: file))
                Attachment.record(Array(picture), named: "\(name)-\(width)-\(scheme).png")
            }
        }
        return try JSONDecoder().decode(Seen.self, from: Data(said.output))
    }
}
