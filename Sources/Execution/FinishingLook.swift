// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import SnapshotModel

/// The looks at everything by which it is decided whether what is half removed may go to the end.
///
/// Each is made once, and only where there is such a thing.
struct FinishingLook {
    private let environment: RunEnvironment
    private let runs: Set<ObjectName>
    private var everything: PlanningResult?
    private var others: PlanningResult?

    /// Makes looks of which none was made yet.
    ///
    /// - Parameters:
    ///   - environment: What the command works with.
    ///   - runs: The runs that are being finished.
    init(_ environment: RunEnvironment, finishing runs: Set<ObjectName>) {
        self.environment = environment
        self.runs = runs
    }

    /// What there is, as far as it can hold up an action.
    ///
    /// What goes to the trash is not held up by what these runs have in the trash, or a part of it
    /// there: that was to go there together, and an undo finds all of it there. By that its own
    /// metadata would hold up the rest of a snapshot. What goes for good is held up by that too.
    mutating func result(for action: JournalRecord.Action) -> PlanningResult {
        let now = environment.clock()
        guard action == .trash, environment.readerWithout != nil else {
            let result = everything ?? environment.plan(at: now)
            everything = result
            return result
        }
        let result = others ?? environment.plan(at: now, withoutTrashOf: runs)
        others = result
        return result
    }
}
