// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// A disk that is away for a while, after something on it was left half done (laws 2 and 5).
struct LostDiskTests {
    /// What stands where the disk was.
    enum Gap: CaseIterable, Sendable {
        /// Nothing: the roots are not there.
        case nothing
        /// The roots, as empty directories of another file system.
        case mountPoint
    }

    @Test(arguments: FaultSite.Way.allCases, Gap.allCases)
    func `what was begun on a disk that is away is finished when it is back`(
        way: FaultSite.Way,
        gap: Gap
    ) throws {
        for calls in [1, 8, 16] {
            let rehearsal = try Rehearsal(way)
            let (site, laws) = (rehearsal.site, rehearsal.laws)
            let killed = try site.run(
                ["run"],
                Fault(.before, at: try rehearsal.firstRemoval() + calls)
            )
            #expect(killed.signal == SIGKILL, "\(killed)")
            let left = try site.snapshot()
            #expect(laws.violations(in: left) == [])
            let other = try TemporaryDirectory(in: "/dev/shm")
            try takeAway(site, leaving: gap, other)
            for _ in 0..<2 {
                let blind = try site.run(["run"])
                #expect(blind.code == 3 && blind.text.contains("is its disk mounted?"), "\(blind)")
            }
            if way == .trash {
                let run = try #require(try JournalText(state: site.state).runs.first)
                // Of what was begun nobody can tell where it lies.
                let undo = try site.run(["undo", run])
                #expect(undo.code == 2 || undo.code == 3, "\(undo)")
            }
            try bringBack(site)
            let next = try site.run(["run"])
            #expect(next.code == 0, "\(next)")
            // What is in the trash by now may hold one back that it references.
            let differences = laws.differencesAtEnd(in: try site.snapshot())
                .filter { way == .removal || !$0.contains(FaultSite.neededInTrash) }
            #expect(differences == [])
            guard way == .trash else { continue }
            // What needs another one comes back after it.
            let runs = try JournalText(state: site.state).runs
            for run in runs.reversed() + runs { try site.run(["undo", run]) }
            try expectAllFiles(of: site)
        }
    }

    @Test(arguments: Gap.allCases)
    func `what lies in the trash of a disk that is away can be brought back when it is back`(
        gap: Gap
    ) throws {
        let site = try FaultSite(.trash)
        #expect(try site.run(["run"]).code == 0)
        let run = try #require(try JournalText(state: site.state).runs.first)
        let taken = try site.snapshot()
        let other = try TemporaryDirectory(in: "/dev/shm")
        try takeAway(site, leaving: gap, other)
        for command in [["undo", run], ["trash", "empty"]] {
            let blind = try site.run(command)
            #expect(blind.code != 0 && !blind.text.isEmpty, "\(command): \(blind)")
        }
        try bringBack(site)
        #expect(taken.differences(to: try site.snapshot()) == [])
        let undo = try site.run(["undo", run])
        #expect(undo.code == 0, "\(undo)")
        try expectAllFiles(of: site)
    }

    /// Every file is where it was before anything was run, and as it was.
    private func expectAllFiles(of site: FaultSite) throws {
        let now = try site.snapshot()
        for (path, entry) in site.original.entries where entry.mode & S_IFMT == S_IFREG {
            #expect(now.entries[path] == entry, "\(path)")
        }
    }

    private func away(_ site: FaultSite) -> String { "\(site.directory.path)/away" }

    private func takeAway(_ site: FaultSite, leaving gap: Gap, _ other: TemporaryDirectory) throws {
        try #require(rename(site.tree, away(site)) == 0)
        guard gap == .mountPoint else { return }
        for kind in ["sp", "cp"] {
            try FileManager.default.createDirectory(
                atPath: "\(other.path)/\(kind)/\(FaultSite.job)",
                withIntermediateDirectories: true
            )
        }
        try #require(symlink(other.path, site.tree) == 0)
        var (here, there) = (stat(), stat())
        try #require(stat(away(site), &here) == 0 && stat(other.path, &there) == 0)
        try #require(here.st_dev != there.st_dev, "set TMPDIR to a folder that is not in /dev/shm")
    }

    private func bringBack(_ site: FaultSite) throws {
        unlink(site.tree)
        try #require(rename(away(site), site.tree) == 0)
    }
}
