// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Places that one reader serves in the same calls.
public struct SharedReader: Sendable {
    /// The reader; nil where there is no backend for the places.
    public let reader: (any StorageReader)?
    /// Positions in the list of places that was asked about, in its order; never empty.
    public fileprivate(set) var positions: [Int]

    /// Puts places together as far as one reader serves them.
    ///
    /// - Parameters:
    ///   - places: Places of any stores.
    ///   - readerFor: Gives the reader of the store that a place lies in.
    /// - Returns: Every position once, in the order of the first place of each reader.
    public static func all(
        of places: [StorageURL],
        _ readerFor: (StorageURL) -> (any StorageReader)?
    ) -> [SharedReader] {
        var shared: [SharedReader] = []
        for (position, place) in places.enumerated() {
            if let known = shared.firstIndex(where: { $0.reader?.serves(place) ?? false }) {
                shared[known].positions.append(position)
            } else {
                shared.append(SharedReader(reader: readerFor(place), positions: [position]))
            }
        }
        return shared
    }
}
