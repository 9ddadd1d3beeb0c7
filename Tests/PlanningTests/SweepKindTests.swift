// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import JanitorTestSupport
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

/// What each kind outside snapshots needs before it goes.
struct SweepKindTests {
    private static let attempt = "cp/a/\(SweepWorkshop.attempt)"
    private static let id = SweepWorkshop.attempt
    private static let operatorID = "b9306f835fc194e9fd24bb7e9c29e111"

    struct Case: Sendable, CustomTestStringConvertible {
        let kind: LooseKind
        let path: String
        var testDescription: String { "\(kind)" }
    }

    static let kinds = [
        Case(kind: .merged, path: "shared/job_\(id)_op_\(operatorID)_0_1"),
        Case(kind: .merged, path: "taskowned/job_\(id)_tm_127.0.0.1-18123-e560a4"),
        Case(kind: .forst, path: "shared/op_\(operatorID)_attempt_0/db"),
        Case(kind: .changelog, path: "dstl"),
    ]

    @Test(arguments: kinds)
    func `quiet is not enough; Flink's word is, and a name still protects`(kind: Case) throws {
        var shop = try SweepWorkshop()
        let free = try shop.file("\(Self.attempt)/\(kind.path)")
        let needed = try shop.file("\(Self.attempt)/\(kind.path)")
        try shop.shop.tree.checkpoint(
            "\(Self.attempt)/chk-8",
            id: 8,
            shared: [needed],
            at: shop.shop.ago(31)
        )
        let quiet = try shop.result(shop.policy())
        #expect(quiet.object(free.path)?.rules == ["needsFlinksWord"])
        #expect(quiet.plan.objects.isEmpty)
        #expect(!quiet.plan.isPartial)
        let ended = try shop.result(shop.policy(), ended: SweepWorkshop.ended)
        #expect(ended.plan.objects.map(\.kind) == [kind.kind])
        #expect(ended.sweptPaths(below: shop.shop.directory.path) == [free.path])
        #expect(ended.object(needed.path)?.rules == ["referenced"])
    }

    @Test func `Flink's word on another job, or another attempt, says nothing`() throws {
        var shop = try SweepWorkshop()
        let free = try shop.file("\(Self.attempt)/dstl")
        for word in [
            EndedAttempts(jobIDs: ["b": [ObjectName(SweepWorkshop.attempt)]]),
            EndedAttempts(jobIDs: ["a": [ObjectName(SweepWorkshop.other)]]),
            EndedAttempts(jobIDs: ["a": []]),
        ] {
            let result = try shop.result(shop.policy(), ended: word)
            #expect(result.object(free.path)?.rules == ["needsFlinksWord"])
        }
    }

    @Test func `a retired job lets its files go by an approved plan only`() throws {
        var shop = try SweepWorkshop()
        let free = try shop.file("\(Self.attempt)/dstl")
        let note = Waivers.Note(by: "ada", at: shop.shop.now, because: "moved")
        let waivers = Waivers(retirements: ["a": note])
        let result = try shop.result(shop.policy(), waivers: waivers)
        #expect(result.object(free.path)?.rules == ["retired", "unreferenced"])
        #expect(result.plan.objectRemovals.isEmpty)
        #expect(result.plan.isLimited)
        let places = Set(result.plan.objects.map(\.place))
            .union(result.plan.snapshots.map(\.place))
        let approved = try shop.result(shop.policy(), waivers: waivers, lifted: places)
        #expect(approved.sweptPaths(below: shop.shop.directory.path).contains(free.path))
    }

    // MARK: Files of ForSt have other names than UUIDs

    @Test func `a reference to another name protects by name while it leads nowhere`() throws {
        var shop = try SweepWorkshop()
        let database = "\(Self.attempt)/shared/op_1_attempt_0/db"
        let named = try shop.file(database, name: "000012.sst")
        let free = try shop.file(database, name: "000013.sst")
        let metadata = SampleMetadata.checkpoint(
            id: 8,
            shared: [SampleMetadata.File("hdfs://old/x/000012.sst", 2)],
            own: []
        )
        try shop.shop.tree.write("\(Self.attempt)/chk-8/_metadata", metadata, at: shop.shop.ago(31))
        let result = try shop.result(shop.policy(), ended: SweepWorkshop.ended)
        #expect(result.object(named.path)?.rules == ["named"])
        #expect(result.object(free.path)?.verdict == .condemn)
    }

    @Test func `while there are pointer files a name that is no UUID may stand in one`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file("\(Self.attempt)/shared/op_1_attempt_0/db", name: "000013.sst")
        try shop.shop.tree.write("sp/a/completedCheckpoint01", [1], at: shop.shop.ago(20))
        let result = try shop.result(shop.policy(), ended: SweepWorkshop.ended)
        #expect(result.object(file.path)?.rules == ["namedByPointer"])
    }

    // MARK: taskowned

    private static let switched = "sightings: 1, taskOwned: true"

    @Test func `what lies in taskowned needs Flink's word and the policy's switch`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file("\(Self.attempt)/taskowned")
        let both = ["needsFlinksWord", "orphans.taskOwned"]
        #expect(try shop.result(shop.policy()).object(file.path)?.rules == both)
        let ended = SweepWorkshop.ended
        #expect(
            try shop.result(shop.policy(), ended: ended).object(file.path)?.rules
                == ["orphans.taskOwned"]
        )
        let switched = try shop.policy(orphans: Self.switched)
        #expect(try shop.result(switched).object(file.path)?.rules == ["needsFlinksWord"])
        #expect(try shop.result(switched, ended: ended).object(file.path)?.verdict == .condemn)
    }

    /// A file in `taskowned`, and a checkpoint with operator state in a file of these bytes.
    private func walTree(
        _ shop: inout SweepWorkshop,
        _ state: (String) -> String
    ) throws -> SampleMetadata.File {
        let file = try shop.file("\(Self.attempt)/taskowned")
        let name = shop.shop.tree.uuid()
        let bytes = Array(state(file.path).utf8)
        try shop.shop.tree.write("\(Self.attempt)/chk-8/\(name)", bytes, at: shop.shop.ago(31))
        try shop.shop.tree.write(
            "\(Self.attempt)/chk-8/_metadata",
            SampleMetadata.operatorState(
                id: 8,
                file: SampleMetadata.File(name, Int64(bytes.count))
            ),
            at: shop.shop.ago(31)
        )
        return file
    }

    @Test func `a name in the state of an operator protects, in whatever case`() throws {
        for isUpper in [false, true] {
            var shop = try SweepWorkshop()
            let file = try walTree(&shop) {
                "pending \(isUpper ? $0.uppercased() : $0) end"
            }
            let free = try shop.file("\(Self.attempt)/taskowned")
            let policy = try shop.policy(orphans: Self.switched)
            let result = try shop.result(policy, ended: SweepWorkshop.ended)
            #expect(result.object(file.path)?.rules == ["namedInState"])
            #expect(result.object(free.path)?.verdict == .condemn)
        }
    }

    @Test func `a name in state that is inlined into metadata protects`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file("\(Self.attempt)/taskowned")
        let metadata = SampleMetadata.operatorState(
            id: 8,
            inlined: Array("x/\(file.path)/y".utf8)
        )
        try shop.shop.tree.write("\(Self.attempt)/chk-8/_metadata", metadata, at: shop.shop.ago(31))
        let policy = try shop.policy(orphans: Self.switched)
        let result = try shop.result(policy, ended: SweepWorkshop.ended)
        #expect(result.object(file.path)?.rules == ["namedInState"])
    }

    @Test func `law 2: state that is compressed or does not read protects all of taskowned`() throws
    {
        var shop = try SweepWorkshop()
        let file = try walTree(&shop) { _ in "\u{1}sNaPpY..." }
        let policy = try shop.policy(orphans: Self.switched)
        let compressed = try shop.result(policy, ended: SweepWorkshop.ended)
        #expect(compressed.object(file.path)?.rules == ["stateNotSearched"])
        #expect(compressed.plan.isPartial)
        let state = try #require(
            FileManager.default.subpaths(
                atPath: "\(shop.shop.directory.path)/\(Self.attempt)/chk-8"
            )?.first { $0 != "_metadata" }
        )
        let place = StorageURL(
            scheme: "file",
            path: ObjectName("\(shop.shop.directory.path)/\(Self.attempt)/chk-8/\(state)")
        )
        let unread = try shop.result(
            policy,
            ended: SweepWorkshop.ended,
            reader: BentReader(unreadable: [place])
        )
        #expect(unread.object(file.path)?.rules == ["stateNotSearched"])
        #expect(unread.plan.isPartial)
    }

    @Test func `law 2: state in a place that nobody knows protects all of taskowned`() throws {
        var shop = try SweepWorkshop()
        let file = try shop.file("\(Self.attempt)/taskowned")
        let away = "hdfs://other/x/5a11ed00-0000-4000-8000-00000000eeee"
        try shop.shop.tree.write(
            "\(Self.attempt)/chk-8/_metadata",
            SampleMetadata.operatorState(id: 8, file: SampleMetadata.File(away, 4)),
            at: shop.shop.ago(31)
        )
        let policy = try shop.policy(orphans: Self.switched)
        let result = try shop.result(policy, ended: SweepWorkshop.ended)
        #expect(result.object(file.path)?.rules == ["stateNotSearched"])
    }

    // MARK: Directories

    @Test func `the empty directories of an attempt go, the deepest first`() throws {
        var shop = try SweepWorkshop()
        let other = "cp/a/\(SweepWorkshop.other)"
        for name in ["shared", "taskowned", "shared/job_1_op_2_0_1"] {
            try shop.shop.tree.makeDirectory("\(other)/\(name)", at: shop.shop.ago(45))
        }
        try shop.shop.tree.makeDirectory(other, at: shop.shop.ago(45))
        let result = try shop.result(shop.policy())
        #expect(
            result.sweptPaths(below: shop.shop.directory.path) == [
                "\(other)/taskowned", "\(other)/shared/job_1_op_2_0_1", "\(other)/shared", other,
            ]
        )
    }

    @Test func `an attempt that holds anything else keeps its empty directories`() throws {
        for extra in ["chk-3", "own", "shared/own", "shared/_label.x", "_label.x"] {
            var shop = try SweepWorkshop()
            let other = "cp/a/\(SweepWorkshop.other)"
            try shop.shop.tree.makeDirectory("\(other)/shared", at: shop.shop.ago(45))
            try shop.shop.tree.makeDirectory("\(other)/taskowned", at: shop.shop.ago(45))
            if extra.contains("_label") {
                try shop.shop.tree.write("\(other)/\(extra)", [], at: shop.shop.ago(45))
            } else {
                try shop.shop.tree.makeDirectory("\(other)/\(extra)", at: shop.shop.ago(45))
            }
            try shop.shop.tree.makeDirectory(other, at: shop.shop.ago(45))
            let result = try shop.result(shop.policy())
            #expect(result.plan.objects.isEmpty, "\(extra)")
            #expect(result.object("\(other)/taskowned")?.rules == ["attemptHoldsMore"], "\(extra)")
        }
    }

    @Test func `an attempt of which one directory is young keeps all`() throws {
        var shop = try SweepWorkshop()
        let other = "cp/a/\(SweepWorkshop.other)"
        try shop.shop.tree.makeDirectory("\(other)/shared", at: shop.shop.ago(12))
        try shop.shop.tree.makeDirectory("\(other)/taskowned", at: shop.shop.ago(45))
        try shop.shop.tree.makeDirectory(other, at: shop.shop.ago(45))
        let policy = try shop.policy(orphans: "sightings: 1, age: '14d'")
        let result = try shop.result(policy)
        #expect(result.plan.objects.isEmpty)
        #expect(result.object("\(other)/taskowned")?.rules == ["orphans.age"])
    }

    @Test func `a pinned directory stays though nothing is in it, wherever it is said to lie`()
        throws
    {
        for prefix in ["file:", "hdfs://old/"] {
            var shop = try SweepWorkshop()
            let other = "cp/a/\(SweepWorkshop.other)"
            let pinned = "\(other)/shared/job_1_op_2_0_1"
            try shop.shop.tree.makeDirectory(pinned, at: shop.shop.ago(45))
            try shop.shop.tree.makeDirectory("\(other)/taskowned", at: shop.shop.ago(45))
            try shop.shop.tree.write(
                "\(Self.attempt)/chk-8/_metadata",
                SampleMetadata.merging(
                    id: 8,
                    taskOwned: "file:/gone/job_1_tm_x",
                    shared: "\(prefix)\(shop.shop.directory.path)/\(pinned)"
                ),
                at: shop.shop.ago(31)
            )
            let result = try shop.result(shop.policy())
            #expect(result.object(pinned)?.rules == ["pinnedDirectory"])
            #expect(result.plan.objects.isEmpty)
        }
    }

    @Test func `an attempt goes with the last thing in it, and nobody takes it for a new one`()
        throws
    {
        var shop = try SweepWorkshop()
        let other = "cp/a/\(SweepWorkshop.other)"
        try shop.shop.tree.checkpoint("\(other)/chk-2", id: 2, at: shop.shop.ago(45))
        for name in ["shared", "taskowned", ""] {
            try shop.shop.tree.makeDirectory("\(other)/\(name)", at: shop.shop.ago(45))
        }
        let result = try shop.result(shop.policy())
        #expect(result.plan.verdict("\(SweepWorkshop.other)/chk-2") == .condemn)
        #expect(
            Set(result.sweptPaths(below: shop.shop.directory.path)) == [
                "\(other)/taskowned", "\(other)/shared", other,
            ]
        )
    }

    @Test func `roots stay, empty or not`() throws {
        var shop = try SweepWorkshop()
        try shop.shop.tree.makeDirectory("cp/b", at: shop.shop.ago(60))
        try shop.shop.tree.makeDirectory("cp/a/own", at: shop.shop.ago(60))
        let result = try shop.result(shop.policy())
        #expect(result.plan.objects.isEmpty)
        #expect(result.object("cp/b") == nil)
        #expect(result.object("cp/a/own")?.rules == ["ownDirectory"])
    }
}
