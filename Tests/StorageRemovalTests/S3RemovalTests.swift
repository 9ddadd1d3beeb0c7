// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import S3Storage
import SnapshotModel
import Storage
import Testing

@testable import StorageRemoval

/// Against a real server, beside what the conformance suite holds.
@Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"), .besideS3)
struct S3RemovalTests {
    private let service: S3TestService

    init() throws {
        service = try #require(S3TestService.shared)
    }

    private func remover(
        _ client: S3TestService.Client,
        at url: String? = nil,
        isStranger: Bool = false
    ) -> S3Remover {
        S3Remover(storage: service.storage(client, at: url, isStranger: isStranger)) { _ in }
    }

    private func item(
        _ bucket: String,
        _ root: String,
        _ path: ObjectName,
        _ kind: ObjectKind = .directory,
        mustBeEmpty: Bool = false
    ) -> RemovalItem {
        RemovalItem(
            root: StorageURL(scheme: "s3", authority: bucket, path: ObjectName("/\(root)")),
            path: path,
            kind: kind,
            identity: .none,
            mustBeEmpty: mustBeEmpty
        )
    }

    /// One that deletes, or both if `JANITOR_TEST_ALL` is set.
    private static let clients: [S3TestService.Client] =
        TestSample.of([.aws1, .s5cmd], count: 1, name: "clients that delete in S3")

    private static let oddNames = [
        "a b", "-x", "*", "[a]", "?", "{c}", "\\b", "%41", "+ &<>", "'q\"", "é", "e\u{301}", "😀",
        "nl\nx", "tab\tx", "cr\rx", "#", "..", "a/../b", "x//y",
    ]

    @Test(arguments: Self.clients)
    func `removes what it is told, whatever the names, and no neighbour`(
        client: S3TestService.Client
    ) throws {
        let top = "rm-\(client)"
        let decoys = ["\(top)/sp-10/x", "\(top)/sp-1", "\(top)/sp-1-/x", "\(top)/sp/x"]
        try service.put(
            (Self.oddNames + ["_metadata"]).map { ("\(top)/sp-1/\($0)", [1]) }
                + [("\(top)/sp-2/_metadata", [1]), ("\(top)/sp-2/", [])]
                + decoys.map { ($0, [1]) },
            into: "plain"
        )
        let results = remover(client).remove([
            item("plain", top, "sp-1"), item("plain", top, "sp-2"), item("plain", top, "sp-3"),
        ])
        #expect(results.map { $0?.reason } == [nil, nil, .notFound])
        #expect(try Set(service.keys("\(top)/", in: "plain")) == Set(decoys))
    }

    @Test(arguments: [S3TestService.Client.aws1])
    func `a key with a control character does not hold up its batch`(
        client: S3TestService.Client
    ) throws {
        let top = "ctl-\(client)"
        try service.put(
            [("\(top)/sp-1/_metadata", [1]), ("\(top)/sp-1/\u{1}x", [1]), ("\(top)/sp-1/y", [1])],
            into: "plain"
        )
        #expect(remover(client).remove([item("plain", top, "sp-1")]) == [nil])
        #expect(try service.keys("\(top)/", in: "plain").isEmpty)
    }

    @Test(arguments: Self.clients)
    func `more keys than a batch holds`(client: S3TestService.Client) throws {
        let top = "big-\(client)"
        try service.put(
            (0..<1100).map { ("\(top)/sp-1/\($0)", [1]) } + [("\(top)/sp-1/_metadata", [1])],
            into: "plain"
        )
        #expect(remover(client).remove([item("plain", top, "sp-1")]) == [nil])
        #expect(try service.keys("\(top)/", in: "plain").isEmpty)
    }

    @Test(arguments: Self.clients)
    func `an error inside a success is an error, and names the key`(
        client: S3TestService.Client
    ) throws {
        let top = "deny-\(client)"
        try service.put(
            [
                ("\(top)/sp-1/_metadata", [1]), ("\(top)/sp-1/undeletable/x", [1]),
                ("\(top)/sp-1/y", [1]), ("\(top)/undeletable/sp-2/_metadata", [1]),
                ("\(top)/undeletable/sp-2/y", [1]), ("\(top)/sp-3/_metadata", [1]),
            ],
            into: "guarded"
        )
        let results = remover(client).remove([
            item("guarded", top, "sp-1"), item("guarded", top, "undeletable/sp-2"),
            item("guarded", top, "sp-3"),
        ])
        #expect(results.map { $0 == nil } == [false, false, true])
        #expect(results[0]?.detail.contains("undeletable/x") ?? false)
        // What still has its metadata is whole (law 5).
        #expect(
            try service.keys("\(top)/", in: "guarded") == [
                "\(top)/sp-1/undeletable/x", "\(top)/undeletable/sp-2/_metadata",
                "\(top)/undeletable/sp-2/y",
            ]
        )
    }

    @Test(arguments: Self.clients)
    func `who has no rights removes nothing and says so`(client: S3TestService.Client) throws {
        let top = "stranger-\(client)"
        try service.put([("\(top)/sp-1/_metadata", [1])], into: "plain")
        let results = remover(client, isStranger: true).remove([item("plain", top, "sp-1")])
        #expect(results[0] != nil)
        #expect(results[0]?.reason != .notFound)
        #expect(try service.keys("\(top)/", in: "plain").count == 1)
    }

    @Test func `a bare bucket is no root`() throws {
        try service.put([("bare/x", [1])], into: "plain")
        let results = remover(.aws1).remove([item("plain", "", "bare")])
        #expect(results.map { $0?.reason } == [.unusableName])
        #expect(try service.keys("bare/", in: "plain") == ["bare/x"])
    }

    @Test func `single objects, and objects that stand for empty directories`() throws {
        let top = "single"
        try service.put(
            [
                ("\(top)/f", [1]), ("\(top)/f/x", [1]), ("\(top)/d/", []), ("\(top)/e/", []),
                ("\(top)/e/x", [1]),
            ],
            into: "plain"
        )
        let remover = remover(.aws1)
        let results = remover.remove([
            item("plain", top, "f", .file), item("plain", top, "d", mustBeEmpty: true),
            item("plain", top, "e", mustBeEmpty: true), item("plain", top, "g", .file),
        ])
        #expect(results.map { $0?.reason } == [nil, nil, .alreadyExists, .notFound])
        #expect(
            try service.keys("\(top)/", in: "plain").filter { !$0.contains("_label") }
                == ["\(top)/e/", "\(top)/e/x", "\(top)/f/x"]
        )
        let new = item("plain", top, "_label.pin", .file)
        try remover.create(new)
        let again = #expect(throws: StorageError.self) { try remover.create(new) }
        #expect(again?.reason == .alreadyExists)
    }

    @Test func `an object that was written again is not the one that was to go`() throws {
        let top = "again"
        try service.put([("\(top)/f", [1])], into: "plain")
        let storage = service.storage(.aws1)
        let one = item("plain", top, "f", .file)
        let seen = try #require(try storage.status(of: [one.place])[0].get())
        try service.put([("\(top)/f", [2])], into: "plain")
        let results = remover(.aws1).remove([
            RemovalItem(root: one.root, path: one.path, kind: .file, identity: seen.identity)
        ])
        #expect(results.map { $0?.reason } == [.changed])
    }

    /// What is written down of the trash before it goes has to be all that goes.
    @Test func `what came after the look stays`() throws {
        let top = "looked"
        try service.put(["_metadata", "x"].map { ("\(top)/sp-1/\($0)", [1]) }, into: "plain")
        let looked = S3Removal(
            [item("plain", top, "sp-1")],
            storage: remover(.s5cmd).storage,
            pause: { _ in },
            action: "remove"
        ).looked()
        try service.put([("\(top)/sp-1/late", [2])], into: "plain")
        #expect(looked.run().errors == [nil])
        #expect(try service.keys("\(top)/", in: "plain") == ["\(top)/sp-1/late"])
    }

    // MARK: Versions

    @Test func `takes back what it deleted in a bucket that keeps versions`() throws {
        let top = "undo"
        let names = ["sp-1/_metadata", "sp-1/é nl\nx", "sp-1/b", "sp-2/_metadata", "sp-2/y"]
        try service.put(names.map { ("\(top)/\($0)", Array($0.utf8)) }, into: "versioned")
        let remover = remover(.aws1)
        let items = [item("versioned", top, "sp-1"), item("versioned", top, "sp-2")]
        let root = items[0].root
        #expect(try remover.storage.oldVersions(below: root)?.count == 0)
        #expect(remover.moveToTrash(items, run: "run-1") == [nil, nil])
        let left = try service.keys("\(top)/", in: "versioned")
        #expect(left.allSatisfy { $0.hasPrefix("\(top)/.janitor-trash/run-1/") } && !left.isEmpty)
        let old = try #require(try remover.storage.oldVersions(below: root))
        #expect(old.count == names.count)
        #expect(old.bytes == Int64(names.reduce(0) { $0 + $1.utf8.count }))

        #expect(remover.restoreFromTrash([items[0]], run: "run-1") == [nil])
        let back = try service.keys("\(top)/sp-", in: "versioned")
        #expect(Set(back) == Set(names.filter { $0.hasPrefix("sp-1") }.map { "\(top)/\($0)" }))
        // A second time there is nothing to do; what was written again since is not written over.
        #expect(remover.restoreFromTrash([items[0]], run: "run-1") == [nil])
        try service.put([("\(top)/sp-2/y", [7])], into: "versioned")
        let refused = remover.restoreFromTrash([items[1]], run: "run-1")
        #expect(refused.map { $0?.reason } == [.alreadyExists])

        // Emptied, only what was written down goes; what tells of it when all of the run has gone.
        func trashed(_ name: ObjectName) -> RemovalItem {
            item("versioned", top, ObjectName(".janitor-trash/run-1").appending(name))
        }
        func records() throws -> Int {
            try service.keys("\(top)/.janitor-trash/", in: "versioned").count
        }
        #expect(remover.remove([trashed("sp-1")]) == [nil])
        #expect(remover.remove([trashed("sp-1"), trashed("sp-2")]) == [nil, nil])
        #expect(try records() > 0)
        let run = item("versioned", top, ".janitor-trash/run-1")
        #expect(remover.remove([run]) != [nil])
        #expect(remover.removeEmptyDirectories([run]) == [nil])
        #expect(try records() == 0)
        #expect(try service.keys("\(top)/", in: "versioned").count == 4)
    }

    @Test func `brings back nothing of which a part has left the bucket, and says what`() throws {
        let top = "undo-part"
        try service.put(["_metadata", "x"].map { ("\(top)/sp-1/\($0)", [1]) }, into: "versioned")
        let remover = remover(.s5cmd)
        let sp = item("versioned", top, "sp-1")
        #expect(remover.moveToTrash([sp], run: "run-1") == [nil])
        // As a rule of the bucket's does with old versions.
        let words = [service.ceph, "expire", "versioned", "\(top)/sp-1/x"]
        _ = try service.order(words)
        let refused = remover.restoreFromTrash([sp], run: "run-1")
        #expect(refused[0]?.detail.contains("\(top)/sp-1/x") ?? false, "\(refused)")
        #expect(try service.keys("\(top)/sp-1/", in: "versioned").isEmpty)
    }

    @Test func `empties only what was written down, and shows nothing older again`() throws {
        let top = "older"
        let key = "\(top)/sp-1/_metadata"
        try service.put([(key, [1])], into: "versioned")
        try service.put([(key, [2, 2])], into: "versioned")
        let remover = remover(.s5cmd)
        #expect(remover.moveToTrash([item("versioned", top, "sp-1")], run: "run-1") == [nil])
        let trashed = item("versioned", top, ".janitor-trash/run-1/sp-1")
        for _ in 1...2 { #expect(remover.remove([trashed]) == [nil]) }
        let run = item("versioned", top, ".janitor-trash/run-1")
        #expect(remover.removeEmptyDirectories([run]) == [nil])
        // What was written over stays, under the marker that hides it.
        #expect(try service.keys("\(top)/", in: "versioned").isEmpty)
        let place = trashed.root.appending("sp-1")
        let old = try #require(try remover.storage.oldVersions(below: place))
        #expect(old.bytes == 1)
        // Nothing of the records is left at all.
        let trash = trashed.root.appending(".janitor-trash")
        #expect(try remover.storage.oldVersions(below: trash)?.count == 0)
    }

    private func change(_ verb: String, _ words: String...) throws {
        _ = try service.order([service.ceph, verb] + words)
    }

    private func versions(_ prefix: String, in bucket: String = "versioned") throws -> String {
        let words = [service.ceph, "versions", bucket, prefix]
        return String(decoding: try service.order(words), as: UTF8.self)
    }

    @Test func `law 2: what nothing tells of any more is neither emptied nor brought back`() throws
    {
        let top = UUID().uuidString
        try service.put(["_metadata", "x"].map { ("\(top)/sp-1/\($0)", [1]) }, into: "versioned")
        let sp = item("versioned", top, "sp-1")
        let trashed = item("versioned", top, ".janitor-trash/run-1/sp-1")
        #expect(remover(.s5cmd).moveToTrash([sp], run: "run-1") == [nil])
        let before = try versions("\(top)/sp-1/")
        func untold() throws -> [StorageURL] {
            try service.storage(.s5cmd)
                .placesWithoutRecord([sp.place], of: "run-1", below: sp.root)
        }
        // What is hidden tells it all the same, and what else lies there tells nothing.
        try change("delete", "versioned", "\(top)/.janitor-trash/")
        let others = ["", ".DS_Store", "keys", "keys-notes.txt"].map {
            "\(top)/.janitor-trash/run-1/\($0)"
        }
        try service.put(others.map { ($0, [1]) }, into: "versioned")
        #expect(try untold() == [])
        // What is gone for good does not.
        try change("expire", "versioned", "\(top)/.janitor-trash/")
        #expect(try untold() == [sp.place])
        let refused = remover(.s5cmd).restoreFromTrash([sp], run: "run-1")
        #expect(refused[0]?.reason == .failed, "\(refused)")
        #expect(refused[0]?.detail.contains("janitor trash empty run-1") ?? false)
        #expect(remover(.s5cmd).remove([trashed])[0]?.reason == .failed)
        // Nor does what cannot be read.
        let record = "run-1/keys-\(String(repeating: "0", count: 32))"
        try service.put([("\(top)/.janitor-trash/\(record)", [1])], into: "versioned")
        #expect(try untold() == [sp.place])
        let unread = remover(.s5cmd).remove([trashed])
        #expect(unread[0]?.detail.contains(record) ?? false, "\(unread)")
        #expect(try versions("\(top)/sp-1/") == before)
    }

    @Test func `removes no version without a name while another object may come to bear it`() throws
    {
        let bucket = UUID().uuidString.lowercased()
        try change("versioning", bucket)
        try service.put([("top/sp-1/_metadata", [1])], into: bucket)
        try change("versioning", bucket, "Enabled")
        let remover = remover(.s5cmd)
        let sp = item(bucket, "top", "sp-1")
        let trashed = item(bucket, "top", ".janitor-trash/run-1/sp-1")
        #expect(remover.moveToTrash([sp], run: "run-1") == [nil])
        let before = try versions("top/sp-1/", in: bucket)
        try change("versioning", bucket, "Suspended")
        let refused = remover.remove([trashed])
        #expect(refused[0]?.detail.contains("keeps no versions now") ?? false, "\(refused)")
        // Both say the way out.
        let wayOut = "put-bucket-versioning --bucket=\(bucket)"
        #expect(refused[0]?.detail.contains(wayOut) ?? false)
        let moved = self.remover(.s5cmd).moveToTrash([sp], run: "run-2")
        #expect(moved[0]?.detail.contains(wayOut) ?? false, "\(moved)")
        #expect(try versions("top/sp-1/", in: bucket) == before)
        try change("versioning", bucket, "Enabled")
        #expect(remover.remove([trashed]) == [nil])
        #expect(try versions("top/sp-1/", in: bucket) == "[]\n")
    }

    @Test func `what somebody put there since and deleted is neither shown nor removed`() throws {
        let top = UUID().uuidString
        let keys = ["a", "b"].map { "\(top)/\($0)/_metadata" }
        try service.put(keys.map { ($0, [1]) }, into: "versioned")
        let remover = remover(.s5cmd)
        let items = [item("versioned", top, "a"), item("versioned", top, "b")]
        #expect(remover.moveToTrash(items, run: "run-1") == [nil, nil])
        try service.put([(keys[0], [2])], into: "versioned")
        try change("mark", "versioned", keys[0])
        let results = remover.restoreFromTrash(items, run: "run-1")
        #expect(results.map { $0?.reason } == [.alreadyExists, nil])
        #expect(try service.keys("\(top)/b/", in: "versioned") == [keys[1]])
        // s5cmd does not name the delete markers; the run knows its own all the same.
        let trashed = item("versioned", top, ".janitor-trash/run-1/a")
        #expect(remover.remove([trashed]) == [nil])
        let left = "[[\"\(keys[0])\", false, false], [\"\(keys[0])\", true, true]]\n"
        #expect(try versions("\(top)/a/") == left)
    }

    @Test func `there is no trash where no versions are kept`() throws {
        try service.put([("no-trash/sp-1/_metadata", [1])], into: "plain")
        let remover = remover(.aws1)
        let results = remover.moveToTrash([item("plain", "no-trash", "sp-1")], run: "run-1")
        #expect(results[0] != nil)
        #expect(try service.keys("no-trash/", in: "plain") == ["no-trash/sp-1/_metadata"])
        #expect(remover.storage.trash(at: item("plain", "no-trash", "sp-1").root) == .absent)
        #expect(remover.storage.trash(at: item("versioned", "x", "sp-1").root) == .kept)
        #expect(remover.storage.trash(at: item("locked", "x", "sp-1").root) == .kept)
        let stranger = service.storage(.aws1, isStranger: true)
        guard case .unknown = stranger.trash(at: item("readable", "x", "sp-1").root) else {
            Issue.record("a stranger is not told whether the bucket keeps versions")
            return
        }
    }
}
