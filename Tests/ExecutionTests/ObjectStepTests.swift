// SPDX-License-Identifier: Apache-2.0

import Discovery
import JanitorTestSupport
import LocalStorage
import Planning
import SnapshotModel
import Storage
import StorageRemoval
import Testing

@testable import Execution

/// Steps that take single files and empty directories.
struct ObjectStepTests {
    private let directory: TemporaryDirectory
    private let state: StateDirectory
    private let stateDirectory: TemporaryDirectory
    private let now = Instant(seconds: 1_795_312_800, nanoseconds: 0)

    init() throws {
        directory = try TemporaryDirectory()
        stateDirectory = try TemporaryDirectory()
        state = StateDirectory(stateDirectory.path)
        try state.prepare()
    }

    private func object(
        _ path: ObjectName,
        _ kind: LooseKind = .shared,
        usesTrash: Bool = true
    ) throws -> PlannedObject {
        let place = directory.url(path)
        let found = try #require(LocalStorage().status(of: [place]).first)
        let status = try #require(try found.get())
        return PlannedObject(
            place: place,
            root: directory.url,
            path: path,
            job: "orders",
            kind: kind,
            bytes: status.size,
            modified: status.modified,
            identity: kind == .emptyDirectory ? status.identity : .none,
            reasons: [.protected],
            usesTrash: usesTrash
        )
    }

    private func carryOut(
        _ objects: [PlannedObject],
        needed: [StorageURL: StorageURL] = [:],
        size: RunStep.Size = RunStep.Size()
    ) throws -> RunReport {
        let steps = RunStep.steps(of: [], objects, jobs: []) { _ in size }
        let owner = LockOwner.current(command: "run", token: "t", now: now, lasting: 1_000_000)
        var locks = try RootLocks(
            taking: [directory.url],
            owner: owner,
            with: LocalLocker(),
            clock: { [now] in now }
        )
        defer { locks.release() }
        let begin = JournalRecord(.begin, at: now)
        let journal = try Journal(of: "r", beginningWith: begin, for: steps, in: state)
        let executor = Executor(
            remover: LocalRemover(),
            shouldStop: { nil },
            clock: { [now] in now }
        )
        return executor.carryOut(
            steps,
            run: "r",
            journal: journal,
            check: StepCheck({ _ in LocalStorage() }, needed: needed, staying: []),
            locks: &locks
        )
    }

    private func writeTree() throws -> [PlannedObject] {
        let shared = ObjectName("a/shared")
        for name in HostileNames.all { try directory.write(shared.appending(name), [1, 2]) }
        try directory.write("a/keep", [3])
        try directory.makeDirectory("b/empty")
        try directory.makeDirectory("b/x/y")
        let files = try HostileNames.all.map { try object(shared.appending($0)) }
        return try files
            + [
                object("a/shared", .emptyDirectory), object("b/empty", .emptyDirectory),
                object("b/x/y", .emptyDirectory), object("b/x", .emptyDirectory),
                object("b", .emptyDirectory),
            ]
    }

    @Test(arguments: [true, false], [1, 1000])
    func `files go before the directories that are empty then`(
        usesTrash: Bool,
        batch: Int
    ) throws {
        var objects = try writeTree()
        for index in objects.indices { objects[index].usesTrash = usesTrash }
        let report = try carryOut(objects, size: RunStep.Size(objects: batch))
        #expect(report.failedCount == 0, "\(report.lines.compactMap(\.error))")
        #expect(report.lines.count == objects.count)
        #expect(report.lines.allSatisfy { $0.isInTrash == usesTrash })
        let left = try TreeSnapshot(of: directory.path, without: [".janitor-trash"]).paths
        #expect(left == ["", "a", "a/keep"])
    }

    @Test func `what came back from the trash is what went, to the byte, mode and time`() throws {
        let objects = try writeTree()
        try directory.setMode("b/x", 0o750)
        try directory.setModified("b/x", Instant(nanoseconds: 1_600_000_000_123_456_789))
        let before = try TreeSnapshot(of: directory.path)
        var planned = objects
        for index in planned.indices where planned[index].path == "b/x" {
            planned[index] = try object("b/x", .emptyDirectory)
        }
        _ = try carryOut(planned)
        let items = try JournalReader(run: "r", in: state).records
            .filter { $0.record == .step }.flatMap { $0.items ?? [] }
        #expect(items.count == planned.count)
        let back = try items.reversed().map { item in
            RemovalItem(
                root: directory.url,
                path: try #require(item.at.url?.path(below: directory.url)),
                kind: item.form == .file ? .file : .directory,
                identity: ObjectIdentity(
                    device: item.device,
                    inode: item.inode,
                    changed: Instant(nanoseconds: 0)
                ),
                mustBeEmpty: item.form == .emptyDirectory
            )
        }
        let results = LocalRemover().restoreFromTrash(back, run: "r")
        #expect(results.allSatisfy { $0 == nil }, "\(results.compactMap { $0 })")
        #expect(before.differences(to: try TreeSnapshot(of: directory.path)) == [])
    }

    @Test func `a file or directory that changed since the plan is left`() throws {
        try directory.write("a/longer", [1])
        try directory.write("a/touched", [1])
        try directory.write("a/replaced", [1])
        try directory.makeDirectory("filled")
        try directory.makeDirectory("used")
        try directory.makeDirectory("gone")
        let names: [ObjectName] = ["a/longer", "a/touched", "a/replaced"]
        let directories: [ObjectName] = ["filled", "used", "gone"]
        let objects =
            try names.map { try object($0) } + directories.map { try object($0, .emptyDirectory) }
        try directory.write("a/longer", [1, 2])
        try directory.setModified("a/touched", now)
        try directory.delete("a/replaced")
        try directory.makeDirectory("a/replaced")
        try directory.write("filled/file")
        // In use again by now, and empty all the same.
        try directory.write("used/file")
        try directory.delete("used/file")
        try directory.delete("gone")
        let before = try TreeSnapshot(of: directory.path)
        let report = try carryOut(objects)
        #expect(report.lines.map(\.isGone) == [false, false, false, false, false, true])
        #expect(report.lines.allSatisfy { !$0.isInTrash })
        #expect(before.differences(to: try TreeSnapshot(of: directory.path)) == [])
    }

    @Test func `law 1: what metadata that appeared meanwhile may need is left`() throws {
        try directory.write("a/shared/one", [1])
        try directory.write("a/shared/two", [1])
        let objects = try [object("a/shared/one"), object("a/shared/two")]
        let report = try carryOut(objects, needed: [objects[0].place: directory.url("new")])
        #expect(report.lines.map(\.isGone) == [false, true])
        #expect(directory.exists("a/shared/one"))
    }

    @Test func `a directory in which something appears in the last moment stays with it`() throws {
        try directory.makeDirectory("a/empty")
        let item = RemovalItem(
            root: directory.url,
            path: "a/empty",
            kind: .directory,
            identity: try #require(directory.identity("a/empty")),
            mustBeEmpty: true
        )
        try directory.write("a/empty/state", [7])
        let before = try TreeSnapshot(of: directory.path, without: [".janitor-trash"])
        #expect(LocalRemover().remove([item]).map { $0?.reason } == [.alreadyExists])
        let moved = LocalRemover().moveToTrash([item], run: "r")
        #expect(moved.map { $0?.reason } == [.alreadyExists])
        let after = try TreeSnapshot(of: directory.path, without: [".janitor-trash"])
        #expect(before.differences(to: after) == [])
    }
}
