// SPDX-License-Identifier: Apache-2.0

import DemoTree
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Testing

/// Lines of `protect` as they are pasted from deploy scripts, and those that lead to nothing.
struct ProtectLineTests {
    private static let first = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    private static let second = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    private static let job = "{ name: 'a', savepoints: '@/sp', checkpoints: '@/cp' }"
    private var shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.tree.savepoint("sp/newest", id: 90, size: 10, at: shop.ago(10))
    }

    struct Spelling: Sendable, CustomTestStringConvertible {
        let root: String
        let line: String
        var aliases = ""

        var testDescription: String { "\(line) for \(root)" }
    }

    @Test(arguments: [
        Spelling(root: "s3://lake/flink", line: "s3a://lake/flink/sp/prod"),
        Spelling(root: "s3a://lake/flink", line: "s3://lake/flink/sp/prod/_metadata"),
        Spelling(root: "s3://lake/flink", line: "s3p://other/x/savepoint-1a2b3c-000000000001"),
        Spelling(root: "hdfs://ns1/flink", line: "hdfs:///flink/sp/prod"),
        Spelling(root: "hdfs:///flink", line: "hdfs://ns1/flink/sp/prod"),
        Spelling(root: "hdfs://ns1/flink", line: "hdfs://nn1:8020/flink/sp/prod/_metadata"),
        Spelling(
            root: "hdfs://ns1/flink",
            line: "hdfs://nn1:8020/old/dir/prod",
            aliases: "aliases: { 'hdfs://nn1:8020/old/dir': 'hdfs://ns1/flink/sp' },"
        ),
    ])
    mutating func `a line protects by whatever name Flink wrote the place`(
        spelling: Spelling
    ) throws {
        let names = ["prod", "savepoint-1a2b3c-000000000001"]
        for (number, name) in names.enumerated() {
            let at = shop.ago(50 + Int64(number))
            try shop.tree.savepoint("sp/\(name)", id: Int64(number), size: 10, at: at)
        }
        let top = try #require(StorageURL(parsing: ObjectName(spelling.root)))
        let store = RenamedStore(top, at: shop.directory.url, servedBy: LocalStorage())
        let policy = try shop.policy(
            "{ name: 'a', savepoints: '\(spelling.root)/sp' }",
            more: "\(spelling.aliases) protect: ['\(spelling.line)']"
        )
        let plan = try shop.plan(policy, reader: store)
        let meant = try #require(names.first { spelling.line.contains($0) })
        for name in names {
            #expect(plan.verdict(name) == (name == meant ? .keep : .condemn), "\(name)")
        }
        let reason = try #require(plan.snapshot(meant)?.reasons.first)
        #expect(reason.ruleID == "protected")
        #expect(reason.text.contains("as \"\(policy.protected[0])\""))
        #expect(!plan.isPartial)
        #expect(plan.findings.isEmpty)
    }

    @Test mutating func `a line means what lies at its place, and not what ends alike`() throws {
        for job in ["a", "b"] {
            for id: Int64 in 7...8 {
                let at = shop.ago(50 - id)
                try shop.tree.checkpoint("\(job)/checkpoints/chk-\(id)", id: id, size: 4, at: at)
            }
        }
        let policy = try shop.policy(
            "{ name: 'a', checkpoints: '@/a/checkpoints' }, "
                + "{ name: 'b', checkpoints: '@/b/checkpoints' }",
            more: "protect: ['@/a/checkpoints/chk-7']"
        )
        let plan = try shop.plan(policy)
        #expect(plan.rules("a/checkpoints/chk-7") == ["protected"])
        #expect(plan.verdict("b/checkpoints/chk-7") == .condemn)
    }

    @Test(arguments: ["@/sp/prod", "@/unlisted/prod"])
    mutating func `law 2: what a line may mean by its name alone stays, and that is told`(
        line: String
    ) throws {
        try shop.tree.savepoint("sp/archive/prod", id: 5, size: 10, at: shop.ago(50))
        try shop.tree.savepoint("sp/other", id: 6, size: 10, at: shop.ago(40))
        let plan = try shop.plan(shop.policy(Self.job, more: "protect: ['\(line)']"))
        #expect(plan.rules("archive/prod") == ["protected"])
        #expect(plan.verdict("sp/other") == .condemn)
        #expect(plan.isPartial)
        let finding = try #require(plan.findings.first { $0.severity == .partial })
        #expect(finding.subject.hasSuffix(line.dropFirst()))
        #expect(finding.message.contains("sp/archive/prod\""))
    }

    @Test(arguments: [
        "@/sp/savepoint-1a2b3c-00000000000f", "@/cp/\(first)/chk-7", "@/sp/prod", "@/sp/chk-7",
    ])
    mutating func `a line for what is gone is a note, and holds up nothing of that name`(
        line: String
    ) throws {
        for id: Int64 in 7...8 {
            let at = shop.ago(50 - id)
            try shop.tree.checkpoint("cp/\(Self.second)/chk-\(id)", id: id, size: 4, at: at)
        }
        for (number, name) in ["prod", "newer"].enumerated() {
            let at = shop.ago(40 - Int64(number))
            try shop.tree.savepoint("b/own/\(name)", id: Int64(number), size: 10, at: at)
        }
        let policy = try shop.policy(
            "\(Self.job), { name: 'b', savepoints: '@/b' }",
            more: "protect: ['\(line)']"
        )
        let plan = try shop.plan(policy)
        #expect(plan.verdict("\(Self.second)/chk-7") == .condemn)
        #expect(plan.verdict("own/prod") == .condemn)
        #expect(!plan.isPartial)
        #expect(plan.findings.map(\.severity) == [.note])
        #expect(plan.findings.first?.hint.contains("take the line out") == true)
    }

    @Test mutating func `law 2: a line into a store that no root names is told with the alias`()
        throws
    {
        try shop.tree.savepoint("sp/old", id: 5, size: 10, at: shop.ago(50))
        let line = "protect: ['s3://elsewhere/sp/prod']"
        let plan = try shop.plan(shop.policy(Self.job, more: line))
        #expect(plan.isPartial)
        #expect(plan.findings.contains { $0.hint.contains("aliases: { \"s3://elsewhere/\": ") })
        #expect(plan.verdict("sp/old") == .condemn)
        for more in ["aliases: { 's3://elsewhere': null }", "alsoRead: ['s3a://elsewhere/x']"] {
            let gone = try shop.plan(shop.policy(Self.job, more: "\(more), \(line)"))
            let findings = gone.findings.filter { $0.subject.hasSuffix("/sp/prod") }
            #expect(findings.map(\.severity) == [.note], "\(more)")
        }
    }

    @Test mutating func `law 9: the order of lines does not matter`() throws {
        try shop.tree.savepoint("sp/old", id: 5, size: 10, at: shop.ago(50))
        let lines = ["'hdfs://nn1/x/sp/old'", "'@/sp/old/_metadata'", "'hdfs://nn2/sp/old'"]
        let plans = try [lines, lines.reversed()].map {
            try shop.plan(shop.policy(Self.job, more: "protect: [\($0.joined(separator: ", "))]"))
        }
        #expect(plans[0].snapshots.map(\.reasons) == plans[1].snapshots.map(\.reasons))
        #expect(plans[0].findings == plans[1].findings)
        #expect(plans[0].snapshot("sp/old")?.reasons == [.protected])
    }
}
