// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

extension RunEnvironment {
    /// Gives up what of named runs nothing in the store tells of any more.
    ///
    /// From now on it neither protects nor can it be brought back; nothing is removed from the store.
    /// Without that a record that is gone for good would have everything left alone for ever.
    ///
    /// - Parameters:
    ///   - runs: Names of runs; nothing is given up of others.
    ///   - history: All runs.
    ///   - locks: Nothing is given up of roots that are not locked.
    /// - Returns: One line for each thing that was given up; it is in a journal of its own.
    /// - Throws: `StorageError` where it is not known what the store tells; `StateError` where the
    ///   journal cannot be written.
    func giveUp(
        _ runs: Set<String>,
        _ history: [PastRun],
        _ locks: RootLocks
    ) throws -> [String] {
        var lost: [TrashedItem] = []
        for run in history where runs.contains(run.name) {
            // A directory that went as empty is made again by whatever comes back.
            let undoable = run.undoable.filter { item in
                locks.cover(item.root)
                    && (item.form != .emptyDirectory
                        || remover.removesObjectByObject(at: item.root))
            }
            let roots = Dictionary(grouping: undoable, by: \.root).sorted { $0.key < $1.key }
            for (root, items) in roots {
                let untold = Set(
                    try readerFor(root)?.placesWithoutRecord(
                        items.map(\.place),
                        of: ObjectName(run.name),
                        below: root
                    ) ?? []
                )
                lost += items.filter { untold.contains($0.place) }.compactMap {
                    TrashedItem($0, of: run.name, because: Self.givenUp)
                }
            }
        }
        guard !lost.isEmpty else { return [] }
        try write(lost, locks)
        return lost.map { item in
            "gave up \"\(item.item.place)\", which the run \(item.run) had moved to the trash: no "
                + "record of it is left\n  hint: nothing of it was removed; \(Self.rest(of: item))"
        }
    }

    private static func rest(of item: TrashedItem) -> String {
        item.item.root.schemeFamily == "s3"
            ? "if its old versions are still in the bucket, they stay there until somebody removes them"
            : "if it lies in another user's trash, it stays there until that is emptied"
    }

    private static let givenUp = JournalRecord.WrittenReason(
        rule: "trashGivenUp",
        text: "nothing tells of it any more: somebody asked to empty the trash and so gave it up"
    )

    private func write(_ lost: [TrashedItem], _ locks: RootLocks) throws(StateError) {
        let now = clock()
        let name = name(at: now) + "-given-up"
        var begin = begin("trash empty", run: name, at: now, locks)
        begin.steps = 1
        let journal = try Journal(of: name, beginningWith: begin, in: state)
        var done = JournalRecord(.done, at: now)
        done.number = 1
        done.action = .empty
        done.items = lost.map(\.journalItem)
        done.results = lost.map { _ in .init(outcome: .absent, error: Self.givenUp.text) }
        try journal.append(done)
        let report = RunReport(run: name, lines: [], isCutShort: false, notes: [])
        try journal.end(report, at: now)
    }
}
