// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel
internal import Storage

/// What keeps anything outside snapshots from going, wherever it lies (law 2).
///
/// A file goes because nothing references it: one `_metadata` that was not read, one directory that
/// was not listed, one root that is not there (`Blockers`), and nobody can say so of any file.
struct SweepGate {
    /// What was not read or not found and why; nil where everything was.
    let blocker: (place: StorageURL, why: String)?
    /// Roots that lost most of what they held at the last run, and such as may not be the ones that
    /// they were.
    let allShrunken: [ShrunkenRoot]
    /// What is to be told of them, beyond what `Blockers` tells.
    let findings: [Finding]
    /// The same of small roots, which is to be told only where something stays on account of them.
    let findingsWhereFilesWait: [Finding]

    init(inventory: Inventory, blockers: Blockers, lost: LostRoots) {
        var more: [(place: StorageURL, why: String)] = []
        var vanished: Set<StorageURL> = []
        for snapshot in inventory.snapshots {
            let metadata = snapshot.place.appending(FlinkNames.metadata)
            switch snapshot.state {
            case .unreadable(let why) where snapshot.areReferencesKnown:
                more.append((metadata, why))
            case .complete where snapshot.trailingBytes > 0:
                more.append(
                    (metadata, "\(snapshot.trailingBytes) bytes follow its end: damaged, perhaps")
                )
            case .vanished where snapshot.attempt == nil:
                more.append((metadata, "it was gone when it was to be read: moved, perhaps"))
                vanished.insert(metadata)
            default: break
            }
        }
        let unread = blockers.all.first.map { ($0.place, $0.why) }
        blocker = unread ?? more.min { ($0.place, $0.why) < ($1.place, $1.why) }
        var findings = more.map { place, why in
            var finding = Finding(
                .partial,
                subject: "\(place)",
                message: "\(why); nothing outside snapshots goes",
                hint: "make it readable, or correct the policy"
            )
            finding.isOfVanished = vanished.contains(place)
            return finding
        }
        let shrunken = Set(lost.shrunken.map(\.root))
        let replaced = lost.replaced.filter { !shrunken.contains($0.place) }
        allShrunken =
            lost.shrunken
            + replaced.map {
                ShrunkenRoot(root: $0.place, held: $0.held, holds: $0.holds, isOnlyRead: false)
            }
        for root in lost.shrunken where root.isOnlyRead {
            findings.append(
                Finding(
                    .partial,
                    subject: "\(root.root)",
                    message: "it held \(root.held) files at the last run and holds "
                        + "\(root.holds) now; nothing outside snapshots goes",
                    hint: "if that is right, say so by a run with an approved plan"
                )
            )
        }
        self.findings = findings
        findingsWhereFilesWait = replaced.map { root in
            Finding(
                .partial,
                subject: "\(root.place)",
                message: "it held \(root.held) files at the last run and holds \(root.holds) now, "
                    + "as where a disk is not mounted; nothing outside snapshots goes",
                hint: "mount it; if that is right, say so by a run with an approved plan"
            )
        }
    }

    /// The first root that lost what it held; nil where none did.
    var shrunken: ShrunkenRoot? { allShrunken.first }

    /// Whether everything is known that could need something outside snapshots.
    var isOpen: Bool { blocker == nil && allShrunken.isEmpty }
}

/// A root that lost most of what it held at the last run.
struct ShrunkenRoot {
    let root: StorageURL
    let held: Int
    let holds: Int
    let isOnlyRead: Bool
}
