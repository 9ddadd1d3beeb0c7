// SPDX-License-Identifier: Apache-2.0

import HDFSRemoval
import HDFSStorage
import JanitorTestSupport
import LocalStorage
import SnapshotModel
import Storage
import StorageRemoval
import Testing

/// A store that has to hold what the protocols promise, and how a test puts things into it.
///
/// To add a store write a `StoreUnderTest` for it and name it in `all` and `few`.
struct StoreUnderTest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Copies a local tree to a root of its own and gives what reaches it.
    let fill: @Sendable (TemporaryDirectory) throws -> FilledStore

    ///
    /// Where clients have to agree on what they print.
    static let all: [StoreUnderTest] = [local] + HDFSService.all.map(hdfs)

    /// Without second clients of one store, unless `JANITOR_TEST_ALL` is set: each call of theirs
    /// takes a second or two.
    static let few: [StoreUnderTest] = [local] + HDFSService.few.map(hdfs)

    private static let local = StoreUnderTest(testDescription: "local") { tree in
        FilledStore(
            root: tree.url,
            reader: LocalStorage(roots: [tree.url]),
            remover: LocalRemover(),
            locker: LocalLocker(),
            timeStep: 1,
            tree: tree
        )
    }

    private static func hdfs(_ service: HDFSService) -> StoreUnderTest {
        StoreUnderTest(testDescription: service.testDescription) { tree in
            let root = service.freshRoot()
            try service.put(tree, at: root)
            let shell = service.shell()
            let reader = service.reader(shell)
            return FilledStore(
                root: root,
                reader: reader,
                remover: HDFSRemover(shell: shell, reader: reader),
                locker: HDFSLocker(shell: shell, reader: reader),
                timeStep: 60_000_000_000,
                tree: tree
            )
        }
    }
}

/// A store with a tree in it.
struct FilledStore: Sendable {
    let root: StorageURL
    let reader: any StorageReader
    let remover: any StorageRemover
    let locker: any RootLocker
    /// The step of the times of files that are no metadata, in nanoseconds.
    let timeStep: Int64
    /// Kept alive as long as the store is used.
    let tree: TemporaryDirectory

    func list(_ paths: ObjectName...) -> (CollectedListing, [ListingOutcome]) {
        var sink = CollectedListing()
        let places = paths.map { $0.bytes.isEmpty ? root : root.appending($0) }
        let outcomes = reader.list(places, into: &sink)
        return (sink, outcomes)
    }

    /// Items with the identity that the store shows now.
    func items(_ paths: [ObjectName], _ kind: ObjectKind = .directory) throws -> [RemovalItem] {
        let found = reader.status(of: paths.map { root.appending($0) })
        return try zip(paths, found).map { path, status in
            RemovalItem(
                root: root,
                path: path,
                kind: kind,
                identity: try status.get()?.identity ?? .none
            )
        }
    }
}
