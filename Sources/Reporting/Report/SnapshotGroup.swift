// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

/// Snapshots of one job and kind that come to one verdict for the same reasons.
struct SnapshotGroup {
    /// What they have in common.
    struct Key: Hashable {
        let kind: SnapshotKind
        let verdict: Verdict
        let isHeldByLimit: Bool
        /// What they share of their reasons, in order.
        let reasons: [String]
        /// The rules, in order.
        let rules: [String]
    }

    let key: Key
    /// The newest first.
    var snapshots: [PlannedSnapshot]

    /// All groups of a job: what goes first, then what is left alone, then what stays.
    static func groups(of snapshots: [PlannedSnapshot]) -> [SnapshotGroup] {
        var positions: [Key: Int] = [:]
        var groups: [SnapshotGroup] = []
        for snapshot in snapshots {
            let outlines = snapshot.reasons.map(\.outline)
            let key = Key(
                kind: snapshot.kind,
                verdict: snapshot.verdict,
                isHeldByLimit: snapshot.isHeldByLimit,
                reasons: outlines.map(\.text),
                rules: snapshot.reasons.map(\.ruleID)
            )
            if let position = positions[key] {
                groups[position].snapshots.append(snapshot)
            } else {
                positions[key] = groups.count
                groups.append(SnapshotGroup(key: key, snapshots: [snapshot]))
            }
        }
        let order: [Verdict] = [.condemn, .leave, .keep]
        return order.flatMap { verdict in groups.filter { $0.key.verdict == verdict } }
    }

    /// Bytes in the directories.
    var bytes: Int64 { snapshots.sum(of: \.bytes) }
}

/// What keeps a snapshot, in the few families that a picture can tell apart.
enum KeepingFamily: String, CaseIterable {
    /// The newest that the job can be restored from.
    case newest
    /// Among the last ones, or within a duration.
    case last
    /// A label.
    case label
    /// The newest of a day, week, month or year.
    case period
    /// A pin, or a line of the policy.
    case pin
    /// Something else needs it.
    case needed
    /// Flink may still use it.
    case flink

    /// For people.
    var title: String {
        switch self {
        case .newest: "newest"
        case .last: "last ones"
        case .label: "labelled"
        case .period: "of a period"
        case .pin: "pinned"
        case .needed: "needed"
        case .flink: "Flink's own"
        }
    }

    /// The family of the rule that keeps a snapshot; where several do, of the first that is more
    /// than being the newest.
    init(of snapshot: PlannedSnapshot) {
        let families = snapshot.reasons.map { Self(rule: $0.ruleID) }
        self = families.first { $0 != .newest } ?? .newest
    }

    private init(rule: String) {
        switch rule {
        case "newestClosed": self = .newest
        case "keepLabelled": self = .label
        case "keepDaily", "keepWeekly", "keepMonthly", "keepYearly": self = .period
        case "pinned", "protected", "futureDated", "noRules": self = .pin
        case "referenced", "namedByPointer", "holdsSnapshot": self = .needed
        case "keepLast", "keepWithin", "unfinished": self = .last
        default: self = .flink
        }
    }
}
