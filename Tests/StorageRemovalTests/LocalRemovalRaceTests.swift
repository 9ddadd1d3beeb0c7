// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

@testable import StorageRemoval

@Suite struct `Removal while links are swapped in` {
    /// Before the n-th changing call another process puts a link in the place of a directory.
    @Test(arguments: ["job/savepoint-1", "job", "job/savepoint-1/native", ".janitor-trash/r/job"])
    func `a link put in before any call leads nowhere (law 6)`(swapped: String) throws {
        let swapped = ObjectName(swapped)
        for position in 0..<40 {
            let directory = try TemporaryDirectory()
            let outside = try TemporaryDirectory()
            try outside.writeSnapshot("savepoint-1")
            try outside.write("native/part/state", [7])
            let before = try outside.snapshot()
            try directory.writeSnapshot("job/savepoint-1")
            try directory.writeSnapshot("job/savepoint-2")
            let count = Atomic<Int>(0)
            let remover = LocalRemover(
                calls: ChangingCalls { call in
                    if count.wrappingAdd(1, ordering: .relaxed).oldValue == position {
                        try? directory.rename(swapped, to: "aside")
                        try? directory.link(swapped, to: outside.path)
                    }
                    return call == .sync ? ChangingCalls.pretended : 0
                }
            )
            let items = ["job/savepoint-1", "job/savepoint-2"].map {
                directory.item(ObjectName($0))
            }
            _ = remover.moveToTrash([items[0]], run: "r")
            _ = remover.restoreFromTrash([items[0]], run: "r")
            _ = remover.remove(items)
            #expect(before.differences(to: try outside.snapshot()) == [], "before call \(position)")
        }
    }

    @Test func `whatever takes an item's place in the last moment is put back`() throws {
        for kind in [ObjectKind.directory, .file] {
            let directory = try TemporaryDirectory()
            try directory.writeSnapshot("job/old")
            try directory.writeSnapshot("job/new")
            try directory.write("job/old-file")
            try directory.write("job/new-file", [1])
            let name: ObjectName = kind == .file ? "job/old-file" : "job/old"
            let other: ObjectName = kind == .file ? "job/new-file" : "job/new"
            let newcomer = try #require(directory.identity(other))
            let swapped = Atomic<Bool>(false)
            let remover = LocalRemover(
                calls: ChangingCalls { call in
                    if call == .renameExclusively,
                        !swapped.exchange(true, ordering: .relaxed)
                    {
                        try? directory.rename(name, to: "job/aside")
                        try? directory.rename(other, to: name)
                    }
                    return 0
                }
            )
            let result = remover.moveToTrash([directory.item(name, kind)], run: "r")[0]
            #expect(result?.reason == .changed)
            #expect(directory.identity(name)?.isSameObject(as: newcomer) == true)
            #expect(directory.exists("job/aside"))
        }
    }

    @Test func `another thread swaps links and directories for thousands of rounds`() throws {
        let directory = try TemporaryDirectory()
        let outside = try TemporaryDirectory()
        try outside.writeSnapshot("savepoint")
        try outside.writeSnapshot("native")
        let before = try outside.snapshot()
        let stop = Atomic<Bool>(false)
        let swaps = Atomic<Int>(0)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            while !stop.load(ordering: .relaxed) {
                for path in ["job/savepoint", "job/savepoint/native", "job"] {
                    // What cannot be put back stays aside; the next one has another name.
                    let aside = "aside-\(swaps.load(ordering: .relaxed))"
                    if directory.swap(ObjectName(path), aside: aside, for: outside.path) {
                        swaps.wrappingAdd(1, ordering: .relaxed)
                    }
                }
            }
            done.signal()
        }
        // Without writing through there are more rounds in the same time.
        let remover = LocalRemover(calls: .unsynced)
        var removed = 0
        for round in 0..<1000 {
            try? directory.writeSnapshot("job/savepoint")
            let item = directory.item("job/savepoint")
            guard item.identity != .none else { continue }
            if round.isMultiple(of: 2) {
                if remover.remove([item]) == [nil] { removed += 1 }
            } else {
                let run = ObjectName("r\(round)")
                if remover.moveToTrash([item], run: run) == [nil] {
                    _ = remover.restoreFromTrash([item], run: run)
                }
            }
        }
        stop.store(true, ordering: .relaxed)
        done.wait()
        // A round may write through a link itself; only what was there counts.
        let after = try outside.snapshot()
        for path in before.paths where path != "" && path.components[0] != "savepoint" {
            #expect(after.entries[path]?.content == before.entries[path]?.content)
        }
        #expect(swaps.load(ordering: .relaxed) > 1000)
        #expect(removed > 0)
    }
}

extension TemporaryDirectory {
    /// Puts a link in the place of a directory for a moment.
    ///
    /// Goes through no link itself: one that the remover put back may lie above the place by now,
    /// and what it leads to is not to be moved by this.
    fileprivate func swap(_ place: ObjectName, aside: String, for target: String) -> Bool {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let root = open(path, flags)
        guard root >= 0 else { return false }
        defer { close(root) }
        var parent = dup(root)
        defer { close(parent) }
        let names = place.components.map { String(describing: $0) }
        for name in names.dropLast() {
            let next = openat(parent, name, flags)
            guard next >= 0 else { return false }
            close(parent)
            parent = next
        }
        guard let last = names.last, renameat(parent, last, root, aside) == 0 else { return false }
        symlinkat(target, parent, last)
        // The link only: a directory that was put there meanwhile stays.
        unlinkat(parent, last, 0)
        renameat(root, aside, parent, last)
        return true
    }
}
