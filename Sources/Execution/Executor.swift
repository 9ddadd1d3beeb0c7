// SPDX-License-Identifier: Apache-2.0

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
    ///   - check: Looks at what a step takes right before it.
    ///   - locks: Renewed between steps.
    /// - Returns: What became of them.
    /// - Throws: `StateError` where the journal cannot be written: nothing is done that is not
    ///   written down.
    func carryOut(
        _ steps: [RunStep],
        run: String,
        journal: borrowing Journal,
        check: consuming StepCheck,
        locks: inout RootLocks
    ) throws(StateError) -> RunReport {
        var report = RunReport(run: run, lines: [], isCutShort: false, notes: [])
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
            let lines = try carryOut(step, number: index + 1, run, journal, check)
            for line in lines { check.note(line.place, isGone: line.isGone) }
            report.lines += lines
        }
        return report
    }

    private func carryOut(
        _ step: RunStep,
        number: Int,
        _ run: String,
        _ journal: borrowing Journal,
        _ check: borrowing StepCheck
    ) throws(StateError) -> [RunReport.Line] {
        var results = [JournalRecord.Result](
            repeating: .init(outcome: .gone, error: nil),
            count: step.items.count
        )
        var going: [(position: Int, identity: ObjectIdentity)] = []
        for (position, answer) in check.look(at: step.items).enumerated() {
            switch answer {
            case .goes(let identity): going.append((position, identity))
            case .isGone: results[position] = .init(outcome: .absent, error: nil)
            case .stays(let why): results[position] = .init(outcome: .left, error: why)
            }
        }
        if !going.isEmpty {
            var before = JournalRecord(.step, at: clock())
            before.number = number
            before.action = step.action
            before.items = going.map { step.items[$0.position].journalItem($0.identity) }
            try journal.append(before)
            let items = going.map { step.items[$0.position].removalItem($0.identity) }
            let answers =
                step.action == .trash
                ? remover.moveToTrash(items, run: ObjectName(run)) : remover.remove(items)
            for (entry, error) in zip(going, answers) {
                guard let error else { continue }
                results[entry.position] = Self.result(of: error, step.items[entry.position])
            }
        }
        try note(step, number, results, isWhole: going.count == results.count, journal)
        return lines(of: step, results)
    }

    private static func result(
        of error: StorageError,
        _ item: StepItem
    ) -> JournalRecord.Result {
        // Gone already is what was wanted.
        if error.reason == .notFound { return .init(outcome: .absent, error: nil) }
        // It is as it was, and nothing failed.
        let isUntouched =
            error.reason == .changed
            || item.form == .emptyDirectory && error.reason == .alreadyExists
        return .init(outcome: isUntouched ? .left : .failed, error: error.description)
    }

    private func note(
        _ step: RunStep,
        _ number: Int,
        _ results: [JournalRecord.Result],
        isWhole: Bool,
        _ journal: borrowing Journal
    ) throws(StateError) {
        var after = JournalRecord(.done, at: clock())
        after.number = number
        after.action = step.action
        // Known from the line before, unless something was left without one.
        if !isWhole { after.items = step.items.map { $0.journalItem(.none) } }
        // Nothing is said of single items where all of them are gone.
        if !results.allSatisfy({ $0.outcome == .gone }) { after.results = results }
        try journal.append(after)
    }

    private func lines(
        of step: RunStep,
        _ results: [JournalRecord.Result]
    ) -> [RunReport.Line] {
        zip(step.items, results).map { item, result in
            RunReport.Line(
                place: item.place,
                form: item.form.reported,
                job: item.job,
                bytes: item.bytes,
                isGone: result.outcome == .gone || result.outcome == .absent,
                isInTrash: result.outcome == .gone && step.action == .trash,
                error: result.error
            )
        }
    }
}
