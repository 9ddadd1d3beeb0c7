// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import SnapshotModel
import Storage
import Testing

@testable import Discovery

/// Metadata that are read on another thread come as they would without one.
struct MetadataReadingTests {
    /// What is wrong with one file of the test.
    private enum Fault: CaseIterable {
        case none, gone, longer, newer, damaged
    }

    private func read(_ files: [ListedMetadata]) -> [String] {
        var seen: [String] = []
        MetadataReading(files: files, reader: LocalStorage()).forEach { index, outcome in
            let text =
                switch outcome {
                case .read(let metadata, let isWhole, let trailing):
                    "\(metadata.checkpointID) \(isWhole) \(trailing) \(metadata.paths.count)"
                case .changed: "changed"
                case .unreadable(let why): why
                case .failed(let error): "\(error.reason)"
                }
            seen.append("\(index): \(text)")
        }
        return seen
    }

    @Test(arguments: [0, 1, 16, 17, 64, 65, 300])
    func `each file comes once, in order, with what it came to`(count: Int) throws {
        let directory = try TemporaryDirectory()
        var random = SeededGenerator(seed: UInt64(count))
        // Nil for what does not read: the reader of metadata has its own words.
        var expected: [String?] = []
        let time = Instant(seconds: 1_700_000_000)
        let files = try (0..<count).map { number -> ListedMetadata in
            let shared = (0..<number % 5).map { SampleMetadata.File("file:/x/\($0)", 4) }
            var bytes = SampleMetadata.checkpoint(id: Int64(number), shared: shared, own: [])
            let fault = Fault.allCases.randomElement(using: &random) ?? .none
            if fault == .damaged { bytes = [1, 2, 3, 4] + bytes.dropFirst(4) }
            let name = ObjectName("\(number)")
            if fault != .gone {
                try directory.write(name, bytes)
                let later = time.advanced(byNanoseconds: 1)
                try directory.setModified(name, fault == .newer ? later : time)
            }
            let text: String? =
                switch fault {
                case .none: "\(number) true 0 \(number % 5)"
                case .gone: "notFound"
                case .longer, .newer: "changed"
                case .damaged: nil
                }
            expected.append(text.map { "\(number): \($0)" })
            return ListedMetadata(
                place: directory.url(name),
                length: Int64(bytes.count) + (fault == .longer ? 1 : 0),
                modified: time
            )
        }
        let seen = read(files)
        #expect(seen.count == count)
        for (number, (one, other)) in zip(seen, expected).enumerated() {
            #expect(other.map { $0 == one } ?? one.hasPrefix("\(number): "))
        }
        // By tens, without a thread.
        let alone = stride(from: 0, to: count, by: 10).flatMap { start in
            read(Array(files[start..<min(count, start + 10)])).enumerated().map { offset, text in
                text.replacing("\(offset): ", with: "\(start + offset): ", maxReplacements: 1)
            }
        }
        #expect(seen == alone)
    }
}
