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
            guard rename(draft, path) == 0 || isRenamed(descriptor, to: path) else {
                throw StateError("write", path, errno)
            }
        } catch {
            close(descriptor)
            unlink(draft)
            throw error
        }
        do throws(StateError) {
            try DurableFile.syncDirectory(of: path)
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        return descriptor
    }

    /// Tells whether a file has a name, although the file system said that it could not give it; keeps
    /// `errno`.
    private static func isRenamed(_ descriptor: Int32, to path: String) -> Bool {
        let problem = errno
        defer { errno = problem }
        var (ours, found) = (stat(), stat())
        return fstat(descriptor, &ours) == 0 && lstat(path, &found) == 0
            && ours.st_dev == found.st_dev && ours.st_ino == found.st_ino
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
