// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import JanitorTestSupport
import Testing

struct LineSplitterTests {
    /// Cuts bytes into chunks at random seams and gives the lines.
    private func lines(
        of bytes: [UInt8],
        seed: UInt64,
        with splitter: inout LineSplitter
    ) -> [[UInt8]] {
        var generator = SeededGenerator(seed: seed)
        var lines: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...9, using: &generator))
            let flow = splitter.take(bytes.span.extracting(start..<end)) { line in
                lines.append(line.withUnsafeBufferPointer { Array($0) })
                return .goOn
            }
            if flow == .stop { break }
            start = end
        }
        return lines
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `gives the same lines whatever the seams`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes: [UInt8] = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
            [0x0A, 0x61, 0x00, 0xFF].randomElement(using: &generator) ?? 0
        }
        var splitter = LineSplitter()
        let lines = lines(of: bytes, seed: seed, with: &splitter)
        var expected = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(
            Array.init
        )
        let rest = expected.removeLast()
        #expect(lines == expected, "seed \(seed)")
        #expect(splitter.unfinished == rest, "seed \(seed)")
        #expect(splitter.endsWhole == rest.isEmpty, "seed \(seed)")
        #expect(splitter.count == expected.count, "seed \(seed)")
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `refuses a line that is too long, in one chunk or in many`(seed: UInt64) {
        let bytes = Array("1234\n12345\n1\n".utf8)
        var splitter = LineSplitter(longest: 4)
        #expect(lines(of: bytes, seed: seed, with: &splitter) == [Array("1234".utf8)])
        #expect(splitter.isTooLong)
        #expect(!splitter.endsWhole)
    }

    @Test func `stops where the receiver wants no more`() {
        var splitter = LineSplitter(separator: 0)
        var seen = 0
        let flow = splitter.take([0x61, 0, 0x62, 0, 0x63].span) { _ in
            seen += 1
            return .stop
        }
        #expect(flow == .stop)
        #expect(seen == 1)
    }
}
