// SPDX-License-Identifier: Apache-2.0

import Glibc
import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import StorageRemoval

@Suite struct `Removal on local disks` {
    private let directory: TemporaryDirectory
    private let remover = LocalRemover()

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `hostile names go and their siblings stay`() throws {
        for name in HostileNames.all {
            try directory.writeSnapshot(ObjectName("job").appending(name))
            try directory.write(ObjectName("files").appending(name))
            try directory.write(ObjectName("decoys").appending(name), [1])
        }
        try directory.write("job/x", [1])
        let decoys = try TreeSnapshot(of: directory.path + "/decoys")
        let items =
            HostileNames.all.map { directory.item(ObjectName("job").appending($0)) }
            + HostileNames.all.map { directory.item(ObjectName("files").appending($0), .file) }
        #expect(remover.remove(items).allSatisfy { $0 == nil })
        let left = try directory.snapshot().paths.filter { !$0.bytes.starts(with: "decoys/".utf8) }
        #expect(left == ["", "decoys", "files", "job", "job/x"])
        #expect(decoys.differences(to: try TreeSnapshot(of: directory.path + "/decoys")) == [])
        #expect(remover.remove(items).allSatisfy { $0?.reason == .notFound })
    }

    @Test func `planted links are removed themselves, never followed (law 6)`() throws {
        let outside = try TemporaryDirectory()
        try outside.writeSnapshot("precious")
        let before = try outside.snapshot()
        try directory.writeSnapshot("a/savepoint-1")
        try directory.link("a/savepoint-1/out", to: outside.path)
        try directory.link("a/savepoint-1/file", to: outside.path + "/precious/_metadata")
        try directory.link("a/savepoint-1/loop", to: "..")
        try directory.link("a/savepoint-1/dangling", to: "nothing")
        try directory.link("way", to: "a")
        try directory.link("link", to: outside.path)
        let through = RemovalItem(
            root: directory.url,
            path: "way/savepoint-1",
            kind: .directory,
            identity: .none
        )
        #expect(remover.remove([through])[0]?.reason == .changed)
        let pretended = RemovalItem(
            root: directory.url,
            path: "link",
            kind: .directory,
            identity: .none
        )
        #expect(remover.remove([pretended])[0]?.reason == .changed)
        #expect(remover.moveToTrash([through, pretended], run: "r").allSatisfy { $0 != nil })
        #expect(remover.remove([directory.item("a/savepoint-1")]) == [nil])
        #expect(remover.remove([directory.item("link", .symbolicLink)]) == [nil])
        #expect(before.differences(to: try outside.snapshot()) == [])
    }

    @Test func `a trash that is a link is not used`() throws {
        let outside = try TemporaryDirectory()
        let before = try outside.snapshot()
        try directory.writeSnapshot("a")
        try directory.link(".janitor-trash", to: outside.path)
        #expect(remover.moveToTrash([directory.item("a")], run: "r")[0]?.reason == .changed)
        #expect(before.differences(to: try outside.snapshot()) == [])
        #expect(directory.exists("a/_metadata"))
    }

    @Test func `all metadata goes before anything else, at any depth (law 5)`() throws {
        let paths: [ObjectName] = ["job/chk-1", "job/chk-1/old/chk-0", "job/zz/chk-2", "other"]
        for path in paths { try directory.writeSnapshot(path) }
        let directory = directory
        let watching = LocalRemover(
            calls: ChangingCalls { _ in
                let half = paths.filter { directory.isHalfDeleted($0) }
                if !half.isEmpty { Issue.record("half deleted: \(half)") }
                return 0
            }
        )
        #expect(watching.remove([directory.item("job"), directory.item("other")]) == [nil, nil])
        #expect(!directory.exists("job"))
    }

    @Test func `no depth is too much`() throws {
        try directory.makeDirectory("deep")
        let name = "d-345678901234567890"
        var current = open(directory.path + "/deep", O_RDONLY)
        for _ in 0..<2000 {
            #expect(mkdirat(current, name, 0o755) == 0)
            let next = openat(current, name, O_RDONLY)
            _ = close(openat(current, "file", O_WRONLY | O_CREAT, 0o644))
            _ = close(current)
            current = next
        }
        _ = close(current)
        #expect(remover.moveToTrash([directory.item("deep")], run: "r") == [nil])
        #expect(remover.remove([directory.item(".janitor-trash/r/deep")]) == [nil])
        #expect(remover.removeEmptyDirectories([directory.item(".janitor-trash")]) == [nil])
        #expect(try directory.snapshot().paths == [""])
    }

    @Test func `an item deep below its root is reached whatever its path's length`() throws {
        var item: ObjectName = "top"
        var current = open(directory.path, O_RDONLY)
        for name in ["top"] + [String](repeating: String(repeating: "n", count: 200), count: 40) {
            #expect(mkdirat(current, name, 0o755) == 0)
            let next = openat(current, name, O_RDONLY)
            _ = close(current)
            current = next
            if name != "top" { item = item.appending(ObjectName(name)) }
        }
        _ = close(current)
        let deep = RemovalItem(root: directory.url, path: item, kind: .directory, identity: .none)
        #expect(item.bytes.count > 4096)
        #expect(remover.moveToTrash([deep], run: "r") == [nil])
        #expect(remover.restoreFromTrash([deep], run: "r") == [nil])
        #expect(remover.remove([deep]) == [nil])
        #expect(remover.remove([deep])[0]?.reason == .notFound)
    }

    @Test func `directories are only removed where no file is in them`() throws {
        try directory.makeDirectory("empty/a/b")
        try directory.makeDirectory("empty/c")
        try directory.write("full/a/file")
        let results = remover.removeEmptyDirectories([
            directory.item("empty"), directory.item("full"),
        ])
        #expect(results.map { $0?.reason } == [nil, .alreadyExists])
        #expect(try directory.snapshot().paths == ["", "full", "full/a", "full/a/file"])
    }

    @Test func `a label is made where none is, in the very directory meant`() throws {
        try directory.writeSnapshot("savepoint-1")
        let holder = try #require(directory.identity("savepoint-1"))
        let label = RemovalItem(
            root: directory.url,
            path: "savepoint-1/_label.pin",
            kind: .file,
            identity: holder
        )
        try remover.create(label)
        #expect(directory.status("savepoint-1/_label.pin")?.size == 0)
        #expect { try remover.create(label) } throws: {
            ($0 as? StorageError)?.reason == .alreadyExists
        }
        try directory.rename("savepoint-1", to: "moved")
        try directory.makeDirectory("savepoint-1")
        #expect { try remover.create(label) } throws: { ($0 as? StorageError)?.reason == .changed }
        #expect(!directory.exists("savepoint-1/_label.pin"))
    }

    @Test func `a mount point inside is not crossed, and what it holds stays`() throws {
        try directory.writeSnapshot("a/savepoint-1")
        try directory.makeDirectory("a/savepoint-1/mounted")
        try directory.makeDirectory("bound")
        try directory.write("bound/precious")
        // A bind mount has the same device number: only the kernel itself can tell.
        guard run("mount", "--bind", directory.path + "/bound", mountPoint) else {
            print("skipped: this user cannot mount")
            return
        }
        defer { _ = run("umount", mountPoint) }
        let results = remover.remove([directory.item("a/savepoint-1")])
        #expect(results[0]?.reason == .otherFileSystem)
        #expect(directory.exists("bound/precious"))
        #expect(!directory.exists("a/savepoint-1/_metadata"))
    }

    private var mountPoint: String { directory.path + "/a/savepoint-1/mounted" }
}
