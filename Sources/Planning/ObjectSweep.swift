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

    /// What came of a walk.
    struct Result {
        /// Files in the order of the walk, then directories, the deepest first.
        var condemned: [PlannedObject] = []
        var totals: [ObjectTotal] = []
        var loose: [LooseKind: LooseTotal] = [:]
        /// Jobs of which something goes only because they are retired, and how much.
        var freed: [Int: Int] = [:]
    }

    /// Positions of snapshots that go in this run.
    let going: Set<Int>

    func run() -> Result {
        var walk = Walk()
        decisions.walk(
            skim: { walk.needed[$0, default: [:]][$2, default: LooseTotal()].add($1) },
            { decided, _ in take(decided, into: &walk) }
        )
        takeEmptied(into: &walk)
        var result = walk.result
        for (kind, protections) in walk.needed {
            for (protection, total) in protections {
                walk.totals.count(
                    kind,
                    .keep,
                    .object(.needed(protection)),
                    (total.count, total.bytes)
                )
                result.loose[kind, default: LooseTotal()].addReferenced(all: total)
            }
        }
        // A walk comes to a directory before it comes to what is in it.
        result.condemned += walk.directories.reversed()
        result.totals = walk.totals.sorted
        return result
    }

    /// What a walk has gathered so far.
    private struct Walk {
        var result = Result()
        var totals = Totals()
        var needed: [LooseKind: [Protection: LooseTotal]] = [:]
        /// Directories that go, each before what is in it.
        var directories: [PlannedObject] = []
        /// Files that go in this run.
        var goneFiles: Set<FileID> = []
    }

    private func take(_ decided: DecidedObject, into walk: inout Walk) {
        let object = decided.object
        walk.totals.count(object.kind, decided.verdict, decided.reasons[0], (1, object.bytes))
        walk.result.loose[object.kind, default: LooseTotal()].add(object.bytes)
        if object.isReferenced {
            walk.result.loose[object.kind, default: LooseTotal()].addReferenced(object.bytes)
        }
        if decided.verdict == .condemn { condemn(decided, into: &walk) }
    }

    private func condemn(_ decided: DecidedObject, into walk: inout Walk) {
        guard let modified = decided.object.modified else { return }
        let planned = planned(decided, modified)
        if decided.isFreedByRetirement, !lifted.contains(planned.place) {
            walk.result.freed[decided.job, default: 0] += 1
        }
        if planned.isDirectory {
            walk.directories.append(planned)
        } else {
            walk.result.condemned.append(planned)
            if !planned.isHeldByLimit, case .file(let file) = decided.object.entry {
                walk.goneFiles.insert(file)
            }
        }
    }

    /// Directories of attempts of which this run takes the last thing.
    private func takeEmptied(into walk: inout Walk) {
        let known = Set(walk.directories.map(\.place))
        for emptied in decisions.inventory.directoriesEmptied(without: going, walk.goneFiles) {
            guard let job = emptied.object.job else { continue }
            let decided = decisions.decideEmptied(emptied.object, of: job)
            let place = decisions.inventory.place(of: emptied.object)
            guard decided.verdict == .condemn, !known.contains(place) else { continue }
            if emptied.isEmptyNow {
                // The walk came to it too, when its attempt was not yet known to be emptied.
                walk.totals.uncount(.emptyDirectory, .keep, .object(.attemptHoldsMore))
            } else {
                walk.result.loose[.emptyDirectory, default: LooseTotal()].add(0)
            }
            walk.totals.count(.emptyDirectory, .condemn, decided.reasons[0], (1, 0))
            condemn(decided, into: &walk)
        }
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

/// Sums by kind, verdict and rule.
private struct Totals {
    private struct Key: Hashable {
        let kind: LooseKind
        let verdict: Verdict
        let rule: String
    }

    private var all: [Key: ObjectTotal] = [:]

    mutating func count(
        _ kind: LooseKind,
        _ verdict: Verdict,
        _ reason: Reason,
        _ sum: (count: Int, bytes: Int64)
    ) {
        let key = Key(kind: kind, verdict: verdict, rule: reason.ruleID)
        var total =
            all[key]
            ?? ObjectTotal(kind: kind, verdict: verdict, reason: reason, count: 0, bytes: 0)
        total.count += sum.count
        total.bytes += sum.bytes
        all[key] = total
    }

    /// Takes back one of something without bytes.
    mutating func uncount(_ kind: LooseKind, _ verdict: Verdict, _ reason: Reason) {
        let key = Key(kind: kind, verdict: verdict, rule: reason.ruleID)
        all[key]?.count -= 1
        if all[key]?.count == 0 { all[key] = nil }
    }

    /// By kind, verdict and rule.
    var sorted: [ObjectTotal] {
        func rank(_ key: Key) -> (Int, Int, String) {
            (
                LooseKind.allCases.firstIndex(of: key.kind) ?? 0,
                Verdict.allCases.firstIndex(of: key.verdict) ?? 0,
                key.rule
            )
        }
        return all.sorted { rank($0.key) < rank($1.key) }.map(\.value)
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
