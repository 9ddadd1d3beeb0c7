// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

extension TrashedPlaces {
    /// What the journals say lies in the trash, or may: a move that was only begun counts.
    ///
    /// - Parameter state: The state directory.
    /// - Throws: `StateError` where a journal cannot be read.
    init(_ state: StateDirectory) throws {
        var runs: [StorageURL: ObjectName] = [:]
        for run in try RunHistory.read(state) {
            for item in run.items where item.mayLieInTrash && item.form != .emptyDirectory {
                runs[item.place] = ObjectName(run.name)
            }
        }
        self.init(runs)
    }
}

extension PastRun.Item {
    fileprivate var mayLieInTrash: Bool {
        fate == .inTrash || (action == .trash && outcome != .done && outcome != .left)
    }
}
