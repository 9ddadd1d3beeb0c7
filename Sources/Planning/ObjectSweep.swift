// SPDX-License-Identifier: Apache-2.0

public import Discovery
internal import Policy
internal import SnapshotModel

/// How many things outside snapshots of one kind come to one verdict for one reason.
public struct ObjectTotal: Hashable, Sendable {
    /// What they are.
    public var kind: LooseKind
    /// What is to happen to them.
    public var verdict: Verdict
    /// The first reason of one of them.
    public var reason: Reason
    /// How many there are.
    public var count: Int
    /// Their bytes.
    public var bytes: Int64

    /// Makes a total of its parts.
    public init(kind: LooseKind, verdict: Verdict, reason: Reason, count: Int, bytes: Int64) {
        self.kind = kind
        self.verdict = verdict
        self.reason = reason
        self.count = count
        self.bytes = bytes
    }
}

/// Walks once through all decisions outside snapshots: what goes becomes values, the rest sums.
struct ObjectSweep {
    let decisions: ObjectDecisions
    let roster: JobRoster
    let limits: [Int: LimitFinding]
    /// Places that an approved plan lists.
    let lifted: Set<StorageURL>

    private struct Key: Hashable {
        let kind: LooseKind
        let verdict: Verdict
        let rule: String
    }

    /// What came of a walk.
    struct Result {
        /// Files in the order of the walk, then directories, the deepest first.
        var condemned: [PlannedObject] = []
        var totals: [ObjectTotal] = []
        var loose: [LooseKind: LooseTotal] = [:]
        /// Jobs of which something goes only because they are retired, and how much.
        var freed: [Int: Int] = [:]
    }

    func run() -> Result {
        var result = Result()
        var totals: [Key: ObjectTotal] = [:]
        var needed: [LooseKind: [Protection: LooseTotal]] = [:]
        var directories: [PlannedObject] = []
        decisions.walk(
            skim: { kind, bytes, protection in
                needed[kind, default: [:]][protection, default: LooseTotal()].add(bytes)
            },
            { decided, _ in
                let object = decided.object
                Self.count(
                    object.kind,
                    decided.verdict,
                    decided.reasons[0],
                    (1, object.bytes),
                    into: &totals
                )
                result.loose[object.kind, default: LooseTotal()].add(object.bytes)
                if object.isReferenced {
                    result.loose[object.kind, default: LooseTotal()].addReferenced(object.bytes)
                }
                guard decided.verdict == .condemn, let modified = object.modified else { return }
                let planned = self.planned(decided, modified)
                if decided.isFreedByRetirement, !lifted.contains(planned.place) {
                    result.freed[decided.job, default: 0] += 1
                }
                if object.isDirectory {
                    directories.append(planned)
                } else {
                    result.condemned.append(planned)
                }
            }
        )
        for (kind, protections) in needed {
            for (protection, total) in protections {
                let sum = (total.count, total.bytes)
                Self.count(kind, .keep, .object(.needed(protection)), sum, into: &totals)
                result.loose[kind, default: LooseTotal()].addReferenced(all: total)
            }
        }
        // A walk comes to a directory before it comes to what is in it.
        result.condemned += directories.reversed()
        result.totals = totals.sorted { Self.comesFirst($0.key, $1.key) }.map(\.value)
        return result
    }

    private static func count(
        _ kind: LooseKind,
        _ verdict: Verdict,
        _ reason: Reason,
        _ sum: (count: Int, bytes: Int64),
        into totals: inout [Key: ObjectTotal]
    ) {
        let key = Key(kind: kind, verdict: verdict, rule: reason.ruleID)
        var total =
            totals[key]
            ?? ObjectTotal(kind: kind, verdict: verdict, reason: reason, count: 0, bytes: 0)
        total.count += sum.count
        total.bytes += sum.bytes
        totals[key] = total
    }

    private static func comesFirst(_ left: Key, _ right: Key) -> Bool {
        func rank(_ key: Key) -> (Int, Int, String) {
            (
                LooseKind.allCases.firstIndex(of: key.kind) ?? 0,
                Verdict.allCases.firstIndex(of: key.verdict) ?? 0,
                key.rule
            )
        }
        return rank(left) < rank(right)
    }

    private func planned(_ decided: DecidedObject, _ modified: Instant) -> PlannedObject {
        let inventory = decisions.inventory
        let object = decided.object
        let place = inventory.place(of: object)
        let root = inventory.root(of: object).place
        let isLimited =
            switch limits[decided.job] {
            case .share, .shrunkenRoot: true
            case .retirement, nil: decided.isFreedByRetirement
            }
        return PlannedObject(
            place: place,
            root: root,
            path: place.path(below: root) ?? place.path,
            job: roster.jobs[decided.job].name,
            kind: object.kind,
            bytes: object.bytes,
            modified: modified,
            identity: inventory.identity(of: object),
            verdict: .condemn,
            reasons: decided.reasons,
            usesTrash: roster.jobs[decided.job].settings.trash.amount != 0,
            isHeldByLimit: isLimited && !lifted.contains(place)
        )
    }
}

extension LooseTotal {
    fileprivate mutating func add(_ more: Int64) {
        count += 1
        bytes += more
    }

    fileprivate mutating func addReferenced(_ more: Int64) {
        referencedCount += 1
        referencedBytes += more
    }

    fileprivate mutating func addReferenced(all: LooseTotal) {
        count += all.count
        bytes += all.bytes
        referencedCount += all.count
        referencedBytes += all.bytes
    }
}
