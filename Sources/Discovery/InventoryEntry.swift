// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
internal import Storage

/// What one look at the stores showed at a place.
public enum InventoryEntry: Sendable {
    /// It lies under no root.
    case outsideRoots
    /// Nothing was listed there; whether the listing proves that nothing is there.
    case nothing(isProof: Bool)
    /// A root, or what holds one.
    case root
    /// The directory of a snapshot, by its position.
    case snapshot(Int)
    /// Something in a snapshot's directory, by the snapshot's position; the file, where it is one.
    case partOfSnapshot(Int, FileID?)
    /// Something in the trash, and the run that moved it there.
    case trash(run: ObjectName?)
    /// Ours.
    case janitor
    /// A file outside snapshots.
    case file(FileID)
    /// A directory outside snapshots.
    case directory(DirectoryID)
    /// A link, or another thing that is no file; it is not followed.
    case special
}

extension Inventory {
    /// Tells what is at a place.
    public func entry(at place: StorageURL) -> InventoryEntry {
        guard
            let top = table.roots.indices.first(where: { place.path(below: table.roots[$0]) != nil }
            ),
            let below = place.path(below: table.roots[top])
        else {
            let holdsRoot = roots.contains { $0.place.path(below: place) != nil }
            return holdsRoot ? .root : .outsideRoots
        }
        switch table.target(of: below, below: top) {
        case .nothing: return .nothing(isProof: isListedCompletely(place))
        case .notFollowed: return .special
        case .file(let file):
            return entry(in: table.directory(ofFile: file), file: file) ?? .file(file)
        case .directory(let directory):
            if isScanRoot(directory), census.snapshots[Int(directory)] == DirectoryCensus.none {
                return .root
            }
            return entry(in: directory, file: nil) ?? .directory(directory)
        }
    }

    private func entry(in directory: DirectoryID, file: FileID?) -> InventoryEntry? {
        let number = Int(directory)
        if census.trashRuns[number] != DirectoryCensus.none {
            return .trash(run: census.runs[Int(census.trashRuns[number])])
        }
        if census.isOurs[number] { return .janitor }
        let owner = Int(census.snapshots[number])
        guard owner >= 0 else { return nil }
        let isTop = snapshots[owner].directory == directory
        return isTop && file == nil ? .snapshot(owner) : .partOfSnapshot(owner, file)
    }

    /// The value of a file or directory outside snapshots; nil where it is none that is walked to.
    public func looseObject(at entry: InventoryEntry) -> LooseObject? {
        var found: LooseObject?
        forEachLooseObject { object in
            switch (object.entry, entry) {
            case (.file(let one), .file(let other)) where one == other: found = object
            case (.directory(let one), .directory(let other)) where one == other: found = object
            default: break
            }
        }
        return found
    }

    /// Files below a directory, and their bytes.
    public func contents(of directory: DirectoryID) -> (files: Int, bytes: Int64) {
        var sum: (files: Int, bytes: Int64) = (0, 0)
        var open = [directory]
        while let next = open.popLast() {
            for file in children.files(in: next) {
                sum.files += 1
                sum.bytes.add(bytes: table.size(ofFile: file))
            }
            open += children.directories(in: next)
        }
        return sum
    }

    /// The number of the job that a file or directory outside snapshots is of; nil for any other.
    public func job(of entry: InventoryEntry) -> Int? {
        switch entry {
        case .file(let file): census.job(of: table.directory(ofFile: file))
        case .directory(let directory): census.job(of: directory)
        default: nil
        }
    }

    /// Position of the snapshot in whose directory a file lies; nil where it lies in none.
    public func snapshot(ofFile file: FileID) -> Int? {
        let owner = Int(census.snapshots[Int(table.directory(ofFile: file))])
        return owner >= 0 ? owner : nil
    }

    /// Tells whether a directory is another one or lies below it.
    public func isDirectory(_ directory: DirectoryID, atOrBelow top: DirectoryID) -> Bool {
        var current: DirectoryID? = directory
        while let next = current {
            if next == top { return true }
            current = table.parent(of: next)
        }
        return false
    }

    /// The directory that a file lies in.
    public func directory(ofFile file: FileID) -> DirectoryID { table.directory(ofFile: file) }

    /// The last component of a directory's name.
    public func name(ofDirectory directory: DirectoryID) -> ObjectName {
        table.name(ofDirectory: directory).last
    }

    /// The length of a file in bytes.
    public func size(ofFile file: FileID) -> Int64 { table.size(ofFile: file) }
}
