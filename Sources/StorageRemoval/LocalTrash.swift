// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// The trash of one root, for one run: `<root>/.janitor-trash/<run>/<path below the root>`.
///
/// The directories in the trash that lead to an item have the owner, mode and time of those that
/// led to it, so that they can be made again where they are gone when the item is restored.
struct LocalTrash {
    private let calls: ChangingCalls
    private let run: CName
    private let trash: CName

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
        let home: Int32
        do throws(StorageError) {
            home = try root.parent(of: item, names, action: transfer.direction.action)
        } catch {
            guard error.reason == .notFound,
                isThere(item, transfer.name, in: descend(root.directory, names), &changed)
            else { throw error }
            return
        }
        guard let found = transfer.name.with({ FileStatus(of: $0, in: home) }) else {
            let number = errno
            if number == ENOENT,
                isThere(item, transfer.name, in: descend(root.directory, names), &changed)
            {
                return
            }
            throw transfer.error(number)
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

    private func prepare(
        _ item: RemovalItem,
        _ direction: Transfer.Direction
    ) throws(StorageError) -> (Transfer, [CName]) {
        let names = try item.names(allowing: .none, action: direction.action)
        guard let name = names.last else { preconditionFailure("an item without a name") }
        let transfer = Transfer(calls: calls, direction: direction, item: item, name: name)
        return (transfer, names)
    }

    /// Opens the directory in the trash that holds an item; nil with `errno` set.
    private func descend(_ root: borrowing Descriptor, _ names: [CName]) -> Descriptor? {
        openDirectory(below: root, at: [trash, run] + names.dropLast(), open: openHere)
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

    /// Opens the directory in the trash that an item goes to, and makes it where it is not there.
    private func makeWay(
        for transfer: Transfer,
        _ names: [CName],
        root: borrowing OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) -> Descriptor {
        if let ready = descend(root.directory, names) { return ready }
        guard errno == ENOENT else { throw transfer.error(errno) }
        let copy = DirectoryCopy(calls: calls)
        var problem: Int32 = 0
        guard var target = root.directory.duplicate() else { throw transfer.error(errno) }
        for name in [trash, run] {
            guard
                let next = copy.open(
                    name,
                    in: target.number,
                    like: root.status,
                    changed: &changed,
                    problem: &problem
                )
            else { throw transfer.error(problem) }
            target = next
        }
        return try mirror(transfer, names, from: root.directory, to: target, changed: &changed)
    }

    /// Opens the directory that an item was in, and makes it where it is not there any more.
    private func makeHome(
        for transfer: Transfer,
        _ names: [CName],
        root: borrowing OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) -> Descriptor {
        let home = openDirectory(below: root.directory, at: names.dropLast(), open: openHere)
        if let home { return home }
        guard errno == ENOENT,
            let start = openDirectory(below: root.directory, at: [trash, run], open: openHere),
            let target = root.directory.duplicate()
        else { throw transfer.error(errno) }
        return try mirror(transfer, names, from: start, to: target, changed: &changed)
    }

    private func mirror(
        _ transfer: Transfer,
        _ names: [CName],
        from start: borrowing Descriptor,
        to end: consuming Descriptor,
        changed: inout SyncSet
    ) throws(StorageError) -> Descriptor {
        let copy = DirectoryCopy(calls: calls)
        var problem: Int32 = 0
        guard var original = start.duplicate() else { throw transfer.error(errno) }
        var target = end
        for name in names.dropLast() {
            let next = name.with { openHere($0, in: original.number) }
            if next < 0 { throw transfer.error(errno) }
            original = Descriptor(owning: next)
            guard let status = FileStatus(of: next) else { throw transfer.error(errno) }
            guard
                let made = copy.open(
                    name,
                    in: target.number,
                    like: status,
                    changed: &changed,
                    problem: &problem
                )
            else { throw transfer.error(problem) }
            target = made
        }
        return target
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
