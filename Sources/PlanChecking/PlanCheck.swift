// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
public import Foundation
public import SnapshotModel
public import Storage

/// What came of checking a plan.
public struct PlanCheckResult: Sendable {
    /// Snapshots that stay, of which the metadata were read.
    public internal(set) var snapshotCount = 0
    /// Their references.
    public internal(set) var referenceCount = 0
    /// Those of which the file is there, long enough, and not to go.
    public internal(set) var foundCount = 0
    /// What the plan has go: snapshots, and objects outside them.
    public internal(set) var condemnedCount = 0
    /// What is wrong, in the order in which it was found; empty where the plan holds.
    public internal(set) var problems: [PlanProblem] = []

    /// Whether something shows the plan to be wrong.
    public var isRefuted: Bool { problems.contains(where: \.isRefutation) }
}

/// Derives once more, from storage alone, that after a plan whatever stays is as closed as the
/// plan says.
///
/// Shares no code with what made the plan: a walk, a resolution of references and a reading of the
/// plan of its own. Every snapshot that is there and not to go is asked, whether the plan lists it
/// or not, in the trash and in places that are only read too: a plan that leaves one out is checked
/// against it all the same.
public struct PlanCheck {
    private let roots: [StorageURL]
    private let finder: ReferenceFinder
    private let dismissed: Set<StorageURL>
    private let readerFor: (StorageURL) -> (any StorageReader)?

    /// Makes a check.
    ///
    /// - Parameters:
    ///   - roots: All roots of the policy, none inside another.
    ///   - aliases: What places in metadata mean.
    ///   - dismissed: Snapshots of which an operator said that they hold up nothing.
    ///   - readerFor: Gives the reader of the store that a place lies in.
    public init(
        roots: [StorageURL],
        aliases: [WrittenAlias],
        dismissed: Set<StorageURL>,
        readerFor: @escaping (StorageURL) -> (any StorageReader)?
    ) {
        self.roots = roots
        self.dismissed = dismissed
        finder = ReferenceFinder(aliases: aliases)
        self.readerFor = readerFor
    }

    /// Checks a plan.
    ///
    /// - Parameter document: The bytes of a saved plan, of which the checksum is right.
    /// - Returns: What was counted, and what is wrong.
    /// - Throws: `DecodingError` where the document is no plan.
    public func check(_ document: Data) throws -> PlanCheckResult {
        let written = try JSONDecoder().decode(CheckedDocument.self, from: document)
        var result = PlanCheckResult()
        do throws(PlanProblem) {
            check(try ClaimedPlan(written), into: &result)
        } catch {
            result.problems.append(error)
        }
        return result
    }

    private func check(_ plan: ClaimedPlan, into result: inout PlanCheckResult) {
        var claimed: [StorageURL: ClaimedSnapshot] = [:]
        for snapshot in plan.snapshots
        where claimed.updateValue(snapshot, forKey: snapshot.place) != nil {
            result.problems.append(PlanProblem(.listedTwice(snapshot.place)))
        }
        let condemned = Set(
            plan.snapshots.filter(\.isCondemned).map(\.place) + plan.condemnedObjects
        )
        result.condemnedCount = condemned.count
        for place in condemned.sorted() { checkBounds(of: place, plan, &result) }
        var storage = WalkedStorage(roots: roots, condemned: condemned)
        storage.walk(readerFor)
        for failure in storage.failures {
            result.problems.append(PlanProblem(.unknown(failure.place, why: failure.why)))
        }
        let survivors = Survivors(
            storage: storage,
            finder: finder,
            claimed: claimed,
            dismissed: dismissed
        )
        for place in storage.links where !condemned.isEmpty {
            let why = "it is a symbolic link, which is not followed"
            result.problems.append(PlanProblem(.unknown(place, why: why)))
        }
        survivors.read(roots, readerFor, into: &result)
        let there = Set(storage.metadata)
        for snapshot in plan.snapshots where !snapshot.isCondemned && snapshot.isComplete {
            if !there.contains(snapshot.place) {
                result.problems.append(PlanProblem(.gone(snapshot.place)))
            }
        }
    }

    /// Whether something that is to go lies where things may be taken.
    private func checkBounds(
        of place: StorageURL,
        _ plan: ClaimedPlan,
        _ result: inout PlanCheckResult
    ) {
        let isPlain = !place.path.components.contains { $0 == "." || $0 == ".." }
        let holders = plan.roots.keys.filter { place.path(below: $0)?.bytes.isEmpty == false }
        let isBelowOurs = roots.contains { place.path(below: $0) != nil }
        guard isPlain, isBelowOurs, !holders.isEmpty, plan.roots[place] == nil else {
            result.problems.append(PlanProblem(.outsideRoots(place)))
            return
        }
        let nearest = holders.max { $0.path.bytes.count < $1.path.bytes.count }
        if let nearest, plan.roots[nearest] == false {
            result.problems.append(PlanProblem(.onlyRead(place)))
        }
    }
}
