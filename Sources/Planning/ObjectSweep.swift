// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel

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
        /// Jobs of which something stays for now because their times look copied, with what shows it.
        var copied: [Int: CopyWitness] = [:]
        /// Whether something stays for now on account of a root that lost what it held.
        var isWaiting = false
    }

    /// Positions of snapshots that go in this run.
    let going: Set<Int>
    /// Positions of condemned snapshots that a limit holds back.
    let held: Set<Int>

    func run() -> Result {
        var walk = Walk()
        decisions.walk(
            skim: { walk.skim($0, $1, $2) },
            { decided, _ in take(decided, into: &walk) }
        )
        takeEmptied(into: &walk)
        walk.noteRun()
        var result = walk.result
        for (kind, protections) in walk.needed {
            for (protection, total) in protections {
                let reason = ObjectReason.needed(protection)
                let sum = (total.count, total.bytes)
                walk.totals.count(kind, reason.verdict, .object(reason), sum)
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
        var totals = ObjectTotals()
        var needed: [LooseKind: [Protection: LooseTotal]] = [:]
        /// Directories that go, each before what is in it.
        var directories: [PlannedObject] = []
        /// Files that go in this run.
        var goneFiles: Set<FileID> = []
        /// Files that are condemned, those too that a limit holds back.
        var condemnedFiles: Set<FileID> = []
        /// What was skimmed last, and how much of the same one after the other.
        private var run: (kind: LooseKind, protection: Protection, total: LooseTotal)?

        /// Counts a file that something needs; ten million of them, in long runs of one sort.
        mutating func skim(_ kind: LooseKind, _ bytes: Int64, _ protection: Protection) {
            if run?.kind != kind || run?.protection != protection {
                noteRun()
                run = (kind, protection, LooseTotal())
            }
            run?.total.add(bytes)
        }

        /// Ends the run of what was skimmed.
        mutating func noteRun() {
            guard let run else { return }
            needed[run.kind, default: [:]][run.protection, default: LooseTotal()].add(run.total)
            self.run = nil
        }
    }

    private func take(_ decided: DecidedObject, into walk: inout Walk) {
        let object = decided.object
        walk.totals.count(object.kind, decided.verdict, decided.reasons[0], (1, object.bytes))
        walk.result.loose[object.kind, default: LooseTotal()].add(object.bytes)
        if object.isReferenced {
            walk.result.loose[object.kind, default: LooseTotal()].addReferenced(object.bytes)
        }
        if decided.isWaitingForRoot { walk.result.isWaiting = true }
        if decided.verdict == .condemn { condemn(decided, into: &walk) }
    }

    private func condemn(_ decided: DecidedObject, into walk: inout Walk) {
        guard let modified = decided.object.modified else { return }
        var planned = planned(decided, modified)
        planned.isHeldByLimit = isHeld(decided) && !lifted.contains(planned.place)
        if planned.isHeldByLimit {
            if decided.isFreedByRetirement { walk.result.freed[decided.job, default: 0] += 1 }
            walk.result.copied[decided.job] = decisions.judge.copied.witnesses[decided.job]
        }
        if planned.isDirectory {
            walk.directories.append(planned)
        } else {
            walk.result.condemned.append(planned)
        }
        if case .file(let file) = decided.object.entry {
            if !planned.isHeldByLimit { walk.goneFiles.insert(file) }
            walk.condemnedFiles.insert(file)
        }
    }

    private func isHeld(_ decided: DecidedObject) -> Bool {
        if decisions.judge.copied.witnesses[decided.job] != nil { return true }
        return switch limits[decided.job] {
        case .share, .shrunkenRoot, .copiedTimes: true
        case .retirement, nil: decided.isFreedByRetirement
        }
    }

    /// Directories of attempts of which this run takes the last thing, or would but for a limit.
    ///
    /// They need no approval but that of what is in them.
    private func takeEmptied(into walk: inout Walk) {
        var known = Set(walk.directories.map(\.place))
        for (isHeld, snapshots, files) in [
            (false, going, walk.goneFiles), (true, going.union(held), walk.condemnedFiles),
        ] {
            let inventory = decisions.inventory
            for emptied in inventory.directoriesEmptied(without: snapshots, files) {
                guard let job = emptied.object.job, let modified = emptied.object.modified
                else { continue }
                let decided = decisions.decideEmptied(emptied.object, of: job)
                guard decided.verdict == .condemn,
                    known.insert(inventory.place(of: emptied.object)).inserted
                else { continue }
                if emptied.isEmptyNow {
                    // The walk came to it too, when its attempt was not known to be emptied.
                    walk.totals.uncount(.emptyDirectory, .keep, .object(.attemptHoldsMore))
                } else {
                    walk.result.loose[.emptyDirectory, default: LooseTotal()].add(0)
                }
                walk.totals.count(.emptyDirectory, .condemn, decided.reasons[0], (1, 0))
                var planned = planned(decided, modified)
                planned.isHeldByLimit = isHeld
                walk.directories.append(planned)
            }
        }
    }

    private func planned(_ decided: DecidedObject, _ modified: Instant) -> PlannedObject {
        let inventory = decisions.inventory
        let object = decided.object
        let place = inventory.place(of: object)
        let root = inventory.root(of: object).place
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
            usesTrash: roster.jobs[decided.job].settings.trash.amount != 0
        )
    }
}

extension DecidedObject {
    /// Whether a root that lost what it held, and beside that nothing but time, lets it stay.
    fileprivate var isWaitingForRoot: Bool {
        var isWaiting = false
        for reason in reasons {
            switch reason {
            case .object(.shrunkenRoot): isWaiting = true
            case .object(.young), .object(.seenTooRarely), .object(.seenTooLately): break
            default: return false
            }
        }
        return isWaiting
    }
}

extension LooseTotal {
    fileprivate mutating func add(_ more: Int64) {
        count += 1
        bytes.add(bytes: more)
    }

    fileprivate mutating func add(_ more: LooseTotal) {
        count += more.count
        bytes.add(bytes: more.bytes)
    }

    fileprivate mutating func addReferenced(_ more: Int64) {
        referencedCount += 1
        referencedBytes.add(bytes: more)
    }

    fileprivate mutating func addReferenced(all: LooseTotal) {
        count += all.count
        bytes.add(bytes: all.bytes)
        referencedCount += all.count
        referencedBytes.add(bytes: all.bytes)
    }
}
