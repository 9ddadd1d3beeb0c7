// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Finishes what a run that was cut off had begun, before anything new is planned.
///
/// Moving to the trash is one atomic step: it happened or it did not, and the new plan sees which.
/// Removal takes `_metadata` first: a directory of a begun step that has none any more, and is the
/// same directory, is removed to the end. One that still has it was not touched and is planned anew.
struct UnfinishedRun {
    let run: String
    let state: StateDirectory
    let remover: any StorageRemover
    let readerFor: (StorageURL) -> (any StorageReader)?
    let clock: () -> Instant

    /// How many runs are looked back at: what failed for longer needs somebody's eyes.
    private static let reach = 20

    /// Runs that did not come to their end or left something half removed, the oldest first.
    static func all(in state: StateDirectory) throws(StateError) -> [(String, JournalReader)] {
        var found: [(String, JournalReader)] = []
        for run in state.runs().suffix(reach) {
            let journal = try JournalReader(run: run, in: state)
            if !journal.isFinished || !journal.openSteps.isEmpty { found.append((run, journal)) }
        }
        return found
    }

    /// Names of the runs since the last one that did all it had planned.
    ///
    /// Each of them was cut off, or something failed in it, and the next run goes on with what it
    /// had planned. A journal that does not read ends the search: what its run moved protects.
    static func continued(in state: StateDirectory) -> Set<ObjectName> {
        var names: Set<ObjectName> = []
        for run in state.runs().reversed().prefix(reach) {
            guard let journal = try? JournalReader(run: run, in: state),
                !journal.hasDoneAll
            else { break }
            names.insert(ObjectName(run))
        }
        return names
    }

    /// Finishes the run's begun steps and closes its journal.
    ///
    /// - Returns: One line for each thing that was done or could not be.
    /// - Throws: `StateError` where its journal cannot be written.
    func finish(_ reader: JournalReader) throws(StateError) -> [String] {
        let journal = try Journal(resuming: run, in: state)
        var notes: [String] = []
        for step in reader.openSteps {
            var after = JournalRecord(.done, at: clock())
            after.number = step.number
            after.action = step.action
            after.items = step.items
            let looked = lookAtOnce(step.items)
            after.results = zip(step.items, step.results).map { item, known in
                if let known { return known }
                let whole = item.at.url.flatMap { looked[$0] }
                let (result, note) = whole ?? finish(item, action: step.action)
                notes.append(note)
                return result
            }
            try journal.append(after)
        }
        guard !reader.isFinished else { return notes }
        var end = JournalRecord(.end, at: clock())
        end.why = "it was cut off and was finished by the next run"
        try journal.append(end)
        return ["run \"\(run)\" was cut off; it is finished now"] + notes
    }

    /// Looks at what goes whole or not at all, in stores where every look is a process: in one call.
    private func lookAtOnce(
        _ items: [JournalRecord.Item]
    ) -> [StorageURL: (JournalRecord.Result, String)] {
        let places = items.compactMap(\.at.url).filter { remover.startsProcesses(at: $0) }
        var answers: [StorageURL: (JournalRecord.Result, String)] = [:]
        for shared in SharedReader.all(of: places, readerFor) {
            guard let reader = shared.reader else { continue }
            let group = shared.positions.map { places[$0] }
            for (place, status) in zip(group, reader.status(of: group)) {
                answers[place] = answer(place, status)
            }
        }
        return answers
    }

    /// A single file or an empty directory goes in one call: either it went, or it is planned anew.
    private func finish(
        object place: StorageURL,
        with reader: any StorageReader
    ) -> (JournalRecord.Result, String) {
        guard let status = reader.status(of: [place]).first else {
            let why = "the store did not answer for \"\(place)\""
            return (.init(outcome: .failed, error: why), why)
        }
        return answer(place, status)
    }

    private func answer(
        _ place: StorageURL,
        _ status: Result<ObjectStatus?, StorageError>
    ) -> (JournalRecord.Result, String) {
        switch status {
        case .success(nil):
            return (.init(outcome: .gone, error: nil), "\"\(place)\" was gone already")
        case .success:
            let why = "it was not begun, and is planned anew"
            return (.init(outcome: .left, error: why), "left \"\(place)\": \(why)")
        case .failure(let error):
            return (.init(outcome: .failed, error: error.description), error.description)
        }
    }

    private func finish(
        _ item: JournalRecord.Item,
        action: JournalRecord.Action
    ) -> (JournalRecord.Result, String) {
        guard let place = item.at.url, let root = item.root.url,
            let path = place.path(below: root), !path.bytes.isEmpty,
            let reader = readerFor(place)
        else { return (.init(outcome: .left, error: "its place does not read"), "left a step") }
        if item.form ?? .snapshot != .snapshot { return finish(object: place, with: reader) }
        do throws(StorageError) {
            guard let found = try DirectoryProbe.probe(place, with: reader) else {
                return (.init(outcome: .gone, error: nil), "\"\(place)\" was gone already")
            }
            let expected = ObjectIdentity(
                device: item.device,
                inode: item.inode,
                changed: Instant(nanoseconds: 0)
            )
            guard action == .remove, found.metadataLength == nil,
                found.identity.isSameObject(as: expected)
            else {
                let why = "it was not begun, and is planned anew"
                return (.init(outcome: .left, error: why), "left \"\(place)\": \(why)")
            }
            let removal = RemovalItem(root: root, path: path, kind: .directory, identity: expected)
            if let error = remover.remove([removal]).first ?? nil { throw error }
            return (.init(outcome: .gone, error: nil), "finished the removal of \"\(place)\"")
        } catch {
            return (.init(outcome: .failed, error: error.description), error.description)
        }
    }
}
