// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

/// What could not be read, and could reference anything (law 2).
///
/// Metadata that do not read: nobody knows which files they need. While there are any, no snapshot
/// goes that has a file which another could reference. A directory that was not listed, or lies
/// behind a link, may hide more than references: a pin, a pointer that names a snapshot, what
/// shows that an attempt runs. So may a place that the policy says to read and that is not there.
/// While there is one, nothing goes.
struct Blockers {
    /// Something that could not be read.
    struct Blocker {
        let place: StorageURL
        let why: String
        /// What to do about it.
        let hint: String

        init(_ place: StorageURL, _ why: String, hint: String) {
            self.place = place
            self.why = why
            self.hint = hint
        }

        init(_ error: StorageError) {
            self.init(error.place, error.detail, hint: error.hint)
        }

        static func isBefore(_ left: Blocker, _ right: Blocker) -> Bool {
            (left.place, left.why) < (right.place, right.why)
        }
    }

    /// What could not be read, sorted, each place once.
    let all: [Blocker]
    /// The first of those that may hide more than references; nil where there is none.
    private let blind: Blocker?

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - inventory: What was found.
    ///   - roster: The jobs, and what hid some of them.
    ///   - lost: What roots held at the last run and hold no more.
    ///   - alsoRead: What the policy says to read beside the roots of jobs.
    init(inventory: Inventory, roster: JobRoster, lost: LostRoots, alsoRead: [StorageURL]) {
        let absent = Self.absent(among: alsoRead, inventory, lost)
        // A disk that is not mounted looks like a job that never wrote.
        let missing = lost.missing.filter { root in !absent.contains { $0.place == root.place } }
        var all = missing.map { root in
            Blocker(
                root.place,
                "it is not there and held \(root.held) files at the last run",
                hint: "mount it; if they are gone for good, make it anew, empty, or approve a "
                    + "saved plan that shows this"
            )
        }
        all += absent + roster.unlistable.map { Blocker($0) }
        for (place, why) in inventory.hidingLinks {
            let hint = "name what it leads to as a root or in \"alsoRead\", or take the link away"
            all.append(Blocker(place, why, hint: hint))
        }
        for (root, outcome) in zip(inventory.roots, inventory.outcomes) {
            guard case .incomplete(let errors) = outcome else { continue }
            all += errors.map { Blocker($0) }
            if errors.isEmpty {
                let error = StorageError(
                    .failed,
                    action: "list",
                    place: root.place,
                    detail: "its listing may be cut short"
                )
                all.append(Blocker(error))
            }
        }
        all += inventory.pointers.compactMap { $0.error.map { Blocker($0) } }
        blind = all.min(by: Blocker.isBefore)
        for snapshot in inventory.snapshots {
            if case .unreadable(let why) = snapshot.state, !snapshot.areReferencesKnown {
                all.append(
                    Blocker(
                        snapshot.place.appending(FlinkNames.metadata),
                        why,
                        hint: "make it readable, or say that it does not matter: janitor dismiss "
                            + "PATH --because TEXT"
                    )
                )
            }
        }
        var seen: Set<StorageURL> = []
        self.all = all.sorted(by: Blocker.isBefore).filter { seen.insert($0.place).inserted }
    }

    /// Places that the policy says to read and that are not there: whoever named them knows of
    /// something there that protects.
    private static func absent(
        among alsoRead: [StorageURL],
        _ inventory: Inventory,
        _ lost: LostRoots
    ) -> [Blocker] {
        let wanted = Set(alsoRead)
        let held = Dictionary(lost.missing.map { ($0.place, $0.held) }) { first, _ in first }
        return zip(inventory.roots, inventory.outcomes).compactMap { root, outcome in
            guard outcome == .absent, wanted.contains(root.place) else { return nil }
            let past = held[root.place].map { ", held \($0) files at the last run" } ?? ""
            return Blocker(
                root.place,
                "it is not there\(past), and what lies there is to protect",
                hint: "mount it, or correct \"alsoRead\" in the policy; where nothing lies there "
                    + "any more, take it out, or make it anew, empty"
            )
        }
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
        all.map { blocker in
            Finding(
                .partial,
                subject: "\(blocker.place)",
                message: "cannot read it: \(blocker.why); whatever it could reference is left "
                    + "alone",
                hint: blocker.hint
            )
        }
    }
}
