// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Testing

struct MemoryByteSourceTests {
    private func read(_ source: inout MemoryByteSource, _ count: Int) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0xEE, count: count)
        let read = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
        #expect(buffer[read...].allSatisfy { $0 == 0xEE })
        return Array(buffer.prefix(read))
    }

    @Test func `gives its bytes from front to back and then nothing`() throws {
        var source = MemoryByteSource([1, 2, 3, 4, 5])
        #expect(source.length == 5)
        #expect(try read(&source, 2) == [1, 2])
        #expect(try read(&source, 9) == [3, 4, 5])
        #expect(try read(&source, 9).isEmpty)
        #expect(source.length == 5)
    }

    @Test func `passes over bytes, and over the end`() throws {
        var source = MemoryByteSource([1, 2, 3, 4, 5])
        try source.skip(0)
        try source.skip(3)
        #expect(try read(&source, 1) == [4])
        try source.skip(.max)
        #expect(try read(&source, 1).isEmpty)
        try source.skip(.max)
        #expect(try read(&source, 1).isEmpty)
    }

    @Test func `an empty one has nothing to give`() throws {
        var source = MemoryByteSource([])
        #expect(source.length == 0)
        #expect(try read(&source, 4).isEmpty)
        try source.skip(1)
        #expect(try read(&source, 4).isEmpty)
    }

    @Test(arguments: 0..<100)
    func `any steps give what slices give`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let bytes = (0..<200).map { UInt8($0) }
        var source = MemoryByteSource(bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...40, using: &generator)
            if Bool.random(using: &generator) {
                #expect(try read(&source, count) == Array(rest.prefix(count)), "seed \(seed)")
            } else {
                try source.skip(Int64(count))
            }
            rest = rest.dropFirst(count)
        }
        #expect(try read(&source, 1).isEmpty)
    }
}
