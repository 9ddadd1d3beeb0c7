// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
public import SnapshotModel

/// A savepoint that was asked for and of which nobody knows yet what became of it.
///
/// Written before it is asked for, so that whoever is killed afterwards leaves word: the next call
/// waits for it instead of asking for another one, and no run takes what may still be coming.
public struct PendingSavepoint: Hashable, Sendable {
    /// The job's name in the policy.
    public var job: String
    /// Its id in Flink.
    public var jobID: ObjectName
    /// The id of the request: ours, or Flink's once it is known.
    public var request: ObjectName
    /// The directory that will hold the savepoint's own, as Flink writes it.
    public var target: String
    /// `CANONICAL` or `NATIVE`.
    public var format: String
    /// What becomes of the job: `none`, `suspend`, `drain`.
    public var stopping: String
    /// The label that it is to get; nil for none.
    public var label: ObjectName?
    /// When it was asked for.
    public var triggered: Instant

    /// Makes a note of its parts.
    public init(
        job: String,
        jobID: ObjectName,
        request: ObjectName,
        target: String,
        format: String,
        stopping: String,
        label: ObjectName?,
        triggered: Instant
    ) {
        self.job = job
        self.jobID = jobID
        self.request = request
        self.target = target
        self.format = format
        self.stopping = stopping
        self.label = label
        self.triggered = triggered
    }
}

/// Keeps notes of savepoints in the state directory, one a job.
public enum PendingSavepointFile {
    private struct Written: Codable {
        var format = 1
        var pending: [Entry] = []
    }

    private struct Entry: Codable {
        var job: String
        var jobID: String
        var request: String
        var target: String
        var format: String
        var stopping: String
        var label: String?
        var triggered: Int64

        init(_ pending: PendingSavepoint) {
            job = pending.job
            jobID = pending.jobID.description
            request = pending.request.description
            target = pending.target
            format = pending.format
            stopping = pending.stopping
            label = pending.label?.description
            triggered = pending.triggered.nanoseconds
        }

        var pending: PendingSavepoint {
            PendingSavepoint(
                job: job,
                jobID: ObjectName(jobID),
                request: ObjectName(request),
                target: target,
                format: format,
                stopping: stopping,
                label: label.map { ObjectName($0) },
                triggered: Instant(nanoseconds: triggered)
            )
        }
    }

    /// Reads the notes.
    ///
    /// - Parameter state: The state directory.
    /// - Returns: In the order of the jobs' names; empty where there is no file.
    /// - Throws: `StateError` where it does not read: what may still be coming is unknown then.
    public static func read(_ state: StateDirectory) throws(StateError) -> [PendingSavepoint] {
        guard let bytes = try DurableFile.read(state.pendingSavepointFile) else { return [] }
        guard let written = try? JSONDecoder().decode(Written.self, from: Data(bytes)),
            written.format == 1
        else {
            throw StateError(
                "read",
                state.pendingSavepointFile,
                "it is damaged",
                hint: "see in Flink whether a savepoint is going on, and remove the file"
            )
        }
        return written.pending.map(\.pending)
    }

    /// Puts a note in the place of the job's earlier one.
    ///
    /// - Parameters:
    ///   - pending: The note.
    ///   - replacing: The earlier note, as it was read; nil where there was none.
    ///   - state: The state directory.
    /// - Returns: False, and nothing is changed, where the job's note is another one by now:
    ///   somebody else was quicker.
    /// - Throws: `StateError` where it cannot be kept: nothing may be asked for then.
    public static func put(
        _ pending: PendingSavepoint,
        replacing: PendingSavepoint?,
        in state: StateDirectory
    ) throws(StateError) -> Bool {
        try change(state) { all in
            guard all[pending.job] == replacing else { return false }
            all[pending.job] = pending
            return true
        }
    }

    /// Takes a note away; nothing happens where the job's note is another one by now.
    ///
    /// - Throws: `StateError` where the file cannot be written.
    public static func remove(
        _ pending: PendingSavepoint,
        from state: StateDirectory
    ) throws(StateError) {
        _ = try change(state) { all in
            guard all[pending.job] == pending else { return false }
            all[pending.job] = nil
            return true
        }
    }

    private static func change(
        _ state: StateDirectory,
        _ body: (inout [String: PendingSavepoint]) -> Bool
    ) throws(StateError) -> Bool {
        try state.prepare()
        let lock = open(state.pendingSavepointLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw StateError("open", state.pendingSavepointLock, errno) }
        // Closing the descriptor gives the lock back; two at once would lose one of the two.
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else {
            throw StateError("lock", state.pendingSavepointLock, errno)
        }
        var all = Dictionary(
            try read(state).map { ($0.job, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        guard body(&all) else { return false }
        var written = Written()
        written.pending = all.values.sorted { $0.job < $1.job }.map(Entry.init)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(written) else {
            throw StateError("write", state.pendingSavepointFile, "it cannot be encoded")
        }
        try DurableFile.replace(state.pendingSavepointFile, with: Array(bytes))
        return true
    }
}

extension StateDirectory {
    /// Where savepoints are noted that were asked for.
    var pendingSavepointFile: String { "\(path)/savepoints.json" }

    /// Held while that file is written.
    var pendingSavepointLock: String { "\(path)/savepoints.lock" }
}
