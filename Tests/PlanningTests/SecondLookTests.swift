// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Discovery
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

/// What appears between a plan and its first step, and what stays for it.
struct SecondLookTests {
    private static let over = "0123456789abcdef0123456789abcdef"
    private static let begun = "5656560123456789abcdef0123456789"
    private static let jobs = """
        { name: 'a', savepoints: '@/sp/a', checkpoints: '@/cp/a' },
        { name: 'b', savepoints: '@/sp/b' }
        """
    private var shop: Workshop

    init() throws {
        shop = try Workshop()
        for job in ["a", "b"] {
            for number: Int64 in 1...2 {
                try shop.tree.savepoint(
                    "sp/\(job)/savepoint-012345-00000000000\(number)",
                    id: number,
                    size: 10,
                    at: shop.ago(20 - number)
                )
            }
        }
        for number: Int64 in 1...3 {
            try shop.tree.checkpoint(
                "cp/a/\(Self.over)/chk-\(number)",
                id: number,
                size: 5,
                at: shop.ago(30, minutes: -number)
            )
        }
        try shop.tree.makeDirectory("ha", at: shop.ago(30))
    }

    private func place(_ path: String) throws -> StorageURL {
        try #require(StorageURL(parsing: ObjectName("file://\(shop.directory.path)/\(path)")))
    }

    /// What a second look says after something was done to the tree.
    private func look(
        objects: [(place: StorageURL, path: ObjectName)] = [],
        _ policy: String = jobs,
        _ change: () throws -> Void
    ) throws -> (outcome: SecondLook.Outcome, condemned: Set<StorageURL>) {
        try shop.tree.settleTimes()
        let policy = try shop.policy(policy, more: "alsoRead: ['@/ha']")
        let planner = Planner(policy: policy) { _ in LocalStorage() }
        let result = planner.plan(at: shop.now, memory: PlanningMemory())
        try change()
        var look = SecondLook(
            after: result.inventory,
            condemned: result.plan.condemned,
            objects: objects
        )
        return (look.look { _ in LocalStorage() }, result.plan.condemned)
    }

    @Test func `nothing stays where nothing changed`() throws {
        let (outcome, condemned) = try look {}
        #expect(condemned.count == 4)
        #expect(outcome == .needed([:]))
    }

    @Test mutating func `law 7: an attempt that began meanwhile may need any snapshot of its job`()
        throws
    {
        var tree = shop.tree
        let now = shop.now
        let (outcome, condemned) = try look {
            try tree.makeDirectory("cp/a/\(Self.begun)/shared", at: now)
        }
        let attempt = try place("cp/a/\(Self.begun)")
        let own = condemned.filter { !$0.description.contains("/sp/b/") }
        #expect(own.count == 3)
        #expect(outcome == .needed(Dictionary(uniqueKeysWithValues: own.map { ($0, attempt) })))
    }

    @Test mutating func `law 7: nothing goes from an attempt that came to life again`() throws {
        var tree = shop.tree
        let now = shop.now
        let file = "cp/a/\(Self.over)/shared/5a11ed01-0000-4000-8000-000000000009"
        let (outcome, _) = try look { try tree.write(file, [0], at: now) }
        let attempt = try place("cp/a/\(Self.over)")
        #expect(
            outcome
                == .needed([
                    try place("cp/a/\(Self.over)/chk-1"): attempt,
                    try place("cp/a/\(Self.over)/chk-2"): attempt,
                ])
        )
    }

    @Test mutating func `a pointer that appeared protects what it names`() throws {
        var tree = shop.tree
        let now = shop.now
        let savepoint = "sp/b/savepoint-012345-000000000001"
        let text = Array("x file:/sp/b/savepoint-012345-000000000001/_metadata".utf8)
        let (outcome, _) = try look {
            try tree.write("ha/completedCheckpoint0123456789ab", text, at: now)
        }
        guard case .needed(let needed) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(needed[try place(savepoint)] == (try place("ha/completedCheckpoint0123456789ab")))
    }

    @Test mutating func `a checkpoint that was completed meanwhile keeps what it references`()
        throws
    {
        var tree = shop.tree
        let now = shop.now
        let needed = "cp/a/\(Self.over)/chk-1/5a11ed01-0000-4000-8000-000000000001"
        try tree.write(needed, [0], at: shop.ago(30))
        shop.tree = tree
        let (outcome, _) = try look {
            try tree.checkpoint("sp/b/claimed", id: 9, shared: [.init(needed, 1)], at: now)
        }
        let metadata = try place("sp/b/claimed/_metadata")
        #expect(outcome == .needed([try place("cp/a/\(Self.over)/chk-1"): metadata]))
    }

    @Test mutating func `law 7: what lies outside snapshots stays with its attempt`() throws {
        var tree = shop.tree
        let now = shop.now
        let file = "cp/a/\(Self.over)/shared/5a11ed01-0000-4000-8000-000000000007"
        try tree.write(file, [0], at: shop.ago(40))
        shop.tree = tree
        let object = try place(file)
        let path = ObjectName("\(Self.over)/shared/5a11ed01-0000-4000-8000-000000000007")
        let (outcome, _) = try look(objects: [(object, path)]) {
            try tree.write("cp/a/\(Self.over)/chk-4/_metadata", [1], at: now)
        }
        // Metadata that do not read stop the run; with readable ones the attempt lives.
        guard case .unknown = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let (again, _) = try look(objects: [(object, path)]) {
            let later = now.advanced(byNanoseconds: 60_000_000_000)
            try tree.checkpoint("cp/a/\(Self.over)/chk-5", id: 5, at: later)
        }
        guard case .needed(let needed) = again else {
            Issue.record("\(again)")
            return
        }
        #expect(needed[object] == (try place("cp/a/\(Self.over)")))
    }

    @Test
    mutating func `our own lock and a savepoint root in an attempt without job id are no life`()
        throws
    {
        var tree = shop.tree
        let now = shop.now
        for id: Int64 in 1...2 {
            let time = shop.ago(30, minutes: -id)
            try tree.checkpoint("plain/chk-\(id)", id: id, size: 1, at: time)
        }
        try tree.makeDirectory("plain/savepoints", at: shop.ago(30))
        shop.tree = tree
        let (outcome, condemned) = try look(
            "{ name: 'a', savepoints: '@/plain/savepoints', checkpoints: '@/plain' }"
        ) {
            try tree.write("plain/.janitor-lock/owner", [1], at: now)
            try tree.savepoint(
                "plain/savepoints/savepoint-111111-000000000001",
                id: 3,
                size: 1,
                at: now
            )
        }
        #expect(condemned.count == 1)
        #expect(outcome == .needed([:]))
    }

    @Test mutating func `in a shared root an attempt that began may be of any of its jobs`() throws
    {
        var tree = shop.tree
        let now = shop.now
        try tree.savepoint("flat/savepoint-111111-000000000001", id: 1, size: 1, at: shop.ago(9))
        try tree.savepoint("flat/savepoint-111111-000000000002", id: 2, size: 1, at: shop.ago(8))
        try tree.checkpoint("mixed/\(Self.over)/chk-1", id: 1, at: shop.ago(30))
        shop.tree = tree
        let (outcome, condemned) = try look(
            """
            { name: 'a', savepoints: '@/flat', checkpoints: '@/mixed',
              attempts: { digits: ['111111'] } }
            """
        ) { try tree.makeDirectory("mixed/\(Self.begun)/taskowned", at: now) }
        #expect(condemned.count == 1)
        let attempt = try place("mixed/\(Self.begun)")
        let held = Dictionary(uniqueKeysWithValues: condemned.map { ($0, attempt) })
        #expect(outcome == .needed(held))
    }
}
