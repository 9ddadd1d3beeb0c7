// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// One thing that a step takes or brings back: a snapshot's directory, a single file, or an empty
/// directory.
enum StepItem {
    case snapshot(PlannedSnapshot)
    case object(PlannedObject)
    /// Something in the trash, which is brought back or removed for good.
    case trashed(TrashedItem)

    /// Where it is.
    var place: StorageURL {
        switch self {
        case .snapshot(let snapshot): snapshot.place
        case .object(let object): object.place
        case .trashed(let trashed): trashed.item.place
        }
    }

    /// Where it lies before its step.
    var source: StorageURL {
        if case .trashed(let trashed) = self { trashed.placeInTrash } else { place }
    }

    /// The root that it lies in, or lay in.
    var root: StorageURL {
        switch self {
        case .snapshot(let snapshot): snapshot.root
        case .object(let object): object.root
        case .trashed(let trashed): trashed.item.root
        }
    }

    /// The file system that its root was on; 0 where it does not tell.
    var rootDevice: UInt64 {
        if form == .file { return 0 }
        return switch self {
        case .snapshot(let snapshot): snapshot.identity.device
        case .object(let object): object.identity.device
        case .trashed(let trashed): trashed.itemInTrash.identity.device
        }
    }

    /// The job's name.
    var job: String {
        switch self {
        case .snapshot(let snapshot): snapshot.job
        case .object(let object): object.job
        case .trashed(let trashed): trashed.item.job
        }
    }

    /// Its bytes.
    var bytes: Int64 {
        switch self {
        case .snapshot(let snapshot): snapshot.bytes
        case .object(let object): object.bytes
        case .trashed(let trashed): trashed.item.bytes
        }
    }

    /// How many files it holds or is.
    var fileCount: Int {
        switch self {
        case .snapshot(let snapshot): snapshot.fileCount
        case .object(let object): object.isDirectory ? 0 : 1
        case .trashed(let trashed): trashed.item.files
        }
    }

    /// What it is, for the journal and for reports.
    var form: JournalRecord.Form {
        switch self {
        case .snapshot: .snapshot
        case .object(let object): object.isDirectory ? .emptyDirectory : .file
        case .trashed(let trashed): trashed.item.record.form ?? .snapshot
        }
    }

    /// Where those things lie that have to be gone from there before it.
    var goesAfter: [StorageURL] {
        switch self {
        case .snapshot(let snapshot): snapshot.goesAfter
        case .object: []
        case .trashed(let trashed): trashed.goesAfter
        }
    }

    /// Why it goes, for people.
    var reasonTexts: [String] {
        switch self {
        case .snapshot(let snapshot): snapshot.reasons.map(\.text)
        case .object(let object): object.reasons.map(\.text)
        case .trashed(let trashed): [trashed.reason.text]
        }
    }

    /// The run in whose trash it lies; nil for what lies at its own place.
    var run: String? {
        if case .trashed(let trashed) = self { trashed.run } else { nil }
    }

    /// The item as the remover wants it, with the identity that the look right before found.
    func removalItem(
        _ identity: ObjectIdentity,
        _ action: JournalRecord.Action
    ) -> RemovalItem {
        switch self {
        case .trashed(let trashed):
            trashed.removalItem(for: action)
        case .snapshot(let snapshot):
            RemovalItem(
                root: snapshot.root,
                path: snapshot.path,
                kind: .directory,
                identity: identity
            )
        case .object(let object):
            RemovalItem(
                root: object.root,
                path: object.path,
                kind: object.isDirectory ? .directory : .file,
                identity: identity,
                mustBeEmpty: object.isDirectory
            )
        }
    }

    /// The item as the journal writes it, with the identity that the look right before found.
    func journalItem(_ identity: ObjectIdentity) -> JournalRecord.Item {
        switch self {
        case .trashed(let trashed): trashed.journalItem
        case .snapshot(let snapshot):
            JournalRecord.Item(
                at: WrittenPlace(snapshot.place),
                root: WrittenPlace(snapshot.root),
                job: snapshot.job,
                kind: snapshot.kind.rawValue,
                form: form,
                bytes: snapshot.bytes,
                files: snapshot.fileCount,
                device: identity.device,
                inode: identity.inode,
                count: snapshot.contents.count,
                sum: snapshot.contents.sum,
                closed: snapshot.isClosed,
                after: snapshot.goesAfter.isEmpty
                    ? nil : snapshot.goesAfter.map { WrittenPlace($0) },
                reasons: snapshot.reasons.map { .init(rule: $0.ruleID, text: $0.text) }
            )
        case .object(let object):
            JournalRecord.Item(
                at: WrittenPlace(object.place),
                root: WrittenPlace(object.root),
                job: object.job,
                kind: object.kind.rawValue,
                form: form,
                bytes: object.bytes,
                files: fileCount,
                device: identity.device,
                inode: identity.inode,
                modified: object.modified.nanoseconds,
                reasons: object.reasons.map { .init(rule: $0.ruleID, text: $0.text) }
            )
        }
    }
}
