// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Looking at what a cut-off step has done where every look is a process, all of it at once.
extension UnfinishedRun {
    /// Looks at what goes whole or not at all, in one call where every look is a process.
    func lookAtOnce(
        _ step: JournalReader.Step
    ) -> [StorageURL: FinishedItem] {
        if step.action == .empty { return waiting(step) }
        if step.action == .restore { return restoreAtOnce(step) }
        let places = step.items.compactMap(\.at.url)
            .filter { environment.remover.startsProcesses(at: $0) }
        var answers: [StorageURL: FinishedItem] = [:]
        var home: [StorageURL: Bool] = [:]
        for shared in SharedReader.all(of: places, environment.readerFor) {
            guard let reader = shared.reader else { continue }
            let group = shared.positions.map { places[$0] }
            for (place, status) in zip(group, reader.status(of: group)) {
                switch status {
                case .success(nil):
                    answers[place] = .gone("\"\(place)\" went")
                    home[place] = false
                case .success:
                    home[place] = true
                    answers[place] = .notBegun(place)
                case .failure(let error):
                    answers[place] = .failed(error.description)
                }
            }
        }
        guard step.action == .trash else { return answers }
        return answers.merging(lookIntoTrash(for: home, of: step)) { $1 }
    }

    /// Looks whether things lie in a trash of the store's own: what is gone, somebody else may have
    /// taken, and where something stands, a job may have made it anew.
    ///
    /// - Parameters:
    ///   - isAtHome: Whether something stands at the place of each.
    ///   - step: The step that was cut off.
    /// - Returns: By place what became of it, and a line for people.
    private func lookIntoTrash(
        for isAtHome: [StorageURL: Bool],
        of step: JournalReader.Step
    ) -> [StorageURL: FinishedItem] {
        var homes: [StorageURL: JournalRecord.Item] = [:]
        for item in step.items {
            guard let place = item.at.url, let root = item.root.url, let isThere = isAtHome[place],
                // What goes as empty gets one like it in the trash first.
                !isThere || item.form != .emptyDirectory,
                environment.readerFor(root)?.hasTrashElsewhere ?? false,
                let path = place.path(below: root)
            else { continue }
            let trash = FlinkNames.trash.appending(ObjectName(item.run ?? run))
            homes[root.appending(trash.appending(path))] = item
        }
        let trashed = homes.keys.sorted()
        var answers: [StorageURL: FinishedItem] = [:]
        for (trashed, found) in zip(trashed, statuses(trashed)) {
            guard let item = homes[trashed], let place = item.at.url else { continue }
            switch found {
            // Another copy, an earlier run's or the user's own.
            case .success(.some) where isAtHome[place] == true && !isSame(item, at: trashed):
                continue
            case .success(.some):
                answers[place] = .gone("\"\(place)\" lies in the trash already")
            case .success(nil) where isAtHome[place] == true: continue
            case .success(nil):
                answers[place] = .absent(place, "it is gone, and does not lie in the trash")
            case .failure where isAtHome[place] == true && isSame(item, at: place): continue
            case .failure(let error): answers[place] = .failed(error.description)
            }
        }
        return answers
    }

    /// Whether what lies at a place is what the journal says of an item.
    private func isSame(_ item: JournalRecord.Item, at place: StorageURL) -> Bool {
        guard item.form ?? .snapshot == .snapshot, let reader = environment.readerFor(place),
            let found = try? DirectoryProbe.probe(place, with: reader)
        else { return false }
        return found.contents.count == item.count && found.contents.sum == item.sum
    }

    /// Items of a move with where they were found in a trash of the store's own.
    func placed(
        _ items: [JournalRecord.Item],
        _ results: [JournalRecord.Result]
    ) -> [JournalRecord.Item] {
        var placed = items
        var open: [(position: Int, removal: RemovalItem)] = []
        for (position, item) in items.enumerated() where results[position].outcome == .gone {
            guard item.trash == nil, item.form != .emptyDirectory, let root = item.root.url,
                let path = item.at.url?.path(below: root), !path.bytes.isEmpty
            else { continue }
            let kind: ObjectKind = item.form == .file ? .file : .directory
            let removal = RemovalItem(root: root, path: path, kind: kind, identity: .none)
            open.append((position, removal))
        }
        let places = environment.remover.placesInTrash(
            of: open.map(\.removal),
            run: ObjectName(run)
        )
        for (entry, place) in zip(open, places) {
            placed[entry.position].trash = place.map { WrittenPlace($0) }
        }
        return placed
    }

    /// What lies in a trash of the store's own and was to be removed from there: whoever empties the
    /// trash next goes on where this run stopped.
    private func waiting(
        _ step: JournalReader.Step
    ) -> [StorageURL: FinishedItem] {
        let places = step.items.filter { item in
            item.root.url.flatMap(environment.readerFor)?.hasTrashElsewhere ?? false
        }.compactMap(\.at.url)
        return Dictionary(places.map { ($0, Self.notEmptied($0)) }) { $1 }
    }
}
