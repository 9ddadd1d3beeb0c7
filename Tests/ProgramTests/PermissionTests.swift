// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// The built program where it is not allowed everything: run by nobody in particular.
struct PermissionTests {
    private static let isRoot = geteuid() == 0
    private static let wrapper =
        isRoot ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    private static let attempt = "cp/\(FaultSite.job)/0de5500000000000000000000000aaaa"

    /// Whether another user may run what was built here.
    static let canRun = {
        let end = try? BuiltProgram(behind: wrapper).run(["--version"])
        return end?.code == 0
    }()

    private func run(_ site: FaultSite) throws -> BuiltProgram.End {
        try site.start(["run"], behind: Self.wrapper).wait()
    }

    /// A site that belongs to whoever runs the program.
    private func site(_ way: FaultSite.Way) throws -> FaultSite {
        let site = try FaultSite(way)
        if Self.isRoot { try site.give(to: 65534) }
        return site
    }

    @Test(.enabled(if: canRun, "this machine does not allow another user to run what was built"))
    func `a snapshot that may not be read holds everything back`() throws {
        let site = try site(.trash)
        let before = try site.snapshot()
        let path = "\(site.tree)/sp/\(FaultSite.job)/savepoint-5a1e5a-000000000001"
        chmod(path, 0)
        let end = try run(site)
        #expect(end.code == 3, "\(end)")
        #expect(end.text.contains("permission denied"))
        chmod(path, 0o755)
        #expect(before.differences(to: try site.snapshot()) == [])
        #expect(try run(site).code == 0)
    }

    @Test(
        .enabled(if: canRun, "this machine does not allow another user to run what was built"),
        arguments: FaultSite.Way.allCases
    )
    func `what may not be changed is left, and goes when it may be`(way: FaultSite.Way) throws {
        let calm = try FaultSite(way)
        try #require(try calm.run(["run"]).code == 0)
        let expected = FaultLaws.expected(from: try calm.snapshot())
        let site = try site(way)
        let laws = try FaultLaws(site, expected: expected)
        chmod("\(site.tree)/\(Self.attempt)", 0o555)
        let end = try run(site)
        #expect(end.code == 3, "\(end)")
        #expect(end.text.contains("permission denied"))
        chmod("\(site.tree)/\(Self.attempt)", 0o755)
        #expect(laws.violations(in: try site.snapshot()) == [])
        let next = try run(site)
        #expect(next.code == 0, "\(next)")
        #expect(laws.differencesAtEnd(in: try site.snapshot()) == [])
        let journal = try JournalText(state: site.state)
        #expect(journal.gone.count == 5)
        #expect(journal.gone.values.allSatisfy { $0 == 1 })
    }

    @Test(.enabled(if: canRun, "this machine does not allow another user to run what was built"))
    func `a root in which no lock may be made ends the run`() throws {
        let site = try site(.trash)
        let before = try site.snapshot()
        let root = "\(site.tree)/sp/\(FaultSite.job)"
        chmod(root, 0o555)
        let end = try run(site)
        #expect(end.code == 1, "\(end)")
        #expect(end.text.contains("cannot lock"))
        chmod(root, 0o755)
        #expect(before.differences(to: try site.snapshot()) == [])
    }
}
