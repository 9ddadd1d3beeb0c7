// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// The built program, killed and failed at its calls to the file system (laws 1, 2 and 5).
struct FaultTests {
    typealias Trouble = FaultCampaign.Trouble

    @Test(arguments: FaultSite.Way.allCases, Trouble.allCases)
    func `whatever call a run is killed or fails at, the next one reaches the same end`(
        way: FaultSite.Way,
        trouble: Trouble
    ) async throws {
        let calm = try FaultSite(way)
        let end = try calm.run(["run"], environment: trouble.counting)
        try #require(end.code == 0, "\(end.text)")
        let expected = FaultLaws.expected(from: try calm.snapshot())
        let gone = try JournalText(state: calm.state).gone.count
        try #require(gone == 5)
        let calls = try calm.calls()
        for call in Self.seen(of: trouble) {
            #expect(calls.contains { $0 == call || $0 == call + "64" }, "\(call)")
        }
        await FaultCampaign("run, trash \(way.rawValue)", trouble, calls: calls).run { fault in
            let site = try FaultSite(way)
            let laws = try FaultLaws(site, expected: expected)
            let hit = try site.run(["run"], fault)
            var problems = try self.unexpected(hit, fault, at: site)
            let between = try site.snapshot()
            problems += laws.violations(in: between)
            // A root that is not there is one of a job that never wrote.
            if hit.code == 0, !(fault.looks && fault.kind == .ENOENT) {
                // A lock that could not be given back is free when its owner's process is gone.
                problems += laws.differencesAtEnd(in: between).filter {
                    !$0.contains("/.janitor-lock")
                }
            }
            let next = try site.run(["run"])
            if next.code != 0 { problems.append("the next run: \(next)") }
            let waits = way == .trash && fault.looks && (hit.code == 3 || fault.kind == .ENOENT)
            problems += laws.differencesAtEnd(in: try site.snapshot())
                .filter { !waits || !$0.contains(FaultSite.neededInTrash) }
            problems += try self.journalProblems(site, gone: gone, fault, oneWaits: waits)
            if way == .trash { problems += try self.undoneProblems(site, fault) }
            return problems
        }
    }

    /// Calls that are there to be disturbed: what the library does not see cannot be failed.
    private static func seen(of trouble: Trouble) -> [String] {
        trouble == .looks
            ? ["openat", "openat2", "fstat", "fstatat", "getdents64", "read", "pread"]
            : ["renameat2", "unlinkat", "mkdirat", "openat", "write", "fsync", "futimens"]
    }

    @Test(arguments: Trouble.allCases)
    func `whatever call an undo is killed or fails at, the next one brings back the rest`(
        trouble: Trouble
    ) async throws {
        let calm = try FaultSite(.trash)
        try #require(try calm.run(["run"]).code == 0)
        let run = try #require(try JournalText(state: calm.state).runs.first)
        let end = try calm.run(["undo", run], environment: trouble.counting)
        try #require(end.code == 0, "\(end.text)")
        let calls = try calm.calls()
        try #require(try undoneProblems(calm, nil, isUndone: true) == [])
        await FaultCampaign("undo", trouble, calls: calls).run { fault in
            let site = try FaultSite(.trash)
            let taken = try site.run(["run"])
            if taken.code != 0 { return ["the run: \(taken)"] }
            let run = try JournalText(state: site.state).runs[0]
            let laws = try FaultLaws(
                site,
                expected: FaultLaws.Expected(
                    staying: FaultLaws.expected(from: try site.snapshot()).staying,
                    trashed: []
                )
            )
            let hit = try site.run(["undo", run], fault)
            var problems = try self.unexpected(hit, fault, at: site)
            problems += laws.violations(in: try site.snapshot())
            if hit.code == 0 { problems += try self.undoneProblems(site, fault, isUndone: true) }
            // Where all is back it is refused by name.
            let next = try site.run(["undo", run])
            if next.code != 0, next.code != 2 { problems.append("the next undo: \(next)") }
            problems += try self.undoneProblems(site, fault, isUndone: true)
            return problems
        }
    }

    @Test(arguments: Trouble.allCases)
    func `whatever call emptying the trash is killed or fails at, the next one ends it`(
        trouble: Trouble
    ) async throws {
        let calm = try FaultSite(.trash)
        try #require(try calm.run(["run"]).code == 0)
        let end = try calm.run(["trash", "empty"], environment: trouble.counting)
        try #require(end.code == 0, "\(end.text)")
        let expected = FaultLaws.expected(from: try calm.snapshot())
        try #require(expected.trashed.isEmpty)
        await FaultCampaign("trash empty", trouble, calls: try calm.calls()).run { fault in
            let site = try FaultSite(.trash)
            let taken = try site.run(["run"])
            if taken.code != 0 { return ["the run: \(taken)"] }
            let laws = try FaultLaws(site, expected: expected)
            let hit = try site.run(["trash", "empty"], fault)
            var problems = try self.unexpected(hit, fault, at: site)
            problems += laws.violations(in: try site.snapshot())
            let next = try site.run(["trash", "empty"])
            if next.code != 0 { problems.append("the next one: \(next)") }
            problems += laws.differencesAtEnd(in: try site.snapshot())
            return problems
        }
    }

    /// Brings back what all runs took, the newest first, and compares with the tree before them.
    ///
    /// The roots' own times are left out: a lock that is made or removed changes them, and who is
    /// killed right then cannot set them back. Nor can who is denied it.
    ///
    /// - Parameters:
    ///   - site: Where they ran.
    ///   - fault: What happened before.
    ///   - isUndone: It was brought back already.
    /// - Returns: How the trees differ.
    /// - Throws: Where one cannot be read.
    private func undoneProblems(
        _ site: FaultSite,
        _ fault: Fault?,
        isUndone: Bool = false
    ) throws -> [String] {
        var problems: [String] = []
        if !isUndone {
            // Of two runs in one second the names do not tell which was first: a snapshot waits for
            // what it needs, and comes the second time.
            let runs = try JournalText(state: site.state).runs.reversed()
            for _ in 0..<2 {
                // A run of which nothing lies in the trash is refused by name.
                let ends = try runs.map { try site.run(["undo", $0]) }
                    .filter { $0.code != 0 && $0.code != 2 }
                problems = ends.map { "an undo: \($0)" }
                if problems.isEmpty { break }
            }
        }
        let ours: Set<ObjectName> = [".janitor-trash", ".janitor-lock"]
        let now = try TreeSnapshot(of: site.tree, without: ours)
        let roots = Set(["sp", "cp"].map { ObjectName("\($0)/\(FaultSite.job)") })
        for path in Set(site.original.paths).union(now.paths).sorted() {
            let (before, after) = (site.original.entries[path], now.entries[path])
            if before == after { continue }
            let mayHaveAnotherTime = fault?.kind == .EACCES || roots.contains(path)
            if mayHaveAnotherTime, before?.isSameDirectory(as: after) == true { continue }
            problems.append("after undo: \(path) is not as it was")
        }
        return problems
    }

    /// A killed process shows SIGKILL; a failed call is told, and never ends in a crash.
    ///
    /// Asked for before the site runs anything else.
    private func unexpected(
        _ end: BuiltProgram.End,
        _ fault: Fault,
        at site: FaultSite
    ) throws -> [String] {
        if fault.kind.isKill {
            return end.signal == SIGKILL ? [] : ["it was not killed: \(end)"]
        }
        if try site.calls().count < fault.position { return ["the fault did not happen: \(end)"] }
        // A journal that is not there is one of a run that was long ago, and where there is no directory
        // of runs there are none.
        let mayBeSaid =
            ["cannot read the policy"]
            + (fault.kind == .ENOENT
                ? ["nothing of it lies in the trash", "there is no such run"] : [])
        if fault.looks, end.code == 2, mayBeSaid.contains(where: end.text.contains) { return [] }
        guard let code = end.code, [0, 1, 3, 5].contains(code) else { return ["it ended: \(end)"] }
        return code != 0 && end.text.isEmpty ? ["it failed without a word"] : []
    }

    /// Every snapshot that is gone is told to be gone once, and every journal has an end.
    ///
    /// - Parameters:
    ///   - site: Where they ran.
    ///   - gone: How many went.
    ///   - fault: What happened before.
    ///   - oneWaits: A snapshot may have been left that one in the trash references by now.
    /// - Returns: What is told otherwise.
    /// - Throws: Where the journals cannot be read.
    private func journalProblems(
        _ site: FaultSite,
        gone: Int,
        _ fault: Fault,
        oneWaits: Bool
    ) throws -> [String] {
        let journal = try JournalText(state: site.state)
        var problems = journal.open.map { "\($0) has no end" }
        if journal.gone.count != gone, !oneWaits || journal.gone.count != gone - 1 {
            problems.append("\(journal.gone.count) of \(gone) snapshots are in the journals")
        }
        // Whoever is told that it is not there says so, and takes it when he sees it again.
        let isLie = fault.looks && fault.kind == .ENOENT
        for (place, count) in journal.gone where count != 1 && !isLie {
            problems.append("\(place) went \(count) times")
        }
        return problems
    }
}

extension TreeSnapshot.Entry {
    /// Both are directories that differ in nothing but their times.
    fileprivate func isSameDirectory(as other: Self?) -> Bool {
        guard let other, mode & S_IFMT == S_IFDIR else { return false }
        return mode == other.mode && owner == other.owner && group == other.group
    }
}
