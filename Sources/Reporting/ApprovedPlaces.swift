// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
internal import Planning
internal import SnapshotModel

/// Takes from a written plan what it lists as condemned, and refuses what no plan would list.
struct ApprovedPlaces {
    private let written: WrittenPlan
    private let source: String
    private let roots: Set<StorageURL>

    init(_ written: WrittenPlan, _ source: String) {
        self.written = written
        self.source = source
        roots = Set(written.roots.compactMap { StorageURL(written: $0.path, $0.pathBytes) })
    }

    /// The condemned snapshots.
    func snapshots() throws(SavedPlanError) -> [Approval.Item] {
        var places: Set<StorageURL> = []
        var items: [Approval.Item] = []
        for snapshot in written.snapshots {
            let item = try item(snapshot)
            guard places.insert(item.place).inserted else {
                throw SavedPlanError(.listedTwice(snapshot.path), source)
            }
            if snapshot.verdict == Verdict.condemn.rawValue { items.append(item) }
        }
        return items
    }

    /// What is condemned outside snapshots.
    func objects() throws(SavedPlanError) -> [Approval.ObjectItem] {
        var places: Set<StorageURL> = []
        var items: [Approval.ObjectItem] = []
        for object in written.objects where object.verdict == Verdict.condemn.rawValue {
            guard let place = StorageURL(written: object.path, object.pathBytes),
                let text = object.root, let root = StorageURL(written: text, object.rootBytes),
                let time = object.time.flatMap({ Instant($0) }),
                let kind = LooseKind(rawValue: object.kind), object.bytes >= 0
            else { throw SavedPlanError(.malformedObject(object.path), source) }
            try check(place, below: root, object.path, text)
            guard places.insert(place).inserted else {
                throw SavedPlanError(.listedTwice(object.path), source)
            }
            items.append(
                Approval.ObjectItem(
                    place: place,
                    isDirectory: kind == .emptyDirectory,
                    bytes: object.bytes,
                    modified: time
                )
            )
        }
        return items
    }

    /// Roots that it shows to hold far less than before; what does not read accepts nothing.
    var lost: [LostRoot] {
        (written.lost ?? []).compactMap { root in
            StorageURL(written: root.path, root.pathBytes).map {
                LostRoot(place: $0, held: root.filesBefore, holds: root.files)
            }
        }
    }

    /// Roots of which it says that what goes can be brought back.
    var undoable: Set<StorageURL> {
        Set(
            written.roots.filter { $0.undo != nil }
                .compactMap { StorageURL(written: $0.path, $0.pathBytes) }
        )
    }

    private func item(_ snapshot: WrittenPlan.Snapshot) throws(SavedPlanError) -> Approval.Item {
        guard let place = StorageURL(written: snapshot.path, snapshot.pathBytes),
            let root = StorageURL(written: snapshot.root, snapshot.rootBytes),
            let time = Instant(snapshot.time),
            Verdict(rawValue: snapshot.verdict) != nil,
            let contents = snapshot.contents.digest, (snapshot.metadataBytes ?? 0) >= 0
        else { throw SavedPlanError(.malformedSnapshot(snapshot.path), source) }
        if snapshot.verdict == Verdict.condemn.rawValue {
            try check(place, below: root, snapshot.path, snapshot.root)
        }
        return Approval.Item(
            place: place,
            time: time,
            metadataLength: snapshot.metadataBytes,
            contents: contents,
            showsCopiedTimes: snapshot.reasons?.contains { $0.rule == Reason.copiedTimesID }
                ?? false
        )
    }

    private func check(
        _ place: StorageURL,
        below root: StorageURL,
        _ path: String,
        _ rootText: String
    ) throws(SavedPlanError) {
        guard !roots.contains(place), place != root else {
            throw SavedPlanError(.isRoot(path), source)
        }
        guard roots.contains(root), place.isPlainly(below: root) else {
            throw SavedPlanError(.outsideRoot(path, root: rootText), source)
        }
    }
}

extension StorageURL {
    /// The place that a plan shows by a text, and by bytes where the text is not exact.
    ///
    /// Nil where the text names no place, or another one than the bytes.
    fileprivate init?(written text: String, _ bytes: Data?) {
        guard let shown = StorageURL(parsing: ObjectName(text)) else { return nil }
        let path = bytes.map { ObjectName($0) } ?? shown.path
        self.init(scheme: shown.scheme, authority: shown.authority, path: path)
        guard description.utf8.elementsEqual(text.utf8), bytes == nil || !self.path.isUTF8 else {
            return nil
        }
    }

    /// Tells whether the place lies below another one, without a step up or in place.
    fileprivate func isPlainly(below root: StorageURL) -> Bool {
        guard scheme == root.scheme, let below = path(below: root), !below.bytes.isEmpty else {
            return false
        }
        return !below.components.contains { $0 == "." || $0 == ".." }
    }
}
