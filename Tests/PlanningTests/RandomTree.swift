// SPDX-License-Identifier: Apache-2.0

import DemoTree
import JanitorTestSupport
import Policy
import SnapshotModel

/// A tree made by a seed: two jobs, a few attempts, savepoints, and references between all of them.
struct RandomTree {
    private static let jobs = ["a", "b"]
    private static let attempts = ["aaaa", "bbbb", "cccc"]
        .map { String(repeating: "0", count: 28) + $0 }

    private(set) var shop: Workshop
    private var random: SeededGenerator
    private var files: [SampleMetadata.File] = []

    init(seed: UInt64) throws {
        shop = try Workshop()
        random = SeededGenerator(seed: seed)
        for job in Self.jobs {
            for number in 0..<Int.random(in: 1...6, using: &random) {
                try addSavepoint("sp/\(job)/\(number)", id: Int64(number))
            }
            var id: Int64 = 1
            for attempt in Self.attempts.prefix(Int.random(in: 0...3, using: &random)) {
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    try addCheckpoint("cp/\(job)/\(attempt)", id: id)
                    id += 1
                }
            }
        }
        try shop.tree.settleTimes()
    }

    /// A policy under which most of it goes.
    func policy() throws -> JanitorPolicy {
        try shop.policy("{ name: '{job}', savepoints: '@/sp/{job}', checkpoints: '@/cp/{job}' }")
    }

    private mutating func addSavepoint(_ directory: String, id: Int64) throws {
        let time = shop.ago(Int64.random(in: 10...90, using: &random))
        try shop.tree.savepoint(directory, id: id, size: 3, at: time)
        try addFile(to: directory, at: time)
        if Int.random(in: 0..<8, using: &random) == 0 {
            // One inside another.
            try shop.tree.savepoint("\(directory)/inner", id: id + 50, size: 3, at: time)
        }
        if Int.random(in: 0..<8, using: &random) == 0 {
            try shop.tree.write("\(directory)/_label.pin", [], at: time)
        }
    }

    private mutating func addCheckpoint(_ attempt: String, id: Int64) throws {
        // Later ids have later times, or the times would look copied.
        let time = shop.ago(70 - 2 * id)
        let directory = "\(attempt)/chk-\(id)"
        let shared = files.filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
        try shop.tree.checkpoint(directory, id: id, shared: shared, size: 3, at: time)
        try addFile(to: directory, at: time)
    }

    /// A file that snapshots written later may reference.
    private mutating func addFile(to directory: String, at time: Instant) throws {
        guard Bool.random(using: &random) else { return }
        let path = "\(directory)/\(shop.tree.uuid())"
        try shop.tree.write(path, [1, 2], at: time)
        files.append(SampleMetadata.File(path, 2))
    }
}

extension RandomTree {
    /// Adds files outside snapshots, of every sort that sums tell apart.
    mutating func addLitter() throws {
        for job in ["a", "b"] {
            for attempt in Self.attempts.prefix(2) {
                let directory = "cp/\(job)/\(attempt)"
                let name = shop.tree.uuid()
                try shop.tree.write("\(directory)/shared/\(name)", [1, 2, 3, 4], at: shop.ago(40))
                try shop.tree.write("\(directory)/note.txt", [1], at: shop.ago(40))
            }
            let trash = "cp/\(job)/.janitor-trash/20261101T000000Z-aaaaaaaa/chk-1"
            try shop.tree.checkpoint(trash, id: 1, size: 5, at: shop.ago(50))
            try shop.tree.write("cp/\(job)/.janitor-lock/owner", [1, 2], at: shop.ago(1))
        }
        try shop.tree.settleTimes()
    }

    /// Adds a savepoint of the future, and one with a label.
    mutating func addLaterAndLabelled() throws {
        try shop.tree.savepoint("sp/a/later", id: 99, size: 3, at: shop.ago(-9))
        let place = "sp/a/labelled"
        try shop.tree.savepoint(place, id: 98, size: 3, at: shop.ago(41), labels: ["keep"])
        try shop.tree.settleTimes()
    }
}
