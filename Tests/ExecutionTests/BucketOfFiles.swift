// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import LocalStorage
import SnapshotModel
import Storage
import StorageRemoval

/// A bucket that keeps versions, played by a directory: what goes is hidden object by object,
/// `_metadata` first.
struct BucketOfFiles: StorageReader {
    /// The directory that plays `s3://bucket`.
    let top: TemporaryDirectory
    /// Runs of which the trash is not shown.
    var without: Set<ObjectName> = []
    private let local = LocalStorage()

    static func place(_ path: String) -> StorageURL {
        StorageURL(scheme: "s3", authority: "bucket", path: ObjectName("/" + path))
    }

    init(top: TemporaryDirectory) { self.top = top }

    private func file(_ place: StorageURL) -> StorageURL {
        StorageURL(scheme: "file", path: ObjectName(path(of: place)))
    }

    func path(of place: StorageURL) -> String { "\(top.path)\(place.path)" }

    var timeResolution: Int64 { 1 }
    var parallelCalls: Int { 1 }
    var hasTrashElsewhere: Bool { true }
    var showsTrash: Bool { false }

    func serves(_ place: StorageURL) -> Bool { place.schemeFamily == "s3" }

    func list(_ roots: [StorageURL], into sink: inout some ListingSink) -> [ListingOutcome] {
        var sieve = Sieve(inner: sink, without: without.map { ".janitor-trash/\($0)" })
        defer { sink = sieve.inner }
        return local.list(roots.map(file), into: &sieve)
    }

    func subdirectories(of directory: StorageURL) throws(StorageError) -> [ObjectName] {
        try local.subdirectories(of: file(directory))
    }

    func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName] { [] }

    func linkTargets(of links: [StorageURL]) -> [Result<LinkTarget, StorageError>] {
        local.linkTargets(of: links.map(file))
    }

    func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        local.read(objects.map(file), receive)
    }

    func status(of objects: [StorageURL]) -> [Result<ObjectStatus?, StorageError>] {
        local.status(of: objects.map(file))
    }

    /// Passes on what does not lie in the trash of some runs.
    private struct Sieve<Inner: ListingSink>: ListingSink {
        var inner: Inner
        let without: [String]

        mutating func receive(
            root: Int,
            path: Span<UInt8>,
            kind: ObjectKind,
            size: Int64,
            modified: Instant,
            identity: ObjectIdentity
        ) {
            let text = path.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            guard !without.contains(where: text.hasPrefix) else { return }
            inner.receive(
                root: root,
                path: path,
                kind: kind,
                size: size,
                modified: modified,
                identity: identity
            )
        }
    }
}

/// Removes in that bucket.
struct BucketOfFilesRemover: StorageRemover {
    /// How far a move to the trash comes.
    enum Reach { case nothing, metadata, all }

    let bucket: BucketOfFiles
    var reach: @Sendable (RemovalItem) -> Reach = { _ in .all }
    var restores = true

    func removesObjectByObject(at root: StorageURL) -> Bool { true }

    func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        items.map { item in
            let trash = item.root.appending(".janitor-trash").appending(run)
            let to = bucket.path(of: trash.appending(item.path))
            return move(item, bucket.path(of: item.place), to, reach: reach(item)) {
                $0 == "_metadata"
            }
        }
    }

    func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        items.map { item in
            guard restores else { return failure(item, "denied") }
            let trash = item.root.appending(".janitor-trash").appending(run)
            let from = bucket.path(of: trash.appending(item.path))
            guard FileManager.default.fileExists(atPath: from) else { return nil }
            return move(item, from, bucket.path(of: item.place), reach: .all) { $0 != "_metadata" }
        }
    }

    private func move(
        _ item: RemovalItem,
        _ from: String,
        _ to: String,
        reach: Reach,
        first: (String) -> Bool
    ) -> StorageError? {
        guard reach != .nothing else { return failure(item, "cut off") }
        let disk = FileManager.default
        do {
            let names = try disk.contentsOfDirectory(atPath: from)
            try disk.createDirectory(atPath: to, withIntermediateDirectories: true)
            for name in names.filter(first) + names.filter({ !first($0) }) {
                if reach == .metadata, name != "_metadata" { return failure(item, "cut off") }
                try disk.moveItem(atPath: "\(from)/\(name)", toPath: "\(to)/\(name)")
            }
            try disk.removeItem(atPath: from)
            return nil
        } catch {
            return failure(item, "\(error)")
        }
    }

    private func failure(_ item: RemovalItem, _ detail: String) -> StorageError {
        StorageError(.failed, action: "move", place: item.place, detail: detail)
    }

    func remove(_ items: [RemovalItem]) -> [StorageError?] {
        items.map { item in
            do {
                try FileManager.default.removeItem(atPath: bucket.path(of: item.place))
                return nil
            } catch {
                return failure(item, "\(error)")
            }
        }
    }

    func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] { remove(items) }

    func create(_ item: RemovalItem) throws(StorageError) {}
}

/// Locks nothing.
struct FreeLocker: RootLocker {
    func acquire(_ root: StorageURL, owner: LockOwner) throws(LockError) -> Instant {
        owner.renewed
    }

    func check(_ directories: [StorageURL], owner: LockOwner) throws(LockError) {}
    func renew(_ root: StorageURL, owner: LockOwner) throws(LockError) {}
    func release(_ root: StorageURL, owner: LockOwner) throws(LockError) {}
}
