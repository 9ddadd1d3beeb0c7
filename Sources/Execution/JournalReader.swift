// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The journal of an earlier run.
struct JournalReader {
    /// Its lines; lines that do not read are left out.
    let records: [JournalRecord]
    /// A line in it does not read, apart from a last one that was cut off.
    let isDamaged: Bool

    /// More steps than any run has; whoever goes on with a journal counts on from its last one.
    private static let lastNumber = 1 << 40

    init(run: String, in state: StateDirectory) throws(StateError) {
        self.init(try DurableFile.read(state.journalFile(run)) ?? [])
    }

    /// Reads the bytes of a journal, whole or cut off anywhere.
    init(_ bytes: [UInt8]) {
        let isCutOff = bytes.last != UInt8(ascii: "\n")
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        var records: [JournalRecord] = []
        var damaged = false
        for (number, line) in lines.enumerated() {
            if let record = try? JSONDecoder().decode(JournalRecord.self, from: Data(line)),
                (0...Self.lastNumber).contains(record.number ?? 0)
            {
                records.append(record)
            } else if !(isCutOff && number == lines.count - 1) {
                damaged = true
            }
        }
        self.records = records
        isDamaged = damaged
    }

    /// One step with what came of it.
    struct Step {
        let number: Int
        let action: JournalRecord.Action
        let items: [JournalRecord.Item]
        /// One for each item, nil where nobody wrote down what became of it.
        let results: [JournalRecord.Result?]
        /// When that was written down.
        let doneAt: String?
        /// Directories whose times have to be as they were.
        let times: [JournalRecord.Time]
    }

    /// The steps in order, each once; what was written last of one holds.
    var steps: [Step] {
        var order: [Int] = []
        var begun: [Int: JournalRecord] = [:]
        var done: [Int: JournalRecord] = [:]
        for record in records where record.record == .step || record.record == .done {
            let number = record.number ?? -1
            if begun[number] == nil, done[number] == nil { order.append(number) }
            if record.record == .step { begun[number] = record } else { done[number] = record }
        }
        return order.map { number in
            let after = done[number]
            let items = after?.items ?? begun[number]?.items ?? []
            let gone = JournalRecord.Result(outcome: .gone, error: nil)
            var results: [JournalRecord.Result?] =
                after.map { $0.results ?? items.map { _ in gone } } ?? []
            results += Array(repeating: nil, count: max(0, items.count - results.count))
            return Step(
                number: number,
                action: (after ?? begun[number])?.action ?? .remove,
                items: items,
                results: results,
                doneAt: after?.at,
                times: begun[number]?.times ?? []
            )
        }
    }

    /// The run came to its end.
    var isFinished: Bool { records.contains { $0.record == .end } }

    /// The run came to its end undisturbed, and nothing in it failed.
    var hasDoneAll: Bool {
        let end = records.last { $0.record == .end }
        let hasFailed = records.contains { record in
            (record.results ?? []).contains { $0.outcome == .failed }
        }
        return end != nil && end?.why == nil && !hasFailed
    }

    /// Steps that may have been left half done.
    ///
    /// Nobody wrote down what became of them, or something failed: a removal perhaps after
    /// `_metadata` had gone, a move after it had happened.
    var openSteps: [Step] {
        steps.filter { $0.results.contains { $0 == nil || $0?.outcome == .failed } }
    }

    /// Its first line: who did what; nil where it was cut off before that.
    var begin: JournalRecord? { records.first { $0.record == .begin } }

    /// Roots that the run worked on.
    var roots: [WrittenPlace] { begin?.roots ?? [] }
}
