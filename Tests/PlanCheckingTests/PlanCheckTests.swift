// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import SnapshotModel
import Storage
import Testing

@testable import PlanChecking

/// Plans that say what metadata and pointers contradict, by whatever name these write a place.
struct PlanCheckTests {
    private static let attempt = "s3://lake/cp/0123456789abcdef0123456789abcdef"
    private static let file = "shared/op_1/db/000012.sst"
    private let directory: TemporaryDirectory
    private let now = Instant(seconds: 1_790_000_000)

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func place(_ text: String) throws -> StorageURL {
        try #require(StorageURL(parsing: ObjectName(text)))
    }

    /// Checks a plan that keeps one checkpoint, which references one file in a scheme of its own, and
    /// takes some things.
    private func check(_ scheme: String, taken: [String]) throws -> PlanCheckResult {
        var tree = TreeWriter(top: directory.path)
        let below = Self.attempt.replacing("s3://lake/", with: "")
        let written = Self.attempt.replacing("s3:", with: "\(scheme):")
        let shared = SampleMetadata.File("\(written)/\(Self.file)", 3)
        let metadata = SampleMetadata.checkpoint(id: 9, shared: [shared], own: [])
        try tree.write("\(below)/\(Self.file)", [1, 2, 3], at: now)
        try tree.write("\(below)/chk-9/_metadata", metadata, at: now)
        return try check(snapshot: "\(Self.attempt)/chk-9", "keep", references: 1, taken: taken)
    }

    /// Checks a plan of one snapshot.
    private func check(
        snapshot: String,
        _ verdict: String,
        references: Int,
        taken: [String] = []
    ) throws -> PlanCheckResult {
        let objects = taken.map {
            """
            { "path": "\(Self.attempt)/\($0)", "verdict": "condemn" }
            """
        }
        let isKept = verdict == "keep"
        let document = """
            { "format": 1,
              "snapshots": [ { "path": "\(snapshot)", "job": "a", "complete": true,
                "closed": true, "missing": [], "verdict": "\(verdict)",
                "references": { "checked": \(references), "found": \(references) } } ],
              "objects": [\(objects.joined(separator: ", "))],
              "roots": [ { "path": "s3://lake/cp", "job": "a" } ],
              "totals": { "snapshots": 1, "keep": { "count": \(isKept ? 1 : 0) },
                "condemn": { "count": \(isKept ? 0 : 1) }, "leave": { "count": 0 } } }
            """
        let store = RenamedStore(
            try place("s3://lake"),
            at: directory.url,
            servedBy: LocalStorage()
        )
        let check = PlanCheck(
            roots: [try place("s3://lake/cp")],
            aliases: [],
            dismissed: [],
            readerFor: { _ in store }
        )
        return try check.check(Data(document.utf8))
    }

    @Test(arguments: ["s3", "s3a", "s3n", "s3p"])
    func `law 1: a needed file among the deletions is refused by whatever scheme it is written`(
        scheme: String
    ) throws {
        #expect(try check(scheme, taken: []).problems.isEmpty)
        for taken in [Self.file, "shared/op_1"] {
            let result = try check(scheme, taken: [taken])
            let written = Self.attempt.replacing("s3:", with: "\(scheme):")
            let needed = PlanProblem.Cause.needs(
                try place("\(Self.attempt)/chk-9"),
                file: try place("\(written)/\(Self.file)"),
                condemned: try place("\(Self.attempt)/\(taken)")
            )
            #expect(result.problems.map(\.cause) == [needed])
        }
    }

    @Test(arguments: [
        ("prod-2026-10", "s3://old/x/prod-2026-10/_metadata"), ("prod", "file:/x/prodt\0"),
        ("chk-7", "s3a://lake/cp/chk-7q\0"), ("chk-7", nil), ("prod", "/x/preprod/_metadata"),
    ])
    func `law 1: a snapshot that a pointer names is refused whatever its directory is called`(
        name: String,
        text: String?
    ) throws {
        var tree = TreeWriter(top: directory.path)
        let metadata = SampleMetadata.operatorState(id: 7, inlined: [1])
        try tree.write("cp/\(name)/_metadata", metadata, at: now)
        let other = "/y/\(name == "chk-7" ? "orders/chk-7" : "other")/_metadata"
        let pointer = "cp/completedCheckpoint0123456789ab"
        try tree.write(pointer, Array((text ?? other).utf8), at: now)
        let going = "s3://lake/cp/\(name)"
        let named = PlanProblem.Cause.names(
            try place("s3://lake/\(pointer)"),
            name: ObjectName(name),
            condemned: try place(going)
        )
        let isNamed = text?.contains("/\(name)") ?? false
        let result = try check(snapshot: going, "condemn", references: 0)
        #expect(result.problems.map(\.cause) == (isNamed ? [named] : []))
    }

    @Test(arguments: ["s3", "s3a"])
    func `what is to go is found by any scheme of the family, and told as the plan writes it`(
        scheme: String
    ) throws {
        let taken = try place("\(scheme)://lake/cp/x")
        let storage = WalkedStorage(roots: [], condemned: [taken])
        for other in ["s3", "s3a", "s3n", "s3p"] {
            #expect(storage.condemned(holding: try place("\(other)://lake/cp/x/y/z")) == taken)
            #expect(storage.condemned(holding: try place("\(other)://pond/cp/x/y/z")) == nil)
            #expect(storage.condemned(holding: try place("\(other)://lake/cp")) == nil)
        }
    }
}
