// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Finishing steps in stores where things go object by object, many in one call.
///
/// There even what can be brought back may have been cut off in the middle: a snapshot without its
/// metadata is finished as it was begun, all of a step by one call of the remover.
extension UnfinishedRun {
    /// An item of a step that was cut off.
    private struct Open {
        let place: StorageURL
        let removal: RemovalItem
        let isSnapshot: Bool
        /// It is left as far as it came: an undo asked for it.
        let isAsked: Bool
    }

    /// The items of a step that have no result yet and lie in roots of a kind.
    private func open(of step: JournalReader.Step, _ isOfKind: (StorageURL) -> Bool) -> [Open] {
        zip(step.items, step.results).compactMap { item, known -> Open? in
            if let known, known.outcome != .failed { return nil }
            guard end(of: item, step.action) == nil,
                let place = item.at.url, let root = item.root.url, isOfKind(root),
                let path = place.path(below: root), !path.bytes.isEmpty
            else { return nil }
            let form = item.form ?? .snapshot
            let removal = RemovalItem(
                root: root,
                path: path,
                kind: form == .file ? .file : .directory,
                identity: .none,
                mustBeEmpty: form == .emptyDirectory
            )
            return Open(
                place: place,
                removal: removal,
                isSnapshot: form == .snapshot,
                isAsked: isAsked(item, step.action)
            )
        }
    }

    /// Finishes what of a step lies in such stores and has no result yet.
    ///
    /// - Returns: By place what became of it, and a line for people.
    func finishBatches(
        _ step: JournalReader.Step,
        _ look: inout FinishingLook
    ) -> [StorageURL: FinishedItem] {
        let open = open(of: step, environment.remover.removesObjectByObject)
        guard !open.isEmpty else { return [:] }
        let run = ObjectName(step.items.first?.run ?? run)
        switch step.action {
        case .trash:
            let results = finish(open, step.action, &look) {
                environment.remover.moveToTrash($0, run: run)
            }
            return told(results, open, of: run)
        case .remove:
            return finish(open, step.action, &look) { environment.remover.remove($0) }
        case .restore:
            let errors = environment.remover.restoreFromTrash(open.map(\.removal), run: run)
            return answers(open.map(\.place), errors, "brought back")
        case .empty:
            // Whoever empties the trash next goes on where this one stopped.
            return Dictionary(open.map { ($0.place, Self.notEmptied($0.place)) }) { $1 }
        }
    }

    /// Carries an undo to its end in stores where every look and every move is a process: all of a step
    /// by one call of the remover.
    func restoreAtOnce(
        _ step: JournalReader.Step
    ) -> [StorageURL: FinishedItem] {
        let open = open(of: step, environment.remover.startsProcesses)
        guard !open.isEmpty else { return [:] }
        let run = ObjectName(step.items.first?.run ?? run)
        let errors = environment.remover.restoreFromTrash(open.map(\.removal), run: run)
        return answers(open.map(\.place), errors, "brought back")
    }

    private func finish(
        _ open: [Open],
        _ action: JournalRecord.Action,
        _ look: inout FinishingLook,
        by remove: ([RemovalItem]) -> [StorageError?]
    ) -> [StorageURL: FinishedItem] {
        var all: [StorageURL: FinishedItem] = [:]
        var rest: [Open] = []
        let snapshots = open.filter(\.isSnapshot)
        for (item, found) in zip(snapshots, probes(snapshots.map(\.place))) {
            switch found {
            case .failure(let error):
                all[item.place] = .failed("\(error)")
            case .success(nil): all[item.place] = .gone("\"\(item.place)\" went")
            case .success(let probe?) where probe.metadataLength != nil:
                all[item.place] = .notBegun(item.place)
            case .success where item.isAsked:
                let note = "left \"\(item.place)\" hidden in part: an undo asked for it"
                all[item.place] = .failed(note)
            case .success(let probe):
                if let newest = probe?.newest, isNew(newest) {
                    all[item.place] = Self.filledAgain(item.place, action, newest)
                } else if let why = reason(toKeep: item.place, from: action, &look) {
                    let error = "left what is left of \"\(item.place)\": \(why)"
                    let note = error + wayOut(item.place, of: action)
                    all[item.place] = .failed(error, note: note)
                } else {
                    rest.append(item)
                }
            }
        }
        let others = open.filter { !$0.isSnapshot }
        for (item, found) in zip(others, statuses(others.map(\.place))) {
            switch found {
            case .failure(let error):
                all[item.place] = .failed("\(error)")
            case .success(nil): all[item.place] = .gone("\"\(item.place)\" went")
            case .success: all[item.place] = .notBegun(item.place)
            }
        }
        guard !rest.isEmpty else { return all }
        let done = answers(
            rest.map(\.place),
            remove(rest.map(\.removal)),
            "finished the removal of"
        )
        return all.merging(done) { $1 }
    }

    /// Tells whether a file was surely written after the run began: the store's clock may be ahead of
    /// this machine's by the 5 minutes that a run puts up with.
    func isNew(_ time: Instant) -> Bool {
        guard let began else { return false }
        return time.nanoseconds(since: began) > 300_000_000_000
    }

    /// What somebody put there since is not the run's to take.
    static func filledAgain(
        _ place: StorageURL,
        _ action: JournalRecord.Action,
        _ newest: Instant?
    ) -> FinishedItem {
        let time = newest.map { ", at \($0)" } ?? ""
        let note = "left \"\(place)\": something was put there since\(time)"
        // What lies in the trash in part can still be brought back, which is not so of anything else.
        let outcome: JournalRecord.Outcome = action == .trash ? .failed : .left
        return FinishedItem(outcome, error: note, note: note)
    }

    /// What helps where a part of something lies in the trash and the rest has to stay for now.
    private func wayOut(_ place: StorageURL, of action: JournalRecord.Action) -> String {
        guard action == .trash else { return "" }
        let undo = "janitor undo \(run) \"\(place)\""
        return "\n  hint: a part of it is hidden; bring it back with: \(undo)"
    }

    /// Results without a move into the trash of which nothing was written down: what is gone by other
    /// hands does not lie there.
    private func told(
        _ results: [StorageURL: FinishedItem],
        _ open: [Open],
        of run: ObjectName
    ) -> [StorageURL: FinishedItem] {
        var results = results
        let gone = open.filter { results[$0.place]?.result.outcome == .gone }
        for (root, items) in Dictionary(grouping: gone, by: \.removal.root) {
            let places = items.map(\.place)
            do throws(StorageError) {
                let untold = try environment.readerFor(root)?
                    .placesWithoutRecord(places, of: run, below: root)
                for place in untold ?? [] {
                    let why = "it is gone, and not by a run"
                    results[place] = .absent(place, why)
                }
            } catch {
                for place in places {
                    results[place] = .failed("\(error)")
                }
            }
        }
        return results
    }

    private func answers(
        _ places: [StorageURL],
        _ errors: [StorageError?],
        _ verb: String
    ) -> [StorageURL: FinishedItem] {
        let pairs = zip(places, errors).map { place, error -> (StorageURL, FinishedItem) in
            (place, error.map { .failed("\($0)") } ?? .gone("\(verb) \"\(place)\""))
        }
        return Dictionary(pairs) { $1 }
    }

    private func probes(_ places: [StorageURL]) -> [Result<DirectoryProbe?, StorageError>] {
        looks(places) { DirectoryProbe.probe($1, with: $0) }
    }

    func statuses(_ places: [StorageURL]) -> [Result<ObjectStatus?, StorageError>] {
        looks(places) { $0.status(of: $1) }
    }

    private func looks<Found>(
        _ places: [StorageURL],
        _ look: (any StorageReader, [StorageURL]) -> [Result<Found?, StorageError>]
    ) -> [Result<Found?, StorageError>] {
        var results = places.map { place in
            Result<Found?, StorageError>.failure(
                StorageError(.failed, action: "look at", place: place, detail: "no backend for it")
            )
        }
        for shared in SharedReader.all(of: places, environment.readerFor) {
            guard let reader = shared.reader else { continue }
            let found = look(reader, shared.positions.map { places[$0] })
            for (position, result) in zip(shared.positions, found) { results[position] = result }
        }
        return results
    }

    static func notEmptied(_ place: StorageURL) -> FinishedItem {
        .left(place, "it did not go from the trash, or not all of it, and is tried again")
    }
}
