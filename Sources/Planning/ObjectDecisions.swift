// SPDX-License-Identifier: Apache-2.0

public import Discovery
internal import Policy
internal import SnapshotModel

/// A decision on something outside snapshots; its place is asked of the inventory.
public struct DecidedObject: Sendable {
    /// What it is.
    public let object: LooseObject
    /// The job's number.
    public let job: Int
    /// What is to happen.
    public let verdict: Verdict
    /// Why, never empty.
    public let reasons: [Reason]
    /// Condemned only because its job is retired, which an approved plan has to confirm.
    public let isFreedByRetirement: Bool
}

/// Decisions on everything outside snapshots under the roots of jobs, made as they are asked for.
///
/// Holds no value for any file: every walk decides again, and comes to the same.
public struct ObjectDecisions: Sendable {
    let inventory: Inventory
    let judge: ObjectJudge
    /// Notes of the retirements that hold, by the number of the job.
    let retired: [Int: Waivers.Note]
    let sightings: Sightings
    /// What became of the search for names of files in `taskowned/`; nil where none was needed.
    var stateSearch: StateSearch.Answer?

    /// Calls a closure with every decision, in the order of the walk.
    public func forEach(_ body: (DecidedObject) -> Void) {
        walk(skim: nil) { decided, _ in body(decided) }
    }

    /// The decision on one thing outside snapshots; nil where it lies under no job's root.
    ///
    /// A directory that is emptied by what else goes is another matter: see `Plan.objects`.
    func decision(on object: LooseObject) -> DecidedObject? {
        guard let job = object.job else { return nil }
        var evidence = ObjectJudge.Evidence()
        evidence.sighting = sighting(of: object)
        return decide(object, of: job, evidence)
    }

    /// What an earlier run saw of it, unchanged since; nil where none did.
    func sighting(of object: LooseObject) -> Sighting? {
        guard object.protection == nil, ObjectJudge.isSwept(object) else { return nil }
        var cursor = SightingCursor(sightings)
        var keys = SightingKeys(inventory)
        let found = cursor.advance(to: keys.key(of: object))
        return found.flatMap { $0.isOf(object) ? $0 : nil }
    }

    /// Does the same, with a short way for files that something needs.
    ///
    /// - Parameters:
    ///   - skim: Gets kind, length and protection of those.
    ///   - body: Gets all other decisions, each with the key of what sightings are kept of.
    func walk(
        skim: ((LooseKind, Int64, Protection) -> Void)?,
        _ body: (DecidedObject, SightingKey?) -> Void
    ) {
        var cursor = SightingCursor(sightings)
        var keys = SightingKeys(inventory)
        let decide = { (object: LooseObject) in
            guard let job = object.job else { return }
            var evidence = ObjectJudge.Evidence()
            var key: SightingKey?
            if object.protection == nil, ObjectJudge.isSwept(object) {
                let found = keys.key(of: object)
                let sighting = cursor.advance(to: found)
                if let sighting, sighting.isOf(object) { evidence.sighting = sighting }
                key = found
            }
            body(self.decide(object, of: job, evidence), key)
        }
        if let skim {
            inventory.forEachLooseObject(protected: skim, decide)
        } else {
            inventory.forEachLooseObject(decide)
        }
    }

    /// The decision on a directory in which nothing is left once other things have gone.
    func decideEmptied(_ object: LooseObject, of job: Int) -> DecidedObject {
        decide(object, of: job, ObjectJudge.Evidence(isEmptied: true))
    }

    private func decide(
        _ object: LooseObject,
        of job: Int,
        _ evidence: ObjectJudge.Evidence
    ) -> DecidedObject {
        var draft = judge.decide(object, of: job, evidence)
        var isFreed = false
        if draft.verdict != .condemn, let note = retired[job] {
            var evidence = evidence
            evidence.isRetired = true
            let other = judge.decide(object, of: job, evidence)
            if other.verdict == .condemn {
                draft = other
                // What is doubted of its job is told first.
                draft.reasons.insert(.retired(note), at: draft.reasons.count - 1)
                isFreed = true
            }
        }
        if draft.verdict == .condemn, object.kind == .taskOwned, let why = reasonInState(object) {
            draft = Draft(why.verdict, [.object(why)])
        }
        return DecidedObject(
            object: object,
            job: job,
            verdict: draft.verdict,
            reasons: draft.reasons,
            isFreedByRetirement: isFreed && draft.verdict == .condemn
        )
    }

    /// Why the state of snapshots does not let a file in `taskowned/` go.
    private func reasonInState(_ object: LooseObject) -> ObjectReason? {
        switch stateSearch {
        case .searched(let found): found[inventory.name(of: object)].map { .namedInState($0) }
        case .unknown(let place, let why): .stateNotSearched(place, why: why)
        case nil: nil
        }
    }

    /// Names of files in `taskowned/` that would go, as far as the state of snapshots is not asked.
    func taskOwnedCandidates() -> Set<ObjectName> {
        var names: Set<ObjectName> = []
        walk(skim: { _, _, _ in }) { decided, _ in
            if decided.object.kind == .taskOwned, decided.verdict == .condemn {
                names.insert(inventory.name(of: decided.object))
            }
        }
        return names
    }
}

/// Keys of what is walked through; a directory's path is made once for all that lies in it.
struct SightingKeys {
    private let inventory: Inventory
    private var last: (directory: DirectoryID, bytes: [UInt8])?

    init(_ inventory: Inventory) {
        self.inventory = inventory
    }

    mutating func key(of object: LooseObject) -> SightingKey {
        let directory = inventory.holder(of: object)
        var bytes = last?.bytes ?? []
        if last?.directory != directory {
            bytes = inventory.place(ofDirectory: directory).orderedBytes
            last = (directory, bytes)
        }
        let name = object.isDirectory ? [] : inventory.name(of: object).bytes
        return SightingKey(directory: bytes, name: name)
    }
}

extension LooseObject {
    /// Whether it is a directory.
    public var isDirectory: Bool { kind == .emptyDirectory }
}

extension Sighting {
    /// Tells whether an earlier run saw this very thing, unchanged since.
    func isOf(_ object: LooseObject) -> Bool {
        size == object.bytes && modified == object.modified
    }
}
