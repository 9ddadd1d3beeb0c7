// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
public import SnapshotModel

/// A directory of an attempt, straight in a root that jobs share, that the policy gives to none.
public struct UnassignedAttempt: Sendable {
    /// Where it is.
    public let place: StorageURL
    /// Numbers of the jobs that it may be of: all that share the root.
    public let jobs: Set<Int>
    /// When something in it was written last; nil where nothing tells.
    public internal(set) var lastActivity: Instant?
    /// It has a checkpoint of its own that it can be restored from.
    public internal(set) var hasCompleteCheckpoint = false
}

extension Inventory {
    /// Attempts that lie straight in shared roots and belong to no job, sorted by place.
    public func unassignedAttempts() -> [UnassignedAttempt] {
        var found: [UnassignedAttempt] = []
        var owners: [DirectoryID: Int] = [:]
        for (number, root) in roots.enumerated() {
            guard let shares = root.shares, root.role != .changelog,
                let (top, path) = listedRoot(holding: root.place),
                case .directory(let directory) = table.target(of: path, below: top)
            else { continue }
            for entry in children.directories(in: directory)
            where FlinkNames.isJobID(table.name(ofDirectory: entry))
                && census.job(of: entry) == nil && census.scanRoots[Int(entry)] == Int32(number)
            {
                owners[entry] = found.count
                found.append(
                    UnassignedAttempt(place: table.place(ofDirectory: entry), jobs: shares.jobs)
                )
            }
        }
        guard !found.isEmpty else { return [] }
        noteActivity(of: &found, owners)
        return found.sorted { $0.place < $1.place }
    }

    private func noteActivity(
        of attempts: inout [UnassignedAttempt],
        _ owners: [DirectoryID: Int]
    ) {
        var files = [Instant?](repeating: nil, count: attempts.count)
        var belongings = [Int32](repeating: DirectoryCensus.none, count: table.directoryCount)
        // A directory has a greater number than what holds it.
        for number in 0..<table.directoryCount {
            let directory = DirectoryID(number)
            if let owner = owners[directory] {
                belongings[number] = Int32(owner)
            } else if let parent = table.parent(of: directory) {
                belongings[number] = belongings[Int(parent)]
            }
            let owner = Int(belongings[number])
            guard owner >= 0 else { continue }
            if let time = table.modified(ofDirectory: directory) {
                attempts[owner].lastActivity = max(attempts[owner].lastActivity ?? time, time)
            }
            for file in children.files(in: directory) {
                let time = table.modified(ofFile: file)
                files[owner] = max(files[owner] ?? time, time)
            }
        }
        for snapshot in snapshots where snapshot.kind == .checkpoint && snapshot.state == .complete
        {
            let owner = Int(belongings[Int(snapshot.directory)])
            if owner >= 0 { attempts[owner].hasCompleteCheckpoint = true }
        }
        // Times of directories count only where there is no file at all.
        for (owner, time) in files.enumerated() {
            if let time { attempts[owner].lastActivity = time }
        }
    }
}
