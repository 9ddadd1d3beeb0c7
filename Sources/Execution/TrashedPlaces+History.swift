// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel
internal import Storage

extension TrashedPlaces {
    /// What the journals say lies in the trash, or may.
    ///
    /// - Parameters:
    ///   - state: The state directory.
    ///   - countsBegun: Whether a move that was only begun counts. Not where things go object by object:
    ///     there the rest of it lies where it was, and would be needed by what went first.
    /// - Throws: `StateError` where a journal cannot be read.
    init(_ state: StateDirectory, countsBegun: Bool) throws {
        let user = NSUserName()
        var moves: [Move] = []
        var known: Set<ObjectName> = []
        var left: [ObjectName: Set<StorageURL>] = [:]
        for run in try RunHistory.read(state) {
            let name = ObjectName(run.name)
            for item in run.items where item.form != .emptyDirectory {
                guard item.fate == .inTrash || countsBegun && item.mayLieInTrash else { continue }
                moves.append(
                    Move(
                        place: item.place,
                        root: item.root,
                        run: name,
                        trash: item.record.trash?.url,
                        isCertain: item.fate == .inTrash,
                        isByThisUser: run.user == user
                    )
                )
            }
            if run.isDamaged {
                let gone = run.items.filter {
                    $0.fate != nil && $0.fate != .inTrash && $0.fate != .half
                }
                left[name] = Set(gone.map(\.place))
            } else {
                known.insert(name)
            }
        }
        self.init(moves, knownRuns: known, left: left)
    }
}

extension PastRun.Item {
    fileprivate var mayLieInTrash: Bool {
        action == .trash && (outcome == .begun || outcome == .failed)
    }
}
