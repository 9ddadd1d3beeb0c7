// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

/// What could not be read, and could reference anything (law 2).
///
/// Metadata that do not read: nobody knows which files they need. While there are any, no snapshot
/// goes that has a file which another could reference. A directory that was not listed, or lies
/// behind a link, may hide more than references: a pin, a pointer that names a snapshot, what
/// shows that an attempt runs. While there is one, nothing goes.
struct Blockers {
    /// What could not be read and why, sorted.
    let all: [(place: StorageURL, why: String)]
    /// The first of those that may hide more than references; nil where there is none.
    private let blind: (place: StorageURL, why: String)?

    init(inventory: Inventory, roster: JobRoster, lost: LostRoots) {
        var all: [(place: StorageURL, why: String)] = []
        // A disk that is not mounted looks like a job that never wrote.
        for root in lost.missing {
            let why =
                "it is not there and held \(root.held) files at the last run: mount it, or make it "
                + "anew, empty, if they are gone for good"
            all.append((root.place, why))
        }
        for error in roster.unlistable { all.append((error.place, error.detail)) }
        all += inventory.hidingLinks
        for (root, outcome) in zip(inventory.roots, inventory.outcomes) {
            if case .incomplete(let errors) = outcome {
                for error in errors { all.append((error.place, error.detail)) }
                if errors.isEmpty { all.append((root.place, "its listing may be cut short")) }
            }
        }
        for pointer in inventory.pointers {
            if let error = pointer.error { all.append((pointer.place, error.detail)) }
        }
        blind = all.min { ($0.place, $0.why) < ($1.place, $1.why) }
        for snapshot in inventory.snapshots {
            if case .unreadable(let why) = snapshot.state, !snapshot.areReferencesKnown {
                all.append((snapshot.place.appending(FlinkNames.metadata), why))
            }
        }
        var seen: Set<StorageURL> = []
        self.all = all.sorted { ($0.place, $0.why) < ($1.place, $1.why) }
            .filter { seen.insert($0.place).inserted }
    }

    /// Spares every condemned snapshot of which something unread could say that it stays.
    func apply(to drafts: inout [Draft?], inventory: Inventory) {
        guard let first = blind ?? all.first else { return }
        for (position, snapshot) in inventory.snapshots.enumerated() {
            if blind != nil {
                drafts[position]?.spare(.referencesUnknown(blockedBy: first.place, why: first.why))
                continue
            }
            // Nothing references a `_metadata`: a snapshot that is only that one file is nobody's.
            let ownFiles = snapshot.fileCount - snapshot.labels.count
            if ownFiles <= (snapshot.metadataLength == nil ? 0 : 1) { continue }
            drafts[position]?.spare(.referencesUnknown(blockedBy: first.place, why: first.why))
        }
    }

    /// A finding for each of them.
    var findings: [Finding] {
        all.map { place, why in
            Finding(
                .partial,
                subject: "\(place)",
                message: "cannot read it: \(why); whatever it could reference is left alone",
                hint: place.path.last == FlinkNames.metadata
                    ? "make it readable, or say that it does not matter: janitor dismiss PATH "
                        + "--because TEXT"
                    : "make it readable, or move it out of the roots if it is of no use any more"
            )
        }
    }
}
