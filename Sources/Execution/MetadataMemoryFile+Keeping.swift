// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel

extension MetadataMemoryFile {
    /// How old metadata have to be to be remembered, in nanoseconds: an hour.
    private static let age: Int64 = 3_600_000_000_000

    /// Writes the memory at the end of a run.
    ///
    /// Not remembered are metadata of attempts that may be running, since a directory that is used again
    /// gets another `chk-5`, and metadata younger than an hour. What was not seen because a listing
    /// failed is kept.
    ///
    /// - Parameters:
    ///   - inventory: What the run saw.
    ///   - now: When it began.
    ///   - policy: Says how long an attempt has to be quiet to be over.
    ///   - believed: Snapshots of which an approved plan shows copied times: of their jobs the times that
    ///     there are now are believed.
    /// - Throws: `StateError` where the file cannot be written; the old one stays then.
    func commit(
        after inventory: Inventory,
        at now: Instant,
        policy: JanitorPolicy,
        believed: Set<StorageURL>
    ) throws(StateError) {
        let calendar = policy.calendar
        let quiet = policy.jobs.map(\.settings.quietFor)
        func isQuiet(_ since: Instant?) -> Bool {
            guard let since else { return false }
            return quiet.allSatisfy { $0.end(after: since, in: calendar) < now }
        }
        var verdicts: [StorageURL: Bool] = [:]
        for snapshot in inventory.snapshots {
            let isOver =
                if let attempt = snapshot.attempt {
                    isQuiet(inventory.attempts[attempt].lastActivity)
                } else {
                    snapshot.kind == .savepoint || isQuiet(snapshot.newestTime)
                }
            let isOld = now.nanoseconds(since: snapshot.time) > Self.age
            verdicts[snapshot.place] = snapshot.state == .complete && isOver && isOld
        }
        let jobs = Set(inventory.snapshots.filter { believed.contains($0.place) }.compactMap(\.job))
        let places = Set(
            inventory.snapshots.filter { $0.job.map(jobs.contains) ?? false }.map(\.place)
        )
        try commit(
            keeping: { place in verdicts[place] ?? !inventory.isListedCompletely(place) },
            believing: places.contains
        )
    }
}
