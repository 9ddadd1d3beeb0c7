// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Snapshots that are taken at once, in one call of the remover.
struct RunStep {
    /// What is done with them.
    let action: JournalRecord.Action
    /// What is taken; none of them has to wait for another one of the same step.
    let snapshots: [PlannedSnapshot]

    /// Puts removals into steps.
    ///
    /// - Parameters:
    ///   - removals: What goes, in the order in which it has to go.
    ///   - jobs: The plan's jobs, which say how long the trash is kept.
    ///   - batch: The most snapshots in one step.
    /// - Returns: Steps that together hold every removal once.
    static func steps(
        of removals: [PlannedSnapshot],
        jobs: [PlannedJob],
        batch: Int
    ) -> [RunStep] {
        let trash = Dictionary(
            jobs.map { ($0.name, $0.trash) },
            uniquingKeysWith: { first, _ in first }
        )
        var steps: [RunStep] = []
        var open: [PlannedSnapshot] = []
        var action = JournalRecord.Action.trash
        func close() {
            if !open.isEmpty { steps.append(RunStep(action: action, snapshots: open)) }
            open = []
        }
        for snapshot in removals {
            let next: JournalRecord.Action = trash[snapshot.job] == .some(nil) ? .remove : .trash
            let waits = open.contains { snapshot.goesAfter.contains($0.place) }
            if next != action || waits || open.count >= batch { close() }
            action = next
            open.append(snapshot)
        }
        close()
        return steps
    }
}

extension PlannedSnapshot {
    /// The snapshot as the remover wants it.
    var removalItem: RemovalItem {
        RemovalItem(root: root, path: path, kind: .directory, identity: identity)
    }

    /// The snapshot as the journal writes it.
    var journalItem: JournalRecord.Item {
        JournalRecord.Item(
            at: WrittenPlace(place),
            root: WrittenPlace(root),
            job: job,
            kind: kind.rawValue,
            bytes: bytes,
            files: fileCount,
            device: identity.device,
            inode: identity.inode,
            reasons: reasons.map { .init(rule: $0.ruleID, text: $0.text) }
        )
    }
}
