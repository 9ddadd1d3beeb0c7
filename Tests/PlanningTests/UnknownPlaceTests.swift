// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Testing

/// The line that a plan says to add to the policy cures what it is said of.
struct UnknownPlaceTests {
    private static let message = "the policy does not say where that is"
    private static let attempt = String(repeating: "a", count: 32)

    private func findings(_ policy: JanitorPolicy, at now: Instant) -> [Finding] {
        Planner(policy: policy) { _ in LocalStorage() }
            .plan(at: now, memory: PlanningMemory()).plan
            .findings.filter { $0.message.contains(Self.message) }
    }

    /// What the hints of findings say to add, as members of a policy.
    private func pasted(_ findings: [Finding]) throws -> String {
        var read: [String] = []
        var aliases: [String] = []
        for finding in findings {
            let line = /add to the policy: (?:alsoRead: \[(.*?)\]|aliases: \{ (.*?) \})/
            let match = try #require(finding.hint.firstMatch(of: line), "\(finding.hint)")
            if let place = match.1 { read.append(String(place)) }
            if let alias = match.2 { aliases.append(String(alias)) }
        }
        return "alsoRead: [\(read.joined(separator: ", "))], "
            + "aliases: { \(aliases.joined(separator: ", ")) }"
    }

    @Test func `of a tree that was moved, the alias from where it was to where it is`() throws {
        var shop = try Workshop()
        let top = shop.directory.path
        for job in ["a", "b"] {
            let home = "old place/cp/\(job)/\(Self.attempt)"
            let file = "\(home)/shared/\(shop.tree.uuid())"
            try shop.tree.write(file, [1, 2], at: shop.ago(20))
            let shared = [SampleMetadata.File(file, 2)]
            try shop.tree.checkpoint("\(home)/chk-1", id: 1, shared: shared, at: shop.ago(20))
        }
        try shop.tree.settleTimes()
        try FileManager.default.moveItem(atPath: "\(top)/old place", toPath: "\(top)/new")
        let jobs = "{ name: '{job}', checkpoints: '@/new/cp/{job}' }"
        let found = findings(try shop.policy(jobs), at: shop.now)
        #expect(found.map(\.subject) == ["file://\(top)/old place"])
        let more = try pasted(found)
        #expect(more.contains("{ \"file://\(top)/old place\": \"file://\(top)/new\" }"))
        let cured = try shop.policy(jobs, more: more)
        #expect(findings(cured, at: shop.now).isEmpty)
        let plan = Planner(policy: cured) { _ in LocalStorage() }
            .plan(at: shop.now, memory: PlanningMemory()).plan
        #expect(plan.snapshots.count == 2)
        #expect(plan.snapshots.allSatisfy { $0.isClosed == true })
    }

    @Test func `of files that no listing shows, the deepest directory that holds them all`() throws
    {
        var shop = try Workshop()
        let shared = ["x", "y"].map { SampleMetadata.File("else\"where/\($0)/shared/file", 2) }
        try shop.tree.checkpoint("cp/a/chk-1", id: 1, shared: shared, at: shop.ago(20))
        try shop.tree.settleTimes()
        let jobs = "{ name: 'a', checkpoints: '@/cp/a' }"
        let found = findings(try shop.policy(jobs), at: shop.now)
        #expect(found.map(\.subject) == ["file://\(shop.directory.path)/else\"where"])
        let cured = try shop.policy(jobs, more: try pasted(found))
        #expect(findings(cured, at: shop.now).isEmpty)
    }

    @Test func `of a store that no policy can name, only that an alias has to say where it is`()
        throws
    {
        var shop = try Workshop()
        let file = SampleMetadata.File("oss://bucket/x/shared/file", 2)
        let metadata = SampleMetadata.checkpoint(id: 1, shared: [file], own: [])
        try shop.tree.write("cp/a/chk-1/_metadata", metadata, at: shop.ago(20))
        try shop.tree.settleTimes()
        let jobs = "{ name: 'a', checkpoints: '@/cp/a' }"
        let found = findings(try shop.policy(jobs), at: shop.now)
        #expect(found.count == 1)
        #expect(found.first?.hint.contains("aliases: { \"oss://bucket/x/shared\": \"…\" }") == true)
        let gone = try shop.policy(jobs, more: "aliases: { 'oss://bucket/x/shared': null }")
        #expect(findings(gone, at: shop.now).isEmpty)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `whatever is referenced from wherever, the lines cure it and name nothing above a root`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        var shop = try Workshop()
        func path(_ most: Int) -> String {
            (0..<Int.random(in: 1...most, using: &generator))
                .map { _ in ["p", "q", "r"].randomElement(using: &generator) ?? "p" }
                .joined(separator: "/")
        }
        let roots = ["cp/\(path(2))/root1", "cp/\(path(2))/root2"]
        var files: [SampleMetadata.File] = []
        for _ in 0..<6 {
            let name = shop.tree.uuid()
            let below = path(3)
            // Below a root, beside one, in one that was moved, or anywhere.
            let homes = ["cp/\(path(2))", "cp", "gone/\(path(2))", "\(roots[0])/\(path(2))"]
            let home = homes.randomElement(using: &generator) ?? "cp"
            files.append(SampleMetadata.File("\(home)/\(below)/\(name)", 2))
            if Bool.random(using: &generator) {
                let root = roots.randomElement(using: &generator) ?? roots[0]
                let shared = "\(root)/shared/\(Bool.random(using: &generator) ? below : "")/\(name)"
                try shop.tree.write(shared, [1, 2], at: shop.ago(20))
            }
        }
        try shop.tree.checkpoint("\(roots[0])/chk-1", id: 1, shared: files, at: shop.ago(20))
        try shop.tree.settleTimes()
        let jobs = roots.enumerated().map { "{ name: 'j\($0)', checkpoints: '@/\($1)' }" }
            .joined(separator: ", ")
        let all = findings(try shop.policy(jobs), at: shop.now)
        // A file right beside a root is in no directory that may be named.
        let beside = Set(all.filter { $0.hint.hasPrefix("a root lies below it") })
        for finding in beside {
            #expect(
                roots.contains {
                    "file://\(shop.directory.path)/\($0)/".hasPrefix("\(finding.subject)/")
                }
            )
        }
        let found = all.filter { !beside.contains($0) }
        for finding in found {
            for root in roots {
                let place = "file://\(shop.directory.path)/\(root)/"
                #expect(!place.hasPrefix("\(finding.subject)/"), "seed \(seed): \(finding)")
            }
        }
        let cured = try shop.policy(jobs, more: try pasted(found))
        let left = findings(cured, at: shop.now)
        #expect(Set(left) == beside, "seed \(seed): \(found) \(left)")
    }
}
