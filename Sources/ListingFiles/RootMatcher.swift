// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Tells which of the roots that were asked for holds an object of a listing.
///
/// A listing may have been made for more than is asked for now: of a whole store, or of the
/// directory of all jobs.
struct RootMatcher {
    private let roots: [StorageURL]
    /// Roots below the part in hand, by their paths there.
    private var numbers: [ObjectName: Int] = [:]
    /// The root that the part in hand is itself, or lies in; and its path below that.
    private var whole: Int?
    private var lastHit: (number: Int, path: [UInt8])?
    private var lastMiss: [UInt8]?

    init(_ roots: [StorageURL]) {
        self.roots = roots
    }

    /// Begins a part of a listing.
    ///
    /// - Parameter place: What was listed.
    /// - Returns: The roots of which everything lies in it.
    mutating func enter(_ place: StorageURL) -> [Int] {
        (numbers, whole, lastHit, lastMiss) = ([:], nil, nil, nil)
        var covered: [Int] = []
        guard let place = place.scheme == nil ? inOnlyHadoopStore(place) : place else { return [] }
        for (number, root) in roots.enumerated() {
            guard let below = root.path(below: place) else { continue }
            covered.append(number)
            if below.bytes.isEmpty { whole = number } else { numbers[below] = number }
        }
        return covered
    }

    /// A place in the one HDFS store that all roots lie in; nil where they lie anywhere else.
    private func inOnlyHadoopStore(_ place: StorageURL) -> StorageURL? {
        guard let first = roots.first, first.scheme == "hdfs" || first.scheme == "viewfs",
            roots.allSatisfy({ $0.isInSameStore(as: first) })
        else { return nil }
        return StorageURL(scheme: first.scheme, authority: first.authority, path: place.path)
    }

    /// Finds the root that holds an object.
    ///
    /// - Parameter path: Below the part in hand.
    /// - Returns: The root, and how many bytes of the path lie in front of what is below it; nil
    ///   where none of the roots holds it.
    mutating func match(_ path: UnsafeRawBufferPointer) -> (root: Int, skipped: Int)? {
        if let whole { return (whole, 0) }
        if let lastHit, let skipped = Self.skipped(path, below: lastHit.path) {
            return (lastHit.number, skipped)
        }
        // Whatever lies in one directory with something in no root lies in none, or is one itself.
        let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
        if let lastMiss, slash == lastMiss.count, path[..<slash].elementsEqual(lastMiss) {
            return exact(path)
        }
        var end = 0
        while end < path.count {
            end = path[(end + 1)...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
            let name = ObjectName(path[..<end])
            if let number = numbers[name] {
                lastHit = (number, name.bytes)
                return (number, min(end + 1, path.count))
            }
        }
        lastMiss = Array(path[..<slash])
        return nil
    }

    private mutating func exact(_ path: UnsafeRawBufferPointer) -> (root: Int, skipped: Int)? {
        let name = ObjectName(path)
        guard let number = numbers[name] else { return nil }
        lastHit = (number, name.bytes)
        return (number, path.count)
    }

    /// How much of a path lies in front of what is below a directory; nil where it is elsewhere.
    private static func skipped(_ path: UnsafeRawBufferPointer, below directory: [UInt8]) -> Int? {
        guard path.starts(with: directory) else { return nil }
        if path.count == directory.count { return path.count }
        return path[directory.count] == UInt8(ascii: "/") ? directory.count + 1 : nil
    }
}
