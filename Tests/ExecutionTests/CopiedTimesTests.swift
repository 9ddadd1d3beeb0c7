// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import Planning
import Policy
import SnapshotModel
import Testing

@testable import Execution

/// Times that a copy, a restore or an encryption in place made, and what goes by them.
struct CopiedTimesTests {
    private let shop: TrashWorkshop
    private let names = (1...4).map { "savepoint-111111-00000000000\($0)" }

    /// Four savepoints, an hour and more between them.
    init() throws {
        let names = names
        shop = try TrashWorkshop { tree, now in
            for (number, name) in names.enumerated() {
                try tree.savepoint(
                    "sp/\(name)",
                    id: Int64(1 + number),
                    size: 30 + number,
                    at: now.advanced(byNanoseconds: -Int64(40 - number) * TrashWorkshop.day)
                )
            }
        }
    }

    private func policy(keepLast: Int) throws -> JanitorPolicy {
        let text = """
            { defaults: { savepoints: { keepLast: \(keepLast) }, limits: null, trash: "7d" },
              jobs: [ { name: "job", savepoints: "file://\(shop.directory.path)/sp" } ] }
            """
        return try PolicyDecoder.decode(Array(text.utf8), source: "test")
    }

    private func run(
        _ token: String,
        keepLast: Int,
        approval: Approval? = nil
    ) throws -> (plan: Plan, report: RunReport) {
        let environment = try shop.environment(token, policy: try policy(keepLast: keepLast))
        guard
            case .finished(let plan, let report) = JanitorRun(environment).run(approval: approval)
        else { throw TrashWorkshop.Unexpected() }
        return (plan, report)
    }

    /// Somebody copies a savepoint onto itself.
    private func rewrite(_ name: String, daysAgo: Int64) throws {
        try rewrite(name, at: shop.ago(daysAgo).seconds)
    }

    private func rewrite(_ name: String, at seconds: Int64) throws {
        let time = Date(timeIntervalSince1970: Double(seconds))
        try FileManager.default.setAttributes(
            [.modificationDate: time],
            ofItemAtPath: "\(shop.directory.path)/sp/\(name)/_metadata"
        )
    }

    @Test func `law 10: metadata with a new time and nothing else new are not believed`() throws {
        #expect(try run("aa", keepLast: 4).report.lines.isEmpty)
        // The oldest seems to be the newest now, and would take its place.
        try rewrite(names[0], daysAgo: 1)
        for token in ["bb", "cc"] {
            let night = try run(token, keepLast: 1)
            #expect(night.report.lines.isEmpty, "\(token)")
            #expect(night.plan.isPartial)
            #expect(night.plan.isLimited)
            let told = night.plan.snapshots.flatMap(\.reasons).map(\.text)
            #expect(told.contains { $0.contains("only its time has changed since") })
        }
    }

    @Test func `law 10: times as far apart as a file system can have them are other times`() throws
    {
        try rewrite(names[0], at: -2_000_000_000)
        _ = try run("aa", keepLast: 4)
        try rewrite(names[0], at: 12_000_000_000)
        let night = try run("bb", keepLast: 1)
        #expect(night.report.lines.isEmpty)
        #expect(night.plan.isLimited)
    }

    @Test func `law 10: an approved plan makes the new times those that count`() throws {
        _ = try run("aa", keepLast: 4)
        try rewrite(names[0], daysAgo: 1)
        let plan = try run("bb", keepLast: 3).plan
        let going = plan.snapshots.filter { $0.verdict == .condemn }
        #expect(going.map(\.place.path.last) == [ObjectName(names[1])])
        let approval = try RunWorkshop().approval(try policy(keepLast: 3), going)
        let approved = try run("cc", keepLast: 3, approval: approval)
        #expect(approved.report.goneCount == 1, "\(approved.report.notes)")
        let next = try run("dd", keepLast: 2)
        #expect(next.report.lines.map(\.place.path.last) == [ObjectName(names[2])])
        #expect(!next.plan.isPartial)
    }

    @Test func `law 4: a plan that was approved before the times were copied makes none believed`()
        throws
    {
        // Read and approved in the evening; in the night somebody copies the oldest onto itself.
        let evening = try run("aa", keepLast: 4).plan
        let name = ObjectName(names[1])
        let second = try #require(evening.snapshots.first { $0.place.path.last == name })
        try rewrite(names[0], daysAgo: 1)
        let approval = try RunWorkshop().approval(try policy(keepLast: 3), [second])
        _ = try run("cc", keepLast: 3, approval: approval)
        let next = try run("dd", keepLast: 1)
        #expect(next.report.lines.isEmpty)
        #expect(next.plan.isLimited)
    }

    @Test func `an owner or a mode that is changed is no new time`() throws {
        _ = try run("aa", keepLast: 4)
        chmod("\(shop.directory.path)/sp/\(names[0])/_metadata", 0o600)
        let next = try run("bb", keepLast: 3)
        #expect(next.report.lines.map(\.place.path.last) == [ObjectName(names[0])])
    }
}
