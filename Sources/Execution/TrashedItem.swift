// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Something that a run moved into the trash, as its journal has it.
struct TrashedItem {
    /// What was moved.
    let item: PastRun.Item
    /// The run that moved it.
    let run: String
    /// Why something is done with it now.
    let reason: JournalRecord.WrittenReason

    /// Its path below the root where it was.
    let path: ObjectName
    /// Where those things lie in the trash that have to leave it before this one.
    var goesAfter: [StorageURL] = []

    /// Nil where the journal names no place below a root.
    init?(_ item: PastRun.Item, of run: String, because reason: JournalRecord.WrittenReason) {
        guard let path = item.place.path(below: item.root), !path.bytes.isEmpty else { return nil }
        self.item = item
        self.run = run
        self.reason = reason
        self.path = path
    }

    /// Where it lies.
    var placeInTrash: StorageURL { item.root.appending(pathInTrash) }

    /// What it has to be, at the place where it was.
    var itemAtHome: RemovalItem { removalItem(path) }

    /// What it has to be, in the trash.
    var itemInTrash: RemovalItem { removalItem(pathInTrash) }

    /// What it has to be where an action finds it.
    func removalItem(for action: JournalRecord.Action) -> RemovalItem {
        action == .empty ? itemInTrash : itemAtHome
    }

    /// As the journal of whoever takes it from the trash writes it.
    var journalItem: JournalRecord.Item {
        var written = item.record
        written.run = run
        written.reasons = [reason]
        return written
    }

    /// Why it is left while something that has to leave the trash before it does not.
    func waiting(for other: StorageURL, _ action: JournalRecord.Action) -> String {
        action == .restore
            ? "left \"\(placeInTrash)\": \"\(other)\" holds files that it needs and is not back"
            : "left \"\(placeInTrash)\": \"\(other)\" references it and is still there"
    }

    /// Base names of the files in each of some items.
    static func fileNames(
        of items: [TrashedItem],
        in inventory: Inventory
    ) -> [Set<ObjectName>] {
        var names = items.map { item in
            item.item.form == .file ? [item.path.last] : Set<ObjectName>()
        }
        let positions = Dictionary(
            items.indices.map { (items[$0].placeInTrash, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let snapshots = Set(items.filter { $0.item.form == .snapshot }.map(\.placeInTrash))
        for (name, place) in inventory.filesOfSnapshots(at: snapshots) {
            if let position = positions[place] { names[position].insert(name) }
        }
        return names
    }

    private var pathInTrash: ObjectName {
        ObjectName(FlinkNames.trash.bytes).appending(ObjectName(run)).appending(path)
    }

    private func removalItem(_ path: ObjectName) -> RemovalItem {
        let record = item.record
        // A directory that went as empty is another one in the trash: one that stands for it.
        return RemovalItem(
            root: item.root,
            path: path,
            kind: item.form == .file ? .file : .directory,
            identity: path == self.path || item.form != .emptyDirectory
                ? ObjectIdentity(
                    device: record.device,
                    inode: record.inode,
                    changed: ObjectIdentity.none.changed
                ) : .none,
            mustBeEmpty: item.form == .emptyDirectory
        )
    }
}

extension StepCheck {
    /// Tells whether something in the trash has to be looked at before it leaves that.
    ///
    /// What is brought back is only moved, and where the trash is ours the remover knows it by its
    /// identity; in a store's own there may be something else of the same name.
    func isLookedAt(_ trashed: TrashedItem, _ action: JournalRecord.Action) -> Bool {
        guard let reader = readerFor(trashed.item.root) else { return action == .empty }
        return reader.showsTrash && (action == .empty || reader.hasTrashElsewhere)
    }

    /// Looks at files in the trash: each has to be just what was moved there.
    func look(atFiles files: [TrashedItem]) -> [Answer] {
        var answers = files.map { Answer.stays("left \"\($0.placeInTrash)\": no backend for it") }
        for shared in SharedReader.all(of: files.map(\.placeInTrash), readerFor) {
            guard let reader = shared.reader else { continue }
            let found = reader.status(of: shared.positions.map { files[$0].placeInTrash })
            for (position, status) in zip(shared.positions, found) {
                answers[position] = Self.answer(files[position], status)
            }
        }
        return answers
    }

    private static func answer(
        _ trashed: TrashedItem,
        _ found: Result<ObjectStatus?, StorageError>
    ) -> Answer {
        let place = trashed.placeInTrash
        let record = trashed.item.record
        do throws(StorageError) {
            guard let status = try found.get() else { return .isGone }
            let modified = record.modified ?? status.modified.nanoseconds
            guard status.kind == .file, status.size == record.bytes,
                status.modified.nanoseconds == modified
            else { return .stays("left \"\(place)\": it is not what was moved into the trash") }
            return .goes(status.identity)
        } catch {
            return .stays("left \"\(place)\": \(error.detail)")
        }
    }
}

extension JournalRecord.Time {
    init(_ time: DirectoryTime) {
        root = WrittenPlace(time.root)
        path = Data(time.path.bytes)
        modified = time.modified.nanoseconds
        device = time.identity.device
        inode = time.identity.inode
    }

    /// The directory and its time; nil where the journal names no root.
    var directoryTime: DirectoryTime? {
        root.url.map { root in
            DirectoryTime(
                root: root,
                path: ObjectName(path),
                modified: Instant(nanoseconds: modified),
                identity: ObjectIdentity(
                    device: device,
                    inode: inode,
                    changed: ObjectIdentity.none.changed
                )
            )
        }
    }
}
