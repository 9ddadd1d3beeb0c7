// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// The trash of one root, for one run: `<root>/.janitor-trash/<run>/<path below the root>`.
///
/// The directories in the trash that lead to an item have the owner, mode and time of those that
/// led to it, so that they can be made again where they are gone when the item is restored.
struct LocalTrash {
    let calls: ChangingCalls
    let run: CName
    let trash: CName

    /// Names the trash of a run.
    ///
    /// - Throws: `unusableName` where the run's name is not one component.
    init(run: ObjectName, calls: ChangingCalls, root: StorageURL) throws(StorageError) {
        guard let name = CName(run.bytes), let trash = CName(trashName.bytes) else {
            let detail = "\"\(run)\" cannot be the name of a run"
            throw StorageError(
                .unusableName,
                action: "use the trash of",
                place: root,
                detail: detail
            )
        }
        self.run = name
        self.trash = trash
        self.calls = calls
    }

    /// Moves one item into the trash.
    ///
    /// - Throws: `StorageError` where it is still at its place, or not surely in the trash.
    func moveIn(
        _ item: RemovalItem,
        root: inout OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) {
        let (transfer, names) = try prepare(item, .intoTrash)
        guard let (home, found) = try find(transfer, names, root: &root, changed: &changed) else {
            return
        }
        if let error = item.mismatch(
            with: found,
            untouched: true,
            action: transfer.direction.action
        ) {
            throw error
        }
        let target = try makeWay(for: transfer, names, root: root, changed: &changed)
        do throws(StorageError) {
            try transfer.move(
                from: home,
                to: target.number,
                expected: found,
                changed: &changed
            )
        } catch {
            guard error.reason == .alreadyExists else { throw error }
            try mergeEmptied(transfer, home: home, target: target.number, changed: &changed)
        }
        if item.kind == .directory { root.forget() }
    }

    /// Moves one item back to where it was.
    ///
    /// - Throws: `StorageError` where it is still in the trash, or not surely back.
    func moveOut(
        _ item: RemovalItem,
        root: inout OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) {
        let (transfer, names) = try prepare(item, .outOfTrash)
        let found: FileStatus
        guard let source = descend(root.directory, names) else {
            try acceptRestored(errno, transfer, names, &root, &changed)
            return
        }
        if let status = transfer.name.with({ FileStatus(of: $0, in: source.number) }) {
            found = status
        } else {
            try acceptRestored(errno, transfer, names, &root, &changed)
            return
        }
        if let error = item.mismatch(
            with: found,
            untouched: false,
            action: transfer.direction.action
        ) {
            throw error
        }
        let home = try makeHome(for: transfer, names, root: root, changed: &changed)
        try transfer.move(from: source.number, to: home.number, expected: found, changed: &changed)
    }

    /// Makes a directory again that was emptied into the trash before it went there itself.
    ///
    /// Its place in the trash was taken by the directory that led to what was in it, and that one
    /// kept its owner, mode and time.
    ///
    /// - Throws: `changed` where the one in the trash holds files: they are not a part of it.
    func makeAgain(
        _ item: RemovalItem,
        root: inout OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) {
        let (transfer, names) = try prepare(item, .outOfTrash)
        guard let source = descend(root.directory, names + [transfer.name]),
            let found = FileStatus(of: source.number)
        else { throw transfer.error(errno) }
        var entries = DirectoryEntries()
        let problem = entries.read(from: source.number)
        if problem != 0 { throw transfer.error(problem) }
        var position = 0
        while let entry = entries.next(&position) {
            if entry.type == DT_DIR { continue }
            let detail = "another directory with files in it stands in its place in the trash"
            throw StorageError(
                .changed,
                action: transfer.direction.action,
                place: item.place,
                detail: detail
            )
        }
        let home = try makeHome(for: transfer, names, root: root, changed: &changed)
        var made: Int32 = 0
        let copy = DirectoryCopy(calls: calls)
        guard
            copy.open(
                transfer.name,
                in: home.number,
                like: found,
                changed: &changed,
                problem: &made
            ) != nil
        else { throw transfer.error(made) }
    }

    /// Removes the directories that led to an item, as far as nothing is left in them.
    ///
    /// What stays, for whatever reason, is an empty directory in the trash and harms nobody.
    func prune(_ item: RemovalItem, root: borrowing OpenRoot) {
        guard var names = try? item.names(allowing: .none, action: "clean up") else { return }
        names = [trash, run] + names
        let copy = DirectoryCopy(calls: calls)
        while let name = names.popLast() {
            let parent = openDirectory(below: root.directory, at: names, open: openHere)
            guard let parent, let before = FileStatus(of: parent.number) else { continue }
            let problem = name.with { calls.removeDirectory(parent.number, $0) }
            if problem == 0 { _ = copy.keepTime(of: parent.number, as: before) }
            if problem == ENOTEMPTY || problem == EEXIST { return }
        }
    }

    // MARK: - Steps

    func prepare(
        _ item: RemovalItem,
        _ direction: Transfer.Direction
    ) throws(StorageError) -> (Transfer, [CName]) {
        let names = try item.names(allowing: .none, action: direction.action)
        guard let name = names.last else { preconditionFailure("an item without a name") }
        let transfer = Transfer(calls: calls, direction: direction, item: item, name: name)
        return (transfer, names)
    }

    /// Looks for an item at its place.
    ///
    /// - Returns: The directory that holds it and what it is; nil where it is in the trash already.
    private func find(
        _ transfer: Transfer,
        _ names: [CName],
        root: inout OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) -> (Int32, FileStatus)? {
        let failure: StorageError
        do throws(StorageError) {
            let action = transfer.direction.action
            let home = try root.parent(of: transfer.item, names, action: action)
            if let found = transfer.name.with({ FileStatus(of: $0, in: home) }) {
                return (home, found)
            }
            failure = transfer.error(errno)
        } catch {
            failure = error
        }
        guard failure.reason == .notFound,
            isThere(transfer.item, transfer.name, in: descend(root.directory, names), &changed)
        else { throw failure }
        return nil
    }

    /// Tells whether an earlier call, cut off before it could answer, has moved the item already.
    private func isThere(
        _ item: RemovalItem,
        _ name: CName,
        in directory: consuming Descriptor?,
        _ changed: inout SyncSet
    ) -> Bool {
        guard let directory, item.identity != .none,
            let found = name.with({ FileStatus(of: $0, in: directory.number) })
        else { return false }
        return found.kind == item.kind && found.identity.isSameObject(as: item.identity)
            && changed.add(directory.number) == 0
    }

    private func acceptRestored(
        _ number: Int32,
        _ transfer: Transfer,
        _ names: [CName],
        _ root: inout OpenRoot,
        _ changed: inout SyncSet
    ) throws(StorageError) {
        let home = openDirectory(below: root.directory, at: names.dropLast(), open: openHere)
        guard number == ENOENT, isThere(transfer.item, transfer.name, in: home, &changed) else {
            throw transfer.error(number)
        }
    }

    /// A directory whose contents went before it: what led to them in the trash stands for it.
    private func mergeEmptied(
        _ transfer: Transfer,
        home: Int32,
        target: Int32,
        changed: inout SyncSet
    ) throws(StorageError) {
        let inTrash = transfer.name.with { FileStatus(of: $0, in: target) }
        guard transfer.item.kind == .directory, inTrash?.kind == .directory,
            let before = FileStatus(of: home)
        else { throw transfer.error(EEXIST) }
        let problem = transfer.name.with { calls.removeDirectory(home, $0) }
        if problem != 0 { throw transfer.error(problem) }
        var after = DirectoryCopy(calls: calls).keepTime(of: home, as: before)
        if after == 0 { after = changed.add(home) }
        if after != 0 { throw transfer.moveHappened(after) }
    }
}
