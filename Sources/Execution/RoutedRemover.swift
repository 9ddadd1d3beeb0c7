// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Hands items to the remover of the store that they lie in, all of a store in one call.
struct RoutedRemover: StorageRemover {
    let removerFor: @Sendable (StorageURL) -> (any StorageRemover)?

    func startsProcesses(at root: StorageURL) -> Bool {
        removerFor(root)?.startsProcesses(at: root) ?? false
    }

    func removesObjectByObject(at root: StorageURL) -> Bool {
        removerFor(root)?.removesObjectByObject(at: root) ?? false
    }

    func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        route(items, "move to the trash") { $0.moveToTrash($1, run: run) }
    }

    func placesInTrash(of items: [RemovalItem], run: ObjectName) -> [StorageURL?] {
        var places = [StorageURL?](repeating: nil, count: items.count)
        for positions in groupedByStore(items.map(\.root)) {
            guard let remover = removerFor(items[positions[0]].root) else { continue }
            let told = remover.placesInTrash(of: positions.map { items[$0] }, run: run)
            for (position, place) in zip(positions, told) { places[position] = place }
        }
        return places
    }

    func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        route(items, "restore") { $0.restoreFromTrash($1, run: run) }
    }

    func remove(_ items: [RemovalItem]) -> [StorageError?] {
        route(items, "remove") { $0.remove($1) }
    }

    func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] {
        route(items, "remove") { $0.removeEmptyDirectories($1) }
    }

    func create(_ item: RemovalItem) throws(StorageError) {
        guard let remover = removerFor(item.root) else { throw missing(item, "create") }
        try remover.create(item)
    }

    func times(ofDirectoriesAbove items: [RemovalItem]) -> [DirectoryTime] {
        groupedByStore(items.map(\.root)).flatMap { positions in
            removerFor(items[positions[0]].root)?
                .times(ofDirectoriesAbove: positions.map { items[$0] }) ?? []
        }
    }

    func restore(_ times: [DirectoryTime]) {
        for positions in groupedByStore(times.map(\.root)) {
            removerFor(times[positions[0]].root)?.restore(positions.map { times[$0] })
        }
    }

    private func route(
        _ items: [RemovalItem],
        _ action: String,
        _ call: (any StorageRemover, [RemovalItem]) -> [StorageError?]
    ) -> [StorageError?] {
        var results = [StorageError?](repeating: nil, count: items.count)
        for positions in groupedByStore(items.map(\.root)) {
            guard let remover = removerFor(items[positions[0]].root) else {
                for position in positions { results[position] = missing(items[position], action) }
                continue
            }
            let answers = call(remover, positions.map { items[$0] })
            for (position, answer) in zip(positions, answers) { results[position] = answer }
        }
        return results
    }

    private func missing(_ item: RemovalItem, _ action: String) -> StorageError {
        StorageError(
            .failed,
            action: action,
            place: item.place,
            detail: "this build has no backend for the scheme \"\(item.root.scheme ?? "")\""
        )
    }
}

/// Positions of places, those of one store together, in the order of the first of each store.
func groupedByStore(_ places: [StorageURL]) -> [[Int]] {
    var groups: [[Int]] = []
    for (position, place) in places.enumerated() {
        if let known = groups.firstIndex(where: { places[$0[0]].isInSameStore(as: place) }) {
            groups[known].append(position)
        } else {
            groups.append([position])
        }
    }
    return groups
}
