// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import Policy
import S3Storage
import SnapshotModel
import Storage
import Testing

@testable import StorageRemoval

/// Undoing in a bucket that keeps versions, many things at once, against a real server.
@Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"), .besideS3)
struct S3UndoTests {
    private let service: S3TestService
    private let directory: TemporaryDirectory
    private let remover: S3Remover

    init() throws {
        service = try #require(S3TestService.shared)
        directory = try TemporaryDirectory()
        var settings = service.settings(.aws1)
        let program = "\(directory.path)/aws"
        let log = "\(directory.path)/calls"
        let script = """
            #!/bin/sh
            echo "$*" >>'\(log)'
            exec '\(settings.aws[0])' "$@"

            """
        try Data(script.utf8).write(to: URL(filePath: program))
        try ExecutableScript.make(program)
        settings.aws = [program]
        let calls = S3Calls(
            settings: settings,
            runner: ProcessRunner(clock: .system),
            environment: service.environment()
        )
        remover = S3Remover(storage: S3Storage(calls: calls, clock: .system)) { _ in }
    }

    /// The calls since the last time that this was asked.
    private func calls() throws -> [String] {
        let file = "\(directory.path)/calls"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try FileManager.default.removeItem(atPath: file)
        return text.split(separator: "\n").map(String.init)
    }

    private func item(_ path: String, _ kind: ObjectKind = .directory) -> RemovalItem {
        RemovalItem(
            root: StorageURL(scheme: "s3", authority: "versioned", path: "/undo-many"),
            path: ObjectName(path),
            kind: kind,
            identity: .none
        )
    }

    @Test func `brings many things back by a few calls, and leaves each that is not as it was`()
        throws
    {
        let snapshots = (0..<12).map { "sp-\($0)" }
        let files = (0..<40).map { "cp/shared/\($0)" }
        let keys = snapshots.flatMap { ["\($0)/_metadata", "\($0)/x", "\($0)/y"] } + files
        let stays = ["cp/shared/4-", "cp/shared/400/x", "sp-1-/x"]
        try service.put((keys + stays).map { ("undo-many/\($0)", [1]) }, into: "versioned")
        let wholes = snapshots.map { item($0) }
        let singles = files.map { item($0, .file) }
        #expect(remover.moveToTrash(wholes, run: "run-1").allSatisfy { $0 == nil })
        #expect(remover.moveToTrash(singles, run: "run-1").allSatisfy { $0 == nil })
        let shown = try service.keys("undo-many/", in: "versioned").filter {
            !$0.contains(".janitor-trash")
        }
        #expect(shown.sorted() == stays.map { "undo-many/\($0)" }.sorted())

        // One key of a snapshot was written again, one file's old version has left the bucket.
        try service.put([("undo-many/sp-3/y", [7])], into: "versioned")
        _ = try service.order([service.ceph, "expire", "versioned", "undo-many/cp/shared/7"])
        // Every command that brings something back has listed the roots before.
        var listing = CollectedListing()
        #expect(remover.storage.list([wholes[0].root], into: &listing) == [.complete])
        _ = try calls()
        let snapshotErrors = remover.restoreFromTrash(wholes, run: "run-1")
        let fileErrors = remover.restoreFromTrash(singles, run: "run-1")
        #expect(snapshotErrors.indices.filter { snapshotErrors[$0] != nil } == [3])
        #expect(snapshotErrors[3]?.reason == .alreadyExists)
        #expect(fileErrors.indices.filter { fileErrors[$0] != nil } == [7])
        #expect(fileErrors[7]?.detail.contains("is gone from the bucket") ?? false)
        let made = try calls()
        // What was written down, versions before and after, each of snapshots and of files; markers of
        // all files in one batch, of all snapshots in two.
        #expect(made.count { $0.contains("list-object-versions") } <= 6, "\(made)")
        #expect(made.count { $0.contains("delete-objects") } == 3, "\(made)")

        let back = Set(try service.keys("undo-many/", in: "versioned"))
        let gone = keys.filter { !back.contains("undo-many/\($0)") }
        #expect(gone == ["sp-3/_metadata", "sp-3/x", "cp/shared/7"])

        // A key may be the beginning of another one's path.
        let nested = [item("cp/shared/0", .file), item("cp/shared/0/x", .file)]
        try service.put([("undo-many/cp/shared/0/x", [1])], into: "versioned")
        #expect(remover.moveToTrash(nested, run: "run-2") == [nil, nil])
        #expect(remover.restoreFromTrash(nested, run: "run-2") == [nil, nil])
        _ = try calls()

        // A second time there is nothing to do, and few files are looked at by themselves.
        #expect(remover.restoreFromTrash([wholes[0], singles[4]], run: "run-1") == [nil, nil])
        let again = try calls()
        #expect(again.allSatisfy { !$0.contains("delete") }, "\(again)")
        #expect(again.contains { $0.contains("--prefix=undo-many/cp/shared/4 ") }, "\(again)")
    }
}
