// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage
import StorageRemoval
import Testing

@testable import Execution
/// What a run does with what an earlier one left half removed.
struct HalfRemovedTests {
    private let shop: RunWorkshop

    init() throws { shop = try RunWorkshop() }

    @Test(arguments: [true, false])
    func `law 5: a removal that was cut off or failed is finished by the next run`(
        isKilled: Bool
    ) throws {
        let policy = try shop.policy(RunWorkshop.rules + ", trash: '0d'")
        let removals = shop.plan(policy).removals
        let expected = try survivors(of: removals)
        // The process dies in the middle of each step in turn: `_metadata` is gone, the rest is not.
        for step in removals.indices {
            let dying = Dying(at: step)
            _ = shop.run(policy, token: "dead\(step)", remover: dying)
            if isKilled { try forget(after: step + 1) }
            guard case .finished(_, let report) = shop.run(policy, token: "next\(step)") else {
                Issue.record("the run after step \(step) did not come to its end")
                return
            }
            #expect(report.failedCount == 0)
            #expect(report.notes.contains { $0.contains("finished the removal") }, "step \(step)")
            #expect(try shop.tree() == expected, "step \(step)")
            try FileManager.default.removeItem(atPath: "\(shop.state.path)/runs")
            for name in try FileManager.default.contentsOfDirectory(atPath: shop.directory.path) {
                try FileManager.default.removeItem(atPath: "\(shop.directory.path)/\(name)")
            }
            try DemoTree.write(into: shop.directory.path, now: shop.now)
        }
    }

    @Test func `law 1: the rest of a half-removed snapshot stays when something claimed it since`()
        throws
    {
        let policy = try shop.policy(RunWorkshop.rules + ", trash: '0d'")
        let victim = try #require(shop.plan(policy).removals.first)
        _ = shop.run(policy, token: "dead", remover: Dying(at: 0))
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: victim.place.path.description).first
        )
        let path = "\(victim.place.path)/\(name)"
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        // A job had read it before, and its first checkpoint was completed after.
        var tree = TreeWriter(top: shop.directory.path)
        try tree.checkpoint(
            "checkpoints/successor/chk-1",
            id: 1,
            shared: [
                .init(String(path.dropFirst(shop.directory.path.count + 1)), Int64(size ?? 0))
            ],
            at: shop.now
        )
        guard case .finished(_, let report) = shop.run(policy, token: "next") else {
            Issue.record("the run did not come to its end")
            return
        }
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(report.notes.contains { $0.contains("by now") }, "\(report.notes)")
        #expect(!report.notes.contains { $0.contains("finished the removal") })
    }

    @Test func `law 7: the rest of a half-removed checkpoint stays where its attempt runs again`()
        throws
    {
        let policy = try shop.policy(RunWorkshop.rules + ", trash: '0d'")
        let removals = shop.plan(policy).removals
        let number = try #require(removals.firstIndex { $0.kind == .checkpoint })
        let victim = removals[number]
        _ = shop.run(policy, token: "dead", remover: Dying(at: number))
        // Flink counts from one again, and has just begun the checkpoint of the same number.
        let path = "\(victim.place.path)/\(UUID().uuidString.lowercased())"
        try Data([1]).write(to: URL(filePath: path))
        let before = try FileManager.default.contentsOfDirectory(
            atPath: victim.place.path.description
        )
        guard case .finished(_, let report) = shop.run(policy, token: "next") else {
            Issue.record("the run did not come to its end")
            return
        }
        let after = try FileManager.default.contentsOfDirectory(
            atPath: victim.place.path.description
        )
        #expect(Set(after) == Set(before))
        #expect(report.notes.contains { $0.contains("may be running") }, "\(report.notes)")
        #expect(report.hasLeft)
    }

    // A copy may have the times that the files had (`cp -a`).
    @Test(arguments: [600, -40 * 86_400])
    func `law 1: what was put into a half-removed directory since then stays`(
        secondsFromNow: TimeInterval
    ) throws {
        let policy = try shop.policy(RunWorkshop.rules + ", trash: '0d'")
        let victim = try #require(shop.plan(policy).removals.first)
        _ = shop.run(policy, token: "dead", remover: Dying(at: 0))
        // Somebody copies it here once more, and has come half way; its metadata come last.
        let file = "\(victim.place.path)/\(UUID().uuidString.lowercased())"
        try Data([1]).write(to: URL(filePath: file))
        let time = Date(timeIntervalSinceNow: secondsFromNow)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: file)
        guard case .finished(_, let report) = shop.run(policy, token: "next") else {
            Issue.record("the run did not come to its end")
            return
        }
        #expect(FileManager.default.fileExists(atPath: file))
        #expect(report.notes.contains { $0.contains("was put there since") }, "\(report.notes)")
    }

    @Test func `law 4: an unfinished snapshot of which nothing was removed yet is planned anew`()
        throws
    {
        let root = try TemporaryDirectory()
        let names = (0..<2).map { _ in UUID().uuidString.lowercased() }
        for name in names { try root.write(ObjectName("sp/\(name)"), [1]) }
        let place = root.url("sp")
        let probe = try #require(try DirectoryProbe.probe(place, with: LocalStorage()))
        let item = JournalRecord.Item(
            at: WrittenPlace(place),
            root: WrittenPlace(root.url),
            job: "job",
            kind: "savepoint",
            form: .snapshot,
            bytes: 2,
            files: 2,
            device: probe.identity.device,
            inode: probe.identity.inode,
            count: probe.contents.count,
            sum: probe.contents.sum,
            reasons: []
        )
        let begun = BegunItem(
            item: item,
            action: .remove,
            run: "run",
            root: root.url,
            path: "sp",
            reader: LocalStorage(),
            remover: LocalRemover()
        )
        #expect(try begun.finish().result.outcome == .left)
        #expect(root.exists("sp"))
        try root.delete(ObjectName("sp/\(names[0])"))
        #expect(try begun.finish().result.outcome == .gone)
        #expect(!root.exists("sp"))
    }

    /// What an undisturbed run leaves.
    private func survivors(of removals: [PlannedSnapshot]) throws -> [ObjectName] {
        let gone = removals.compactMap { $0.place.path(below: shop.directory.url) }
        return try shop.tree().filter { path in
            !gone.contains { path == $0 || path.bytes.starts(with: $0.bytes + [0x2F]) }
        }
    }

    /// Takes from the newest journal what a process killed in a step would not have written.
    private func forget(after step: Int) throws {
        let run = try #require(try StateDirectory(shop.state.path).runs().last)
        let file = StateDirectory(shop.state.path).journalFile(run)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let last = try #require(
            lines.firstIndex { $0.contains("\"number\":\(step),\"record\":\"step\"") }
        )
        let text = lines[...last].joined(separator: "\n") + "\n{\"record\":\"do"
        try Data(text.utf8).write(to: URL(filePath: file))
    }
}
