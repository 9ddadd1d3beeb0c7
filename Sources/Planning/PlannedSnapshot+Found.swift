// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage

extension PlannedSnapshot {
    /// Describes a snapshot as it was found: kept without a reason, until something is decided.
    init(found snapshot: Snapshot, in inventory: Inventory, _ roster: JobRoster) {
        self.init(
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
