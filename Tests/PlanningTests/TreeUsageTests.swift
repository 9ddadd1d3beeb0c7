// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import LocalStorage
import Policy
import SnapshotModel
import Testing

@testable import Discovery
@testable import Planning

/// Sums and shares of trees that real Flink left behind, against `du` and the texts in metadata.
@Suite(.enabled(if: !FlinkTree.names.isEmpty, "\(SharedMaterial.skipMessage)"))
struct TreeUsageTests {
    private func usage(_ tree: FlinkTree) throws -> StorageUsage {
        let policy = try PolicyDecoder.decode(Array(tree.policy("{}").utf8), source: "test")
        return Planner(policy: policy) { _ in LocalStorage() }
            .usage(at: Instant(Date())).usage
    }

    private func add(_ tally: UsageTally, _ kind: String, to sums: inout [String: Int64]) {
        if tally.count > 0 { sums[kind, default: 0] += tally.bytes }
    }

    @Test(arguments: FlinkTree.names)
    func `usage agrees with du by kind and with a count of texts, to the byte`(
        name: String
    ) throws {
        let tree = try FlinkTree(name)
        let counted = try CountedTree(tree)
        let usage = try usage(tree)
        check(usage, counted)
        let snapshots = usage.jobs.flatMap(\.snapshots)
        #expect(!counted.used.isEmpty)
        #expect(snapshots.count >= counted.used.count)
        var count: [String: Int] = [:]
        for files in counted.used.values { for file in files { count[file, default: 0] += 1 } }
        for snapshot in snapshots {
            let home = String(
                snapshot.place.path.description.dropFirst(tree.directory.path.count + 1)
            )
            let files = counted.used[home] ?? counted.files(in: home)
            let alone = files.filter { count[$0, default: 1] == 1 }
            let together = files.subtracting(alone)
            let others = counted.used.filter {
                $0.key != home && !$0.value.isDisjoint(with: together)
            }
            #expect(snapshot.share.exclusive == counted.sum(alone), "\(home)")
            #expect(snapshot.share.shared == counted.sum(together), "\(home)")
            #expect(snapshot.share.others == others.count, "\(home)")
        }
    }

    private func check(_ usage: StorageUsage, _ counted: CountedTree) {
        var expected: [String: Int64] = [:]
        for (path, bytes) in counted.bytes {
            expected[CountedTree.kind(of: path), default: 0] += bytes
        }
        var sums: [String: Int64] = [:]
        var attempts = Int64(0)
        var unreferenced: [String: Int64] = [:]
        for job in usage.jobs {
            add(job.savepoints, "savepoint", to: &sums)
            add(job.checkpoints, "checkpoint", to: &sums)
            for (kind, outside) in job.outside {
                add(outside.all, kind.rawValue, to: &sums)
                add(outside.unreferenced, kind.rawValue, to: &unreferenced)
            }
            for attempt in job.attempts {
                attempts += attempt.snapshots.bytes
                attempts += attempt.outside.values.reduce(0) { $0 + $1.all.bytes }
            }
        }
        #expect(sums == expected)
        #expect(usage.onlyRead.count == 0 && usage.unread.isEmpty)
        #expect(usage.jobs.reduce(0) { $0 + $1.total.count } == counted.bytes.count)
        let checkpoints = counted.bytes.filter { CountedTree.isBelowCheckpoints($0.key) }
        #expect(attempts == checkpoints.reduce(0) { $0 + $1.value })
        let all = counted.used.values.reduce(into: Set()) { $0.formUnion($1) }
        var leaked: [String: Int64] = [:]
        for (path, bytes) in counted.bytes where !all.contains(path) {
            let kind = CountedTree.kind(of: path)
            if kind != "savepoint", kind != "checkpoint" { leaked[kind, default: 0] += bytes }
        }
        #expect(unreferenced == leaked)
    }

    @Test func `the trees share, leak, and hold every kind that Flink was made to write`() throws {
        var kinds: Set<String> = []
        var shared = 0
        for name in FlinkTree.names {
            let counted = try CountedTree(FlinkTree(name))
            kinds.formUnion(counted.bytes.keys.map(CountedTree.kind))
            shared += counted.used.values.count { files in
                counted.used.values.count { !$0.isDisjoint(with: files) } > 1
            }
        }
        #expect(
            kinds == [
                "savepoint", "checkpoint", "shared", "taskOwned", "changelog", "merged", "unknown",
            ]
        )
        #expect(shared > 50)
    }
}

extension CountedTree {
    /// Bytes of some files.
    func sum(_ files: Set<String>) -> Int64 { files.reduce(0) { $0 + (bytes[$1] ?? 0) } }

    /// Files below a directory.
    func files(in home: String) -> Set<String> {
        Set(bytes.keys.filter { $0.hasPrefix("\(home)/") })
    }

    /// Whether a path lies in a job's checkpoint directory.
    static func isBelowCheckpoints(_ path: String) -> Bool {
        path.hasPrefix("cp/") || path.hasPrefix("flink/checkpoints/")
    }
}
