// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import Policy
import SnapshotModel

/// A tree made by a seed, and a slow model of it: what lies where, how old it is, and who names it.
///
/// The model knows nothing of stores, paths that are resolved, or metadata; it goes by names.
struct RandomSweep {
    struct File {
        let name: String
        let path: String
        let attempt: Int
        let isPlain: Bool
        let time: Instant
        var isThere = true
    }

    struct Checkpoint {
        let path: String
        let attempt: Int
        let time: Instant
        let names: Set<String>
        var isThere = true
    }

    struct Attempt {
        let job: String
        let id: String
    }

    private(set) var shop: Workshop
    private(set) var attempts: [Attempt] = []
    private(set) var files: [File] = []
    private(set) var checkpoints: [Checkpoint] = []
    /// When each name was found unneeded first, and by how many nights.
    private var seen: [String: (first: Instant, count: Int)] = [:]
    var random: SeededGenerator
    private var nextID: Int64 = 1

    init(seed: UInt64) throws {
        shop = try Workshop()
        random = SeededGenerator(seed: seed)
        for job in ["a", "b"] {
            try shop.tree.savepoint("sp/\(job)/s", id: 900, size: 1, at: shop.ago(100))
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let digit = String(attempts.count + 1, radix: 16)
                attempts.append(Attempt(job: job, id: String(repeating: digit, count: 32)))
            }
        }
        for attempt in attempts.indices {
            // An attempt's last sign of life: some are running on some of the nights.
            let newest = Int64.random(in: 3...40, using: &random)
            for _ in 0..<Int.random(in: 0...10, using: &random) {
                try addFile(to: attempt, newest: newest)
            }
        }
        for attempt in attempts.indices {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                try addCheckpoint(
                    to: attempt,
                    at: shop.ago(Int64.random(in: 9...40, using: &random))
                )
            }
        }
    }

    func policy() throws -> JanitorPolicy {
        try shop.policy(
            "{ name: '{job}', savepoints: '@/sp/{job}', checkpoints: '@/cp/{job}' }",
            keep: """
                savepoints: { keepLast: 1 }, checkpoints: { keepLast: 2 }, limits: null,
                orphans: { age: '24h', sightings: 2, apart: '20h' }
                """
        )
    }

    private mutating func addFile(to attempt: Int, newest: Int64) throws {
        let id = attempts[attempt].id
        let (directory, isPlain) =
            [
                ("shared", true), ("shared", true), ("shared", true),
                ("shared/job_\(id)_op_\(id)_0_1", false), ("taskowned/job_\(id)_tm_x", false),
                ("dstl", false),
            ].randomElement(using: &random) ?? ("shared", true)
        let name = shop.tree.uuid()
        let path = "cp/\(attempts[attempt].job)/\(id)/\(directory)/\(name)"
        let time = shop.ago(newest + Int64.random(in: 0...20, using: &random))
        try shop.tree.write(path, [1], at: time)
        files.append(
            File(name: name, path: path, attempt: attempt, isPlain: isPlain, time: time)
        )
    }

    /// Writes a checkpoint that references some files of any attempt, some under a wrong name of
    /// the store.
    mutating func addCheckpoint(
        to attempt: Int,
        at time: Instant,
        needing must: String? = nil
    ) throws {
        var named: [SampleMetadata.File] = []
        var names: Set<String> = []
        for file in files where file.isThere {
            guard file.name == must || Int.random(in: 0..<9, using: &random) == 0 else { continue }
            let prefix = ["file:", "file:", "hdfs://old"].randomElement(using: &random) ?? "file:"
            named.append(
                SampleMetadata.File("\(prefix)\(shop.directory.path)/\(file.path)", 1)
            )
            names.insert(file.name)
        }
        let path = "cp/\(attempts[attempt].job)/\(attempts[attempt].id)/chk-\(nextID)"
        let metadata = SampleMetadata.checkpoint(id: nextID, shared: named, own: [])
        try shop.tree.write("\(path)/_metadata", metadata, at: time)
        checkpoints.append(Checkpoint(path: path, attempt: attempt, time: time, names: names))
        nextID += 1
    }

    // MARK: The model

    private func isNeeded(_ file: File) -> Bool {
        checkpoints.contains { $0.isThere && $0.names.contains(file.name) }
    }

    private func isOver(_ attempt: Int, at moment: Instant) -> Bool {
        let times =
            files.filter { $0.isThere && $0.attempt == attempt }.map(\.time)
            + checkpoints.filter { $0.isThere && $0.attempt == attempt }.map(\.time)
        guard let newest = times.max() else { return false }
        return newest.advanced(byNanoseconds: 7 * Workshop.day) < moment
    }

    /// Paths of the files that have to go on a night, no more and no fewer.
    func expected(at moment: Instant, ended: Set<Int>) -> Set<String> {
        let hours: Int64 = 3_600_000_000_000
        return Set(
            files.filter { file in
                guard file.isThere, !isNeeded(file),
                    file.time.advanced(byNanoseconds: 24 * hours) < moment,
                    let seen = seen[file.name],
                    seen.first.advanced(byNanoseconds: 20 * hours) <= moment
                else { return false }
                if ended.contains(file.attempt) { return true }
                return file.isPlain && isOver(file.attempt, at: moment)
            }.map(\.path)
        )
    }

    /// Takes note of what a night's run saw before it took anything.
    mutating func note(at moment: Instant, without gone: Set<String>) {
        for file in files where file.isThere {
            if isNeeded(file) || gone.contains(file.path) {
                seen[file.name] = nil
            } else {
                seen[file.name] = (
                    seen[file.name]?.first ?? moment, (seen[file.name]?.count ?? 0) + 1
                )
            }
        }
    }

    /// Takes over what another one of the same tree has noted.
    mutating func takeNotes(of other: RandomSweep) {
        seen = other.seen
    }

    /// Removes from disk and from the model.
    mutating func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: "\(shop.directory.path)/\(path)")
        for index in files.indices where files[index].path == path {
            files[index].isThere = false
        }
        for index in checkpoints.indices where checkpoints[index].path == path {
            checkpoints[index].isThere = false
        }
    }

    /// Names that a checkpoint needs and that are not there although they were.
    func lost(from before: Set<String>) -> Set<String> {
        let needed = Set(checkpoints.filter(\.isThere).flatMap(\.names))
        let there = Set(
            files.filter {
                FileManager.default.fileExists(atPath: "\(shop.directory.path)/\($0.path)")
            }.map(\.name)
        )
        return needed.intersection(before).subtracting(there)
    }
}
