// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// What a listing of trashes shows of what runs moved there: found in a first pass through its lines,
/// and given to those runs in a second one.
struct CopiesInTrash {
    /// One line, as whoever lists a root is told of it.
    struct Entry {
        /// The position of the root that it came from.
        let root: Int
        /// The run that moved it; nil where none did.
        let run: ObjectName?
        let checkpoint: ObjectName
        /// Where it was, below its root.
        let path: ObjectName
        let printed: ObjectName
        let line: ShellListingLine
    }

    private struct Owner: Hashable {
        let home: StorageURL
        let run: ObjectName
    }

    private let directories: [TrashDirectory]
    private let roots: [(index: Int, place: StorageURL)]
    private let trashed: TrashedPlaces
    private var found: [StorageURL: [TrashCopy]] = [:]
    /// The run of each copy, by what the shell calls that; none for one that is named twice.
    private var runs: [ObjectName: ObjectName] = [:]
    private var doubles: Set<ObjectName> = []
    private var owners: Set<Owner> = []

    init(
        directories: [TrashDirectory],
        roots: [(Int, StorageURL)],
        trashed: TrashedPlaces
    ) {
        self.directories = directories
        self.roots = roots
        self.trashed = trashed
    }

    // MARK: First pass

    /// Notes what a line shows.
    ///
    /// - Returns: False where it is none, or shows what was not asked for.
    mutating func note(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let line = ShellListingLine(inTrash: bytes) else { return false }
        let printed = ObjectName(bytes[line.pathStart...])
        guard let (directory, checkpoint, place, _) = place(of: printed) else { return false }
        guard let (home, top) = home(of: place), top == place else { return true }
        let copy = TrashCopy(
            directory: directory,
            checkpoint: checkpoint,
            milliseconds: ObjectName(top.path.bytes.dropFirst(home.path.bytes.count)),
            printed: printed,
            status: line.status,
            isOwn: directory == .own
        )
        found[home, default: []].append(copy)
        return true
    }

    /// Gives the copies to the runs that made them.
    mutating func assign() {
        for (home, copies) in found {
            let unified = copies.unified
            let names = Set(unified.map(\.printed))
            doubles.formUnion(copies.map(\.printed).filter { !names.contains($0) })
            for (run, copy) in unified.assigned(to: trashed.moves(of: home)).runs {
                runs[copy.printed] = run
                owners.insert(Owner(home: home, run: run))
            }
        }
    }

    /// Tells whether a copy was found of what was moved.
    func holds(_ move: TrashedPlaces.Move) -> Bool {
        owners.contains(Owner(home: move.place, run: move.run))
    }

    // MARK: Second pass

    /// What a line shows; nil where it was shown under another name already.
    func entry(_ bytes: UnsafeRawBufferPointer) -> Entry? {
        guard let line = ShellListingLine(inTrash: bytes) else { return nil }
        let printed = ObjectName(bytes[line.pathStart...])
        guard let (_, checkpoint, place, root) = place(of: printed) else { return nil }
        var run: ObjectName?
        var path = place
        if let (home, top) = home(of: place) {
            let below = place.path.bytes.count - top.path.bytes.count
            let copy = ObjectName(printed.bytes.dropLast(below))
            if doubles.contains(copy) { return nil }
            run = runs[copy]
            // Its own name is the one that it had.
            if run != nil { path = home.appending(ObjectName(place.path.bytes.suffix(below))) }
        }
        guard let below = path.path(below: root.place), !below.bytes.isEmpty else { return nil }
        return Entry(
            root: root.index,
            run: run,
            checkpoint: checkpoint,
            path: below,
            printed: printed,
            line: line
        )
    }

    // MARK: Lines

    private typealias Found = (
        directory: TrashDirectory, checkpoint: ObjectName, place: StorageURL,
        root: (index: Int, place: StorageURL)
    )

    private func place(of printed: ObjectName) -> Found? {
        for directory in directories {
            guard let (checkpoint, path) = directory.split(printed) else { continue }
            for root in roots {
                let place = StorageURL(
                    scheme: root.place.scheme,
                    authority: root.place.authority,
                    path: path
                )
                if place.path(below: root.place) != nil {
                    return (directory, checkpoint, place, root)
                }
            }
        }
        return nil
    }

    /// What was moved that a place is or lies in: where it was, and its copy's path.
    private func home(of place: StorageURL) -> (home: StorageURL, copy: StorageURL)? {
        var current = place
        while current.path.bytes.count > 1 {
            if !trashed.moves(of: current).isEmpty { return (current, current) }
            if let bare = current.path.withoutMilliseconds {
                let home = StorageURL(
                    scheme: current.scheme,
                    authority: current.authority,
                    path: bare
                )
                if !trashed.moves(of: home).isEmpty { return (home, current) }
            }
            current = current.parent
        }
        return nil
    }
}
