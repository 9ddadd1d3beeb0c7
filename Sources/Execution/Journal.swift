// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import SnapshotModel

/// The journal of one run while it is being written.
struct Journal: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// Begins a journal: it is there with its first line, and with room for all that will follow, or
    /// not at all.
    ///
    /// Runs of other parts or policies share the state directory: one that found a journal without
    /// its first line could not tell that its run is at work.
    ///
    /// - Parameters:
    ///   - run: The run's name; it must not have a journal yet.
    ///   - record: The first line.
    ///   - steps: What the run is going to do.
    ///   - state: The state directory.
    /// - Throws: `StateError` where it cannot be written or lacks room: nothing is taken then.
    init(
        of run: String,
        beginningWith record: JournalRecord,
        for steps: [RunStep] = [],
        in state: StateDirectory
    ) throws(StateError) {
        let file = state.journalFile(run)
        descriptor = try Self.begin(file, record, steps)
        path = file
    }

    private static func begin(
        _ path: String,
        _ record: JournalRecord,
        _ steps: [RunStep]
    ) throws(StateError) -> Int32 {
        let first = try line(record, path)
        // Once before the step, and where something was left once more after it.
        let size = steps.reduce(spare) { size, step in
            step.items.reduce(size) { $0 + 2 * room(for: $1) }
        }
        let draft = StateDirectory.draft(of: path)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC
        let descriptor = open(draft, flags, 0o644)
        guard descriptor >= 0 else { throw StateError("write", path, errno) }
        do throws(StateError) {
            try DurableFile.write(first, to: descriptor, path: path)
            guard fdatasync(descriptor) == 0 else { throw StateError("write", path, errno) }
            try DurableFile.reserve(size, for: descriptor, path: path)
            // Whoever has the draft to itself is the only one that can make the journal.
            guard access(path, F_OK) != 0 else { throw StateError("write", path, EEXIST) }
            guard rename(draft, path) == 0 else { throw StateError("write", path, errno) }
            try DurableFile.syncDirectory(of: path)
        } catch {
            close(descriptor)
            unlink(draft)
            throw error
        }
        return descriptor
    }

    /// Goes on with the journal of a run that was cut off.
    init(resuming run: String, in state: StateDirectory) throws(StateError) {
        path = state.journalFile(run)
        descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw StateError("write", path, errno) }
        // A line that was cut off ends here, so that it cannot run into the next one.
        try DurableFile.write([UInt8(ascii: "\n")], to: descriptor, path: path)
    }

    deinit {
        close(descriptor)
    }

    /// Adds a line and waits until it is on the disk.
    ///
    /// - Throws: `StateError` where it cannot be written, or where the journal was removed: a line
    ///   that nobody will find is none.
    func append(_ record: JournalRecord) throws(StateError) {
        let line = try Self.line(record, path)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StateError("write", path, errno) }
        guard status.st_nlink > 0 else {
            throw StateError(
                "write",
                path,
                "it was removed while this command was at work",
                hint: "look who removed it, and what the run did until then"
            )
        }
        try DurableFile.write(line, to: descriptor, path: path)
        guard fdatasync(descriptor) == 0 else { throw StateError("write", path, errno) }
    }

    /// Writes the last line, and gives back the room that was not used.
    func end(_ report: RunReport, at now: Instant) throws(StateError) {
        var end = JournalRecord(.end, at: now)
        end.why = report.isCutShort ? "cut short" : nil
        try append(end)
        DurableFile.giveBack(descriptor)
    }

    /// Room for the last line, and for the memory that is written after it.
    private static let spare = 1 << 20
    /// Room for what a line says of one item: names as text and as base64, its reasons, what it
    /// waits for, the time of its directory, and what an error says.
    private static func room(for item: StepItem) -> Int {
        let reasons = item.reasonTexts.reduce(0) { $0 + $1.utf8.count + 64 }
        let others = item.goesAfter.reduce(0) { $0 + 4 * $1.path.bytes.count + 64 }
        return 1024 + 4 * item.place.path.bytes.count + reasons + others
    }

    private static func line(
        _ value: some Encodable,
        _ path: String
    ) throws(StateError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw StateError("write", path, "\(error)")
        }
    }
}

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
