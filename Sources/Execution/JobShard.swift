// SPDX-License-Identifier: Apache-2.0

/// One part of the jobs of a policy, for several runs side by side: `2/4`, counted from 0.
///
/// A job's part depends on its name and on the number of parts alone: jobs that come and go move no
/// other, and one part more takes its share from each of the others and moves nothing between them
/// (rendezvous hashing).
public struct JobShard: Hashable, Sendable, CustomStringConvertible {
    /// Which part, from 0.
    public let index: Int
    /// How many parts there are.
    public let count: Int

    /// Makes a part; nil for numbers that name none.
    ///
    /// - Parameters:
    ///   - index: From 0, less than `count`.
    ///   - count: 1 to 1000.
    public init?(_ index: Int, of count: Int) {
        guard (1...1000).contains(count), (0..<count).contains(index) else { return nil }
        self.index = index
        self.count = count
    }

    /// Reads `2/4`; nil where it is no part.
    public init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
        self.init(index, of: count)
    }

    /// Whether a job is of this part.
    ///
    /// - Parameter name: The job's name.
    /// - Returns: True for exactly one part of those of a count.
    public func holds(_ name: String) -> Bool {
        let weights = (0..<count).map { Self.weight(of: name, in: $0) }
        return weights.indices.max { weights[$0] < weights[$1] } == index
    }

    /// A number that looks drawn by chance, and is always the same.
    ///
    /// Source: FNV-1a with 64 bits, mixed as MurmurHash3 does at its end.
    private static func weight(of name: String, in part: Int) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in Array("\(part)/\(name)".utf8) {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ hash >> 33
    }

    /// `2/4`.
    public var description: String { "\(index)/\(count)" }
}
