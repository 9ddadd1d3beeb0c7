// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// What Flink keeps in a directory outside snapshots.
///
/// Source: `AbstractFsCheckpointStorageAccess` (`shared`, `taskowned`), `ForStPathContainer`
/// (`op_<operator>_attempt_<n>`), `FileMergingSnapshotManagerBase` (`job_<job>_op_…` in `shared`,
/// `job_<job>_tm_…` in `taskowned`), `FsStateChangelogStorage` (`<job id>/dstl`) (Flink 2.3).
enum StateZone: UInt8 {
    /// Nothing that is known.
    case none
    /// The directory of an attempt itself.
    case attempt
    /// `shared`.
    case shared
    /// `taskowned`.
    case taskOwned
    /// `dstl`.
    case changelog
    /// A database of ForSt, and everything below it.
    case forst
    /// A directory of file merging.
    case merged

    /// What a directory is, by its name and by what holds it.
    ///
    /// - Parameters:
    ///   - name: The directory's name.
    ///   - hasJobID: Whether the attempt's directory is called by a job id.
    /// - Returns: `none` for any name that Flink is not known to give here.
    func below(_ name: ObjectName, hasJobID: Bool) -> StateZone {
        let bytes = name.bytes
        switch self {
        case .attempt:
            if name == "shared" { return .shared }
            if name == "taskowned" { return .taskOwned }
            return name == "dstl" && hasJobID ? .changelog : .none
        case .shared:
            if bytes.starts(with: "op_".utf8), bytes.contains("_attempt_") { return .forst }
            return bytes.starts(with: "job_".utf8) && bytes.contains("_op_") ? .merged : .none
        case .taskOwned:
            return bytes.starts(with: "job_".utf8) && bytes.contains("_tm_") ? .merged : .none
        case .forst: return .forst
        case .none, .changelog, .merged: return .none
        }
    }
}

/// The zones of all directories, and which attempts have nothing left in them.
///
/// Two bytes a directory, made once by one pass down and one up.
struct StateZones {
    private(set) var zones: [StateZone]
    /// Whether there is nothing but directories in a directory.
    private(set) var isEmpty: [Bool]
    /// Whether a directory is empty, Flink's, pinned by nothing, and all that it holds is so too.
    private(set) var mayVanish: [Bool]

    init(_ inventory: Inventory) {
        let table = inventory.table
        let census = inventory.census
        let count = table.directoryCount
        zones = Array(repeating: .none, count: count)
        isEmpty = Array(repeating: true, count: count)
        mayVanish = Array(repeating: true, count: count)
        var tops: [DirectoryID: Bool] = [:]
        for site in census.attemptSites {
            for directory in site.directories { tops[directory] = site.jobID != nil }
        }
        // A directory has a greater number than what holds it.
        for number in 0..<count {
            let directory = DirectoryID(number)
            guard census.snapshots[number] == DirectoryCensus.none, !census.isOurs[number],
                census.trashRuns[number] == DirectoryCensus.none
            else { continue }
            if tops[directory] != nil {
                zones[number] = .attempt
            } else if let parent = table.parent(of: directory), zones[Int(parent)] != .none {
                let site = Int(census.attempts[number])
                let hasJobID = site >= 0 && inventory.attempts[site].jobID != nil
                let name = table.name(ofDirectory: directory)
                zones[number] = zones[Int(parent)].below(name, hasJobID: hasJobID)
            }
        }
        for number in (0..<count).reversed() {
            let directory = DirectoryID(number)
            if !inventory.children.files(in: directory).isEmpty
                || table.specials[directory] != nil || census.isOurs[number]
                || census.snapshots[number] != DirectoryCensus.none
            {
                isEmpty[number] = false
            }
            if !isEmpty[number] || zones[number] == .none || inventory.isPinned(directory)
                || inventory.isScanRoot(directory)
            {
                mayVanish[number] = false
            }
            guard let parent = table.parent(of: directory) else { continue }
            if !isEmpty[number] { isEmpty[Int(parent)] = false }
            if !mayVanish[number] { mayVanish[Int(parent)] = false }
        }
    }
}

extension [UInt8] {
    /// Tells whether a text stands somewhere in these bytes.
    fileprivate func contains(_ text: String) -> Bool {
        firstRange(of: Array(text.utf8)) != nil
    }
}
