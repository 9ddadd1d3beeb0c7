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
    /// Is told how many of how many steps are done, and the bytes that are gone.
    var onStep: (Int, Int, Int64) -> Void = { _, _, _ in }
    /// Until when the trash keeps what is moved there now, by the job's name.
    var trashEnd: (String) -> Instant? = { _ in nil }

    /// Carries out steps.
    ///
    /// - Parameters:
    ///   - steps: What to do, in order.
    ///   - first: The number of the first step in the journal.
    ///   - run: The run's name, under which the trash keeps what it takes.
    ///   - journal: Where to write it down.
    ///   - check: Looks at what a step takes right before it.
    ///   - locks: Renewed between steps.
    /// - Returns: What became of them; where the journal could not be written, until then: nothing
    ///   is done that is not written down.
    func carryOut(
        _ steps: [RunStep],
        from first: Int = 1,
        run: String,
        journal: borrowing Journal,
        check: consuming StepCheck,
        locks: inout RootLocks
    ) -> RunReport {
        var report = RunReport(run: run, lines: [], isCutShort: false, notes: [])
        var bytes: Int64 = 0
        for (index, step) in steps.enumerated() {
            onStep(index, steps.count, bytes)
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
            do throws(StateError) {
                let known = report.lines.count
                try carryOut(step, number: first + index, journal, &check, &report)
                bytes.add(bytes: report.lines[known...].sum { $0.isGone ? $0.bytes : 0 })
            } catch {
                report.isCutShort = true
                report.stateError = error.description
                break
            }
        }
        return report
    }

    private func carryOut(
        _ step: RunStep,
        number: Int,
        _ journal: borrowing Journal,
        _ check: inout StepCheck,
        _ report: inout RunReport
    ) throws(StateError) {
        let answers = check.look(at: step.items, for: step.action)
        var results = answers.map(Self.result)
        var items = zip(step.items, answers).map { item, answer in
            writtenItem(item, answer.identity ?? .none, step.action)
        }
        let going = answers.indices.filter { answers[$0].identity != nil }
        var places: [Int: StorageURL] = [:]
        if !going.isEmpty {
            let removals = going.map { position in
                step.items[position].removalItem(answers[position].identity ?? .none, step.action)
            }
            try begin(step, number, going.map { items[$0] }, removals, journal)
            for (position, error) in zip(going, perform(step, removals, run: report.run)) {
                guard let error else { continue }
                results[position] = Self.result(of: error, step.items[position])
            }
            if step.action == .trash {
                places = placesInTrash(of: removals, going, run: report.run)
            }
        }
        for (position, place) in places where results[position].outcome == .gone {
            items[position].trash = WrittenPlace(place)
        }
        report.lines += lines(of: step, results)
        for (item, result) in zip(step.items, results) { check.note(item.source, result.outcome) }
        // Known from the line before, unless something was left without one, or it is known by now
        // where it lies.
        let isKnown = going.count == items.count && places.isEmpty
        try note(step, number, results, isKnown ? nil : items, journal)
    }

    /// Writes down what is about to be done.
    private func begin(
        _ step: RunStep,
        _ number: Int,
        _ items: [JournalRecord.Item],
        _ removals: [RemovalItem],
        _ journal: borrowing Journal
    ) throws(StateError) {
        var before = JournalRecord(.step, at: clock())
        before.number = number
        before.action = step.action
        before.items = items
        before.times = times(of: removals, step.action)
        try journal.append(before)
    }

    /// Where the store has put what was moved, by the positions of the items.
    private func placesInTrash(
        of removals: [RemovalItem],
        _ positions: [Int],
        run: String
    ) -> [Int: StorageURL] {
        let told = remover.placesInTrash(of: removals, run: ObjectName(run))
        let places = zip(positions, told)
        return Dictionary(
            places.compactMap { position, place in place.map { (position, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private func writtenItem(
        _ item: StepItem,
        _ identity: ObjectIdentity,
        _ action: JournalRecord.Action
    ) -> JournalRecord.Item {
        var written = item.journalItem(identity)
        if action == .trash { written.until = trashEnd(item.job)?.description }
        return written
    }

    /// What is known of an item before anything is done.
    private static func result(_ answer: StepCheck.Answer) -> JournalRecord.Result {
        switch answer {
        case .goes: .init(outcome: .gone, error: nil)
        case .isGone: .init(outcome: .absent, error: nil)
        case .stays(let why): .init(outcome: .left, error: why)
        }
    }

    private func perform(
        _ step: RunStep,
        _ items: [RemovalItem],
        run: String
    ) -> [StorageError?] {
        switch step.action {
        case .trash: remover.moveToTrash(items, run: ObjectName(run))
        case .restore: remover.restoreFromTrash(items, run: ObjectName(step.run ?? run))
        case .empty where step.items.first?.form == .emptyDirectory:
            remover.removeEmptyDirectories(items)
        case .remove, .empty: remover.remove(items)
        }
    }

    /// The times that have to be as they were when items are moved; of what is removed for good
    /// nothing comes back.
    private func times(
        of items: [RemovalItem],
        _ action: JournalRecord.Action
    ) -> [JournalRecord.Time]? {
        guard action == .trash || action == .restore else { return nil }
        let times = remover.times(ofDirectoriesAbove: items).map(JournalRecord.Time.init)
        return times.isEmpty ? nil : times
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
        _ items: [JournalRecord.Item]?,
        _ journal: borrowing Journal
    ) throws(StateError) {
        var after = JournalRecord(.done, at: clock())
        after.number = number
        after.action = step.action
        after.items = items
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
                // What is gone already was to go; but nothing that is gone was brought back.
                isGone: result.outcome == .gone
                    || result.outcome == .absent && step.action != .restore,
                isInTrash: result.outcome == .gone && step.action == .trash,
                error: result.outcome == .absent && step.action == .restore
                    ? "cannot bring back \"\(item.place)\": it is not in the trash any more"
                    : result.error
            )
        }
    }
}
