// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc

/// The journal of one run while it is being written.
struct Journal: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// Begins a journal that must not be there yet.
    ///
    /// - Throws: `StateError` where the state directory does not let it be written.
    init(run: String, in state: StateDirectory) throws(StateError) {
        path = state.journalFile(run)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StateError("write", path, errno) }
        try DurableFile.syncDirectory(of: path)
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
    func append(_ record: JournalRecord) throws(StateError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line: Data
        do {
            line = try encoder.encode(record)
        } catch {
            throw StateError("write", path, "\(error)")
        }
        try DurableFile.write(Array(line) + [UInt8(ascii: "\n")], to: descriptor, path: path)
        guard fdatasync(descriptor) == 0 else { throw StateError("write", path, errno) }
    }
}

/// The journal of an earlier run.
struct JournalReader {
    /// Its lines; lines that do not read are left out.
    let records: [JournalRecord]
    /// A line in it does not read, apart from a last one that was cut off.
    let isDamaged: Bool

    init(run: String, in state: StateDirectory) throws(StateError) {
        let bytes = try DurableFile.read(state.journalFile(run)) ?? []
        let isCutOff = bytes.last != UInt8(ascii: "\n")
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        var records: [JournalRecord] = []
        var damaged = false
        for (number, line) in lines.enumerated() {
            if let record = try? JSONDecoder().decode(JournalRecord.self, from: Data(line)) {
                records.append(record)
            } else if !(isCutOff && number == lines.count - 1) {
                damaged = true
            }
        }
        self.records = records
        isDamaged = damaged
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

    /// A step of which something is left to find out.
    struct OpenStep {
        let number: Int?
        let action: JournalRecord.Action
        let items: [JournalRecord.Item]
        /// One for each item; nil where it has to be looked at again.
        let results: [JournalRecord.Result?]
    }

    /// Steps that may have been left half done.
    ///
    /// Those of which nobody wrote down what became of them, and those of which something failed: a
    /// removal perhaps after `_metadata` had gone, a move perhaps after it had happened.
    var openSteps: [OpenStep] {
        var latest: [Int: JournalRecord] = [:]
        for record in records where record.record == .done { latest[record.number ?? -1] = record }
        return records.compactMap { record in
            guard record.record == .step else { return nil }
            let done = latest[record.number ?? -1]
            let items = done?.items ?? record.items ?? []
            let gone = JournalRecord.Result(outcome: .gone, error: nil)
            let results = done.map { $0.results ?? items.map { _ in gone } } ?? []
            let known = items.indices.map { index in
                index < results.count && results[index].outcome != .failed ? results[index] : nil
            }
            guard known.contains(where: { $0 == nil }) else { return nil }
            return OpenStep(
                number: record.number,
                action: record.action ?? .trash,
                items: items,
                results: known
            )
        }
    }

    /// Roots that the run worked on.
    var roots: [WrittenPlace] { records.first { $0.record == .begin }?.roots ?? [] }
}
