// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import FlinkClient
internal import Planning
internal import Policy
internal import SnapshotModel
internal import Storage

extension SavepointSession {
    /// Finds out what became of a savepoint that an earlier call asked for.
    ///
    /// - Returns: The savepoint; nil where there is none and none can come any more.
    /// - Throws: `FlinkError` where it may still be coming, or where nobody answers.
    func resolve(_ note: PendingSavepoint) throws(FlinkError) -> Made? {
        do throws(FlinkError) {
            return made(note, try wait(for: note), isBegunBefore: true)
        } catch {
            switch error.reason {
            case .refused:
                context.console.message("note: an earlier savepoint failed: \(error.detail)")
                return nil
            case .unknown, .unsupported: break
            default:
                // Where a job is its cluster's only one, the cluster goes with the job.
                guard context.shouldStop() == nil, let found = try found(note) else { throw error }
                return made(note, found, isBegunBefore: true)
            }
        }
        // Flink forgets what became of a request after five minutes (`rest.async.store-duration`),
        // and its command line never knew: what is in the store tells. Flink is asked first: what
        // completes after that is seen in the store.
        let why = doubt(note)
        if let found = try found(note) { return made(note, found, isBegunBefore: true) }
        if let why {
            throw FlinkError(
                .stillGoingOn,
                action: "tell what became of the savepoint asked for at \(note.triggered)",
                address: cluster.address,
                detail: why
            )
        }
        context.console.message(
            "note: nothing came of the savepoint asked for at \(note.triggered)"
        )
        try forget(note)
        return nil
    }

    /// Why a savepoint of which Flink knows nothing, and that is not in the store, may still come.
    ///
    /// - Returns: The reason; nil where it cannot come any more.
    private func doubt(_ note: PendingSavepoint) -> String? {
        let age = context.clock().nanoseconds(since: note.triggered)
        guard case .rest = settings.access else {
            let mayCome = settings.waitLimit.fixedNanoseconds ?? Self.freshness
            return age > mayCome
                ? nil
                : "Flink's command line does not know, and it is not in \"\(note.target)\" yet"
        }
        guard age > Self.slack else {
            return "Flink does not know, and it is not in \"\(note.target)\" yet"
        }
        // Before 1.15 Flink gave requests ids of its own: one whose answer was lost goes on under
        // an id that nobody here knows.
        do throws(FlinkError) {
            let said = try cluster.checkpointing(of: note.jobID)
            return said?.mayBeTakingSavepoint ?? false
                ? "job \(note.jobID) is taking a savepoint, which may be that one" : nil
        } catch {
            return error.reason == .unknown ? nil : error.detail
        }
    }

    /// A complete savepoint of the noted job in the target that is not older than the note.
    private func found(_ note: PendingSavepoint) throws(FlinkError) -> String? {
        let root = policy.aliases.resolve(target)
        let inventory = StorageScanner(
            roots: [ScanRoot(place: root, job: nil, role: .alsoRead)],
            aliases: policy.aliases,
            readerFor: backends.reader(for:)
        ).scan()
        if case .incomplete(let errors)? = inventory.outcomes.first {
            throw FlinkError(
                .stillGoingOn,
                action: "look for the savepoint in \"\(root)\"",
                address: cluster.address,
                detail: errors.first?.detail ?? "its listing may be cut short"
            )
        }
        let digits = ObjectName(note.jobID.bytes.prefix(6))
        let since = note.triggered.advanced(byNanoseconds: -Self.slack)
        let candidates = inventory.snapshots.filter {
            $0.kind == .savepoint && $0.trashRun == nil && $0.state == .complete && $0.time >= since
                && FlinkNames.savepointDigits($0.place.path.last) == digits
        }
        guard candidates.count == 1 else { return nil }
        return policy.aliases.written(candidates[0].place).description
    }
}
