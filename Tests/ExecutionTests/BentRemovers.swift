// SPDX-License-Identifier: Apache-2.0

import Foundation
import SnapshotModel
import Storage
import StorageRemoval

/// A remover that lets something happen before each item goes.
struct Meddler: StorageRemover {
    let meddle: @Sendable (RemovalItem) -> Void

    func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        items.forEach(meddle)
        return LocalRemover().moveToTrash(items, run: run)
    }

    func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        LocalRemover().restoreFromTrash(items, run: run)
    }

    func remove(_ items: [RemovalItem]) -> [StorageError?] { LocalRemover().remove(items) }

    func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] {
        LocalRemover().removeEmptyDirectories(items)
    }

    func create(_ item: RemovalItem) throws(StorageError) { try LocalRemover().create(item) }
}

/// A remover that comes no further than `_metadata` in one step, and does nothing from then on.
final class Dying: StorageRemover, @unchecked Sendable {
    private let last: Int
    private var step = 0

    init(at step: Int) {
        last = step
    }

    func remove(_ items: [RemovalItem]) -> [StorageError?] {
        defer { step += 1 }
        if step < last { return LocalRemover().remove(items) }
        if step == last {
            for item in items {
                let path = item.place.path.description
                try? FileManager.default.removeItem(atPath: "\(path)/_metadata")
            }
        }
        return items.map {
            StorageError(.failed, action: "remove", place: $0.place, detail: "killed")
        }
    }

    func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        items.map { StorageError(.failed, action: "move", place: $0.place, detail: "killed") }
    }

    func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        moveToTrash(items, run: run)
    }

    func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] { remove(items) }

    func create(_ item: RemovalItem) throws(StorageError) { try LocalRemover().create(item) }
}

/// A remover that fails with some items and touches nothing of them.
struct Refusing: StorageRemover {
    /// What is said of them.
    var reason = StorageError.Reason.failed
    let isRefused: @Sendable (RemovalItem) -> Bool

    private func sieve(
        _ items: [RemovalItem],
        _ call: ([RemovalItem]) -> [StorageError?]
    ) -> [StorageError?] {
        var answers = call(items.filter { !isRefused($0) })[...]
        return items.map { item in
            guard isRefused(item) else { return answers.popFirst() ?? nil }
            return StorageError(reason, action: "touch", place: item.place, detail: "refused")
        }
    }

    func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        sieve(items) { LocalRemover().moveToTrash($0, run: run) }
    }

    func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?] {
        sieve(items) { LocalRemover().restoreFromTrash($0, run: run) }
    }

    func remove(_ items: [RemovalItem]) -> [StorageError?] {
        sieve(items) { LocalRemover().remove($0) }
    }

    func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?] {
        LocalRemover().removeEmptyDirectories(items)
    }

    func create(_ item: RemovalItem) throws(StorageError) { try LocalRemover().create(item) }
}
