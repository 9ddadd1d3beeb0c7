// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
public import Planning
public import SnapshotModel

/// Something that an operator said and that is remembered: a way out, or that it is taken back.
public enum WaiverEvent: Hashable, Sendable {
    /// A snapshot is to count in no rule and to hold up nothing.
    case dismiss(StorageURL, Waivers.Dismissal)
    /// A dismissal is taken back.
    case undismiss(StorageURL, Waivers.Note)
    /// A job is no more.
    case retire(String, Waivers.Note)
    /// A retirement is taken back.
    case unretire(String, Waivers.Note)
}

/// Keeps what operators dismissed and retired, with everything that was taken back: a log.
///
/// It is replaced whole. One that is damaged gives no waiver at all, so that a plan leaves more.
public enum WaiverFile {
    private struct Written: Codable {
        var format = 1
        var log: [Entry] = []
    }

    private struct Entry: Codable {
        enum Event: String, Codable {
            case dismiss, undismiss, retire, unretire
        }

        var event: Event
        var at: Int64
        var by: String
        var because: String
        var snapshot: WrittenPlace?
        var job: String?
        var length: Int64?
        var modified: Int64?
        var checksum: String?
    }

    /// Reads the waivers that hold.
    ///
    /// - Parameter state: The state directory.
    /// - Returns: The waivers, and why there are none where there should be some.
    public static func read(_ state: StateDirectory) -> (waivers: Waivers, problem: String?) {
        do throws(StateError) {
            return (try events(in: state).reduce(into: Waivers()) { $0.take($1) }, nil)
        } catch {
            return (Waivers(), "no dismissal and no retirement holds: \(error.cause)")
        }
    }

    /// Adds what an operator says.
    ///
    /// - Parameters:
    ///   - event: What is said.
    ///   - state: The state directory.
    /// - Throws: `StateError` where the file is damaged or cannot be written; it is left as it was.
    public static func append(
        _ event: WaiverEvent,
        to state: StateDirectory
    ) throws(StateError) {
        try state.prepare()
        let lock = open(state.waiverLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw StateError("open", state.waiverLock, errno) }
        // Closing the descriptor gives the lock back; two at once would lose one of the two.
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw StateError("lock", state.waiverLock, errno) }
        var written = Written()
        written.log = try events(in: state).map(entry) + [entry(event)]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes: [UInt8]
        do {
            bytes = Array(try encoder.encode(written))
        } catch {
            throw StateError("write", state.waiverFile, "\(error)")
        }
        try DurableFile.replace(state.waiverFile, with: bytes)
    }

    private static func events(in state: StateDirectory) throws(StateError) -> [WaiverEvent] {
        guard let bytes = try DurableFile.read(state.waiverFile) else { return [] }
        let written: Written
        do {
            written = try JSONDecoder().decode(Written.self, from: Data(bytes))
        } catch {
            throw StateError("read", state.waiverFile, "it is damaged")
        }
        guard written.format == 1 else {
            throw StateError("read", state.waiverFile, "it is of another format")
        }
        var events: [WaiverEvent] = []
        for entry in written.log {
            guard let event = event(entry) else {
                throw StateError("read", state.waiverFile, "it is damaged")
            }
            events.append(event)
        }
        return events
    }

    // MARK: Entries

    private static func event(_ entry: Entry) -> WaiverEvent? {
        let note = Waivers.Note(
            by: entry.by,
            at: Instant(nanoseconds: entry.at),
            because: entry.because
        )
        switch entry.event {
        case .dismiss:
            guard let place = entry.snapshot?.url, let length = entry.length,
                let modified = entry.modified, let checksum = entry.checksum
            else { return nil }
            let dismissal = Waivers.Dismissal(
                length: length,
                modified: Instant(nanoseconds: modified),
                checksum: checksum,
                note: note
            )
            return .dismiss(place, dismissal)
        case .undismiss: return entry.snapshot?.url.map { .undismiss($0, note) }
        case .retire: return entry.job.map { .retire($0, note) }
        case .unretire: return entry.job.map { .unretire($0, note) }
        }
    }

    private static func entry(_ event: WaiverEvent) -> Entry {
        func entry(_ kind: Entry.Event, _ note: Waivers.Note) -> Entry {
            Entry(event: kind, at: note.at.nanoseconds, by: note.by, because: note.because)
        }
        var written: Entry
        switch event {
        case .dismiss(let place, let dismissal):
            written = entry(.dismiss, dismissal.note)
            written.snapshot = WrittenPlace(place)
            written.length = dismissal.length
            written.modified = dismissal.modified.nanoseconds
            written.checksum = dismissal.checksum
        case .undismiss(let place, let note):
            written = entry(.undismiss, note)
            written.snapshot = WrittenPlace(place)
        case .retire(let job, let note):
            written = entry(.retire, note)
            written.job = job
        case .unretire(let job, let note):
            written = entry(.unretire, note)
            written.job = job
        }
        return written
    }
}

extension Waivers {
    /// The waivers after one more thing was said.
    fileprivate mutating func take(_ event: WaiverEvent) {
        switch event {
        case .dismiss(let place, let dismissal): dismissals[place] = dismissal
        case .undismiss(let place, _): dismissals[place] = nil
        case .retire(let job, let note): retirements[job] = note
        case .unretire(let job, _): retirements[job] = nil
        }
    }
}

extension Waivers.Note {
    /// A note of whoever runs this program, on this host.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - because: The reason in the operator's words.
    /// - Returns: The note.
    public static func here(at now: Instant, because: String) -> Waivers.Note {
        let host = ProcessInfo.processInfo.hostName
        return Waivers.Note(by: "\(NSUserName())@\(host)", at: now, because: because)
    }
}
