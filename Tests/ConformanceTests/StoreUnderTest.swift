// SPDX-License-Identifier: Apache-2.0

import Foundation
import HDFSRemoval
import HDFSStorage
import JanitorTestSupport
import LocalStorage
import S3Storage
import SnapshotModel
import Storage
import StorageRemoval
import Testing

/// A store that has to hold what the protocols promise, and how a test puts things into it.
///
/// To add a store write a `StoreUnderTest` for it and name it in `few`.
struct StoreUnderTest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Whether each object that is asked for costs a start of the client, of a second or so.
    var paysPerObject = false
    /// Copies a local tree to a root of its own and gives what reaches it.
    let fill: @Sendable (TemporaryDirectory) throws -> FilledStore

    /// Each store by one of its clients, or by every one of them if `JANITOR_TEST_ALL` is set: each call
    /// of theirs takes a second or two.
    static let few: [StoreUnderTest] =
        [local] + HDFSService.few.map(hdfs)
        + TestSample.of(
            S3TestService.clients.map { s3($0) } + moto,
            count: 1,
            name: "servers of S3"
        )

    /// A second server, by the client that starts in no time.
    private static let moto: [StoreUnderTest] =
        S3TestService.shared.map { [s3(.s5cmd, at: $0.moto, of: "moto")] } ?? []

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

    /// A bucket that keeps versions, so that there is a trash, with objects for directories.
    private static func s3(
        _ client: S3TestService.Client,
        at url: String? = nil,
        of server: String = "s3"
    ) -> StoreUnderTest {
        StoreUnderTest(testDescription: "\(server) by \(client)", paysPerObject: client != .s5cmd) {
            tree in
            let service = try #require(S3TestService.shared)
            let prefix = "conformance/\(UUID().uuidString)"
            try service.put(
                tree: tree.path,
                below: "\(prefix)/",
                into: "versioned",
                markers: true,
                at: url
            )
            let storage = service.storage(client, at: url)
            return FilledStore(
                root: StorageURL(
                    scheme: "s3",
                    authority: "versioned",
                    path: ObjectName("/\(prefix)")
                ),
                reader: storage,
                remover: S3Remover(storage: storage),
                locker: S3Locker(storage: storage),
                timeStep: nil,
                keepsReleasedLocks: true,
                tree: tree
            )
        }
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
    /// The step of the times of files that are no metadata, in nanoseconds; nil where a store takes
    /// the time at which it got them.
    let timeStep: Int64?
    /// A lock that was given back stays, and says so.
    var keepsReleasedLocks = false
    /// Kept alive as long as the store is used.
    let tree: TemporaryDirectory

    func list(_ paths: ObjectName...) -> (CollectedListing, [ListingOutcome]) {
        var sink = CollectedListing()
        let places = paths.map { $0.bytes.isEmpty ? root : root.appending($0) }
        let outcomes = reader.list(places, into: &sink)
        return (sink, outcomes)
    }

    /// The paths below a place, without locks that were given back.
    func pathsWithoutLocks(_ path: ObjectName) -> [ObjectName] {
        let paths = list(path).0.paths
        guard keepsReleasedLocks else { return paths }
        return paths.filter { !$0.components.contains(".janitor-lock") }
    }

    /// Whether a time is what the store makes of one that was given.
    func isTime(_ time: Instant, of given: Instant, step: Int64? = nil) -> Bool {
        guard let timeStep else { return true }
        return given >= time && given.nanoseconds(since: time) < step ?? timeStep
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
