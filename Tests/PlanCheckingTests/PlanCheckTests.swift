// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import SnapshotModel
import Storage
import Testing

@testable import PlanChecking

/// Plans of a bucket whose metadata write its name in another way than the policy.
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
        let objects = taken.map {
            """
            { "path": "\(Self.attempt)/\($0)", "verdict": "condemn" }
            """
        }
        let document = """
            { "format": 1,
              "snapshots": [ { "path": "\(Self.attempt)/chk-9", "job": "a", "complete": true,
                "closed": true, "missing": [], "verdict": "keep",
                "references": { "checked": 1, "found": 1 } } ],
              "objects": [\(objects.joined(separator: ", "))],
              "roots": [ { "path": "s3://lake/cp", "job": "a" } ],
              "totals": { "snapshots": 1, "keep": { "count": 1 }, "condemn": { "count": 0 },
                "leave": { "count": 0 } } }
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
