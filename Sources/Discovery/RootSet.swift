// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Places of which none lies in another, and which of them holds a given place.
struct RootSet: Sendable {
    /// The outermost places, sorted.
    let places: [StorageURL]
    private let numbers: [StorageURL: Int]

    /// Makes a set of the outermost of these places.
    init(outermostOf all: [StorageURL]) {
        let known = Set(all.map(Self.normal))
        places = Set(all).filter { place in
            var current = Self.normal(place)
            while current.path.bytes.count > 1 {
                current = current.parent
                if known.contains(current) { return false }
            }
            return true
        }.sorted()
        numbers = Dictionary(
            places.enumerated().map { (Self.normal($1), $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The number of the place that is, or holds, the given one.
    func index(holding place: StorageURL) -> Int? {
        var current = Self.normal(place)
        while true {
            if let number = numbers[current] { return number }
            if current.path.bytes.count <= 1 { return nil }
            current = current.parent
        }
    }

    /// The place under the one name that its scheme's family has.
    private static func normal(_ place: StorageURL) -> StorageURL {
        StorageURL(scheme: place.schemeFamily, authority: place.authority, path: place.path)
    }
}

extension ScanRoot {
    /// What has to be listed so that all roots are: those that lie in no other, sorted.
    public static func outermost(of roots: [ScanRoot]) -> [StorageURL] {
        RootSet(outermostOf: roots.map(\.place)).places
    }
}
