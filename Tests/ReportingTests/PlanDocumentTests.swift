// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import Reporting
import SnapshotModel
import Testing

/// Plans as text and as JSON, and back.
struct PlanDocumentTests {
    private let directory: TemporaryDirectory
    private let result: PlanningResult

    init() throws {
        directory = try TemporaryDirectory()
        let now = try #require(Instant("2026-11-22T02:00:00Z"))
        try DemoTree.write(into: directory.path, now: now)
        // Another job's name that no JSON and no terminal likes.
        let hostile = ObjectName(Array("savepoints/q\"uo\\te\n\u{1}".utf8) + [0xFF])
        try directory.write(hostile.appending("chk-7/leftover"), [1])
        let policy = try PolicyDecoder.decode(
            Array(DemoTree.policy(top: directory.path).utf8),
            source: "policy.json5"
        )
        let other = "file://\(directory.path)/savepoints"
        var wider = policy
        wider.jobs.append(
            JobPolicy(
                name: "hostile",
                savepoints: RootPattern(
                    base: try #require(StorageURL(parsing: ObjectName(other))).appending(
                        hostile.last
                    )
                ),
                checkpoints: nil,
                changelog: nil,
                flink: nil,
                settings: .builtIn
            )
        )
        let planner = Planner(policy: wider) { _ in LocalStorage() }
        result = planner.plan(at: now, memory: PlanningMemory())
    }

    private func document() -> Data {
        var data = Data()
        PlanJSON(result).write { data.append(contentsOf: $0) }
        return data
    }

    @Test func `JSON is valid for every name, and the same to the byte`() throws {
        let data = document()
        let object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any]
        )
        let snapshots = try #require(object["snapshots"] as? [[String: Any]])
        let odd = try #require(snapshots.first { $0["job"] as? String == "hostile" })
        #expect((odd["path"] as? String)?.contains("\\xFF") == true)
        let bytes = try #require((odd["pathBytes"] as? String).flatMap { Data(base64Encoded: $0) })
        #expect(bytes.contains(0xFF))
        #expect(data == document())
    }

    @Test func `a saved plan allows exactly what it condemns`() throws {
        let approval = try SavedPlan.read(document(), source: "plan.json")
        let condemned = result.plan.snapshots.filter { $0.verdict == .condemn }
        #expect(!condemned.isEmpty)
        #expect(Set(approval.items.keys) == Set(condemned.map(\.place)))
        for snapshot in result.plan.snapshots {
            #expect(approval.covers(snapshot) == (snapshot.verdict == .condemn))
        }
        var changed = try #require(condemned.first)
        changed.contents = ContentsDigest(count: 1, sum: 2)
        #expect(!approval.covers(changed))
    }

    @Test func `a cut, foreign or newer plan is refused by name`() throws {
        let whole = document()
        for length in stride(from: 0, to: whole.count - 2, by: 997) {
            #expect(throws: SavedPlanError.self) {
                try SavedPlan.read(whole.prefix(length), source: "plan.json")
            }
        }
        let text = String(decoding: whole, as: UTF8.self)
        let newer = text.replacing("\"format\": 1", with: "\"format\": 2", maxReplacements: 1)
        let error = #expect(throws: SavedPlanError.self) {
            try SavedPlan.read(Data(newer.utf8), source: "plan.json")
        }
        #expect(error?.description.contains("it has the format 2") == true)
        #expect(error?.description.contains("\"plan.json\"") == true)
        #expect(throws: SavedPlanError.self) {
            try SavedPlan.read(Data("{}".utf8), source: "plan.json")
        }
    }

    @Test func `the text stays within 100 columns apart from paths`() {
        let text = PlanText(result.plan).text
        for line in text.split(separator: "\n") where !line.contains("file://") {
            #expect(line.count <= 100, "\(line)")
        }
        #expect(text.contains("nothing was removed"))
    }

    @Test(arguments: ["README.md", "Sources/JanitorCommands/Documentation.docc/Policies.md"])
    func `README and documentation show what the program prints`(file: String) throws {
        let text = try String(
            contentsOf: SharedMaterial.checkout.appending(path: file),
            encoding: .utf8
        )
        let block = try #require(
            text.firstMatch(of: /<!-- demo -->\n```\n((?s:.*?))```\n<!-- \/demo -->/)
        )
        let printed = PlanText(result.plan).text
            .replacing("file://\(directory.path)", with: "file:///tmp/demo/tree")
        #expect(printed.contains(String(block.1)), "\(printed)")
        #expect(block.1.split(separator: "\n").count > 10)
    }
}
