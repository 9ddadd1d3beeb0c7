// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Carries plans out; knows no policy.
///
/// Every step is written down before and after it. Right before a step what it takes is compared
/// with what the plan saw: whatever changed is left and reported.
struct Executor {
    let remover: any StorageRemover
    let readerFor: (StorageURL) -> (any StorageReader)?
    /// A signal that asks for an end; nil while there is none.
    let shouldStop: () -> Int32?
    /// The time, for the journal.
    let clock: () -> Instant

    /// Carries out steps.
    ///
    /// - Parameters:
    ///   - steps: What to do, in order.
    ///   - run: The run's name, under which the trash keeps what it takes.
    ///   - journal: Where to write it down.
    ///   - needed: Snapshots that must stay although the plan has them go, and by what.
    ///   - staying: Condemned snapshots that do not go in this run; what they reference stays.
    ///   - locks: Renewed between steps.
    /// - Returns: What became of them.
    /// - Throws: `StateError` where the journal cannot be written: nothing is done that is not
    ///   written down.
    func carryOut(
        _ steps: [RunStep],
        run: String,
        journal: borrowing Journal,
        needed: [StorageURL: StorageURL],
        staying: Set<StorageURL>,
        locks: inout RootLocks
    ) throws(StateError) -> RunReport {
        var report = RunReport(run: run, lines: [], isCutShort: false, notes: [])
        var stillThere = staying
        for (index, step) in steps.enumerated() {
            if shouldStop() != nil {
                report.isCutShort = true
                break
            }
            do throws(LockError) {
                try locks.keep(now: clock())
            } catch {
                report.isCutShort = true
                if case .lost = error { report.hasLostLock = true }
                report.notes.append("\(error)")
                break
            }
            let lines = try carryOut(
                step,
                number: index + 1,
                run: run,
                journal: journal,
                needed: needed,
                stillThere: stillThere
            )
            stillThere.formUnion(lines.filter { !$0.isGone }.map(\.place))
            report.lines += lines
        }
        return report
    }

    private func carryOut(
        _ step: RunStep,
        number: Int,
        run: String,
        journal: borrowing Journal,
        needed: [StorageURL: StorageURL],
        stillThere: Set<StorageURL>
    ) throws(StateError) -> [RunReport.Line] {
        var errors = step.snapshots.map { refusal($0, needed: needed, stillThere: stillThere) }
        let going = step.snapshots.indices.filter { errors[$0] == nil }
        var failed: Set<Int> = []
        if !going.isEmpty {
            var before = JournalRecord(.step, at: clock())
            before.number = number
            before.action = step.action
            before.items = going.map { step.snapshots[$0].journalItem }
            try journal.append(before)
            let items = going.map { step.snapshots[$0].removalItem }
            let results =
                step.action == .trash
                ? remover.moveToTrash(items, run: ObjectName(run)) : remover.remove(items)
            for (position, error) in zip(going, results) {
                // Gone already is what was wanted.
                guard let error, error.reason != .notFound else { continue }
                errors[position] = error.description
                if error.reason != .changed { failed.insert(position) }
            }
        }
        try note(step, number: number, errors: errors, failed: failed, going, journal)
        return step.snapshots.enumerated().map { position, snapshot in
            RunReport.Line(
                place: snapshot.place,
                job: snapshot.job,
                bytes: snapshot.bytes,
                isGone: errors[position] == nil,
                isInTrash: errors[position] == nil && step.action == .trash,
                error: errors[position]
            )
        }
    }

    private func note(
        _ step: RunStep,
        number: Int,
        errors: [String?],
        failed: Set<Int>,
        _ going: [Int],
        _ journal: borrowing Journal
    ) throws(StateError) {
        var after = JournalRecord(.done, at: clock())
        after.number = number
        after.action = step.action
        // Known from the line before, unless something was left without one.
        if going.count < step.snapshots.count { after.items = step.snapshots.map(\.journalItem) }
        after.results = errors.enumerated().map { position, error in
            guard let error else { return .init(outcome: .gone, error: nil) }
            return .init(outcome: failed.contains(position) ? .failed : .left, error: error)
        }
        try journal.append(after)
    }

    /// Why a snapshot must not go after all; nil where it is just as the plan saw it.
    private func refusal(
        _ snapshot: PlannedSnapshot,
        needed: [StorageURL: StorageURL],
        stillThere: Set<StorageURL>
    ) -> String? {
        let place = snapshot.place
        if let by = needed[place] {
            return "left \"\(place)\": \"\(by)\" appeared meanwhile and references a file in it"
        }
        if let first = snapshot.goesAfter.first(where: stillThere.contains) {
            return "left \"\(place)\": \"\(first)\" references it and is still there"
        }
        guard let reader = readerFor(place) else { return "left \"\(place)\": no backend for it" }
        do throws(StorageError) {
            guard let found = try DirectoryProbe.probe(place, with: reader) else { return nil }
            guard found.identity.isSameObject(as: snapshot.identity) else {
                return "left \"\(place)\": another directory was put in its place"
            }
            guard found.metadataLength == snapshot.metadataLength,
                found.contents == snapshot.contents
            else { return "left \"\(place)\": what lies in it changed since the plan was made" }
            return nil
        } catch {
            return "left \"\(place)\": \(error.detail)"
        }
    }
}
