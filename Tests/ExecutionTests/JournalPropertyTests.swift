// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import Execution

/// Journals as they are written, read whole and cut off.
struct JournalPropertyTests {
    private static let now = Instant(nanoseconds: 1_795_312_800_123_000_000)

    /// What a run did so far, by what each part of its journal shows.
    private func done(_ bytes: some Sequence<UInt8>) -> Set<String> {
        let steps = JournalReader(Array(bytes)).steps
        return Set(
            steps.flatMap { step in
                zip(step.items, step.results).enumerated().compactMap { index, pair in
                    pair.1?.outcome == .gone ? "\(step.number) \(index) \(pair.0.at.place)" : nil
                }
            }
        )
    }

    @Test(arguments: UInt64(0)..<8) func `what was written comes back`(seed: UInt64) throws {
        var random = RandomJournal(seed: seed)
        let records = random.records()
        let reader = JournalReader(try written(records))
        #expect(!reader.isDamaged, "seed \(seed)")
        #expect(reader.records.map(\.record) == records.map(\.record), "seed \(seed)")
        #expect(reader.records.map(\.items) == records.map(\.items), "seed \(seed)")
        #expect(reader.records.map(\.results) == records.map(\.results), "seed \(seed)")
        #expect(reader.records.map(\.times) == records.map(\.times), "seed \(seed)")
        #expect(reader.isFinished)
    }

    @Test(arguments: UInt64(0)..<2)
    func `cut at any byte it never shows more done than was`(seed: UInt64) throws {
        var random = RandomJournal(seed: seed)
        let bytes = try written(random.records())
        let whole = done(bytes)
        try #require(!whole.isEmpty && bytes.count > 100)
        var before: Set<String> = []
        var isFinished = false
        // Within a line nothing is known of it, but for its last byte, which may be missing.
        let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
        let spread = stride(from: 0, to: bytes.count, by: 211)
        for length in Set(ends.flatMap { [$0 - 1, $0, $0 + 1, $0 + 2] } + spread).sorted()
        where length <= bytes.count {
            let part = bytes[..<length]
            let shown = done(part)
            #expect(shown.isSubset(of: whole), "seed \(seed), cut at \(length)")
            #expect(before.isSubset(of: shown), "seed \(seed), cut at \(length)")
            #expect(!JournalReader(Array(part)).isDamaged, "seed \(seed), cut at \(length)")
            before = shown
            isFinished = JournalReader(Array(part)).isFinished
        }
        #expect(before == whole && isFinished)
    }

    /// Whoever goes on with a journal that was cut off ends its last line first.
    @Test(arguments: UInt64(0)..<2)
    func `what is written behind a cut does not run into it`(seed: UInt64) throws {
        var random = RandomJournal(seed: seed)
        let bytes = try written(random.records())
        var generator = SeededGenerator(seed: seed)
        var end = JournalRecord(.end, at: Self.now)
        end.why = "cut off"
        let last = try written([end])
        for _ in 0..<20 {
            let cut = Int.random(in: 0..<bytes.count, using: &generator)
            let resumed = bytes[..<cut] + [UInt8(ascii: "\n")] + last
            #expect(done(resumed) == done(bytes[..<cut]), "seed \(seed), cut at \(cut)")
            #expect(JournalReader(Array(resumed)).isFinished)
        }
    }

    @Test func `a number that no step has is that of a damaged line`() {
        let line = #"{"record":"step","at":"2026-11-22T02:00:00Z","number":9223372036854775807}"#
        let reader = JournalReader(Array("\(line)\n".utf8))
        #expect(reader.isDamaged)
        #expect(reader.steps.isEmpty)
    }

    /// The bytes of a journal with these lines.
    private func written(_ records: [JournalRecord]) throws -> [UInt8] {
        let directory = try TemporaryDirectory()
        let state = StateDirectory(directory.path)
        try state.prepare()
        let first = try #require(records.first)
        let journal = try Journal(of: "r", beginningWith: first, in: state)
        for record in records.dropFirst() { try journal.append(record) }
        return Array(try Data(contentsOf: URL(filePath: "\(directory.path)/runs/r.jsonl")))
    }
}

/// Makes journals of sound runs.
private struct RandomJournal {
    private var generator: SeededGenerator
    private let root = StorageURL(scheme: "file", path: "/flink/sp")

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func records() -> [JournalRecord] {
        let now = Instant(nanoseconds: 1_795_312_800_000_000_000)
        var begin = JournalRecord(.begin, at: now)
        begin.roots = [WrittenPlace(root)]
        begin.run = "r"
        var records = [begin]
        for number in 1...Int.random(in: 2...5, using: &generator) {
            var step = JournalRecord(.step, at: now)
            step.number = number
            step.action = [.trash, .remove, .empty].randomElement(using: &generator)
            step.items = (0..<Int.random(in: 1...4, using: &generator)).map { item($0, number) }
            step.times = [
                .init(
                    root: WrittenPlace(root),
                    path: Data([0xFF]),
                    modified: -1,
                    device: 1,
                    inode: 2
                )
            ]
            records.append(step)
            var done = JournalRecord(.done, at: now)
            done.number = number
            done.action = step.action
            if Bool.random(using: &generator) {
                done.items = step.items
                done.results = step.items?.map { _ in result() }
            }
            records.append(done)
        }
        return records + [JournalRecord(.end, at: now)]
    }

    private mutating func result() -> JournalRecord.Result {
        let outcomes: [JournalRecord.Outcome] = [.gone, .left, .failed, .absent]
        return .init(
            outcome: outcomes.randomElement(using: &generator) ?? .gone,
            error: Bool.random(using: &generator) ? "no \"such\"\nthing" : nil
        )
    }

    private mutating func item(_ index: Int, _ step: Int) -> JournalRecord.Item {
        let name = HostileNames.all.randomElement(using: &generator) ?? "x"
        let bytes = Array("/flink/sp/\(step)-\(index)-".utf8) + name.bytes
        let place = WrittenPlace(StorageURL(scheme: "file", path: ObjectName(bytes)))
        return JournalRecord.Item(
            at: place,
            root: WrittenPlace(root),
            job: "orders",
            kind: "savepoint",
            form: .snapshot,
            bytes: Int64.random(in: 0...Int64.max, using: &generator),
            files: index,
            device: UInt64.random(in: 0...UInt64.max, using: &generator),
            inode: UInt64.random(in: 0...UInt64.max, using: &generator),
            sum: UInt64.random(in: 0...UInt64.max, using: &generator),
            after: index > 0 ? [place] : nil,
            reasons: [.init(rule: "keepLast", text: "older than the newest 3")]
        )
    }
}
