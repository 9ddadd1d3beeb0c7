// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

extension PlanningResult {
    /// Snapshots on which nothing is decided: those in the trash, those only read, and nobody's.
    ///
    /// Described as a plan describes the others, but without a reason; kept, since no run takes
    /// them. Sorted by place.
    public var undecided: [PlannedSnapshot] {
        let decided = Set(plan.snapshots.map(\.place))
        return inventory.snapshots.filter { !decided.contains($0.place) && $0.state != .vanished }
            .map(described)
    }

    private func described(_ snapshot: Snapshot) -> PlannedSnapshot {
        PlannedSnapshot(
            place: snapshot.place,
            root: inventory.roots[snapshot.root].place,
            path: snapshot.path,
            job: snapshot.job.map { roster.jobs[$0].name } ?? "",
            attempt: snapshot.attemptName?.description,
            kind: snapshot.kind,
            checkpointID: snapshot.checkpointID,
            time: snapshot.time,
            bytes: snapshot.bytes,
            fileCount: snapshot.fileCount,
            isComplete: snapshot.state == .complete,
            isClosed: snapshot.isClosed,
            referencesChecked: snapshot.referencesChecked,
            referencesFound: snapshot.referencesFound,
            missing: snapshot.missing.map(\.place),
            unknown: snapshot.unknown.map(\.place),
            labels: snapshot.labels,
            verdict: .keep,
            reasons: [],
            isHeldByLimit: false,
            goesAfter: [],
            identity: snapshot.identity,
            metadataLength: snapshot.metadataLength,
            contents: snapshot.contents
        )
    }
}
