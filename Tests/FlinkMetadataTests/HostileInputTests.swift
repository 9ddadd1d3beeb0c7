// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import FlinkMetadata

/// Any input gives a result or an error: never a trap, never a large allocation.
@Suite(.serialized) struct HostileInputTests {
    /// More than any of these inputs may cost, far less than one believed count would.
    private static let bound = 64 << 20

    @Test func `no part of a file is taken for the whole`() {
        for fixture in Fixture.small {
            guard let whole = attempt(fixture.bytes).metadata else { continue }
            for length in 0..<fixture.bytes.count {
                let (metadata, error) = attempt(Array(fixture.bytes[..<length]))
                if let metadata {
                    #expect(!metadata.isUnderstoodToTheEnd, "\(fixture.name) cut at \(length)")
                    #expect(metadata.references == whole.references)
                    #expect(metadata.pinnedDirectories == whole.pinnedDirectories)
                } else {
                    #expect(error.map { $0.offset <= Int64(length) } ?? false)
                }
            }
        }
    }

    @Test func `survives every change of a single byte`() {
        let before = PeakMemory.current()
        for fixture in Fixture.small {
            var bytes = fixture.bytes
            for position in bytes.indices {
                let old = bytes[position]
                for new in Set([0, 1, 0x7F, 0x80, 0xFF, old ^ 1]) where new != old {
                    bytes[position] = new
                    expectSanity(of: bytes, "\(fixture.name), byte \(position) = \(new)")
                }
                bytes[position] = old
            }
        }
        #expect(PeakMemory.current() - before < Self.bound)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `survives random bytes behind a good header`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var file = MetadataBytes(version: Int32.random(in: 2...6, using: &random))
            file.int32(Int32.random(in: 0...3, using: &random))
            let garbage = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                // Small numbers go deeper than uniform ones, which are refused at once.
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...17, using: &random)
                    : UInt8.random(in: 0...255, using: &random)
            }
            expectSanity(of: file.bytes + garbage, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `survives shuffled pieces of real files`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            guard var bytes = Fixture.small.randomElement(using: &random)?.bytes,
                let other = Fixture.small.randomElement(using: &random)?.bytes
            else { return }
            let first = Int.random(in: 8..<bytes.count, using: &random)
            let last = Int.random(in: first...bytes.count, using: &random)
            let start = Int.random(in: 0..<other.count, using: &random)
            let end = Int.random(in: start...other.count, using: &random)
            bytes.replaceSubrange(first..<last, with: other[start..<end])
            expectSanity(of: bytes, "seed \(seed)")
        }
    }

    @Test func `reads only the surroundings of a gigabyte of inlined state`() throws {
        var head = MetadataBytes()
        head.int32(1)
        head.beginOperator()
        head.uint8(1)
        head.text("coordinator")
        head.int32(1 << 30)
        var source = HollowByteSource(head: head.bytes, gap: 1 << 30, tail: [0, 0, 0, 0])
        let before = PeakMemory.current()
        let metadata = try MetadataReader.read(&source)
        #expect(metadata.inlineStates == InlineStates(count: 1, bytes: 1 << 30))
        #expect(source.bytesRead < 1 << 17)
        #expect(PeakMemory.current() - before < Self.bound)
    }

    @Test func `a huge count costs nothing`() {
        let before = PeakMemory.current()
        var file = MetadataBytes()
        file.int32(.max)
        let error = attempt(file.bytes).error
        #expect(error?.reason == .countTooLarge(.operators, count: .max, left: 0))
        #expect(PeakMemory.current() - before < Self.bound)
    }

    private func expectSanity(of bytes: [UInt8], _ comment: @autoclosure () -> String) {
        let (metadata, error) = attempt(bytes)
        if let metadata {
            // No reference takes fewer than 12 bytes, so no file can name more.
            let isSane =
                metadata.references.count <= bytes.count / 12
                && metadata.trailingBytes <= Int64(bytes.count)
            if !isSane { Issue.record(Comment(rawValue: comment())) }
        } else if let error, !(0...Int64(bytes.count)).contains(error.offset) {
            Issue.record(Comment(rawValue: comment()))
        }
    }
}

/// The most memory this process ever held, in bytes.
enum PeakMemory {
    static func current() -> Int {
        let url = URL(filePath: "/proc/self/status")
        guard let text = try? String(contentsOf: url, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(separator: " ").compactMap({ Int($0) }).first
        else { return 0 }
        return kibibytes << 10
    }
}
