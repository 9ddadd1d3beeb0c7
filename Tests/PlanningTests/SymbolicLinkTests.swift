// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import SnapshotModel
import Storage
import Testing

/// What a symbolic link below a root stops, and what it protects.
struct SymbolicLinkTests {
    private static let jobs = "{ name: 'a', savepoints: '@/sp/a' }"

    /// Four savepoints of which the newest stays, and things outside the root.
    private func workshop() throws -> Workshop {
        var shop = try Workshop()
        for (number, name) in ["one", "two", "three", "four"].enumerated() {
            try shop.tree.savepoint(
                "sp/a/\(name)",
                id: Int64(number + 1),
                size: 10,
                at: shop.ago(Int64(40 - number))
            )
        }
        try shop.tree.write("outside/plain.txt", [1], at: shop.ago(50))
        try shop.tree.write("outside/_metadata", [1], at: shop.ago(50))
        return shop
    }

    @Test(arguments: [
        "four", "./four/", "../../sp/a/four/_metadata", "@/sp/a/four", "nothing here",
        "four/nothing", "../../outside/plain.txt", "@/outside/plain.txt", ".", "second",
    ])
    func `a link to what is listed, to nothing there or to a plain file stops nothing`(
        target: String
    ) throws {
        let shop = try workshop()
        let policy = try shop.policy(Self.jobs)
        let whole = try shop.plan(policy).condemned
        #expect(whole.count == 3)
        let text = target.replacing("@", with: shop.directory.path)
        try shop.directory.link("sp/a/latest", to: text)
        if target == "second" { try shop.directory.link("sp/a/second", to: "four") }
        let plan = try shop.plan(policy)
        #expect(plan.condemned == whole)
        #expect(!plan.isPartial)
    }

    @Test(arguments: ["two", "two/_metadata", "../a/two/.", "@/sp/a/two", "second"])
    func `the snapshot that a link leads to or into is kept, and it says why`(
        target: String
    ) throws {
        let shop = try workshop()
        let text = target.replacing("@", with: shop.directory.path)
        try shop.directory.link("sp/a/latest", to: text)
        if target == "second" { try shop.directory.link("sp/a/second", to: "latest 2") }
        if target == "second" { try shop.directory.link("sp/a/latest 2", to: "two") }
        let plan = try shop.plan(shop.policy(Self.jobs))
        #expect(plan.verdict("two") == .keep)
        #expect(Set(plan.rules("two")) == ["linked"])
        #expect(plan.verdict("one") == .condemn)
        #expect(plan.verdict("three") == .condemn)
        #expect(!plan.isPartial)
    }

    @Test(arguments: [
        "../../outside", "..", "../..", "/", "/nowhere/at all", "../../outside/nothing", "latest",
        "../../outside/_metadata", "/dev/null",
    ])
    func `law 2: a link that may hide something lets nothing go`(target: String) throws {
        let shop = try workshop()
        try shop.directory.link("sp/a/latest", to: target)
        let plan = try shop.plan(shop.policy(Self.jobs))
        #expect(plan.condemned == [])
        #expect(plan.isPartial)
        #expect(plan.rules("one") == ["referencesUnknown"])
        let isTold = plan.findings.contains { $0.subject.hasSuffix("/latest") }
        #expect(isTold)
    }

    @Test func `law 2: a link named as a pointer is one that nobody read`() throws {
        let shop = try workshop()
        try shop.directory.link("sp/a/completedCheckpoint0123", to: "../../outside/plain.txt")
        #expect(try shop.plan(shop.policy(Self.jobs)).condemned == [])
    }

    @Test func `law 2: a store that does not say where a link leads lets nothing go`() throws {
        let shop = try workshop()
        try shop.directory.link("sp/a/latest", to: "four")
        let plan = try shop.plan(shop.policy(Self.jobs), reader: Linkless())
        #expect(plan.condemned == [])
    }

    @Test func `a snapshot in whose directory a link lies is left, and others go`() throws {
        let shop = try workshop()
        try shop.directory.link("sp/a/two/link", to: "../four")
        let plan = try shop.plan(shop.policy(Self.jobs))
        #expect(plan.verdict("two") == .leave)
        #expect(plan.verdict("one") == .condemn)
        #expect(plan.verdict("three") == .condemn)
    }

    @Test func `a link beside the directories of jobs is looked at in the same way`() throws {
        for (target, count) in [("a", 3), ("../outside", 0)] {
            let shop = try workshop()
            try shop.directory.link("sp/current", to: target)
            let plan = try shop.plan(shop.policy("{ name: '{job}', savepoints: '@/sp/{job}' }"))
            #expect(plan.condemned.count == count, "\(target)")
        }
    }

    @Test(arguments: ["../../outside", "two", "nothing here", nil])
    func `a link that leads elsewhere after the plan lets nothing go`(target: String?) throws {
        let shop = try workshop()
        try shop.directory.link("sp/a/latest", to: "four")
        try shop.tree.settleTimes()
        let planner = Planner(policy: try shop.policy(Self.jobs)) { _ in LocalStorage() }
        let result = planner.plan(at: shop.now, memory: PlanningMemory())
        let condemned = Set(result.plan.removals.map(\.place))
        #expect(condemned.count == 3)
        func look() -> SecondLook.Outcome {
            var look = SecondLook(after: result.inventory, condemned: condemned)
            return look.look { _ in LocalStorage() }
        }
        #expect(look() == .needed([:]))
        try shop.directory.delete("sp/a/latest")
        if let target { try shop.directory.link("sp/a/latest", to: target) }
        guard target != nil else {
            // One that is gone hides nothing.
            #expect(look() == .needed([:]))
            return
        }
        guard case .unknown(let place, let why) = look() else {
            Issue.record("it was believed")
            return
        }
        #expect(place == shop.directory.url("sp/a/latest"))
        #expect(why.contains("leads elsewhere now"))
    }
}

/// The local reader, which does not say where links lead.
private struct Linkless: StorageReader {
    var timeResolution: Int64 { 1 }

    func list(_ roots: [StorageURL], into sink: inout some ListingSink) -> [ListingOutcome] {
        LocalStorage().list(roots, into: &sink)
    }

    func subdirectories(of directory: StorageURL) throws(StorageError) -> [ObjectName] {
        try LocalStorage().subdirectories(of: directory)
    }

    func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName] {
        try LocalStorage().symbolicLinks(in: directory)
    }

    func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        LocalStorage().read(objects, receive)
    }
}
