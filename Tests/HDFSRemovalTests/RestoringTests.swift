// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import HDFSRemoval
import HDFSStorage
import JanitorTestSupport
import SnapshotModel
import Storage
import StorageRemoval
import Synchronization
import Testing

/// Moves into the trash of HDFS and back, where a shell that is given the wrong words moves things into
/// or over one another.
@Suite struct `Moves in HDFS` {
    private let store: SimulatedHDFS
    private let root: StorageURL
    private let remover: HDFSRemover

    init() throws {
        store = SimulatedHDFS(at: Instant(seconds: 1_795_000_000))
        root = try #require(StorageURL(parsing: "hdfs://nn:8020/flink/cp"))
        let settings = HadoopShell.Settings(
            command: ["/bin/true"],
            options: [],
            javaOptions: [],
            timeLimit: .seconds(60),
            environment: CommandEnvironment(passing: [String: String]())
        )
        let shell = HadoopShell(store: root, settings: settings, runner: store)
        let reader = HDFSStorage(shell: shell, spoolDirectory: "/tmp") { _ in }
        remover = HDFSRemover(shell: shell, reader: reader)
    }

    private func item(_ path: String) -> RemovalItem {
        RemovalItem(root: root, path: ObjectName(path), kind: .directory, identity: .none)
    }

    /// Puts snapshots into the trash.
    private func trash(_ paths: [String]) -> [RemovalItem] {
        for path in paths { store.shell("-mkdir", "-p", "/flink/cp/\(path)") }
        let items = paths.map(item)
        #expect(remover.moveToTrash(items, run: "r1").allSatisfy { $0 == nil })
        for path in paths { #expect(!store.isThere("/flink/cp/\(path)")) }
        return items
    }

    @Test(arguments: [999, 1000, 1001])
    func `an undo of as many as one call takes, and of more, brings all back to their places`(
        count: Int
    ) {
        let paths = (1...count).map { "a/chk-\($0)" }
        let items = trash(paths)
        #expect(remover.restoreFromTrash(items, run: "r1").allSatisfy { $0 == nil })
        #expect(store.paths(below: "/flink/cp/a") == paths.map { "/flink/cp/\($0)" }.sorted())
    }

    @Test(arguments: [SimulatedHDFS.Trouble.doesNothing, .ends(.exited(1))])
    func `what comes back alone is not given the name of a directory that could not be made`(
        trouble: SimulatedHDFS.Trouble
    ) {
        let items = trash(["a/chk-42"])
        store.shell("-rmdir", "/flink/cp/a")
        store.before { words in words.first == "-mkdir" ? trouble : nil }
        #expect(remover.restoreFromTrash(items, run: "r1") != [nil])
        #expect(!store.isThere("/flink/cp/a"))
        store.before(nil)
        #expect(remover.restoreFromTrash(items, run: "r1") == [nil])
        #expect(store.paths(below: "/flink/cp/a") == ["/flink/cp/a/chk-42"])
    }

    @Test(arguments: [
        SimulatedHDFS.Trouble.doesNothing, .says("touchz: `/flink/cp/a': Permission denied"),
    ])
    func `a label that was not made is not said to be there`(trouble: SimulatedHDFS.Trouble) throws
    {
        store.shell("-mkdir", "-p", "/flink/cp/a")
        store.before { words in words.first == "-touchz" ? trouble : nil }
        let label = item("a/label")
        #expect(throws: StorageError.self) { try remover.create(label) }
        store.before(nil)
        try remover.create(label)
        #expect(store.isThere("/flink/cp/a/label"))
    }
}
