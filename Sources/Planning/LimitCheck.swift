// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel

/// Finds jobs of which a run would take more than the policy's limits allow (design §7).
struct LimitCheck {
    /// A root that held fewer files than this at the last run is never said to have shrunk.
    private static let smallestRoot = 10
    /// From so many snapshots on the share alone decides.
    private static let manySnapshots = 5

    let inventory: Inventory
    let roster: JobRoster
    let lost: LostRoots

    /// The limit that each job would go beyond.
    ///
    /// - Parameters:
    ///   - drafts: The decisions.
    ///   - lifted: Places that an approved plan lists; they do not count.
    /// - Returns: Limits by the job's number; empty where none is met.
    func limits(of drafts: [Draft?], lifted: Set<StorageURL>) -> [Int: LimitFinding] {
        var closed: [Int: Int] = [:]
        var going: [Int: Int] = [:]
        for (position, draft) in drafts.enumerated() {
            guard let draft, let job = inventory.snapshots[position].job else { continue }
            let snapshot = inventory.snapshots[position]
            if snapshot.isClosed == true { closed[job, default: 0] += 1 }
            if draft.verdict == .condemn, !lifted.contains(snapshot.place),
                snapshot.isClosed == true
            {
                going[job, default: 0] += 1
            }
        }
        var limits = shrunkenRoots()
        for (job, count) in going {
            guard let limit = roster.jobs[job].settings.limits else { continue }
            let total = closed[job] ?? 0
            guard Double(count) > limit.share * Double(total),
                count > limit.count || count >= Self.manySnapshots
            else { continue }
            limits[job] = .share(going: count, of: total, share: limit.share, count: limit.count)
        }
        return limits
    }

    /// Tells whether a root lost most of what it held at the last run.
    static func isShrunken(held: Int, holds: Int) -> Bool {
        held >= smallestRoot && holds < held / 2
    }

    private func shrunkenRoots() -> [Int: LimitFinding] {
        let shrunken = Dictionary(lost.shrunken.map { ($0.root, $0) }) { first, _ in first }
        var limits: [Int: LimitFinding] = [:]
        for root in inventory.roots {
            guard let found = shrunken[root.place] else { continue }
            for job in root.jobs where roster.jobs[job].settings.limits != nil {
                limits[job] = .shrunkenRoot(root.place, held: found.held, holds: found.holds)
            }
        }
        return limits
    }
}
