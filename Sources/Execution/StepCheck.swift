// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// The look right before a step: takes nothing that is not just as the plan saw it.
struct StepCheck {
    /// What the look came to for one item.
    enum Answer {
        /// It is as the plan saw it; the identity it has to have still when it goes.
        case goes(ObjectIdentity)
        /// It is not there any more.
        case isGone
        /// It stays; why.
        case stays(String)

        /// The identity of what goes; nil where nothing does.
        var identity: ObjectIdentity? {
            if case .goes(let identity) = self { identity } else { nil }
        }
    }

    let readerFor: (StorageURL) -> (any StorageReader)?
    /// Snapshots that must stay although the plan has them go, and by what.
    let needed: [StorageURL: StorageURL]
    /// Jobs of which nothing goes after all, and why.
    private let objections: [String: String]
    /// Why snapshots stay from which jobs were restored since the plan was made.
    private let restored: [StorageURL: String]

    /// What was left although it was to go, or was not found there, by where it lies.
    private(set) var stillThere: Set<StorageURL>
    /// Directories in which something went: their times are not what the plan saw.
    private var changed: Set<StorageURL> = []

    /// Makes a check.
    ///
    /// - Parameters:
    ///   - readerFor: Gives the reader of the store that a place lies in.
    ///   - needed: Snapshots that must stay although the plan has them go, and by what.
    ///   - staying: What others wait for and does not go in this run, by where it lies.
    ///   - objections: Jobs of which nothing goes after all, and why.
    ///   - restored: Snapshots from which jobs were restored since the plan was made, and why they stay.
    init(
        _ readerFor: @escaping (StorageURL) -> (any StorageReader)?,
        needed: [StorageURL: StorageURL],
        staying: Set<StorageURL>,
        objections: [String: String] = [:],
        restored: [StorageURL: String] = [:]
    ) {
        self.objections = objections
        self.restored = restored
        self.readerFor = readerFor
        self.needed = needed
        stillThere = staying
    }

    /// Keeps in mind what became of an item, by where it lay.
    ///
    /// What was not there may come back, with a directory above it that somebody moved or a disk
    /// that was not mounted: whatever has to wait for it waits for a run that does not find it.
    mutating func note(_ place: StorageURL, _ outcome: JournalRecord.Outcome) {
        if outcome == .gone || outcome == .absent { changed.insert(place.parent) }
        if outcome != .gone { stillThere.insert(place) }
    }

    /// Looks at the items of one step.
    ///
    /// - Parameters:
    ///   - items: All of one form.
    ///   - action: What is to be done with them.
    /// - Returns: The answer for each.
    func look(at items: [StepItem], for action: JournalRecord.Action) -> [Answer] {
        var answers = [Answer?](repeating: nil, count: items.count)
        var objects: [(position: Int, object: PlannedObject)] = []
        var probed: [(position: Int, probed: ProbedDirectory)] = []
        var files: [(position: Int, trashed: TrashedItem)] = []
        for (position, item) in items.enumerated() {
            switch item {
            case .snapshot(let snapshot):
                answers[position] = obstacle(to: snapshot).map { .stays($0) }
                if answers[position] == nil { probed.append((position, .init(snapshot))) }
            case .object(let object):
                answers[position] = objections[object.job].map {
                    .stays("left \"\(object.place)\": \($0)")
                }
                if answers[position] == nil { objects.append((position, object)) }
            case .trashed(let trashed):
                if let first = trashed.goesAfter.first(where: stillThere.contains) {
                    answers[position] = .stays(trashed.waiting(for: first, action))
                } else if action == .empty, let by = needed[trashed.placeInTrash] {
                    answers[position] = .stays(
                        "left \"\(trashed.placeInTrash)\": \"\(by)\" references a file of that name"
                    )
                } else if trashed.item.form == .emptyDirectory || !isLookedAt(trashed, action) {
                    answers[position] = .goes(trashed.removalItem(for: action).identity)
                } else if trashed.item.form == .file {
                    files.append((position, trashed))
                } else {
                    probed.append((position, .init(trashed)))
                }
            }
        }
        for (entry, answer) in zip(probed, look(at: probed.map(\.probed))) {
            answers[entry.position] = answer
        }
        for (entry, answer) in zip(files, look(atFiles: files.map(\.trashed))) {
            answers[entry.position] = answer
        }
        // Many objects in one call: some stores cost a process a call.
        let roots = Set(objects.map(\.object.root)).sorted()
        for shared in SharedReader.all(of: roots, readerFor) {
            guard let reader = shared.reader else { continue }
            let served = Set(shared.positions.map { roots[$0] })
            let group = objects.filter { served.contains($0.object.root) }
            let found = reader.status(of: group.map(\.object.place))
            for (entry, status) in zip(group, found) {
                answers[entry.position] = answer(entry.object, status)
            }
        }
        if action == .restore {
            leaveToRemover(items, &answers)
        } else {
            distrustLostRoots(items, &answers)
        }
        return zip(items, answers).map { item, answer in
            answer ?? .stays("left \"\(item.place)\": no backend for it")
        }
    }

    /// Has what is not in the trash brought back all the same: the remover tells whether it is back
    /// already.
    private func leaveToRemover(_ items: [StepItem], _ answers: inout [Answer?]) {
        for (position, item) in items.enumerated() {
            guard case .trashed(let trashed) = item, case .isGone? = answers[position] else {
                continue
            }
            answers[position] = .goes(trashed.itemAtHome.identity)
        }
    }

    /// Has what was in a root stay that is not there itself: the disk may be mounted again.
    private func distrustLostRoots(_ items: [StepItem], _ answers: inout [Answer?]) {
        for (position, item) in items.enumerated() {
            guard case .isGone? = answers[position], let reader = readerFor(item.root) else {
                continue
            }
            let doubt = RootPresence.doubt(of: item.root, device: item.rootDevice, reader)
            if let doubt { answers[position] = .stays("left \"\(item.source)\": \(doubt)") }
        }
    }

    /// Why a snapshot stays whatever its directory looks like; nil where nothing keeps it.
    private func obstacle(to snapshot: PlannedSnapshot) -> String? {
        let place = snapshot.place
        if let why = objections[snapshot.job] ?? restored[place] {
            return "left \"\(place)\": \(why)"
        }
        if let by = needed[place] {
            return "left \"\(place)\": \"\(by)\" appeared meanwhile and may need it"
        }
        if let first = snapshot.goesAfter.first(where: stillThere.contains) {
            return "left \"\(place)\": \"\(first)\" references it and did not go before it"
        }
        return nil
    }

    private func answer(
        _ object: PlannedObject,
        _ result: Result<ObjectStatus?, StorageError>
    ) -> Answer {
        let place = object.place
        if let by = needed[place] {
            return .stays("left \"\(place)\": \"\(by)\" appeared meanwhile and may need it")
        }
        switch result {
        case .failure(let error): return .stays("left \"\(place)\": \(error.detail)")
        case .success(nil): return .isGone
        case .success(let status?):
            guard status.kind == (object.isDirectory ? .directory : .file) else {
                return .stays("left \"\(place)\": it is a \(status.kind) now")
            }
            guard object.identity == .none || status.identity.isSameObject(as: object.identity)
            else { return .stays("left \"\(place)\": another one was put in its place") }
            let isOwnDoing = object.isDirectory && changed.contains(place)
            guard status.size == object.bytes,
                isOwnDoing || status.modified == object.modified
            else { return .stays("left \"\(place)\": it changed since the plan was made") }
            return .goes(status.identity)
        }
    }
}
