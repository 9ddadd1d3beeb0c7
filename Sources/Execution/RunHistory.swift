// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Every run that has a journal.
public enum RunHistory {
    private struct Key: Hashable {
        let run: String
        let place: WrittenPlace
    }

    /// Reads all journals.
    ///
    /// - Parameter state: The state directory.
    /// - Returns: Runs, the oldest first, with what became of what they moved into the trash.
    /// - Throws: `StateError` where a journal cannot be read.
    public static func read(_ state: StateDirectory) throws(StateError) -> [PastRun] {
        var runs: [PastRun] = []
        for name in try state.runs() {
            runs.append(PastRun(name, try JournalReader(run: name, in: state)))
        }
        settle(&runs)
        return runs
    }

    /// Follows what was moved into the trash through the other runs.
    ///
    /// Not by their order: a clock may have been set back between two of them, and nothing is taken
    /// from the trash before it went there.
    private static func settle(_ runs: inout [PastRun]) {
        var trashed: [Key: (run: Int, item: Int)] = [:]
        for (number, run) in runs.enumerated() {
            for (position, item) in run.items.enumerated() where item.action == .trash {
                let key = Key(run: run.name, place: item.record.at)
                let fate = item.fateOfMove
                // What was brought back in part may have been written down as left since.
                if fate != nil || trashed[key] == nil { trashed[key] = (number, position) }
                runs[number].items[position].fate = fate
            }
        }
        for run in runs {
            for item in run.items where item.action == .restore || item.action == .empty {
                guard let fate = fate(item, by: run.name), let origin = item.origin,
                    let found = trashed[Key(run: origin, place: item.record.at)]
                else { continue }
                runs[found.run].items[found.item].fate = fate
            }
        }
    }

    private static func fate(_ item: PastRun.Item, by run: String) -> PastRun.Fate? {
        switch (item.outcome, item.action) {
        case (.done, .restore): .restored(by: run)
        case (.done, _): .emptied(by: run)
        case (.absent, _): .lost(foundBy: run)
        default: nil
        }
    }
}

extension PastRun.Item {
    /// Where a move to the trash left it.
    ///
    /// Where that is one step, of one that was only begun it is known after the next command.
    fileprivate var fateOfMove: PastRun.Fate? {
        switch outcome {
        case .done: .inTrash
        case .begun, .failed: root.hidesObjectByObject ? .half : nil
        case .left, .absent: nil
        }
    }
}

extension StorageURL {
    /// Whether moving something to the trash hides it there object by object, `_metadata` first.
    var hidesObjectByObject: Bool { schemeFamily == "s3" }
}
