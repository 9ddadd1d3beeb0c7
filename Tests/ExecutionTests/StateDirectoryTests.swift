// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import JanitorTestSupport
import SnapshotModel
import Storage
import StorageRemoval
import Testing

@testable import Execution

/// A state directory that is full, cannot be written, or is removed while a run is at work.
struct StateDirectoryTests {
    private let shop: TrashWorkshop

    init() throws {
        shop = try TrashWorkshop()
    }

    /// A small file system of its own; nil where this user may not mount one.
    private final class SmallDisk {
        let path: String

        init?(options: String) {
            var template = Array("/tmp/janitor-disk-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { return nil }
            path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard mount("tmpfs", path, "tmpfs", 0, options) == 0 else {
                rmdir(path)
                return nil
            }
        }

        func makeReadOnly() -> Bool {
            mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0
        }

        deinit {
            umount2(path, 0)
            rmdir(path)
        }

        static let canMount = SmallDisk(options: "size=64k") != nil
    }

    private func run(_ token: String, in state: String) throws -> RunOutcome {
        let usual = try shop.environment(token, trash: "0d")
        return JanitorRun(
            RunEnvironment(
                policy: usual.policy,
                state: StateDirectory(state),
                token: token,
                readerFor: usual.readerFor,
                remover: usual.remover,
                locker: usual.locker,
                clock: usual.clock,
                shouldStop: { nil }
            )
        ).run()
    }

    @Test func `a directory of runs that cannot be listed is not one without runs (law 2)`() throws
    {
        let directory = try TemporaryDirectory()
        let state = StateDirectory(directory.path)
        #expect(try state.runs() == [])
        try directory.write("runs", [])
        #expect(throws: StateError.self) { try state.runs() }
    }

    @Test(.enabled(if: SmallDisk.canMount, "this user may not mount a file system"))
    func `a full state directory stops a run before it takes anything`() throws {
        let disk = try #require(SmallDisk(options: "size=512k"))
        let before = try shop.snapshot()
        guard case .failed(let why) = try run("aa", in: disk.path) else {
            Issue.record("a run began without room for its journal")
            return
        }
        #expect(why.contains("cannot keep"))
        #expect(why.contains(disk.path))
        #expect(before.differences(to: try shop.snapshot()) == [])
    }

    @Test(.enabled(if: SmallDisk.canMount, "this user may not mount a file system"))
    func `a state directory that cannot be written stops a run before it takes anything`() throws {
        let disk = try #require(SmallDisk(options: "size=8m"))
        try StateDirectory(disk.path).prepare()
        try #require(disk.makeReadOnly())
        let before = try shop.snapshot()
        guard case .failed(let why) = try run("aa", in: disk.path) else {
            Issue.record("a run began without a journal")
            return
        }
        #expect(why.contains(disk.path))
        #expect(before.differences(to: try shop.snapshot()) == [])
    }

    @Test
    func `a state directory that is removed in the middle stops the run before the next step`()
        throws
    {
        let path = shop.state.path
        let remover = Disturbing { try? FileManager.default.removeItem(atPath: path) }
        let report = try shop.run(
            try shop.environment("aa", trash: "0d", remover: remover)
        )
        #expect(report.goneCount == 1)
        #expect(report.isCutShort)
        #expect(
            report.stateError?.contains("it was removed while this command was at work") == true
        )
        // The next one begins anew with what is left.
        let next = try shop.run(try shop.environment("bb", trash: "0d"))
        #expect(next.goneCount == 6)
        #expect(next.stateError == nil)
    }

    @Test func `the room that a journal keeps is given back when the run is over`() throws {
        let report = try shop.run(try shop.environment("aa"))
        var status = stat()
        try #require(stat(shop.state.journalFile(report.run), &status) == 0)
        #expect(Int(status.st_blocks) * 512 < Int(status.st_size) + 65_536)
    }

    @Test func `the oldest journals go when all together are too large, not those of use`() throws {
        let first = try shop.run(try shop.environment("aa"))
        for number in 1...4 {
            _ = try shop.run(try shop.environment("b\(number)", minutes: Int64(number)))
        }
        let history = try RunHistory.read(shop.state)
        var rotation = JournalRotation(state: shop.state, limit: 0, fewest: 2)
        let removed = rotation.rotate(history)
        // Something of the first lies in the trash, and the newest stay.
        #expect(removed == [history[1].name, history[2].name])
        let rest = try RunHistory.read(shop.state)
        #expect(rest.map(\.name) == [first.run, history[3].name, history[4].name])
        rotation = JournalRotation(state: shop.state, limit: 1 << 30, fewest: 0)
        #expect(rotation.rotate(rest).isEmpty)
    }
}

/// A remover after whose first call something happens.
private struct Disturbing: StorageRemover {
    let disturb: @Sendable () -> Void

    func remove(_ items: [RemovalItem]) -> [StorageError?] {
        defer { disturb() }
        return LocalRemover().remove(items)
    }

    func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        LocalRemover().moveToTrash(items, run: run)
    }

    func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        LocalRemover().restoreFromTrash(items, run: run)
    }

    func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] {
        LocalRemover().removeEmptyDirectories(items)
    }

    func create(_ item: RemovalItem) throws(StorageError) { try LocalRemover().create(item) }
}
