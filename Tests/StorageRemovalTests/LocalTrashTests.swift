// SPDX-License-Identifier: Apache-2.0

import Glibc
import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import StorageRemoval

@Suite struct `Trash on local disks` {
    private let directory: TemporaryDirectory
    private let remover = LocalRemover(calls: .unsynced)

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `hostile names go to the trash and come back, siblings stay`() throws {
        for name in HostileNames.all {
            try directory.writeSnapshot(ObjectName("job").appending(name))
            try directory.write(ObjectName("files").appending(name), [4, 2])
            try directory.write(ObjectName("decoys").appending(name), [1])
        }
        try directory.age()
        let before = try directory.snapshot()
        let items =
            HostileNames.all.map { directory.item(ObjectName("job").appending($0)) }
            + HostileNames.all.map { directory.item(ObjectName("files").appending($0), .file) }
        #expect(remover.moveToTrash(items, run: "run-1").allSatisfy { $0 == nil })
        for item in items {
            #expect(!directory.exists(item.path))
            let place = ObjectName(".janitor-trash/run-1").appending(item.path)
            #expect(directory.identity(place)?.isSameObject(as: item.identity) == true)
        }
        for name in HostileNames.all {
            #expect(directory.exists(ObjectName("decoys").appending(name)))
        }
        #expect(remover.restoreFromTrash(items, run: "run-1").allSatisfy { $0 == nil })
        #expect(before.differences(to: try directory.snapshot()) == [])
    }

    @Test func `an undo gives back every byte, mode, owner and time`() throws {
        for path in ["a/b/savepoint-1", "a/b/savepoint-2", "a/chk-3", "other/x"] {
            try directory.writeSnapshot(ObjectName(path))
        }
        try directory.setMode("a/b/savepoint-1/state-0", 0o400)
        try directory.setMode("a/b", 0o2750)
        try directory.setMode("a", 0o1777)
        try directory.link("a/b/savepoint-1/link", to: "../../..")
        try directory.age()
        let before = try directory.snapshot()
        let items = ["a/b/savepoint-1", "a/chk-3", "a/b/savepoint-2"].map {
            directory.item(ObjectName($0))
        }
        #expect(remover.moveToTrash(items, run: "r") == [nil, nil, nil])
        let moved = try directory.snapshot()
        for path in ["", "a", "a/b", "other/x"] {
            let path = ObjectName(path)
            #expect(moved.entries[path] == before.entries[path])
            let inTrash = ObjectName(".janitor-trash/r").appending(path)
            if path != "", path != "other/x" {
                #expect(moved.entries[inTrash] == before.entries[path])
            }
        }
        #expect(remover.restoreFromTrash([items[1]], run: "r") == [nil])
        #expect(remover.restoreFromTrash([items[2], items[0]], run: "r") == [nil, nil])
        #expect(before.differences(to: try directory.snapshot()) == [])
    }

    @Test func `directories that led to an item are made again with mode and time`() throws {
        try directory.writeSnapshot("a/b/savepoint-1")
        try directory.setMode("a/b", 0o750)
        try directory.age()
        let before = try directory.snapshot()
        let item = directory.item("a/b/savepoint-1")
        #expect(remover.moveToTrash([item], run: "r") == [nil])
        #expect(remover.removeEmptyDirectories([directory.item("a")]) == [nil])
        #expect(!directory.exists("a"))
        #expect(remover.restoreFromTrash([item], run: "r") == [nil])
        #expect(before.differences(to: try directory.snapshot()) == [])
    }

    @Test func `a directory that was emptied into the trash follows and comes back`() throws {
        try directory.write("a/b/one", [1])
        try directory.write("a/b/two", [2])
        try directory.makeDirectory("a/empty")
        try directory.age()
        let before = try directory.snapshot()
        let items = [
            directory.item("a/b/one", .file), directory.item("a/b/two", .file),
            directory.item("a/b"), directory.item("a/empty"), directory.item("a"),
        ]
        let none = [StorageError?](repeating: nil, count: items.count)
        #expect(remover.moveToTrash(items, run: "r") == none)
        #expect(!directory.exists("a"))
        #expect(remover.restoreFromTrash(items.reversed(), run: "r") == none)
        #expect(before.differences(to: try directory.snapshot()) == [])
    }

    @Test func `a second call finds the work done`() throws {
        try directory.writeSnapshot("a/savepoint-1")
        let item = directory.item("a/savepoint-1")
        #expect(remover.moveToTrash([item], run: "r") == [nil])
        #expect(remover.moveToTrash([item], run: "r") == [nil])
        #expect(remover.restoreFromTrash([item], run: "r") == [nil])
        #expect(remover.restoreFromTrash([item], run: "r") == [nil])
        #expect(remover.restoreFromTrash([item], run: "other") == [nil])
        let missing = RemovalItem(
            root: directory.url,
            path: "a/none",
            kind: .directory,
            identity: item.identity
        )
        #expect(remover.moveToTrash([missing], run: "r").map { $0?.reason } == [.notFound])
        #expect(remover.restoreFromTrash([missing], run: "r").map { $0?.reason } == [.notFound])
    }

    @Test func `another object under the name is left and answered with changed`() throws {
        try directory.writeSnapshot("a/savepoint-1")
        try directory.write("a/file")
        let items = [directory.item("a/savepoint-1"), directory.item("a/file", .file)]
        try directory.rename("a/savepoint-1", to: "a/kept")
        try directory.writeSnapshot("a/savepoint-1")
        try directory.write("a/file", [1, 2, 3])
        let before = try directory.snapshot()
        #expect(remover.moveToTrash(items, run: "r").map { $0?.reason } == [.changed, .changed])
        #expect(remover.remove(items).map { $0?.reason } == [.changed, .changed])
        #expect(before.differences(to: try directory.snapshot()) == [])
    }

    @Test func `nothing is restored over what stands at the old place`() throws {
        try directory.writeSnapshot("a/savepoint-1")
        let item = directory.item("a/savepoint-1")
        #expect(remover.moveToTrash([item], run: "r") == [nil])
        try directory.makeDirectory("a/savepoint-1")
        #expect(remover.restoreFromTrash([item], run: "r").map { $0?.reason } == [.alreadyExists])
        #expect(directory.exists(".janitor-trash/r/a/savepoint-1/_metadata"))
    }

    @Test func `file systems that cannot rename exclusively are served too`() throws {
        try directory.writeSnapshot("a/savepoint-1")
        try directory.write("a/file", [5])
        try directory.age()
        let before = try directory.snapshot()
        let items = [directory.item("a/savepoint-1"), directory.item("a/file", .file)]
        let old = LocalRemover(calls: ChangingCalls { $0 == .renameExclusively ? EINVAL : 0 })
        #expect(old.moveToTrash(items, run: "r") == [nil, nil])
        try directory.write("a/file")
        let results = old.restoreFromTrash(items, run: "r").map { $0?.reason }
        #expect(results == [nil, .alreadyExists])
        try directory.delete("a/file")
        #expect(old.restoreFromTrash(items, run: "r") == [nil, nil])
        try directory.age()
        #expect(before.differences(to: try directory.snapshot()) == [])
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\0b"])
    func `a run has the name of one directory`(run: String) throws {
        try directory.writeSnapshot("a")
        let results = remover.moveToTrash([directory.item("a")], run: ObjectName(run))
        #expect(results.map { $0?.reason } == [.unusableName])
        #expect(directory.exists("a/_metadata"))
    }

    @Test func `the root, the janitor's own and what leads outside is refused`() throws {
        try directory.makeDirectory(".janitor-lock")
        try directory.makeDirectory(".janitor-trash/r")
        try directory.write("outside")
        for path in ["", "..", "a/../outside", ".janitor-lock", ".janitor-trash", "."] {
            let item = RemovalItem(
                root: directory.url,
                path: ObjectName(path),
                kind: .directory,
                identity: .none
            )
            #expect(remover.remove([item])[0]?.reason == .unusableName, "\(path)")
            #expect(remover.moveToTrash([item], run: "r")[0]?.reason == .unusableName, "\(path)")
        }
        let top = RemovalItem(
            root: StorageURL(scheme: "file", path: "/"),
            path: ObjectName(directory.path).components[0],
            kind: .directory,
            identity: .none
        )
        #expect(remover.remove([top])[0]?.reason == .unusableName)
    }
}
