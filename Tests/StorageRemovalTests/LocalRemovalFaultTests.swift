// SPDX-License-Identifier: Apache-2.0

import Glibc
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

@testable import StorageRemoval

@Suite struct `Removal when calls fail` {
    /// What is done to the tree, and what the tree holds afterwards.
    enum Work: CaseIterable, Sendable {
        case trash
        case restore
        case remove
    }

    private static let numbers = [EIO, EACCES, ENOENT, EINVAL]
    private static let paths: [ObjectName] = ["job/a/savepoint-1", "job/savepoint-2"]

    private func prepare(_ work: Work) throws -> (TemporaryDirectory, [RemovalItem], TreeSnapshot) {
        let directory = try TemporaryDirectory()
        for path in Self.paths { try directory.writeSnapshot(path) }
        try directory.write("job/kept", [1])
        try directory.age()
        let before = try directory.snapshot()
        let items = Self.paths.map { directory.item($0) }
        if work == .restore {
            #expect(LocalRemover(calls: .unsynced).moveToTrash(items, run: "r") == [nil, nil])
        }
        return (directory, items, before)
    }

    private func perform(
        _ work: Work,
        _ items: [RemovalItem],
        _ calls: ChangingCalls
    ) -> [StorageError?] {
        let remover = LocalRemover(calls: calls)
        return switch work {
        case .trash: remover.moveToTrash(items, run: "r")
        case .restore: remover.restoreFromTrash(items, run: "r")
        case .remove: remover.remove(items)
        }
    }

    /// Whether an item is where the work should have brought it.
    private func isDone(_ work: Work, _ item: RemovalItem, _ directory: TemporaryDirectory) -> Bool
    {
        let trashed = ObjectName(".janitor-trash/r").appending(item.path)
        let home = directory.identity(item.path)?.isSameObject(as: item.identity) ?? false
        let trash = directory.identity(trashed)?.isSameObject(as: item.identity) ?? false
        return switch work {
        case .trash: !home && trash
        case .restore: home && !trash
        case .remove: !home && !trash
        }
    }

    @Test(arguments: Work.allCases, [false, true])
    func `the n-th call fails, and what comes after may too`(work: Work, forEver: Bool) throws {
        let (clean, cleanItems, _) = try prepare(work)
        let counter = FaultPlan(failing: 0..<0, with: 0)
        #expect(perform(work, cleanItems, counter.changing) == [nil, nil])
        let cleanPaths = try clean.snapshot().paths
        #expect(counter.calls > 5)
        for number in forEver ? [EIO] : Self.numbers {
            for position in 0..<counter.calls {
                let (directory, items, before) = try prepare(work)
                let plan = FaultPlan(
                    failing: position..<(forEver ? .max : position + 1),
                    with: number
                )
                let results = perform(work, items, plan.changing)
                let what: Comment = "errno \(number) at call \(position)"
                for (item, result) in zip(items, results) where result == nil {
                    #expect(isDone(work, item, directory), what)
                }
                for path in Self.paths {
                    #expect(!directory.isHalfDeleted(path), what)
                    let trashed = ObjectName(".janitor-trash/r").appending(path)
                    #expect(!directory.isHalfDeleted(trashed) || directory.exists(path), what)
                }
                #expect(directory.exists("job/kept"), what)
                // The next run has fewer obstacles and finishes.
                let again = perform(work, items, .unsynced)
                for (item, result) in zip(items, again) {
                    #expect(result == nil || (work == .remove && result?.reason == .notFound), what)
                    #expect(isDone(work, item, directory), what)
                }
                _ = LocalRemover(calls: .unsynced).removeEmptyDirectories([
                    directory.item(".janitor-trash")
                ])
                if work == .restore {
                    #expect(try directory.snapshot().paths == before.paths, what)
                } else {
                    #expect(try directory.snapshot().paths == cleanPaths, what)
                }
            }
        }
    }

    @Test func `errors keep their kind`() throws {
        let kinds: [(Int32, StorageError.Reason)] = [
            (EIO, .failed), (ENOSPC, .full), (EDQUOT, .full), (EACCES, .denied), (EPERM, .denied),
            (EROFS, .denied), (EXDEV, .otherFileSystem),
            // It is there: that it is not is no end of it.
            (ENOENT, .failed),
        ]
        for (number, reason) in kinds {
            let (directory, items, _) = try prepare(.trash)
            let calls = ChangingCalls { $0 == .renameExclusively ? number : 0 }
            let results = LocalRemover(calls: calls).moveToTrash(items, run: "r")
            #expect(results.map { $0?.reason } == [reason, reason])
            #expect(directory.exists("job/savepoint-2/_metadata"))
        }
    }

    @Test func `where metadata cannot be unlinked nothing else goes`() throws {
        let (directory, items, _) = try prepare(.remove)
        let calls = ChangingCalls { $0 == .unlink ? EACCES : 0 }
        #expect(LocalRemover(calls: calls).remove(items).map { $0?.reason } == [.denied, .denied])
        #expect(directory.exists("job/savepoint-2/state-0"))
        #expect(directory.exists("job/savepoint-2/_metadata"))
    }

    @Test(arguments: [ESTALE, ELOOP], [4..<5, 6..<Int.max])
    func `of what was begun it is never said that it is as it was (law 5)`(
        number: Int32,
        failing: Range<Int>
    ) throws {
        let (directory, items, _) = try prepare(.remove)
        // Metadata is looked for in three directories of each; then the rest goes.
        let unlinked = Atomic<Int>(0)
        let calls = ChangingCalls { call in
            guard call == .unlink else { return call == .sync ? ChangingCalls.pretended : 0 }
            let position = unlinked.wrappingAdd(1, ordering: .relaxed).oldValue
            return failing.contains(position) ? number : 0
        }
        let results = LocalRemover(calls: calls).remove(items)
        #expect(!directory.exists("job/savepoint-2/_metadata"))
        #expect(directory.exists("job/savepoint-2"))
        #expect(results.map { $0?.reason } == [failing.contains(6) ? .failed : nil, .failed])
    }

    @Test func `a root that is not there tells nothing of what lies in it (law 2)`() throws {
        for work in Work.allCases {
            let (directory, items, _) = try prepare(work)
            let away = directory.path + ".away"
            try #require(rename(directory.path, away) == 0)
            let results = perform(work, items, .unsynced)
            try #require(rename(away, directory.path) == 0)
            #expect(results.map { $0?.reason } == [.failed, .failed], "\(work)")
            #expect(results.allSatisfy { $0?.detail == "its root is not there" }, "\(work)")
            #expect(perform(work, items, .unsynced) == [nil, nil], "\(work)")
        }
    }

    @Test func `what went and cannot be written through is no untouched thing (law 5)`() throws {
        let (directory, items, _) = try prepare(.remove)
        let path = directory.path
        let calls = ChangingCalls { call in
            guard call == .sync else { return 0 }
            return access("\(path)/job/savepoint-2", F_OK) == 0 ? ChangingCalls.pretended : ESTALE
        }
        let results = LocalRemover(calls: calls).remove(items)
        #expect(!directory.exists("job/savepoint-2"))
        #expect(results.map { $0?.reason } == [.failed, .failed])
    }

    @Test(arguments: [EIO, ENOENT, EEXIST])
    func `what was moved, and the answer got lost, is moved (law 2)`(number: Int32) throws {
        for work in [Work.trash, .restore] {
            let (directory, items, _) = try prepare(work)
            let (home, trash) = ("\(directory.path)/job", "\(directory.path)/.janitor-trash/r/job")
            let calls = ChangingCalls { call in
                guard call == .renameExclusively else {
                    return call == .sync ? ChangingCalls.pretended : 0
                }
                // The second of the two: directories that lead to it are there.
                let (from, to) = work == .trash ? (home, trash) : (trash, home)
                guard access("\(to)/a/savepoint-1", F_OK) == 0 else { return 0 }
                return rename("\(from)/savepoint-2", "\(to)/savepoint-2") == 0 ? number : 0
            }
            #expect(perform(work, items, calls) == [nil, nil], "\(work)")
            #expect(items.allSatisfy { isDone(work, $0, directory) }, "\(work)")
        }
    }
}
