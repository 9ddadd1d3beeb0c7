// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
internal import Policy
internal import SnapshotModel

/// Decides on one file or directory outside snapshots at a time.
///
/// It goes if nothing needs it and no condition of the policy or of law 7 is unmet; all unmet ones
/// are told. Holds nothing of what it decided on.
///
/// Source: which kinds a running job may still write to, and which no age makes safe, is in
/// `ForStPathContainer`, `FileMergingSnapshotManagerBase`, `FsStateChangelogStorage` and
/// `GenericWriteAheadSink` (Flink 2.3).
struct ObjectJudge {
    let inventory: Inventory
    let roster: JobRoster
    let activity: AttemptActivity
    let gate: SweepGate
    let copied: CopiedTimes
    let flink: FlinkView
    /// Places that an approved plan lists.
    let lifted: Set<StorageURL>
    let calendar: Calendar
    let now: Instant

    /// What is known of one object when it is decided on.
    struct Evidence {
        /// What an earlier run saw of it, unchanged since; nil where none did.
        var sighting: Sighting?
        /// Whether the job is no more because an operator said so.
        var isRetired = false
        /// Whether it is a directory in which nothing is left once this run has taken what it takes.
        var isEmptied = false
    }

    /// Whether a thing of this kind may go at all, so that runs look out for it.
    static func isSwept(_ object: LooseObject) -> Bool {
        switch object.kind {
        case .shared, .forst, .merged, .taskOwned, .changelog: return true
        case .emptyDirectory:
            if case .attempt = object.emptiness { return true }
            return false
        case .pointer, .label, .special, .unknown: return false
        }
    }

    /// The decision on something under a job's root.
    ///
    /// Names in the state of snapshots are not looked for: `StateSearch` does that for the few
    /// that would go.
    ///
    /// - Parameters:
    ///   - object: What it is.
    ///   - job: The job's number.
    ///   - evidence: What else is known of it.
    /// - Returns: The verdict, and for anything but condemning all that is unmet.
    func decide(_ object: LooseObject, of job: Int, _ evidence: Evidence) -> Draft {
        if let protection = object.protection {
            let reason = ObjectReason.needed(protection)
            return Draft(reason.verdict, [.object(reason)])
        }
        if object.kind == .emptyDirectory, let reason = misplaced(object) {
            return Draft(reason.verdict, [.object(reason)])
        }
        guard Self.isSwept(object) else {
            return Draft(.leave, [.object(.notSwept(object.kind))])
        }
        var reasons = standing(of: object, job: job, evidence)
        guard let modified = age(of: object) else {
            reasons.append(.object(.ageUnknown))
            return Draft(.leave, reasons)
        }
        reasons += history(of: object, modified, job: job, evidence)
        let doubt = doubt(of: object, job: job, evidence)
        if !reasons.isEmpty {
            if let doubt { reasons.insert(doubt, at: 0) }
            return Draft(reasons[0].verdictOutside, reasons)
        }
        // It stays condemned, so that a saved plan lists it: approving that is the way out.
        let condemnation = condemnation(of: object, modified, job: job, evidence)
        return Draft(.condemn, [doubt, .object(condemnation)].compactMap(\.self))
    }

    /// Why the times of its job are not believed, unless somebody who knows of that approved it.
    ///
    /// A directory that a run empties needs no approval but that of what was in it.
    private func doubt(of object: LooseObject, job: Int, _ evidence: Evidence) -> Reason? {
        guard let witness = copied.witnesses[job], !evidence.isEmptied,
            !lifted.contains(inventory.place(of: object))
        else { return nil }
        return .timesLookCopied(witness)
    }

    /// Why an empty directory is none of an attempt's that may go.
    private func misplaced(_ object: LooseObject) -> ObjectReason? {
        switch object.emptiness {
        case .attempt: nil
        case .filledAttempt: .attemptHoldsMore
        case .elsewhere, nil: .ownDirectory
        }
    }

    // MARK: Conditions

    /// What cannot be known, and whose it is.
    private func standing(of object: LooseObject, job: Int, _ evidence: Evidence) -> [Reason] {
        var reasons: [Reason] = []
        if let blocker = gate.blocker {
            reasons.append(.referencesUnknown(blockedBy: blocker.place, why: blocker.why))
        }
        if let shrunken = gate.shrunken {
            reasons.append(
                .object(
                    .shrunkenRoot(shrunken.root, held: shrunken.held, holds: shrunken.holds)
                )
            )
        }
        if let silence = flink.silent[job] { reasons.append(silence) }
        if let root = inventory.root(of: object),
            let why = inventory.whyTrashIsUnknown(root, for: roster.jobs[job])
        {
            reasons.append(why)
        }
        reasons += running(object, job: job, evidence)
        if object.kind == .taskOwned, !roster.jobs[job].settings.orphans.taskOwned {
            reasons.append(.object(.taskOwnedStays))
        }
        return reasons
    }

    /// Law 7.
    private func running(_ object: LooseObject, job: Int, _ evidence: Evidence) -> [Reason] {
        guard let attempt = object.attempt else {
            // Nobody knows whose it is.
            return [.object(.notSwept(object.kind))]
        }
        let runs = flink.running[attempt] != nil
        let hasEnded = !runs && (flink.ended.contains(attempt) || evidence.isRetired)
        if hasEnded { return [] }
        var reasons: [Reason] = []
        if let reason = activity.reason(attempt) { reasons.append(reason) }
        if let newest = activity.starting[job] {
            reasons.append(.newestAttemptHasNoCheckpoint(attempt: newest))
        }
        switch object.kind {
        case .forst, .merged, .changelog, .taskOwned:
            reasons.append(.object(.needsFlinksWord(object.kind)))
        default: break
        }
        return reasons
    }

    /// The policy's `orphans`: age and sightings.
    private func history(
        of object: LooseObject,
        _ modified: Instant,
        job: Int,
        _ evidence: Evidence
    ) -> [Reason] {
        // A directory that this run empties is as old, and was seen as often, as what was in it. Its
        // own time may be that of an earlier run's removal.
        if evidence.isEmptied { return [] }
        let settings = roster.jobs[job].settings.orphans
        var reasons: [Reason] = []
        let grown = settings.age.end(after: modified, in: calendar)
        if grown >= now {
            let limit = settings.age.description
            reasons.append(.object(.young(modified: modified, until: grown, limit: limit)))
        }
        let count = (evidence.sighting?.count ?? 0) + 1
        if count < settings.sightings {
            reasons.append(.object(.seenTooRarely(seen: count, of: settings.sightings)))
        }
        if settings.sightings > 1, let seen = evidence.sighting?.firstSeen {
            let apart = settings.apart.end(after: seen, in: calendar)
            if apart > now {
                let text = settings.apart.description
                reasons.append(
                    .object(.seenTooLately(firstSeen: seen, until: apart, apart: text))
                )
            }
        }
        return reasons
    }

    /// The time that counts for an object's age; of an empty attempt, that of all of it.
    private func age(of object: LooseObject) -> Instant? {
        guard object.kind == .emptyDirectory else { return object.modified }
        guard case .attempt(let newest) = object.emptiness, object.modified != nil else {
            return nil
        }
        return newest
    }

    private func condemnation(
        of object: LooseObject,
        _ modified: Instant,
        job: Int,
        _ evidence: Evidence
    ) -> ObjectReason {
        if evidence.isEmptied { return .emptiedAttempt }
        let limit = roster.jobs[job].settings.orphans.age.description
        let seen = evidence.sighting?.firstSeen
        return object.kind == .emptyDirectory
            ? .emptyAttempt(newest: modified, firstSeen: seen, limit: limit)
            : .unreferenced(modified: modified, firstSeen: seen, limit: limit)
    }
}

extension Reason {
    /// What the reason comes to for something outside snapshots.
    fileprivate var verdictOutside: Verdict {
        switch self {
        case .object(let reason): reason.verdict
        case .attemptNotOver, .attemptRuns, .newestAttemptHasNoCheckpoint: .keep
        default: .leave
        }
    }
}
