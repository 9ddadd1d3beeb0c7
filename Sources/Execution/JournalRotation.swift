// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc

/// Keeps the journals of all runs together below a size: the oldest go first.
///
/// A journal stays, whatever its age, while something of its run lies in the trash, in whole or in part,
/// while its run has not come to its end, and while it is among the newest, which the next run looks
/// back at.
struct JournalRotation {
    /// The most that all journals together may take, in bytes: 256 MiB.
    static let usualLimit = 256 << 20
    /// Journals that stay in any case.
    private static let fewest = 50

    let state: StateDirectory
    /// The most that all journals together may take, in bytes.
    let limit: Int
    /// Journals that stay in any case.
    var fewest = Self.fewest

    /// Removes the oldest journals until the rest is small enough.
    ///
    /// - Parameter history: All runs, the oldest first.
    /// - Returns: Names of runs whose journals were removed.
    func rotate(_ history: [PastRun]) -> [String] {
        let sizes = history.map { size(of: $0.name) }
        var total = sizes.reduce(0, +)
        var removed: [String] = []
        for (run, size) in zip(history, sizes).dropLast(fewest) where total > limit {
            let isOpen =
                run.ended == nil
                || run.items.contains { $0.outcome == .begun } || !run.undoable.isEmpty
            guard !isOpen, unlink(state.journalFile(run.name)) == 0 else { continue }
            total -= size
            removed.append(run.name)
        }
        return removed
    }

    private func size(of run: String) -> Int {
        var status = stat()
        return stat(state.journalFile(run), &status) == 0 ? Int(status.st_size) : 0
    }
}
