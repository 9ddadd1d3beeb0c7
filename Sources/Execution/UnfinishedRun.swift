// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Finishes what a run that was cut off had begun, before anything new is planned.
///
/// Moving to the trash is one atomic step: it happened or it did not, and the new plan sees which.
/// Removal takes `_metadata` first: a directory of a begun step that has none any more, and is the
/// same directory, is removed to the end, unless something references what is left of it by now: a
/// job that had read it may have claimed it meanwhile. One that still has `_metadata` was not touched
/// and is planned anew.
/// An undo is carried out to its end.
struct UnfinishedRun {
    let run: String
    let environment: RunEnvironment
    let wanted: WantedBack
    /// When the run began; nil where its journal does not say.
    let began: Instant?

    /// Finishes the run's begun steps and closes its journal.
    func finish(
        _ reader: JournalReader,
        _ locks: inout RootLocks,
        _ look: inout FinishingLook,
        _ finishing: inout Finishing
    ) throws(StateError) {
        let journal = try Journal(resuming: run, in: environment.state)
        var notes: [String] = []
        for step in reader.openSteps {
            var after = JournalRecord(.done, at: environment.clock())
            after.number = step.number
            after.action = step.action
            after.items = step.items
            let looked = lookAtOnce(step).merging(finishBatches(step, &look)) { $1 }
            var results: [JournalRecord.Result] = []
            for (item, known) in zip(step.items, step.results) {
                if let known, known.outcome != .failed {
                    results.append(known)
                    continue
                }
                if let end = end(of: item, step.action) {
                    results.append(.init(outcome: .left, error: end))
                    continue
                }
                let whole = item.at.url.flatMap { looked[$0] }
                let finished = whole ?? finish(item, action: step.action, &look)
                results.append(finished.result)
                // Whoever brings it back tells of it.
                guard !isAsked(item, step.action) else { continue }
                notes.append(finished.note)
                guard finished.result.outcome == .failed else { continue }
                if step.action == .restore, let run = item.run, let place = item.at.url {
                    finishing.unrestored[run, default: []].insert(place)
                } else {
                    finishing.hasLeft = true
                }
            }
            after.results = results
            if step.action == .trash { after.items = placed(step.items, results) }
            environment.remover.restore(step.times.compactMap(\.directoryTime))
            try journal.append(after)
        }
        guard !reader.isFinished else {
            finishing.notes += notes
            return
        }
        if let undone = reader.begin?.of {
            let report = try finishUndo(of: undone, reader, journal, &locks)
            notes += report.notes
            notes += report.lines.map { $0.error ?? "brought back \"\($0.place)\"" }
            if report.failedCount > 0 || report.isCutShort { finishing.hasLeft = true }
        }
        var end = JournalRecord(.end, at: environment.clock())
        end.why = "it was cut off and was finished by the next run"
        try journal.append(end)
        finishing.notes += ["run \"\(run)\" was cut off; it is finished now"] + notes
    }

    /// Brings back what an undo had not come to.
    private func finishUndo(
        of undone: String,
        _ reader: JournalReader,
        _ journal: borrowing Journal,
        _ locks: inout RootLocks
    ) throws(StateError) -> RunReport {
        let nothing = RunReport(run: run, lines: [], isCutShort: false, notes: [])
        let history = try RunHistory.read(environment.state)
        let places = (reader.begin?.only ?? []).compactMap(\.url)
        // What was asked for and is back already is refused for one place alone, not for all.
        guard let past = history.first(where: { $0.name == undone }) else { return nothing }
        let open = places.filter { place in past.undoable.contains { $0.place.isIn(place) } }
        guard places.isEmpty || !open.isEmpty,
            let wanted = try? UndoSelection.items(of: past, open)
        else { return nothing }
        let order = TrashOrder(history, in: environment.plan(at: environment.clock()).inventory)
        let items = order.restoring(wanted)
        let steps = RunStep.steps(of: items, .restore, size: environment.stepSize(at:))
        let report = environment.executor.carryOut(
            steps,
            from: (reader.steps.map(\.number).max() ?? 0) + 1,
            run: run,
            journal: journal,
            check: StepCheck(
                environment.readerFor,
                needed: [:],
                staying: order.staying(without: items)
            ),
            locks: &locks
        )
        if let error = report.stateError { throw StateError(error) }
        return report
    }

    // MARK: Items

    /// What became of an item in the trash that needs no finishing any more; nil where it does.
    func end(of item: JournalRecord.Item, _ action: JournalRecord.Action) -> String? {
        guard let place = item.at.url else { return nil }
        switch action {
        case .trash: return wanted.end(of: place, of: run)
        // Nothing tells of it, and nobody brings it back.
        case .restore: return item.run.flatMap { wanted.surrender(of: place, of: $0) }
        case .remove, .empty: return nil
        }
    }

    /// Tells whether an item that is on its way to the trash is to be brought back.
    func isAsked(_ item: JournalRecord.Item, _ action: JournalRecord.Action) -> Bool {
        guard action == .trash, let place = item.at.url else { return false }
        return wanted.isAsked(place, of: run)
    }

    private func finish(
        _ item: JournalRecord.Item,
        action: JournalRecord.Action,
        _ look: inout FinishingLook
    ) -> FinishedItem {
        guard let place = item.at.url, let root = item.root.url,
            let path = place.path(below: root), !path.bytes.isEmpty
        else {
            let why = "the journal does not say where it is"
            return FinishedItem(.left, error: why, note: "left one item: \(why)")
        }
        guard let reader = environment.readerFor(place) else {
            return .left(place, "this build has no backend for it")
        }
        let begun = BegunItem(
            item: item,
            action: action,
            run: item.run ?? run,
            root: root,
            path: path,
            reader: reader,
            remover: environment.remover
        )
        do throws(StorageError) {
            if let half = try begun.halfRemoved() {
                if let newest = half.newest, isNew(newest) {
                    return Self.filledAgain(half.place, action, newest)
                }
                if let why = reason(toKeep: half.place, from: action, &look) {
                    let note = "left what is left of \"\(half.place)\": \(why)"
                    return .failed(note)
                }
                if half.isFull { return Self.filledAgain(half.place, action, nil) }
            }
            return try begun.finish()
        } catch {
            return .failed(error.description)
        }
    }

    /// Why the rest of a half-removed directory has to stay for now; nil where nothing needs it.
    func reason(
        toKeep place: StorageURL,
        from action: JournalRecord.Action,
        _ look: inout FinishingLook
    ) -> String? {
        let result = look.result(for: action)
        if let unread = result.unread.first {
            return "\"\(unread.place)\" was not read and may need it: \(unread.why)"
        }
        if let file = result.inventory.referencedFile(below: place) {
            return "something references \"\(file)\" by now"
        }
        // Flink counts from one again in the directory of a job that was started anew with its id.
        let snapshot = result.plan.snapshots.first { $0.place == place && $0.fileCount > 0 }
        guard let snapshot else { return nil }
        let reason = snapshot.reasons.first(where: \.isOfOpenAttempt)
        return (result.silence(ofJob: snapshot.job) ?? reason)?.text
    }
}
