// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Why there is nothing to undo.
public struct UndoRefusal: Error, Sendable {
    /// What is wrong, as a sentence.
    public let cause: String
    /// The run of which the list of runs tells why; nil where that is to be looked through itself.
    public let run: String?
}

/// Finds what an undo is to bring back.
enum UndoSelection {
    /// The run that a name means.
    ///
    /// - Parameters:
    ///   - name: A run's name, or a beginning of it.
    ///   - history: All runs.
    ///   - state: The state directory that they were read from.
    /// - Returns: The run.
    /// - Throws: `UndoRefusal` where no run has the name, or several begin with it.
    static func run(
        _ name: String,
        in history: [PastRun],
        of state: StateDirectory
    ) throws(UndoRefusal) -> PastRun {
        let found = history.filter { $0.name == name }
        let meant = found.isEmpty ? history.filter { $0.name.hasPrefix(name) } : found
        guard let run = meant.first, meant.count == 1, !name.isEmpty else {
            let why = meant.isEmpty ? "there is no such run" : "\(meant.count) runs begin with that"
            throw UndoRefusal(
                cause: "cannot find the run \"\(name)\" in \"\(state.path)\": \(why)",
                run: nil
            )
        }
        return run
    }

    /// What a run moved into the trash and lies there still, in the order in which it comes back:
    /// the reverse of that in which it went, and directories that went as empty at the end, since
    /// what lay in them makes them again.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - places: What is asked for, with all below; empty for everything.
    /// - Returns: At least one thing.
    /// - Throws: `UndoRefusal` where there is nothing, or nothing at one of the places.
    static func items(
        of run: PastRun,
        _ places: [StorageURL]
    ) throws(UndoRefusal) -> [TrashedItem] {
        for place in places where !run.undoable.contains(where: { $0.place.isIn(place) }) {
            throw UndoRefusal(
                cause: "cannot bring back \"\(place)\": \(obstacle(place, run))",
                run: run.name
            )
        }
        let wanted = run.undoable.filter { item in
            places.isEmpty || places.contains { item.place.isIn($0) }
        }
        guard !wanted.isEmpty else {
            let isOpen = run.items.contains { $0.action == .trash && $0.outcome == .begun }
            let why = isOpen ? notKnown : "nothing of it lies in the trash"
            throw UndoRefusal(
                cause: "cannot undo the run \"\(run.name)\": \(why)",
                run: run.name
            )
        }
        let items = wanted.reversed().compactMap {
            TrashedItem(
                $0,
                of: run.name,
                because: .init(rule: "undo", text: "an undo of the run \(run.name) asked for it")
            )
        }
        return items.filter { $0.item.form != .emptyDirectory }
            + items.filter { $0.item.form == .emptyDirectory }
    }

    /// Why something of a run cannot come back.
    private static func obstacle(_ place: StorageURL, _ run: PastRun) -> String {
        let item = run.items.last { $0.place.isIn(place) }
        return switch item?.fate {
        case .restored(let by): "it was brought back by \(by)"
        case .emptied(let by): "it was removed from the trash by \(by)"
        case .lost(let by): "\(by) did not find it in the trash"
        case .inTrash: "it lies in the trash"
        case .half: "a part of it lies in the trash"
        case nil: item.map(reason(toStay:)) ?? "the run did not take it"
        }
    }

    private static func reason(toStay item: PastRun.Item) -> String {
        switch (item.action, item.outcome) {
        case (.remove, .done): "it was removed for good: the policy keeps no trash for it"
        case (.remove, .begun), (.remove, .failed):
            "its removal was begun, and what went of it is gone for good"
        case (_, .begun): notKnown
        case (_, .absent): "it was gone before the run came to it"
        default: "the run left it where it was"
        }
    }

    private static let notKnown =
        "it was cut off, and the next run finds out how far it came; try again after that"
}

extension StorageURL {
    /// Tells whether this place is another one or lies below it.
    func isIn(_ other: StorageURL) -> Bool { path(below: other) != nil }
}
