// SPDX-License-Identifier: Apache-2.0

/// Roots that one listing answers for.
struct ListingGroup {
    /// What is listed.
    let prefix: KeyPrefix
    /// The roots' positions and prefixes.
    let roots: [(root: Int, prefix: KeyPrefix)]

    /// Keys that a client lists in the time that it takes to start.
    ///
    /// Source: measured: `aws` lists 14,000 keys a second and takes 0.8 s to start.
    private static let keysPerStart = 11_000

    /// Puts roots together as far as one listing of all is cheaper than one for each.
    ///
    /// - Parameters:
    ///   - roots: What is to be listed.
    ///   - notes: What earlier listings showed.
    /// - Returns: Groups that together hold every root once.
    static func groups(
        of roots: [(root: Int, prefix: KeyPrefix)],
        notes: ListingNotes
    ) -> [ListingGroup] {
        var groups: [ListingGroup] = []
        let buckets = Dictionary(grouping: roots) { $0.prefix.bucket }
        for (_, roots) in buckets.sorted(by: { $0.key < $1.key }) {
            if let group = together(roots, notes) {
                groups.append(group)
                continue
            }
            let parents = Dictionary(grouping: roots) { $0.prefix.parent }
            for parent in parents.keys.sorted(by: { $0.text < $1.text }) {
                let roots = parents[parent] ?? []
                // Most of what lies below the parent is asked for: `{job}` was expanded by it.
                if roots.count > 1, let children = notes.children(of: parent),
                    roots.count * 2 >= children
                {
                    groups.append(ListingGroup(prefix: parent, roots: roots))
                } else {
                    groups += together(roots, notes).map { [$0] } ?? alone(roots)
                }
            }
        }
        return groups
    }

    /// All roots as one group, where that is known to be cheaper.
    private static func together(
        _ roots: [(root: Int, prefix: KeyPrefix)],
        _ notes: ListingNotes
    ) -> ListingGroup? {
        guard let first = roots.first, roots.count > 1 else { return nil }
        let common = roots.reduce(first.prefix) { $0.shared(with: $1.prefix) ?? $0 }
        guard let (keys, _) = notes.count(below: common), isCheaper(keys: keys, than: roots.count)
        else { return nil }
        return ListingGroup(prefix: common, roots: roots)
    }

    /// Tells whether listing so many keys takes less time than so many starts of the client.
    static func isCheaper(keys: Int, than starts: Int) -> Bool {
        starts > 1 && keys / keysPerStart < starts
    }

    private static func alone(_ roots: [(root: Int, prefix: KeyPrefix)]) -> [ListingGroup] {
        roots.map { ListingGroup(prefix: $0.prefix, roots: [$0]) }
    }
}

/// Finds the root that a key lies below.
struct RootFinder {
    private let roots: [ArraySlice<UInt8>: Int]
    /// The directory of the last key, and what was found of it: keys come in order.
    private var directory: [UInt8] = []
    private var found: (root: Int, length: Int)?

    init(_ prefixes: [(root: Int, prefix: KeyPrefix)]) {
        var roots: [ArraySlice<UInt8>: Int] = [:]
        for (root, prefix) in prefixes { roots[prefix.bytes[...]] = root }
        self.roots = roots
        found = roots[[]].map { ($0, 0) }
    }

    /// The root and the length of its prefix; nil for a key below none.
    mutating func root(of key: StoredKey) -> (root: Int, length: Int)? {
        let slash = key.bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        if slash == directory.count, key.bytes.starts(with: directory) { return found }
        directory = Array(key.bytes[..<slash])
        found = roots[[]].map { ($0, 0) }
        for (index, byte) in directory.enumerated() where byte == UInt8(ascii: "/") {
            if let root = roots[directory[...index]] { found = (root, index + 1) }
        }
        return found
    }
}
