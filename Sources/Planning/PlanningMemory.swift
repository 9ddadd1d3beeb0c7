// SPDX-License-Identifier: Apache-2.0

public import Discovery
public import SnapshotModel
internal import Storage

/// What earlier runs saw, as far as today's plan depends on it.
///
/// Written by runs only, never by a plan, so that two plans in a row are equal. A missing memory
/// makes a plan leave more, never take more.
public struct PlanningMemory: Hashable, Sendable {
    /// A snapshot without metadata that a run saw.
    public struct UnfinishedSighting: Hashable, Sendable {
        /// The first run that saw these entries.
        public var firstSeen: Instant
        /// The entries.
        public var contents: ContentsDigest

        /// Makes a sighting of its parts.
        public init(firstSeen: Instant, contents: ContentsDigest) {
            self.firstSeen = firstSeen
            self.contents = contents
        }
    }

    /// Snapshots without metadata, by place.
    public var unfinished: [StorageURL: UnfinishedSighting]
    /// Files in each root at the end of the last run that saw all of it, the trash left out.
    public var fileCounts: [StorageURL: Int]
    /// Snapshots that something below a root needed while they lay in other roots, by that root.
    public var needs: [StorageURL: Set<StorageURL>] = [:]
    /// The number that each root's directory had then in its file system, where it has one.
    public var directories: [StorageURL: UInt64] = [:]
    /// Roots that were found empty and in another directory since, until somebody approves that.
    public var replaced: Set<StorageURL> = []
    /// When the last run began.
    public var lastRun: Instant?
    /// What runs found unreferenced outside snapshots.
    public var sightings: Sightings
    /// Runs that did not come to their end, and that the next one goes on with, by name.
    ///
    /// What they moved to the trash does not hold back what they would have moved there next.
    public var continued: Set<ObjectName> = []
    /// Roots whose locks exclude janitors on this machine only, as the last run found.
    public var machineLocks: [StorageURL] = []
    /// When savepoints were asked for of which nobody knows yet what became of them, by the job's
    /// name; nil where that does not read, so that any job may have one.
    public var savepointsUnderWay: [String: Instant]? = [:]

    /// Makes a memory; without arguments that of a program that never ran.
    public init(
        unfinished: [StorageURL: UnfinishedSighting] = [:],
        fileCounts: [StorageURL: Int] = [:],
        lastRun: Instant? = nil,
        sightings: Sightings = Sightings()
    ) {
        self.unfinished = unfinished
        self.fileCounts = fileCounts
        self.lastRun = lastRun
        self.sightings = sightings
    }

    /// What is to be said of the roots whatever lies in them.
    var findings: [Finding] {
        machineLocks.map { root in
            Finding(
                .note,
                subject: "\(root)",
                message: """
                    only this machine is protected: the store, or its command line, does not hold to \
                    conditional puts, and a janitor elsewhere does not see the lock
                    """,
                hint: """
                    run janitor for it on one machine only; "aws" knows conditions since 1.36 and 2.22
                    """
            )
        }
    }

    /// Why a savepoint of a job may be under way; nil where none is.
    func savepointUnderWay(ofJob name: String) -> Reason? {
        guard let savepointsUnderWay else { return .savepointUnderWay(since: nil) }
        return savepointsUnderWay[name].map { .savepointUnderWay(since: $0) }
    }

    /// The memory after a run that began at a moment and saw this.
    ///
    /// What was seen with the same entries before keeps its first sighting; what was not seen any
    /// more is forgotten, as far as its root was listed completely.
    public func after(runAt now: Instant, seeing inventory: Inventory) -> PlanningMemory {
        var next = self
        let isSeen = Set(inventory.snapshots.map(\.place))
        next.unfinished = unfinished.filter { place, _ in
            isSeen.contains(place) || !inventory.isListedCompletely(place)
        }
        for snapshot in inventory.snapshots where snapshot.trashRun == nil {
            guard snapshot.state == .unfinished else {
                next.unfinished[snapshot.place] = nil
                continue
            }
            let known = next.unfinished[snapshot.place]
            if known?.contents != snapshot.contents {
                next.unfinished[snapshot.place] = UnfinishedSighting(
                    firstSeen: now,
                    contents: snapshot.contents
                )
            }
        }
        // What a listing did not show, or a root that is not there today, says nothing of a loss.
        let counts = inventory.fileCountsByPlace
        for (index, root) in inventory.roots.enumerated()
        where inventory.outcomes[index] == .complete {
            next.fileCounts[root.place] = counts[root.place]
            next.directories[root.place] = inventory.directoryNumber(ofRoot: index)
            next.replaced.remove(root.place)
        }
        next.noteNeeds(inventory)
        next.lastRun = now
        return next
    }
}
