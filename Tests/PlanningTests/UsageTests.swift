// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Policy
import SnapshotModel
import Storage
import Testing

@testable import Discovery
@testable import Planning

/// Sums against a walk through the tree, and shares against a count of its own.
struct UsageTests {
    private static let seeds = UInt64(0)..<20

    private func usage(_ policy: JanitorPolicy, _ now: Instant) -> StorageUsage {
        Planner(policy: policy) { _ in LocalStorage() }.usage(at: now).usage
    }

    /// Lengths of all files below a directory, by their paths.
    private func files(below directory: String) throws -> [String: Int64] {
        var files: [String: Int64] = [:]
        let walk = FileManager.default.enumerator(atPath: directory)
        while let path = walk?.nextObject() as? String {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(directory)/\(path)"
            )
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            files[path] = attributes[.size] as? Int64
        }
        return files
    }

    @Test(arguments: seeds)
    func `sums are those of the files, by kind, to the byte`(seed: UInt64) throws {
        var tree = try RandomTree(seed: seed)
        try tree.addLitter()
        let usage = usage(try tree.policy(), tree.shop.now)
        let files = try files(below: tree.shop.directory.path)
        func sum(_ isOurs: (String) -> Bool) -> Int64 {
            files.filter { isOurs($0.key) }.reduce(0) { $0 + $1.value }
        }
        for job in usage.jobs {
            let isOwn = { (path: String) in
                path.hasPrefix("sp/\(job.name)/") || path.hasPrefix("cp/\(job.name)/")
            }
            #expect(job.total.bytes == sum(isOwn), "\(job.name)")
            #expect(job.savepoints.bytes == sum { $0.hasPrefix("sp/\(job.name)/") })
            #expect(
                job.checkpoints.bytes
                    == sum { $0.hasPrefix("cp/\(job.name)/0") && $0.contains("/chk-") }
            )
            let shared = job.outside[.shared] ?? OutsideUsage()
            #expect(
                shared.all.bytes == sum { isOwn($0) && $0.contains("/shared/") },
                "\(job.name)"
            )
            #expect(shared.unreferenced.bytes == sum { isOwn($0) && $0.contains("/shared/") })
            #expect(
                (job.outside[.unknown] ?? OutsideUsage()).all.bytes
                    == sum { path in
                        isOwn(path) && path.hasSuffix("/note.txt")
                    }
            )
            #expect(job.janitor.bytes == sum { isOwn($0) && $0.contains("/.janitor-lock/") })
            #expect(job.trash.bytes == sum { isOwn($0) && $0.contains("/.janitor-trash/") })
            let attempts = job.attempts.reduce(Int64(0)) { sum, attempt in
                sum + attempt.snapshots.bytes
                    + attempt.outside.values.reduce(0) { $0 + $1.all.bytes }
            }
            #expect(attempts == sum { $0.hasPrefix("cp/\(job.name)/0") })
        }
        #expect(usage.jobs.reduce(0) { $0 + $1.total.bytes } == sum { _ in true })
    }

    @Test(arguments: seeds)
    func `exclusive and shared bytes agree with a count of names in metadata`(
        seed: UInt64
    ) throws {
        let tree = try RandomTree(seed: seed)
        let usage = usage(try tree.policy(), tree.shop.now)
        let top = tree.shop.directory.path
        let files = try files(below: top)
        // Names in these trees are unique, and metadata hold them as plain text.
        let homes = files.keys.filter { $0.hasSuffix("/_metadata") }
            .map { String($0.dropLast("/_metadata".count)) }
        var used: [String: Set<String>] = [:]
        for home in homes {
            let metadata = try Data(contentsOf: URL(filePath: "\(top)/\(home)/_metadata"))
            used[home] = Set(
                files.keys.filter { path in
                    let name = path.components(separatedBy: "/").last ?? ""
                    let inner = path.dropFirst(home.count + 1)
                    let isInside = path.hasPrefix("\(home)/") && !inner.contains("/")
                    return isInside || metadata.range(of: Data(name.utf8)) != nil
                }
            )
        }
        var count: [String: Int] = [:]
        for paths in used.values { for path in paths { count[path, default: 0] += 1 } }
        let snapshots = usage.jobs.flatMap(\.snapshots)
        #expect(snapshots.count == homes.count)
        for snapshot in snapshots {
            let home = String(snapshot.place.path.description.dropFirst(top.count + 1))
            let paths = try #require(used[home])
            let exclusive = paths.filter { count[$0] == 1 }
            #expect(
                snapshot.share.exclusive == exclusive.reduce(0) { $0 + (files[$1] ?? 0) },
                "\(home) of seed \(seed)"
            )
            let shared = paths.subtracting(exclusive)
            #expect(snapshot.share.shared == shared.reduce(0) { $0 + (files[$1] ?? 0) }, "\(home)")
            let others = used.filter { $0.key != home && !$0.value.isDisjoint(with: shared) }
            #expect(snapshot.share.others == others.count, "\(home) of seed \(seed)")
        }
    }

    @Test func `the trees have something to share`() throws {
        var shared = 0
        for seed in Self.seeds {
            let tree = try RandomTree(seed: seed)
            shared += usage(try tree.policy(), tree.shop.now).jobs.flatMap(\.snapshots)
                .count { $0.share.others > 0 }
        }
        #expect(shared > 50)
    }

    @Test func `law 7: what leaks while an attempt may be running is told and not taken`() throws {
        var shop = try Workshop()
        let attempt = "cp/a/\(String(repeating: "a", count: 32))"
        try shop.tree.checkpoint("\(attempt)/chk-1", id: 1, size: 3, at: shop.now)
        try shop.tree.write("\(attempt)/shared/\(shop.tree.uuid())", [1, 2, 3], at: shop.now)
        try shop.tree.settleTimes()
        let policy = try shop.policy("{ name: 'a', savepoints: '@/sp/a', checkpoints: '@/cp/a' }")
        let job = try #require(usage(policy, shop.now).jobs.first)
        let running = try #require(job.attempts.first)
        #expect(running.openSince != nil)
        #expect(running.outside[.shared]?.unreferenced.bytes == 3)
        #expect(try shop.plan(policy).objects.isEmpty)
    }
}
