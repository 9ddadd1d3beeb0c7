// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// One item of a step that was cut off: finds out how far it came, and finishes it.
struct BegunItem {
    let item: JournalRecord.Item
    let action: JournalRecord.Action
    /// The run in whose trash the item lies, or is to lie.
    let run: String
    let root: StorageURL
    let path: ObjectName
    let reader: any StorageReader
    let remover: any StorageRemover

    private var place: StorageURL { root.appending(path) }

    private var pathInTrash: ObjectName {
        ObjectName(FlinkNames.trash.bytes).appending(ObjectName(run)).appending(path)
    }

    private var identity: ObjectIdentity {
        ObjectIdentity(
            device: item.device,
            inode: item.inode,
            changed: ObjectIdentity.none.changed
        )
    }

    /// Finishes the item.
    ///
    /// - Returns: What became of it, and a line for people.
    /// - Throws: `StorageError` where that cannot be known, or cannot be done.
    func finish() throws(StorageError) -> FinishedItem {
        switch action {
        case .trash: try finishMove()
        case .restore: try finishRestoring()
        case .remove: try finishRemoval(at: path)
        case .empty: try finishRemoval(at: pathInTrash)
        }
    }

    /// A directory whose removal had begun and did not come to its end.
    struct HalfRemoved {
        let place: StorageURL
        /// When the newest file in it was written; nil where there is none.
        let newest: Instant?
        /// Whether there is as much in it as there was, with its `_metadata`: somebody put something
        /// there, maybe with the times that it had.
        let isFull: Bool
    }

    /// The directory, where its removal had begun and did not come to its end; nil where there is none.
    ///
    /// - Throws: `StorageError` where that cannot be known.
    func halfRemoved() throws(StorageError) -> HalfRemoved? {
        guard action == .remove || action == .empty, item.form ?? .snapshot == .snapshot else {
            return nil
        }
        let place = root.appending(action == .empty ? pathInTrash : path)
        guard let found = try DirectoryProbe.probe(place, with: reader) else { return nil }
        guard isHalf(found) else { return nil }
        let isFull = item.count.map { found.contents.count >= $0 } ?? false
        return HalfRemoved(place: place, newest: found.newest, isFull: isFull)
    }

    /// Tells whether something of a directory was removed.
    ///
    /// An unfinished snapshot never had metadata: as long as it is what the journal says, nothing was.
    private func isHalf(_ found: DirectoryProbe) -> Bool {
        found.metadataLength == nil && found.identity.isSameObject(as: identity)
            && (item.count != found.contents.count || item.sum != found.contents.sum)
    }

    private func finishMove() throws(StorageError) -> FinishedItem {
        let isInTrash = try isThere(root.appending(pathInTrash))
        let isAtHome = try isThere(place)
        // What goes as empty gets one like it in the trash first; anything else is moved, and
        // another one may stand at its place by now.
        if isAtHome, !isInTrash || item.form == .emptyDirectory { return .notBegun(place) }
        guard isInTrash else {
            try believeAbsence()
            return FinishedItem(.absent, note: "\"\(place)\" was gone already")
        }
        return .gone("\"\(place)\" lies in the trash already")
    }

    private func finishRestoring() throws(StorageError) -> FinishedItem {
        let isDirectory = item.form != .file
        let back = RemovalItem(
            root: root,
            path: path,
            kind: isDirectory ? .directory : .file,
            identity: identity,
            mustBeEmpty: item.form == .emptyDirectory
        )
        if let error = remover.restoreFromTrash([back], run: ObjectName(run)).first ?? nil {
            throw error
        }
        return .gone("brought back \"\(place)\"")
    }

    private func finishRemoval(
        at path: ObjectName
    ) throws(StorageError) -> FinishedItem {
        let place = root.appending(path)
        // A single file or an empty directory goes in one call: it went, or it did not.
        guard item.form ?? .snapshot == .snapshot else {
            if try isThere(place) { return .notBegun(place) }
            try believeAbsence()
            return .gone("\"\(place)\" was gone already")
        }
        guard let found = try DirectoryProbe.probe(place, with: reader) else {
            try believeAbsence()
            return .gone("\"\(place)\" was gone already")
        }
        guard isHalf(found) else { return .notBegun(place) }
        let removal = RemovalItem(root: root, path: path, kind: .directory, identity: identity)
        if let error = remover.remove([removal]).first ?? nil { throw error }
        return .gone("finished the removal of \"\(place)\"")
    }

    /// Makes sure that what was not found is not there.
    ///
    /// - Throws: `failed` where that is not known: a later run looks again.
    private func believeAbsence() throws(StorageError) {
        let device = item.form == .file ? 0 : item.device
        guard let doubt = RootPresence.doubt(of: root, device: device, reader) else { return }
        throw StorageError(.failed, action: "look at", place: place, detail: doubt)
    }

    private func isThere(_ place: StorageURL) throws(StorageError) -> Bool {
        guard let found = reader.status(of: [place]).first else { return true }
        return try found.get() != nil
    }
}
