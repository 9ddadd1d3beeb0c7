// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

extension PastRun {
    /// How a run took something away, as its journal tells.
    public struct Departure: Sendable {
        /// The run's name.
        public let run: String
        /// What was taken: the thing itself, or a snapshot that it lay in.
        public let item: Item
    }
}

extension [PastRun] {
    /// How something went.
    ///
    /// - Parameter place: Where it was.
    /// - Returns: What the last run did that took it, or what it lay in; nil where none did.
    public func departure(of place: StorageURL) -> PastRun.Departure? {
        for run in reversed() {
            let item = run.items.last {
                ($0.action == .trash || $0.action == .remove) && $0.outcome == .done
                    && place.isIn($0.place)
            }
            if let item { return PastRun.Departure(run: run.name, item: item) }
        }
        return nil
    }
}
