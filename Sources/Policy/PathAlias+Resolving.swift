// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

extension [PathAlias] {
    /// The alias that says where a place is: the one with the longest place as written.
    ///
    /// - Parameter place: As metadata or Flink write it.
    /// - Returns: Nil where none says anything of it.
    public func covering(_ place: StorageURL) -> PathAlias? {
        filter { place.path(below: $0.written) != nil }
            .max { $0.written.path.bytes.count < $1.written.path.bytes.count }
    }

    /// Where a place is; the place itself where no alias says otherwise.
    ///
    /// - Parameter place: As metadata or Flink write it.
    /// - Returns: As listings show it.
    public func resolve(_ place: StorageURL) -> StorageURL {
        guard let alias = covering(place), let actual = alias.actual,
            let below = place.path(below: alias.written)
        else { return place }
        return actual.appending(below)
    }

    /// How Flink writes a place; the place itself where no alias says otherwise.
    ///
    /// - Parameter place: As listings show it.
    /// - Returns: What `resolve` leads here from, by the alias with the longest place that is.
    public func written(_ place: StorageURL) -> StorageURL {
        var best: (length: Int, place: StorageURL)?
        for alias in self {
            guard let actual = alias.actual, let below = place.path(below: actual) else { continue }
            let written = alias.written.appending(below)
            guard resolve(written) == place, actual.path.bytes.count > best?.length ?? -1 else {
                continue
            }
            best = (actual.path.bytes.count, written)
        }
        return best?.place ?? place
    }
}
