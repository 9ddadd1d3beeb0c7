// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import Discovery
@testable import Execution
@testable import FlinkMetadata

@Suite struct MetadataMemoryTests {
    private let directory: TemporaryDirectory
    private let state: StateDirectory

    init() throws {
        directory = try TemporaryDirectory()
        state = StateDirectory(directory.path)
        try state.prepare()
    }

    private func metadata(_ seed: UInt64) throws -> RememberedMetadata {
        var generator = SeededGenerator(seed: seed)
        let names = [
            "5a11ed00-0000-4000-8000-00000000002b", "x", "é",
            "5A11ED00-0000-4000-8000-00000000002B",
        ]
        func path(_ text: String, _ isRelative: Bool) throws -> ReferencePath {
            try #require(ReferencePath(utf8: Array(text.utf8), isRelative: isRelative))
        }
        let references = try (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            let name = names[Int.random(in: 0..<names.count, using: &generator)]
            let holder = ["s3://b/shared/", "hdfs:/a//b/", "file:///c d/"].randomElement(
                using: &generator
            )
            let isRelative = Bool.random(using: &generator)
            let length = Int64.random(in: 0...Int64.max, using: &generator)
            let demands: [LengthDemand] = [.exactly(length), .atLeast(length), .exists]
            return RememberedMetadata.Reference(
                path: try path((isRelative ? "" : holder ?? "") + name, isRelative),
                demand: demands.randomElement(using: &generator) ?? .exists
            )
        }
        return RememberedMetadata(
            checkpointID: Int64.random(in: .min ... .max, using: &generator),
            suggestedKind: [nil, .savepoint, .checkpoint].randomElement(using: &generator) ?? nil,
            operators: [OperatorID(first: seed, last: .max), OperatorID(first: .max, last: seed)],
            references: references,
            pinnedDirectories: [try path("s3://b/shared/op", false), try path("dir", true)]
        )
    }

    private func key(_ name: ObjectName, length: Int64 = 7, time: Int64 = 9, inode: UInt64 = 3)
        -> MetadataKey
    {
        MetadataKey(
            place: StorageURL(scheme: "s3", authority: "b", path: name),
            length: length,
            modified: Instant(nanoseconds: time),
            identity: ObjectIdentity(device: 1, inode: inode, changed: Instant(nanoseconds: -5))
        )
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `reads back what it wrote`(seed: UInt64) throws {
        let metadata = try metadata(seed)
        #expect(RememberedMetadata(metadata.encoded) == metadata)
    }

    @Test func `reads nothing out of bytes that were cut off`() throws {
        let bytes = try metadata(4).encoded
        for end in bytes.indices { #expect(RememberedMetadata(bytes[..<end]) == nil) }
        #expect(RememberedMetadata(bytes + [0]) == nil)
    }

    @Test func `knows when the same metadata were written, until somebody approves another time`()
        throws
    {
        let metadata = try metadata(7)
        let first = MetadataMemoryFile(state, isRecording: true)
        first.note(key("/a"), metadata)
        try first.commit { _ in true }
        let before = Instant(nanoseconds: 9)
        // Two nights on: what was read anew carries on what is believed.
        for inode: UInt64 in [3, 4] {
            let night = MetadataMemoryFile(state, isRecording: true)
            #expect(night.timeBefore(key("/a"), metadata) == nil)
            let now = key("/a", time: 70, inode: inode)
            #expect(night.timeBefore(now, metadata) == before)
            #expect(night.timeBefore(now, try self.metadata(8)) == nil)
            #expect(night.timeBefore(key("/a", length: 8, time: 70), metadata) == nil)
            #expect(night.timeBefore(key("/b", time: 70), metadata) == nil)
            night.note(now, metadata)
            try night.commit { _ in true }
        }
        let approved = MetadataMemoryFile(state, isRecording: true)
        #expect(approved.recall(key("/a", time: 70, inode: 4)) == metadata)
        try approved.commit(keeping: { _ in true }, believing: { $0.path == "/a" })
        let last = MetadataMemoryFile(state, isRecording: true)
        #expect(last.recall(key("/a", time: 70, inode: 4)) == metadata)
        #expect(last.timeBefore(key("/a", time: 70, inode: 4), metadata) == nil)
        #expect(last.timeBefore(key("/a"), metadata) == Instant(nanoseconds: 70))
    }

    @Test func `remembers from one run to the next, and only these very metadata`() throws {
        let metadata = try metadata(7)
        let odd = ObjectName([0x2F, 0x61, 0xFF, 0x0A, 0x62])
        let first = MetadataMemoryFile(state, isRecording: true)
        #expect(first.recall(key("/a")) == nil)
        for name in ["/a", "/b", odd] { first.note(key(name), metadata) }
        try first.commit { $0.path != "/b" }
        let second = MetadataMemoryFile(state, isRecording: true)
        #expect(second.recall(key("/a")) == metadata)
        #expect(second.recall(key(odd)) == metadata)
        #expect(second.recall(key("/b")) == nil)
        #expect(second.recall(key("/a", length: 8)) == nil)
        #expect(second.recall(key("/a", time: 8)) == nil)
        #expect(second.recall(key("/a", inode: 8)) == nil)
        // What is not read again is carried on; what is read again replaces it.
        let other = try self.metadata(8)
        second.note(key("/a", length: 8), other)
        try second.commit { _ in true }
        let third = MetadataMemoryFile(state, isRecording: false)
        #expect(third.recall(key("/a", length: 8)) == other)
        #expect(third.recall(key("/a")) == nil)
        #expect(third.recall(key(odd)) == metadata)
    }

    @Test func `law 2: a damaged memory is forgotten, byte by byte`() throws {
        let memory = MetadataMemoryFile(state, isRecording: true)
        let (first, last) = (try metadata(1), try metadata(2))
        memory.note(key("/a"), first)
        memory.note(key("/b"), last)
        try memory.commit { _ in true }
        let file = state.metadataFile
        let whole = try Data(contentsOf: URL(filePath: file))
        #expect(whole.count > 100)
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0x15
            for bytes in [damaged, whole[..<index]] {
                try bytes.write(to: URL(filePath: file))
                let memory = MetadataMemoryFile(state, isRecording: false)
                #expect([nil, first].contains(memory.recall(key("/a"))))
                #expect([nil, last].contains(memory.recall(key("/b"))))
            }
        }
    }

    @Test func `law 1: what another revision of the reader found is read again`() throws {
        let (first, second) = (try metadata(1), try metadata(2))
        let revision = MetadataReader.revision
        let old = MetadataMemoryFile(state, isRecording: true, revision: revision - 1)
        old.note(key("/a"), first)
        try old.commit { _ in true }
        let mended = MetadataMemoryFile(state, isRecording: true)
        #expect(mended.count == 0)
        #expect(mended.recall(key("/a")) == nil)
        // It is begun anew, without a word; and what the mended one found is not the old one's.
        mended.note(key("/b"), second)
        try mended.commit { _ in true }
        let next = MetadataMemoryFile(state, isRecording: false)
        #expect(next.recall(key("/a")) == nil)
        #expect(next.recall(key("/b")) == second)
        let older = MetadataMemoryFile(state, isRecording: false, revision: revision - 1)
        #expect(older.count == 0)
    }

    @Test func `its first line has one number of the format and one of the reader`() throws {
        try MetadataMemoryFile(state, isRecording: true).commit { _ in true }
        let text = try String(contentsOfFile: state.metadataFile, encoding: .utf8)
        let format = RememberedMetadata.format
        #expect(text == "janitor metadata \(format), reader \(MetadataReader.revision)\n")
    }

    @Test func `a memory that cannot be written costs nothing but time`() throws {
        let state = StateDirectory("\(directory.path)/gone")
        let memory = MetadataMemoryFile(state, isRecording: true)
        memory.note(key("/a"), try metadata(1))
        #expect(memory.recall(key("/a")) == nil)
        #expect(throws: StateError.self) { try memory.commit { _ in true } }
    }
}
