// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import SnapshotModel
internal import Storage

/// Bytes of one snapshot, by how many others use them.
///
/// A snapshot uses what lies in its directory and what its metadata reference.
public struct SnapshotShare: Hashable, Sendable {
    /// Bytes that no other snapshot uses: what dropping it would free in the end.
    public internal(set) var exclusive: Int64 = 0
    /// Bytes that others use too.
    public internal(set) var shared: Int64 = 0
    /// How many others use some of them.
    public internal(set) var others = 0
}

/// Which snapshots use the same files.
///
/// Every snapshot that was found counts, those in the trash and those only read too: none of them
/// loses anything. Keeps four bytes for each file, and four for each file that a snapshot uses
/// outside its own directory.
public struct FileSharing {
    /// For each snapshot its share.
    public private(set) var shares: [SnapshotShare]
    /// Positions of snapshots whose metadata did not read: what they use outside is not counted.
    public let unread: [Int]

    /// Reads all metadata again and counts.
    ///
    /// - Parameters:
    ///   - inventory: What was found.
    ///   - survey: A survey of it.
    public init(_ inventory: Inventory, _ survey: ReferenceSurvey) {
        var survey = survey
        let table = inventory.table
        let owners = inventory.census.snapshots
        var outside = [[FileID]](repeating: [], count: inventory.snapshots.count)
        var users = [UInt32](repeating: 0, count: table.fileCount)
        unread = survey.forEachSnapshot(of: inventory.snapshots.indices) { position, needs in
            var files = Set(needs.references.flatMap(\.files))
            files = files.filter { Int(owners[Int(table.directory(ofFile: $0))]) != position }
            outside[position] = files.sorted()
        }
        for number in users.indices where owners[Int(table.directory(ofFile: FileID(number)))] >= 0
        {
            users[number] = 1
        }
        for files in outside { for file in files { users[Int(file)] += 1 } }
        shares = Array(repeating: SnapshotShare(), count: inventory.snapshots.count)
        addBytes(table, owners, outside, users)
        countOthers(table, owners, outside, users)
    }

    private mutating func addBytes(
        _ table: ObjectTable,
        _ owners: [Int32],
        _ outside: [[FileID]],
        _ users: [UInt32]
    ) {
        func add(_ file: FileID, to position: Int) {
            if users[Int(file)] == 1 {
                shares[position].exclusive.add(bytes: table.size(ofFile: file))
            } else {
                shares[position].shared.add(bytes: table.size(ofFile: file))
            }
        }
        for number in users.indices {
            let owner = Int(owners[Int(table.directory(ofFile: FileID(number)))])
            if owner >= 0 { add(FileID(number), to: owner) }
        }
        for (position, files) in outside.enumerated() {
            for file in files { add(file, to: position) }
        }
    }

    private mutating func countOthers(
        _ table: ObjectTable,
        _ owners: [Int32],
        _ outside: [[FileID]],
        _ users: [UInt32]
    ) {
        // Users of each file that has several: the owner of its directory, and who references it.
        var sharers: [FileID: [Int32]] = [:]
        for (position, files) in outside.enumerated() {
            for file in files where users[Int(file)] > 1 {
                sharers[file, default: []].append(Int32(position))
            }
        }
        var own: [Int: [FileID]] = [:]
        for file in sharers.keys {
            let owner = owners[Int(table.directory(ofFile: file))]
            guard owner >= 0 else { continue }
            sharers[file]?.append(owner)
            own[Int(owner), default: []].append(file)
        }
        var isCounted = [Int32](repeating: -1, count: shares.count)
        for position in shares.indices {
            for file in outside[position] + (own[position] ?? []) {
                for other in sharers[file] ?? [] where Int(other) != position {
                    if isCounted[Int(other)] == Int32(position) { continue }
                    isCounted[Int(other)] = Int32(position)
                    shares[position].others += 1
                }
            }
        }
    }
}

/// What a stored file belongs to.
public enum StoredFile: Hashable, Sendable {
    /// The directory of a snapshot, by its position.
    case snapshot(Int)
    /// The trash.
    case trash
    /// Ours: locks and what else begins with `.janitor-`.
    case janitor
    /// Nothing of these.
    case loose
}

extension Inventory {
    /// Calls a closure with every file under a root: the number of its job, nil where it is of none;
    /// what it belongs to; and its length in bytes.
    public func forEachStoredFile(_ body: (Int?, StoredFile, Int64) -> Void) {
        for number in 0..<table.fileCount {
            let directory = Int(table.directory(ofFile: FileID(number)))
            let size = table.size(ofFile: FileID(number))
            guard census.scanRoots[directory] != DirectoryCensus.none else { continue }
            let job = census.job(of: DirectoryID(directory))
            if census.trashRuns[directory] != DirectoryCensus.none {
                body(job, .trash, size)
            } else if census.isOurs[directory] {
                body(job, .janitor, size)
            } else if census.snapshots[directory] != DirectoryCensus.none {
                body(job, .snapshot(Int(census.snapshots[directory])), size)
            } else {
                body(job, .loose, size)
            }
        }
    }
}
