// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Finds out what of the trash may be removed for good.
///
/// Only what runs recorded is looked at. Whatever something that stays may need, is held: by the
/// name of a file which is missing at its place, and all of it while something was not read.
struct TrashEmptying {
    /// What goes, what referenced others before what they reference; and what is held, and why.
    struct Selection {
        var items: [TrashedItem] = []
        var notes: [String] = []
        /// What lies in the trash and stays there.
        var staying: Set<StorageURL> = []

        /// Looks whether something appeared since the plan that needs what goes.
        func lookAgain(
            after result: PlanningResult,
            _ readerFor: @escaping (StorageURL) -> (any StorageReader)?
        ) -> SecondLook.Outcome {
            let files = items.filter { $0.item.form == .file }
            var second = SecondLook(
                after: result.inventory,
                condemned: Set(items.filter { $0.item.form == .snapshot }.map(\.placeInTrash)),
                objects: files.map { ($0.placeInTrash, $0.path.last) }
            )
            return second.look(readerFor)
        }
    }

    let result: PlanningResult
    let history: [PastRun]

    /// Selects what may go.
    ///
    /// - Parameter wanted: What is to go, in the order in which it came into the trash.
    /// - Returns: What may go of it, what references before what is referenced.
    func select(_ wanted: [TrashedItem]) -> Selection {
        guard !wanted.isEmpty else { return Selection() }
        let places = wanted.map(\.placeInTrash)
        let unread = result.unread.first { unread in
            !places.contains { unread.place.isIn($0) }
        }
        if let unread {
            let note =
                "nothing was removed from the trash: \"\(unread.place)\" was not read and may need "
                + "it: \(unread.why)"
            return Selection(items: [], notes: [note])
        }
        return hold(wanted)
    }

    /// Holds what something that stays needs; what is held stays too.
    private func hold(_ wanted: [TrashedItem]) -> Selection {
        let names = TrashedItem.fileNames(of: wanted, in: result.inventory)
        var going = Set(wanted.indices)
        var held: [Int: Need] = [:]
        let named = namedWhereTheyLie(Set(wanted.map(\.placeInTrash)))
        var isChanged = true
        while isChanged {
            isChanged = false
            let places = Set(going.map { wanted[$0].placeInTrash })
            let missed = neededNames(goingAre: places)
            let used = usedWhereTheyLie(places)
            for position in going.sorted() {
                let place = wanted[position].placeInTrash
                let need =
                    (named[place] ?? used[place]).map(Need.uses)
                    ?? names[position].lazy.compactMap { missed[$0] }.first.map(Need.misses)
                guard let need else { continue }
                held[position] = need
                going.remove(position)
                isChanged = true
            }
        }
        let order = TrashOrder(history, in: result.inventory)
        let items = order.emptying(going.sorted().map { wanted[$0] })
        return Selection(
            items: items,
            notes: held.sorted { $0.key < $1.key }.map { $1.note(wanted[$0]) },
            staying: order.staying(without: items)
        )
    }

    /// Why something stays in the trash, and for what.
    private enum Need {
        /// Misses a file that lies in it, at the place where it was.
        case misses(StorageURL)
        /// Leads to it where it lies now.
        case uses(String)

        func note(_ item: TrashedItem) -> String {
            let front = "kept in the trash: \"\(item.item.place)\": "
            switch self {
            case .misses(let place):
                return front + "\"\(place)\" misses a file that lies in it, and has it again when "
                    + "the run \"\(item.run)\" is undone"
            case .uses(let what):
                return front
                    + "\(what) needs it where it lies in the trash, and it stays as long as that does"
            }
        }
    }

    /// Snapshots in the trash that something which stays leads to where they lie, and what that is.
    ///
    /// Whoever starts a job from a path in the trash, and does not undo the run first, makes such ones.
    private func usedWhereTheyLie(_ places: Set<StorageURL>) -> [StorageURL: String] {
        let inventory = result.inventory
        var used: [StorageURL: String] = [:]
        for snapshot in inventory.snapshots where !places.contains(snapshot.place) {
            for dependency in snapshot.dependencies where !dependency.isByNameOnly {
                let other = inventory.snapshots[dependency.snapshot].place
                if places.contains(other), used[other] == nil {
                    used[other] = "\"\(snapshot.place)\""
                }
            }
        }
        return used
    }

    /// Such that running jobs and high-availability pointers name, and which.
    private func namedWhereTheyLie(_ places: Set<StorageURL>) -> [StorageURL: String] {
        let inventory = result.inventory
        var named = result.restoredFrom(oneOf: places).mapValues { "the running job \"\($0)\"" }
        for pointer in inventory.pointers {
            for position in inventory.snapshots(namedBy: pointer) {
                let other = inventory.snapshots[position].place
                if places.contains(other), named[other] == nil {
                    named[other] = "\"\(pointer.place)\""
                }
            }
        }
        return named
    }

    /// Base names of files that something which stays misses at their places, and what misses them.
    private func neededNames(goingAre places: Set<StorageURL>) -> [ObjectName: StorageURL] {
        var needed: [ObjectName: StorageURL] = [:]
        for snapshot in result.inventory.snapshots where !places.contains(snapshot.place) {
            for place in snapshot.missing.map(\.place) + snapshot.unknown.map(\.place)
            where needed[place.path.last] == nil {
                needed[place.path.last] = snapshot.place
            }
        }
        return needed
    }
}

extension RunEnvironment {
    /// What lies in the trash and is to be removed for good, in the order in which it came there.
    ///
    /// - Parameters:
    ///   - history: All runs.
    ///   - locks: Nothing is wanted of roots that are not locked.
    ///   - reason: Says why one thing is to go; nil where it stays.
    /// - Returns: What there is a reason for.
    func wantedOfTrash(
        _ history: [PastRun],
        _ locks: RootLocks,
        because reason: (PastRun, PastRun.Item) -> JournalRecord.WrittenReason?
    ) -> [TrashedItem] {
        var wanted: [TrashedItem] = []
        let newest = Self.newestRuns(history)
        for run in history {
            // What is hidden in part is finished first.
            for item in run.trashed where locks.cover(item.root) {
                let isCovered = newest[item.place] != run.name && mixesRuns(item.root)
                guard !isCovered, let reason = reason(run, item) else { continue }
                if let trashed = TrashedItem(item, of: run.name, because: reason) {
                    wanted.append(trashed)
                }
            }
        }
        return wanted
    }

    /// Tells whether what two runs took at one place lies in the trash under one name, so that the newer
    /// has to leave it first: nothing is moved, or not to a place of the run's own.
    func mixesRuns(_ root: StorageURL) -> Bool { readerFor(root)?.hasTrashElsewhere ?? true }

    /// The newest run that has anything from a place in the trash.
    private static func newestRuns(_ history: [PastRun]) -> [StorageURL: String] {
        var newest: [StorageURL: String] = [:]
        for run in history {
            for item in run.undoable { newest[item.place] = run.name }
        }
        return newest
    }

    /// What of runs waits in the trash for a newer run that took something at the same place.
    ///
    /// - Parameters:
    ///   - runs: Names of runs; empty for all.
    ///   - history: All runs.
    /// - Returns: One line for each thing.
    func waitingForNewer(_ runs: Set<String>, _ history: [PastRun]) -> [String] {
        let newest = Self.newestRuns(history)
        let asked = history.filter { runs.isEmpty || runs.contains($0.name) }
        return asked.flatMap { run in
            run.trashed.compactMap { item in
                guard let newer = newest[item.place], newer != run.name, mixesRuns(item.root) else {
                    return nil
                }
                return "left \"\(item.place)\": the run \(newer) took it again, which goes first"
            }
        }
    }

    /// Removes the directories of runs of which nothing lies in the trash any more.
    ///
    /// - Parameters:
    ///   - history: All runs.
    ///   - locks: Nothing is removed below roots that are not locked.
    ///   - emptied: The run that has just emptied the trash: what was written down about what it
    ///     emptied goes, where that is all that lies there.
    /// - Returns: One line for each in which something lies that no run recorded.
    func tidyTrash(
        _ history: [PastRun],
        _ locks: RootLocks,
        after emptied: String
    ) -> [String] {
        var notes = tidyRecords(history, locks, after: emptied)
        for (root, runs) in runs(of: history, byRoot: locks) {
            let trash = FlinkNames.trash
            guard let reader = readerFor(root), !reader.hasTrashElsewhere,
                let names = try? reader.subdirectories(of: root.appending(trash))
            else { continue }
            let settled = runs.filter { run in
                names.contains(ObjectName(run.name)) && !run.undoable.contains { $0.root == root }
            }
            let paths = settled.map { trash.appending(ObjectName($0.name)) } + [trash]
            let items = paths.map {
                RemovalItem(root: root, path: $0, kind: .directory, identity: .none)
            }
            for (path, error) in zip(paths, remover.removeEmptyDirectories(items)).dropLast() {
                guard let error, error.reason != .notFound else { continue }
                let why =
                    error.reason == .alreadyExists
                    ? "something lies in it that no run recorded" : error.detail
                notes.append("left \"\(root.appending(path))\": \(why)")
            }
        }
        return notes
    }
}
