// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel
internal import Storage

extension TrashedPlaces {
    /// What the journals say lies in the trash, or may.
    ///
    /// - Parameters:
    ///   - state: The state directory.
    ///   - countsBegun: Whether a move that was only begun counts as one that may have happened. Where
    ///     things go object by object a part of it may have.
    /// - Throws: `StateError` where a journal cannot be read.
    init(_ state: StateDirectory, countsBegun: Bool) throws {
        let user = NSUserName()
        var moves: [Move] = []
        var halves: [Move] = []
        var known: Set<ObjectName> = []
        var left: [ObjectName: Set<StorageURL>] = [:]
        for run in try RunHistory.read(state) {
            let name = ObjectName(run.name)
            for item in run.items where item.form != .emptyDirectory {
                let isHalf = item.fate == .half
                guard item.fate == .inTrash || isHalf || countsBegun && item.mayLieInTrash else {
                    continue
                }
                let move = Move(
                    place: item.place,
                    root: item.root,
                    run: name,
                    trash: item.record.trash?.url,
                    isCertain: item.fate == .inTrash,
                    isByThisUser: run.user == user
                )
                if isHalf { halves.append(move) } else { moves.append(move) }
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
        self.init(moves, halves: halves, knownRuns: known, left: left)
    }
}

extension PastRun.Item {
    fileprivate var mayLieInTrash: Bool {
        action == .trash && (outcome == .begun || outcome == .failed)
    }
}
