// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

/// What keeps anything outside snapshots from going, wherever it lies (law 2).
///
/// A file goes because nothing references it: one `_metadata` that was not read, one directory that
/// was not listed, one root that is not there, and nobody can say so of any file.
struct SweepGate {
    /// What was not read or not found and why; nil where everything was.
    let blocker: (place: StorageURL, why: String)?
    /// A root that lost most of what it held; nil where none did.
    let shrunken: (root: StorageURL, held: Int, holds: Int)?
    /// What is to be told of it, beyond what `Blockers` tells.
    let findings: [Finding]

    init(
        inventory: Inventory,
        blockers: Blockers,
        memory: PlanningMemory,
        alsoRead: [StorageURL]
    ) {
        var more: [(place: StorageURL, why: String)] = []
        for snapshot in inventory.snapshots {
            let metadata = snapshot.place.appending(FlinkNames.metadata)
            switch snapshot.state {
            case .unreadable(let why) where snapshot.areReferencesKnown:
                more.append((metadata, why))
            case .vanished where snapshot.attempt == nil:
                more.append((metadata, "it was gone when it was to be read: moved, perhaps"))
            default: break
            }
        }
        for (root, outcome) in zip(inventory.roots, inventory.outcomes)
        where outcome == .absent && alsoRead.contains(root.place) {
            more.append((root.place, "it is not there, and what lies there is to protect"))
        }
        blocker = blockers.all.first ?? more.min { ($0.place, $0.why) < ($1.place, $1.why) }
        findings = more.map { place, why in
            Finding(
                .partial,
                subject: "\(place)",
                message: "\(why); nothing outside snapshots goes",
                hint: "make it readable, or correct the policy"
            )
        }
        shrunken = Self.shrunken(inventory, memory)
    }

    private static func shrunken(
        _ inventory: Inventory,
        _ memory: PlanningMemory
    ) -> (root: StorageURL, held: Int, holds: Int)? {
        for (root, count) in zip(inventory.roots, inventory.fileCounts) {
            guard let held = memory.fileCounts[root.place],
                LimitCheck.isShrunken(held: held, holds: count)
            else { continue }
            return (root.place, held, count)
        }
        return nil
    }
}
