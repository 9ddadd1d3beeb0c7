// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
public import SnapshotModel
public import Storage

/// Everything that one look at the stores showed.
public struct Inventory: Sendable {
    /// The roots that were asked for, sorted.
    public let roots: [ScanRoot]
    /// How the listing of each of `roots` ended.
    public let outcomes: [ListingOutcome]
    /// The identity of each root's directory; nil where it is absent.
    public let rootIdentities: [ObjectIdentity?]
    /// Numbers of files in each of `roots`, to see whether one lost most of what it held.
    public let fileCounts: [Int]
    /// Smallest step between times that each root's store can tell apart, in nanoseconds.
    public let timeResolutions: [Int64]
    /// Whether what goes from each root can be brought back; `absent` of those that are only read.
    public let trash: [RootTrash]
    /// What of each root's store may end its trash sooner; nil where nothing does.
    public let trashLimits: [String?]
    /// All snapshots, those in the trash and those only read too, sorted by place.
    public internal(set) var snapshots: [Snapshot]
    /// All attempts, sorted by job and job id.
    public let attempts: [Attempt]
    /// High-availability pointer files: a name in their text protects.
    public let pointers: [TextNames]
    /// Symbolic links below the roots, and those beside them that were asked about, sorted by place.
    public let symbolicLinks: [SymbolicLink]

    let table: ObjectTable
    let children: ObjectTable.Children
    let census: DirectoryCensus
    /// The directories of `roots`, those that are there.
    let directoriesOfScanRoots: Set<DirectoryID>
    let protections: [UInt8]
    let pins: [Bool]
    /// Base names, other than UUIDs, that are referenced but lead to no known file.
    let unresolvedNames: Set<ObjectName>
    /// What is demanded of files that are not there, by the directory in which they should be.
    let missingDemands: [DirectoryID: Set<LengthDemand>]
}

extension Inventory {
    /// Which of `roots` something outside snapshots lies in; nil where it lies in none.
    public func root(of object: LooseObject) -> Int? {
        let root = Int(census.scanRoots[Int(holder(of: object))])
        return root < 0 ? nil : root
    }

    /// What metadata say of a file; nil where they do not mention it.
    func protection(ofFile file: FileID) -> Protection? {
        Protection(rawValue: protections[Int(file)])
    }

    /// Tells whether a handle of file merging pins a directory, or one of its name.
    func isPinned(_ directory: DirectoryID) -> Bool { pins[Int(directory)] }

    /// Tells whether a directory is one that the policy names.
    func isScanRoot(_ directory: DirectoryID) -> Bool {
        directoriesOfScanRoots.contains(directory) || table.parent(of: directory) == nil
    }
}

extension Inventory {
    /// A file below a place that metadata or a pointer need, or a directory that one pins; nil where
    /// there is none.
    public func referencedFile(below place: StorageURL) -> StorageURL? {
        guard let (root, path) = listedRoot(holding: place),
            case .directory(let top) = table.target(of: path, below: root)
        else { return nil }
        var open = [top]
        while let directory = open.popLast() {
            if isPinned(directory) { return table.place(ofDirectory: directory) }
            for file in children.files(in: directory) {
                let isNamed = pointers.contains {
                    $0.names.uuids.contains(table.name(ofFile: file))
                }
                if isNamed || protection(ofFile: file) != nil { return table.place(ofFile: file) }
            }
            open += children.directories(in: directory)
        }
        return nil
    }

    /// Where files of a name were listed, sorted; empty for a name that is no UUID.
    public func places(ofFilesNamed name: ObjectName) -> [StorageURL] {
        var found: [StorageURL] = []
        table.forEachFile(named: name) { found.append(table.place(ofFile: $0)) }
        return found.sorted()
    }

    /// Tells whether the listing proves that something is not at a place.
    public func isListedCompletely(_ place: StorageURL) -> Bool {
        let holders = roots.indices.filter { place.path(below: roots[$0].place) != nil }
        return !holders.isEmpty && holders.allSatisfy { outcomes[$0] == .complete }
    }

    /// Positions of snapshots that a text names, by their directory or by a file in it.
    public func snapshots(namedBy text: TextNames) -> [Int] {
        var found = Set(snapshots.indices.filter { text.isNaming(snapshots[$0]) })
        for name in text.names.uuids {
            table.forEachFile(named: name) { file in
                let owner = Int(census.snapshots[Int(table.directory(ofFile: file))])
                if owner >= 0 { found.insert(owner) }
            }
        }
        // A name in upper case is not in the index by name.
        let others = text.names.uuids.filter { !FlinkNames.isUUID($0) }
        guard !others.isEmpty else { return found.sorted() }
        for number in 0..<table.fileCount where !table.isNamedByUUID(FileID(number)) {
            let owner = Int(census.snapshots[Int(table.directory(ofFile: FileID(number)))])
            if owner >= 0, others.contains(table.name(ofFile: FileID(number))) {
                found.insert(owner)
            }
        }
        return found.sorted()
    }
}

extension Inventory {
    /// Lets snapshots whose metadata do not read hold up nothing any more.
    ///
    /// What is known of their references goes on protecting.
    ///
    /// - Parameter positions: The snapshots; those that read stay as they are.
    public mutating func dismiss(_ positions: some Sequence<Int>) {
        for position in positions {
            if case .unreadable(let why) = snapshots[position].state {
                snapshots[position].state = .dismissed(why)
            }
        }
    }
}

extension Inventory {
    /// Directories below the listed roots in which a lock of a janitor was seen.
    public var lockedDirectories: [StorageURL] {
        var found: [StorageURL] = []
        for number in 0..<table.directoryCount {
            let directory = DirectoryID(number)
            guard let parent = table.parent(of: directory), table.parent(of: parent) != nil,
                table.name(ofDirectory: directory) == FlinkNames.lock
            else { continue }
            found.append(table.place(ofDirectory: parent))
        }
        return found.sorted()
    }
}
