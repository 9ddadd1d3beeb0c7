// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// The ways into the trash and out of it: directories that are opened, or made after others.
extension LocalTrash {
    /// Opens the directory in the trash that holds an item; nil with `errno` set.
    func descend(_ root: borrowing Descriptor, _ names: [CName]) -> Descriptor? {
        openDirectory(below: root, at: [trash, run] + names.dropLast(), open: openHere)
    }

    /// Tells whether an item lies in the trash, or cannot be looked for there.
    func holds(_ item: RemovalItem, root: borrowing OpenRoot) -> Bool {
        guard let names = try? item.names(allowing: .none, action: "look for"),
            let name = names.last
        else { return false }
        guard let directory = descend(root.directory, names) else { return errno != ENOENT }
        return name.with { FileStatus(of: $0, in: directory.number) } != nil || errno != ENOENT
    }

    /// Opens the directory in the trash that an item goes to, and makes it where it is not there.
    func makeWay(
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
    func makeHome(
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

    /// Removes a directory in which nothing is, and leaves one like it in the trash.
    ///
    /// That one has its owner, mode and time, so that it can be made again.
    ///
    /// - Throws: `alreadyExists` where something lies in it.
    func standIn(
        for item: RemovalItem,
        root: inout OpenRoot,
        changed: inout SyncSet
    ) throws(StorageError) {
        let (transfer, names) = try prepare(item, .intoTrash)
        let home = try root.parent(of: item, names, action: transfer.direction.action)
        guard let found = transfer.name.with({ FileStatus(of: $0, in: home) }),
            let before = FileStatus(of: home)
        else { throw transfer.error(errno) }
        let action = transfer.direction.action
        if let error = item.mismatch(with: found, untouched: false, action: action) { throw error }
        // One level more than the way to it: the directory itself.
        _ = try makeWay(
            for: transfer,
            names + [transfer.name],
            root: root,
            changed: &changed
        )
        let problem = transfer.name.with { calls.removeDirectory(home, $0) }
        // Where it is gone although that failed, what stands for it has to stay.
        if problem != 0, !transfer.isGone(from: home) {
            prune(item, root: root)
            throw transfer.error(problem)
        }
        var after = DirectoryCopy(calls: calls).keepTime(of: home, as: before)
        if after == 0 { after = changed.add(home) }
        root.forget()
        if after != 0 { throw transfer.moveHappened(after) }
    }

    /// Tells whether a directory that went as empty stands at its place again: what lay in it may
    /// have been restored before it.
    func isBack(_ item: RemovalItem, root: borrowing OpenRoot) -> Bool {
        guard let names = try? item.names(allowing: .none, action: "restore from the trash") else {
            return false
        }
        return openDirectory(below: root.directory, at: names, open: openHere) != nil
    }
}
