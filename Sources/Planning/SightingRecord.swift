// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import SnapshotModel
internal import Storage

extension ObjectDecisions {
    /// How long what lies under no root of today's policy is remembered: another policy may share
    /// the state directory.
    private static let longestAbsence: Int64 = 90 * 86_400_000_000_000

    /// Writes down what a run found unreferenced, for the next one.
    ///
    /// What cannot be known today (law 2) neither adds a sighting nor takes one away; what is needed
    /// today, has changed or is gone is forgotten.
    ///
    /// - Parameters:
    ///   - now: When the run began.
    ///   - gone: Places of what it took: were it put back, it would count as never seen.
    ///   - take: Gets the records of a new `Sightings`, piece by piece.
    public func record(
        runAt now: Instant,
        without gone: Set<StorageURL>,
        into take: @escaping (UnsafeRawBufferPointer) -> Void
    ) {
        var writer = SightingWriter(take)
        var cursor = SightingCursor(sightings)
        let isKnown = judge.gate.isOpen
        let keep = { (key: SightingKey, old: Sighting) in
            if self.isOutOfSight(key, old, now) { writer.add(key, old) }
        }
        walk(skim: { _, _, _ in }) { decided, key in
            guard let key else { return }
            let object = decided.object
            let old = cursor.advance(to: key, passed: keep).flatMap { $0.isOf(object) ? $0 : nil }
            guard let modified = object.modified,
                decided.verdict != .condemn || !gone.contains(inventory.place(of: object))
            else { return }
            if isKnown {
                let sighting = Sighting(
                    size: object.bytes,
                    modified: modified,
                    firstSeen: old?.firstSeen ?? now,
                    count: (old?.count ?? 0) + 1
                )
                writer.add(key, sighting)
            } else if let old {
                writer.add(key, old)
            }
        }
        cursor.finish(passed: keep)
        writer.finish()
    }

    /// Tells whether nobody looked today at where something was seen.
    private func isOutOfSight(_ key: SightingKey, _ old: Sighting, _ now: Instant) -> Bool {
        guard let place = key.place, !inventory.isListedCompletely(place) else { return false }
        return old.firstSeen.advanced(byNanoseconds: Self.longestAbsence) > now
    }
}
