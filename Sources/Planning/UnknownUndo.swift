// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel
internal import Storage

extension ManagedJob {
    /// Whether the policy wants what goes of it to be brought back for some time.
    var wantsTrash: Bool { settings.trash.amount > 0 }
}

extension Inventory {
    /// Why nothing of a job goes from a root: the store did not say whether there is the undo that the
    /// policy wants, and what goes without one is gone for good.
    ///
    /// - Returns: Nil where that is known, and where no undo is wanted.
    func whyTrashIsUnknown(_ root: Int, for job: ManagedJob) -> Reason? {
        guard job.wantsTrash, case .unknown(let error) = trash[root] else { return nil }
        return .undoUnknown("\(error)")
    }

    /// A finding for each store that did not say it.
    func findingsOfUnknownTrash(_ roster: JobRoster) -> [Finding] {
        var errors: Set<StorageError> = []
        for (root, trash) in zip(roots, trash) {
            guard case .unknown(let error) = trash,
                root.jobs.contains(where: { roster.jobs[$0].wantsTrash })
            else { continue }
            errors.insert(error)
        }
        return errors.sorted { $0.place < $1.place }.map { error in
            Finding(
                .partial,
                subject: "\(error.place)",
                message: "cannot tell whether what goes can be brought back: \(error.detail); what "
                    + "would go stays",
                hint: error.hint
            )
        }
    }
}
