// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Testing

@testable import Reporting

/// The page as markup.
struct ReportPageTests {
    @Test func `ten thousand snapshots with their reasons take less than a mebibyte`() throws {
        let report = ReportSample.large
        #expect(report.plan.snapshots.count == 10_000)
        let html = report.html
        #expect(html.utf8.count < 1 << 20)
        let names = Set(Self.names(in: html))
        for snapshot in report.plan.snapshots {
            let isThere =
                names.contains("\(snapshot.path)") || names.contains("\(snapshot.path.last)")
            #expect(isThere, "\(snapshot.path)")
        }
    }

    /// What stands first in each row of a table.
    private static func names(in html: String) -> [String] {
        html.components(separatedBy: "<tr><td>").dropFirst().map {
            String($0.prefix { $0 != "<" })
        }
    }

    @Test(arguments: ReportSample.all)
    func `every snapshot stands in a group that tells its verdict and its reasons`(
        sample: ReportSample
    ) {
        let page = sample.report.html
        for snapshot in sample.report.plan.snapshots {
            let groups = SnapshotGroup.groups(of: sample.report.plan.snapshots)
            let own = groups.filter { $0.snapshots.contains(snapshot) }
            #expect(own.count == 1)
            #expect(own.first?.key.verdict == snapshot.verdict)
            #expect(own.first?.key.reasons.isEmpty == false)
        }
        #expect(Self.names(in: page).count >= sample.report.plan.snapshots.count)
    }

    @Test(arguments: ReportSample.all)
    func `names are text and never markup`(sample: ReportSample) throws {
        let page = sample.report.html
        #expect(page.matches(of: /<script/).count == 1)
        let tags = page.matches(of: /<\/?([a-zA-Z!][a-zA-Z0-9]*)/).map { String($0.1) }
        let known = Set(
            """
            ! a b body code dd details div dl dt footer form h1 h2 h3 head header html i input label li
            link main meta output p path script section span strong style summary svg table tbody td th
            thead time title tr ul !doctype
            """.split(whereSeparator: \.isWhitespace).map(String.init)
        )
        #expect(!tags.isEmpty)
        for tag in tags { #expect(known.contains(tag), "\(tag)") }
        for scalar in page.unicodeScalars where scalar.value < 0x20 { #expect(scalar == "\n") }
        #expect(!page.unicodeScalars.contains("\u{202E}"))
    }

    @Test func `markup in a name is escaped where it stands in text and in attributes`() {
        var html = HTMLText()
        html.element("a", ["title": "\"><script>"], "<b>&amp;\u{1B}")
        #expect(
            html.markup
                == "<a title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;amp;\\x1B</a>"
        )
    }

    @Test(arguments: ReportSample.all)
    func `nothing is loaded from anywhere`(sample: ReportSample) {
        let page = sample.report.html
        #expect(page.contains("default-src 'none'"))
        for mark in ["src=", "@import", "url(", "<img", "<iframe", "http-equiv=\"refresh\""] {
            #expect(!page.contains(mark), "\(mark)")
        }
        let links = page.matches(of: /href="([^"]*)"/).map { String($0.1) }
        for link in links { #expect(link.hasPrefix("#job-") || link == "data:,", "\(link)") }
    }

    @Test func `the policy of the page lets its own script run, and no other`() throws {
        let page = ReportSample.all[0].report.html
        let parts = page.split(separator: "<script>")
        let script = try #require(parts.last?.split(separator: "</script>").first)
        let directory = try TemporaryDirectory()
        let file = "\(directory.path)/script"
        try Data(script.utf8).write(to: URL(filePath: file))
        let digits = Array(try TestCommand.run(["sha256sum", file]).text.prefix(64))
        let bytes = stride(from: 0, to: 64, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        #expect("sha256-" + Data(bytes).base64EncodedString() == ReportPage.scriptHash)
    }
}
