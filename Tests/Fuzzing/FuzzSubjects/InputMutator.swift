// SPDX-License-Identifier: Apache-2.0

/// Makes inputs of sound ones: changed bytes, claimed lengths, words in other places, splices.
public struct InputMutator {
    private let seeds: [[UInt8]]
    private let words: [[UInt8]]
    private let longest: Int

    /// Makes a mutator.
    ///
    /// - Parameters:
    ///   - seeds: Sound inputs, at least one.
    ///   - longest: The most bytes that an input gets.
    public init(seeds: [[UInt8]], longest: Int = 1 << 15) {
        self.seeds = seeds
        self.longest = longest
        words = Array(Set(seeds.flatMap(Self.words)).sorted { $0.lexicographicallyPrecedes($1) })
    }

    /// The next input.
    public func input(using random: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = seeds.randomElement(using: &random) ?? []
        // One change finds what checks miss; many get past them.
        for _ in 0..<[1, 1, 1, 2, 3, 8].randomElement(using: &random, or: 1) {
            change(&bytes, using: &random)
        }
        return Array(bytes.prefix(longest))
    }

    private func change(_ bytes: inout [UInt8], using random: inout some RandomNumberGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 0...24, using: &random))
        switch Int.random(in: 0..<11, using: &random) {
        case 0 where place < bytes.count:
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where place < bytes.count:
            bytes[place] = [0, 1, 0x7F, 0x80, 0xFF, 0x0A, 0x22, 0x5C]
                .randomElement(using: &random, or: 0)
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 4: bytes.removeSubrange(place...)
        case 5: replaceNumber(in: &bytes, from: place, using: &random)
        case 6: bytes.replaceSubrange(place..<end, with: claim(using: &random))
        case 7: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
        case 8: replaceWord(in: &bytes, from: place, using: &random)
        case 9: splice(&bytes, at: place, using: &random)
        default: repeatLine(of: &bytes, from: place, using: &random)
        }
    }

    /// A length or count at a limit, as Java writes it.
    private func claim(using random: inout some RandomNumberGenerator) -> [UInt8] {
        let number: Int64 = [0, -1, 1, 127, 255, 65_535, 1 << 20, 1 << 30, 1 << 31, .max, .min]
            .map { $0 as Int64 }.randomElement(using: &random, or: 0)
        let width = [2, 4, 4, 8].randomElement(using: &random, or: 4)
        return (0..<width).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    /// A number in text that is hard on whoever calculates with it.
    private func replaceNumber(
        in bytes: inout [UInt8],
        from place: Int,
        using random: inout some RandomNumberGenerator
    ) {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        let hard = [
            "0", "-1", "9999", "00", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "18446744073709551616", "1e400", "4294967296", "2262", "1.5",
        ]
        bytes.replaceSubrange(start..<end, with: hard.randomElement(using: &random, or: "0").utf8)
    }

    private func replaceWord(
        in bytes: inout [UInt8],
        from place: Int,
        using random: inout some RandomNumberGenerator
    ) {
        guard let start = bytes[place...].firstIndex(where: Self.isWord),
            let word = words.randomElement(using: &random)
        else { return }
        let end = bytes[start...].firstIndex { !Self.isWord($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: word)
    }

    private func splice(
        _ bytes: inout [UInt8],
        at place: Int,
        using random: inout some RandomNumberGenerator
    ) {
        let other = seeds.randomElement(using: &random) ?? []
        let start = Int.random(in: 0...other.count, using: &random)
        bytes.replaceSubrange(place..., with: other[start...])
    }

    /// Moves a line to another place, or has it twice.
    private func repeatLine(
        of bytes: inout [UInt8],
        from place: Int,
        using random: inout some RandomNumberGenerator
    ) {
        let feed = UInt8(ascii: "\n")
        let start = bytes[..<place].lastIndex(of: feed).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(of: feed).map { $0 + 1 } ?? bytes.count
        let line = Array(bytes[start..<end])
        if Bool.random(using: &random) { bytes.removeSubrange(start..<end) }
        let target = Int.random(in: 0...bytes.count, using: &random)
        let behind = bytes[target...].firstIndex(of: feed).map { $0 + 1 } ?? bytes.count
        bytes.insert(contentsOf: line, at: behind)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte) || byte >= 0x80
    }

    private static func words(of bytes: [UInt8]) -> Set<[UInt8]> {
        Set(bytes.split { !isWord($0) }.filter { (2...40).contains($0.count) }.map { Array($0) })
    }
}

extension Array {
    /// An element, or another value where there is none.
    fileprivate func randomElement(
        using random: inout some RandomNumberGenerator,
        or other: Element
    ) -> Element {
        randomElement(using: &random) ?? other
    }
}
