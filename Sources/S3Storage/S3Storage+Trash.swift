// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

extension S3Storage {
    /// Hands over what lies in the trash of roots, below `.janitor-trash/<run>` in each: there it
    /// protects what it references.
    ///
    /// Nothing is asked of the store where a journal and copies of the records are there. Of a run
    /// without a journal here, and of what a run hid in part, whatever still is an old version lies in
    /// the trash. What a journal has in the trash and no record tells of is not known: that listing is
    /// not whole.
    func list(
        _ trash: TrashListing,
        into sink: inout some ListingSink,
        _ outcomes: inout [ListingOutcome]
    ) {
        do {
            let trashed = try self.trashed()
            var walk = TrashWalk(storage: self, trash: trash, trashed: trashed, outcomes: outcomes)
            walk.run(into: &sink)
            outcomes = walk.outcomes
        } catch {
            let failure = S3Failure("cannot tell what earlier runs moved to the trash: \(error)")
            for (index, root) in trash.roots.enumerated() {
                if case .incomplete = outcomes[index] { continue }
                outcomes[index] = .incomplete([failure.error(action: "list", place: root)])
            }
        }
    }

    /// The same as if nothing of some runs lay in the trash.
    public func withoutTrash(of runs: Set<ObjectName>) -> S3Storage {
        var storage = self
        storage.trashed = { [trashed] in try trashed().without(runs) }
        return storage
    }

    /// Names runs of which listings showed records, and nothing in the trash.
    public func runsWithoutTrash(below root: StorageURL) -> Set<ObjectName> {
        leftRecords.runs(below: root)
    }

    /// Names what of a run's in the trash nothing tells of any more.
    public func placesWithoutRecord(
        _ places: [StorageURL],
        of run: ObjectName,
        below root: StorageURL
    ) throws(StorageError) -> [StorageURL] {
        let directory = root.appending(TrashRecord.directory).appending(run)
        guard let prefix = KeyPrefix(directory) else { return [] }
        do throws(S3Failure) {
            let found = try records.all(below: prefix, calls)
            // What a lost record told of may be a part of anything.
            guard found.lost.isEmpty else { return places }
            let told = Set(found.entries.map(\.path))
            return places.filter { !told.contains($0.path(below: root)?.bytes ?? []) }
        } catch {
            throw error.error(action: "look for what is written down about", place: directory)
        }
    }
}

/// One walk through the trash of listed roots.
private struct TrashWalk {
    let storage: S3Storage
    let trash: TrashListing
    let trashed: TrashedPlaces
    var outcomes: [ListingOutcome]

    /// What one run moved: what came to its place again may have gone again by another.
    private struct Item: Hashable {
        let place: StorageURL
        let run: ObjectName

        /// A bucket has one name for us, whatever the scheme is called.
        init(_ place: StorageURL, _ run: ObjectName) {
            self.place = place.inBucket
            self.run = run
        }
    }

    /// What the journals have in the trash.
    private let moved: Set<Item>
    /// What was hidden in part.
    private let halves: Set<Item>
    private var told: Set<Item> = []
    private var given: [TrashListing.Trash: Set<StoredKey>] = [:]

    init(
        storage: S3Storage,
        trash: TrashListing,
        trashed: TrashedPlaces,
        outcomes: [ListingOutcome]
    ) {
        self.storage = storage
        self.trash = trash
        self.trashed = trashed
        self.outcomes = outcomes
        moved = Set(trashed.moves.map { Item($0.place, $0.run) })
        halves = Set(trashed.halves.map { Item($0.place, $0.run) })
    }

    mutating func run(into sink: inout some ListingSink) {
        for (place, keys) in trash.records.sorted(by: { $0.key.isBefore($1.key) }) {
            attempt(place, of: place.run) { walk throws(S3Failure) in
                try walk.list(place, keys, into: &sink)
            }
        }
        let untold = (trashed.moves + trashed.halves).filter { move in
            move.place.schemeFamily == "s3" && !told.contains(Item(move.place, move.run))
        }
        var places: [TrashListing.Trash: [TrashedPlaces.Move]] = [:]
        for move in untold {
            guard let root = trash.root(of: move.root),
                let path = move.root.path(below: trash.roots[root])?.bytes
            else { continue }
            let outer = path.isEmpty ? [] : path + [UInt8(ascii: "/")]
            places[TrashListing.Trash(root: root, path: outer, run: move.run), default: []]
                .append(move)
        }
        for (place, moves) in places.sorted(by: { $0.key.isBefore($1.key) }) {
            attempt(place, of: place.run) { walk throws(S3Failure) in
                try walk.listHidden(place, moves, into: &sink)
            }
        }
    }

    /// Does something for one trash; where that fails the listing is not whole.
    private mutating func attempt(
        _ place: TrashListing.Trash,
        of run: ObjectName,
        _ body: (inout TrashWalk) throws(S3Failure) -> Void
    ) {
        if case .incomplete = outcomes[place.root] { return }
        do throws(S3Failure) {
            try body(&self)
        } catch {
            let error = error.error(action: "list the trash of", place: trash.root(of: place))
            outcomes[place.root] = .incomplete([error])
        }
    }

    // MARK: Runs

    private mutating func list(
        _ place: TrashListing.Trash,
        _ keys: [StoredKey],
        into sink: inout some ListingSink
    ) throws(S3Failure) {
        let root = trash.root(of: place)
        let isKnown = trashed.knownRuns.contains(place.run)
        // Of a run of which nothing lies in the trash nobody needs what it wrote down.
        let moves = trashed.moves + trashed.halves
        if isKnown, !moves.contains(where: { $0.run == place.run && $0.root.isSame(as: root) }) {
            storage.leftRecords.note(place.run, below: root)
            return
        }
        var entries: [TrashRecord.Entry] = []
        for key in keys {
            guard
                case .entries(let read) = try storage.records.read(
                    key,
                    in: root.authority,
                    storage.calls
                )
            else { throw S3Failure(lost: key, of: place.run, isKnown: isKnown) }
            entries += read
        }
        give(entries, place, into: &sink)
        try giveHidden(entries, place, into: &sink)
        guard !isKnown else { return }
        let left = Set((trashed.left[place.run] ?? []).map(\.inBucket))
        let unsure = entries.filter { entry in
            let item = Item(root.appending(ObjectName(entry.path)), place.run)
            return !moved.contains(item) && !halves.contains(item) && !left.contains(item.place)
        }
        for entry in try storage.hidden(unsure, root) { give(entry, place, into: &sink) }
    }

    /// Lists what journals have in the trash and no listed record told of: records may be hidden.
    private mutating func listHidden(
        _ place: TrashListing.Trash,
        _ moves: [TrashedPlaces.Move],
        into sink: inout some ListingSink
    ) throws(S3Failure) {
        let root = trash.root(of: place)
        let directory = root.appending(TrashRecord.directory).appending(place.run)
        guard let prefix = KeyPrefix(directory) else { return }
        let found = try storage.records.all(below: prefix, storage.calls)
        if let key = found.lost.first { throw S3Failure(lost: key, of: place.run, isKnown: true) }
        give(found.entries, place, into: &sink)
        try giveHidden(found.entries, place, into: &sink)
        // Of what was hidden in part nothing went where nothing was written down.
        let untold = moves.first { move in
            let item = Item(move.place, move.run)
            return moved.contains(item) && !told.contains(item)
        }
        if let move = untold {
            throw S3Failure(untold: move.place.description, of: place.run)
        }
    }

    // MARK: Giving

    /// Gives what of a run's journals have in its trash.
    private mutating func give(
        _ entries: [TrashRecord.Entry],
        _ place: TrashListing.Trash,
        into sink: inout some ListingSink
    ) {
        let root = trash.root(of: place)
        for entry in entries {
            let item = Item(root.appending(ObjectName(entry.path)), place.run)
            guard moved.contains(item) else { continue }
            told.insert(item)
            give(entry, place, into: &sink)
        }
    }

    /// Gives what of a run's was hidden in part and is an old version now.
    private mutating func giveHidden(
        _ entries: [TrashRecord.Entry],
        _ place: TrashListing.Trash,
        into sink: inout some ListingSink
    ) throws(S3Failure) {
        let root = trash.root(of: place)
        let unsure = entries.filter { entry in
            halves.contains(Item(root.appending(ObjectName(entry.path)), place.run))
        }
        guard !unsure.isEmpty else { return }
        for entry in unsure {
            told.insert(Item(root.appending(ObjectName(entry.path)), place.run))
        }
        for entry in try storage.hidden(unsure, root) { give(entry, place, into: &sink) }
    }

    private mutating func give(
        _ entry: TrashRecord.Entry,
        _ place: TrashListing.Trash,
        into sink: inout some ListingSink
    ) {
        let object = entry.object
        let root = trash.roots[place.root]
        // Written down before it went and after, and again by whoever went on.
        guard let rest = KeyPrefix(trash.root(of: place))?.path(of: object.key),
            given[place, default: []].insert(object.key).inserted
        else { return }
        if outcomes[place.root] == .absent { outcomes[place.root] = .complete }
        let slash = [UInt8(ascii: "/")]
        let path =
            place.path + TrashRecord.directory.bytes + slash + place.run.bytes + slash + rest
        if object.key.lastComponent.elementsEqual(ListingNotes.metadataName) {
            storage.trashedMetadata.note(object, at: root.appending(ObjectName(path)))
        }
        storage.give(object, isExact: true, at: path[...], root: place.root, to: &sink)
    }
}

extension TrashListing.Trash {
    fileprivate func isBefore(_ other: TrashListing.Trash) -> Bool {
        if root != other.root { return root < other.root }
        if path != other.path { return path.lexicographicallyPrecedes(other.path) }
        return run < other.run
    }
}

extension StorageURL {
    /// The place by the one name that its bucket has for us.
    fileprivate var inBucket: StorageURL {
        StorageURL(scheme: "s3", authority: authority, path: path)
    }

    fileprivate func isSame(as other: StorageURL) -> Bool { path(below: other)?.bytes == [] }
}

extension S3Failure {
    /// A record tells nothing any more.
    ///
    /// - Parameters:
    ///   - key: The record's.
    ///   - run: The run that wrote it.
    ///   - isKnown: Whether that run has a journal here.
    package init(lost key: StoredKey, of run: ObjectName, isKnown: Bool) {
        self.init(
            "\"\(key.text)\" tells what the run \(run) moved to the trash, and does not read, nor "
                + "does an old version of it; bring it back, or "
                + (isKnown ? Self.wayOut(run) : "remove it once nothing of that run is needed")
        )
    }

    /// Nothing tells of something in the trash.
    ///
    /// - Parameters:
    ///   - words: What.
    ///   - run: The run that moved it there.
    package init(untold words: String, of run: ObjectName) {
        self.init(
            "nothing in the bucket tells any more what of \"\(words)\" lies in the trash; bring "
                + "back what the run \(run) wrote down, or " + Self.wayOut(run)
        )
    }

    private static func wayOut(_ run: ObjectName) -> String {
        "give up what cannot be undone any more with: janitor trash empty \(run)"
    }
}
