// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

/// Finds which dismissals still hold: the metadata have to be the very bytes that were dismissed.
struct DismissalCheck {
    /// Dismissals that hold, by the position of their snapshot.
    private(set) var holding: [Int: Waivers.Dismissal] = [:]
    /// What is to be told of those that do not.
    private(set) var findings: [Finding] = []

    init(
        _ waivers: Waivers,
        inventory: Inventory,
        readerFor: (StorageURL) -> (any StorageReader)?
    ) {
        guard !waivers.dismissals.isEmpty else { return }
        let positions = Dictionary(
            inventory.snapshots.indices.map { (inventory.snapshots[$0].place, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var toRead: [Int] = []
        for place in waivers.dismissals.keys.sorted() {
            guard let dismissal = waivers.dismissals[place] else { continue }
            guard let position = positions[place] else {
                note(place, "it is dismissed, and no snapshot is there any more")
                continue
            }
            let snapshot = inventory.snapshots[position]
            if snapshot.metadataLength != dismissal.length || snapshot.time != dismissal.modified {
                note(
                    place,
                    "its metadata changed since it was dismissed, so that this holds no more"
                )
            } else if snapshot.isClosed == true {
                note(place, "it is whole now, so that its dismissal holds no more")
            } else {
                toRead.append(position)
            }
        }
        let checksums = MetadataChecksums(
            of: toRead.map { inventory.snapshots[$0].place },
            below: inventory.listedRoots,
            readerFor: readerFor
        )
        for position in toRead {
            let place = inventory.snapshots[position].place
            guard let dismissal = waivers.dismissals[place] else { continue }
            switch checksums.results[place] {
            case .success(let checksum) where checksum == dismissal.checksum:
                holding[position] = dismissal
            case .success:
                note(
                    place,
                    "its metadata changed since it was dismissed, so that this holds no more"
                )
            case .failure(let error):
                note(place, "cannot tell whether it is what was dismissed: \(error.detail)")
            case nil:
                note(place, "cannot tell whether it is what was dismissed: it was not read")
            }
        }
    }

    private mutating func note(_ place: StorageURL, _ message: String) {
        findings.append(
            Finding(
                .note,
                subject: "\(place)",
                message: message,
                hint: "take it back with: janitor dismiss PATH --remove"
            )
        )
    }
}
