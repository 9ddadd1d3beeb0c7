// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

/// What could not be read, and could reference anything (law 2).
///
/// A directory that was not listed, metadata that do not read: nobody knows which files they
/// need. While there is one, no snapshot goes that has a file which another could reference.
struct Blockers {
    /// What could not be read and why, sorted.
    let all: [(place: StorageURL, why: String)]

    init(inventory: Inventory, roster: JobRoster) {
        var all: [(place: StorageURL, why: String)] = []
        for error in roster.unlistable { all.append((error.place, error.detail)) }
        for (root, outcome) in zip(inventory.roots, inventory.outcomes) {
            if case .incomplete(let errors) = outcome {
                for error in errors { all.append((error.place, error.detail)) }
                if errors.isEmpty { all.append((root.place, "its listing may be cut short")) }
            }
        }
        for snapshot in inventory.snapshots {
            if case .unreadable(let why) = snapshot.state, !snapshot.areReferencesKnown {
                all.append((snapshot.place.appending(FlinkNames.metadata), why))
            }
        }
        for pointer in inventory.pointers {
            if let error = pointer.error { all.append((pointer.place, error.detail)) }
        }
        var seen: Set<StorageURL> = []
        self.all = all.sorted { ($0.place, $0.why) < ($1.place, $1.why) }
            .filter { seen.insert($0.place).inserted }
    }

    /// Spares every condemned snapshot that holds a file which something unread could reference.
    func apply(to drafts: inout [Draft?], inventory: Inventory) {
        guard let first = all.first else { return }
        for (position, snapshot) in inventory.snapshots.enumerated() {
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
                hint: "make it readable, or move it out of the roots if it is of no use any more"
            )
        }
    }
}
