// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Storage
import StorageRemoval
import Testing

@testable import Execution

/// Checkpoints that reference each other's files, in the trash of one or two runs: whatever cannot be
/// taken from there, nothing looks whole that is not (laws 1 and 5).
struct TrashOrderPropertyTests {
    private static let count = 8
    private static let seeds: Range<UInt64> = 0..<12

    @Test(arguments: seeds)
    func `what is emptied goes before what it references, or that stays`(seed: UInt64) throws {
        let tree = try ClaimedTree(Self.count, seed: seed)
        let shop = tree.shop
        try tree.takeAll(seed: seed)
        for round in 0..<4 {
            let refused = tree.refused(seed: seed &* 31 &+ UInt64(round))
            let remover = Refusing { refused.contains($0.path.last) }
            let outcome = EmptyTrash(
                try shop.environment("e\(round)", minutes: 1, remover: remover)
            ).empty([])
            guard case .finished(let emptied) = outcome else {
                Issue.record("seed \(seed): \(outcome)")
                return
            }
            #expect(try tree.violations() == [], "seed \(seed), refused \(refused)")
            for line in emptied.report.lines where !line.isGone {
                #expect(line.error != nil, "seed \(seed): \(line.place)")
            }
        }
        let outcome = EmptyTrash(try shop.environment("ff", minutes: 1)).empty([])
        guard case .finished(let emptied) = outcome else {
            Issue.record("seed \(seed): \(outcome)")
            return
        }
        let lines = emptied.report.lines
        #expect(emptied.report.failedCount == 0 && emptied.heldCount == 0, "seed \(seed): \(lines)")
        #expect(try shop.trash() == [], "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `what is brought back comes after what it references, or stays`(seed: UInt64) throws {
        let tree = try ClaimedTree(Self.count, seed: seed)
        let shop = tree.shop
        let before = try shop.snapshot()
        try tree.takeAll(seed: seed)
        // The first run alone: what the second took of its needs is in the trash still.
        for (round, run) in try RunHistory.read(shop.state).map(\.name).enumerated() {
            let refused = tree.refused(seed: seed &* 31 &+ UInt64(round))
            let remover = Refusing { refused.contains($0.path.last) }
            _ = Undo(try shop.environment("u\(round)", remover: remover)).undo(run, only: [])
            #expect(try tree.violations() == [], "seed \(seed), refused \(refused)")
        }
        for round in 0..<2 {
            let runs = try RunHistory.read(shop.state).filter { !$0.undoable.isEmpty }
            for (number, run) in runs.enumerated() {
                // What failed before comes back first of all: nothing may be left of a run then.
                _ = Undo(try shop.environment("v\(round)\(number)", minutes: 1))
                    .undo(run.name, only: [])
                #expect(try tree.violations() == [], "seed \(seed)")
            }
        }
        #expect(before.differences(to: try shop.snapshot()) == [], "seed \(seed)")
        #expect(try shop.trash() == [], "seed \(seed)")
    }

    @Test func `a snapshot is not brought back without what it needs, and says what that is`()
        throws
    {
        let tree = try ClaimedTree(2, references: [1: [0]])
        let shop = tree.shop
        try tree.takeAll(seed: nil)
        let run = try #require(try RunHistory.read(shop.state).first?.name)
        let needing = shop.directory.url(ClaimedTree.path(1))
        let needed = shop.directory.url(ClaimedTree.path(0))
        let alone = try shop.undo(run, only: [needing], try shop.environment("bb"))
        #expect(alone.report.goneCount == 0)
        let line = try #require(alone.report.lines.first)
        #expect(line.error?.contains("holds files that it needs and is not back") == true)
        #expect(line.error?.contains(ClaimedTree.path(0).last.description) == true)
        // The other one needs nothing, and with it the first comes too.
        _ = try shop.undo(run, only: [needed], try shop.environment("cc", minutes: 1))
        let rest = try shop.undo(run, only: [needing], try shop.environment("dd", minutes: 2))
        #expect(rest.report.goneCount == 1)
        #expect(rest.opened.isEmpty)
    }
}

/// Checkpoints of attempts of their own, of which later ones reference files of earlier ones.
private struct ClaimedTree {
    let shop: TrashWorkshop
    private let count: Int
    /// For each checkpoint the checkpoints in whose directories files lie that it references.
    private let references: [Int: Set<Int>]
    /// For each checkpoint the name of its file.
    private let files: [ObjectName]

    init(_ count: Int, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var references: [Int: Set<Int>] = [:]
        for number in 1..<count {
            let earlier = (0..<number).filter { _ in
                UInt64.random(in: 0..<3, using: &generator) == 0
            }
            references[number] = Set(earlier)
        }
        try self.init(count, references: references)
    }

    init(_ count: Int, references: [Int: Set<Int>]) throws {
        var names: [ObjectName] = []
        shop = try TrashWorkshop { tree, now in
            for number in 0...count {
                let time = now.advanced(byNanoseconds: -Int64(90 - number) * TrashWorkshop.day)
                let name = tree.uuid()
                let directory = Self.path(number).description
                let attempt = directory.split(separator: "/").prefix(2).joined(separator: "/")
                try tree.makeDirectory(attempt, at: time)
                try tree.write("\(directory)/\(name)", [1, 2, 3, 4], at: time)
                let others = (references[number] ?? []).sorted().map {
                    SampleMetadata.File("\(Self.path($0))/\(names[$0])", 4)
                }
                try tree.checkpoint(
                    directory,
                    id: Int64(number + 1),
                    shared: others + [.init("\(directory)/\(name)", 4)],
                    at: time
                )
                names.append(ObjectName(name))
            }
        }
        self.count = count
        self.references = references
        files = names
    }

    /// Where a checkpoint is; the newest one, which stays, has the number of them all.
    static func path(_ number: Int) -> ObjectName {
        ObjectName("cp/0de55000000000000000000000000\(100 + number)/chk-\(number + 1)")
    }

    /// Moves all but the newest into the trash, by one run, or by two of which the first was cut off.
    func takeAll(seed: UInt64?) throws {
        var taken = 0
        let limit = seed.map { Int($0 % 4) * 2 } ?? 0
        if limit > 0 {
            let first = try shop.run(
                try shop.environment(
                    "aa",
                    shouldStop: {
                        taken += 1
                        return taken > limit ? 15 : nil
                    }
                )
            )
            try shop.forgetEnd(of: first.run)
            taken = first.lines.count { $0.isGone && $0.form == .snapshot }
        }
        let run = JanitorRun(try shop.environment("ab", minutes: 1))
        guard case .finished(let plan, let second) = run.run() else {
            throw TrashWorkshop.Unexpected()
        }
        taken += second.lines.count { $0.isGone && $0.form == .snapshot }
        try #require(taken == count, "\(plan.snapshots.map(\.reasons))")
    }

    /// The last names of some of them.
    func refused(seed: UInt64) -> Set<ObjectName> {
        var generator = SeededGenerator(seed: seed)
        return Set(
            (0..<count).filter { _ in Bool.random(using: &generator) }.map { Self.path($0).last }
        )
    }

    /// What looks whole and is not, here and in the trash.
    func violations() throws -> [String] {
        let paths = Set(try TreeSnapshot(of: shop.directory.path).paths)
        let inTrash = paths.filter { $0.components.contains(".janitor-trash") }
        var found: [String] = []
        for number in 0...count {
            let end = Self.path(number).components.suffix(2).map(\.description)
                .joined(separator: "/")
            let isHere = paths.contains(Self.path(number).appending("_metadata"))
            guard isHere || inTrash.contains(where: { "\($0)".hasSuffix("\(end)/_metadata") })
            else { continue }
            for other in (references[number] ?? []).union([number]) {
                let isOtherHere = paths.contains(Self.path(other).appending(files[other]))
                let isOtherInTrash = inTrash.contains { $0.last == files[other] }
                if isOtherHere || !isHere && isOtherInTrash { continue }
                let place = isHere ? "here" : "in the trash"
                found.append("\(end) looks whole \(place), and misses the file of \(other)")
            }
        }
        return found
    }
}
