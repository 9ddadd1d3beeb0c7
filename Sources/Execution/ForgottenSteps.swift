// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// What runs left half done so long ago that no run tries to finish it any more.
///
/// It is told of as long as the journal is there; nothing is asked of a store for that.
struct ForgottenSteps {
    private let history: [PastRun]
    private let covers: (StorageURL) -> Bool

    /// Makes it.
    ///
    /// - Parameters:
    ///   - history: All runs, the oldest first.
    ///   - covers: Tells whether a root is this command's: of others whoever works on them tells.
    init(_ history: [PastRun], in covers: @escaping (StorageURL) -> Bool) {
        self.history = history
        self.covers = covers
    }

    /// One line for each run and what it left, with what helps.
    var notes: [String] {
        let old = history.dropLast(UnfinishedRun.reach)
        return old.indices.flatMap { position -> [String] in
            let run = old[position]
            let items = run.items.filter { covers($0.root) }
            return [
                note(
                    "the run \(run.name) hid in part",
                    items.filter { $0.fate == .half },
                    "bring it back with: janitor undo \(run.name)",
                    "finish it, and remove for good what that run has in the trash, with: "
                        + "janitor trash empty \(run.name)"
                ),
                note(
                    "the run \(run.name) removed in part",
                    items.filter {
                        $0.action == .remove && $0.isOpen && !hasGone($0.place, after: position)
                    },
                    "finish it with: janitor trash empty \(run.name)"
                ),
            ].compactMap(\.self) + failedUndos(items)
        }
    }

    /// What an undo did not bring back and still lies in the trash, by the run that moved it there.
    private func failedUndos(_ items: [PastRun.Item]) -> [String] {
        let open = items.filter { $0.action == .restore && $0.isOpen }
        return Dictionary(grouping: open) { $0.origin ?? "" }.sorted { $0.key < $1.key }
            .compactMap { origin, items in
                let past = history.first { $0.name == origin }
                let there = Set((past?.trashed ?? []).map(\.place))
                return note(
                    "an undo of the run \(origin) did not bring back",
                    items.filter { there.contains($0.place) },
                    "try it again with: janitor undo \(origin)"
                )
            }
    }

    /// Tells whether a later run took what was left of something.
    private func hasGone(_ place: StorageURL, after position: Int) -> Bool {
        history[(position + 1)...].contains { run in
            run.items.contains { item in
                (item.action == .trash || item.action == .remove) && item.outcome == .done
                    && place.isIn(item.place)
            }
        }
    }

    private func note(_ what: String, _ items: [PastRun.Item], _ hints: String...) -> String? {
        guard let first = items.first else { return nil }
        let more = items.count == 1 ? "" : " and \(items.count - 1) more"
        let hint = hints.joined(separator: "; or ")
        return "\(what) \"\(first.place)\"\(more), too long ago to be tried again\n  hint: \(hint)"
    }
}

extension PastRun.Item {
    /// Whether it may have been left half done.
    fileprivate var isOpen: Bool { outcome == .begun || outcome == .failed }
}
