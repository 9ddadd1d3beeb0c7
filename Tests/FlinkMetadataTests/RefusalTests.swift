// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Testing

@testable import FlinkMetadata

/// What is refused, and what the operator is told.
@Suite struct RefusalTests {
    private func refusal(of bytes: [UInt8]) -> String? {
        attempt(bytes).error?.description
    }

    private func refusal(ofStream write: (inout MetadataBytes) -> Void) -> String? {
        refusal(of: MetadataBytes.withStream(write))
    }

    @Test func `refuses an empty file and a file of another kind`() {
        #expect(refusal(of: []) == "4 bytes needed at offset 0, 0 left")
        let other = refusal(of: Array("#!/bin/sh\n".utf8))
        #expect(other == "not a metadata file: it begins with 23212f62, not with 4960672d")
        let nearly = refusal(of: [0, 0x60, 0x67, 0x2D])
        #expect(nearly == "not a metadata file: it begins with 0060672d, not with 4960672d")
    }

    @Test(
        arguments: [
            (
                0,
                "metadata version 0, written by Flink 1.1, is no longer supported, by Flink either"
            ),
            (
                1,
                "metadata version 1, written by Flink 1.2, is no longer supported, by Flink either"
            ),
            (7, "metadata version 7, proposed in FLIP-600, is not supported yet"),
            (99, "unknown metadata version 99; versions 2 to 6 are supported"),
            (-1, "unknown metadata version -1; versions 2 to 6 are supported"),
        ] as [(Int32, String)]
    )
    func `refuses other versions by name`(version: Int32, wording: String) {
        #expect(refusal(of: MetadataBytes(version: version).bytes) == wording)
    }

    @Test func `refuses a negative checkpoint id`() {
        var bytes = MetadataBytes().bytes
        bytes[8] = 0xFF
        #expect(refusal(of: bytes)?.hasPrefix("checkpoint id -") ?? false)
    }

    @Test func `refuses unknown tags`() {
        #expect(refusal { $0.uint8(4) } == "unknown stream handle 4 at offset 74")
        var keyed = MetadataBytes()
        keyed.beginKeyedState()
        keyed.uint8(15)
        #expect(refusal(of: keyed.bytes) == "unknown keyed state handle 15 at offset 65")
        var state = MetadataBytes()
        state.beginSubtask()
        state.int32(1)
        state.uint8(5)
        #expect(refusal(of: state.bytes)?.hasPrefix("unknown operator state handle 5") ?? false)
        var coordinator = MetadataBytes()
        coordinator.int32(1)
        coordinator.beginOperator()
        coordinator.uint8(2)
        #expect(
            refusal(of: coordinator.bytes + [0, 0, 0, 0])
                == "unknown coordinator handle 2 at offset 48"
        )
    }

    @Test func `refuses sizes that no file can have`() {
        #expect(
            refusal { $0.file("/f", size: -2) } == "impossible size or position -2 at offset 75"
        )
        for (first, size) in [(-1, 5), (5, -1), (Int64.max, 1)] as [(Int64, Int64)] {
            let wording = refusal { file in
                file.uint8(15)
                file.int64(first)
                file.int64(size)
                file.int32(0)
                file.text("/f")
                file.text("id")
            }
            #expect(wording?.hasPrefix("impossible size or position") ?? false)
        }
    }

    @Test func `refuses a scope and a mode that do not exist`() {
        let scope = refusal { file in
            file.uint8(15)
            file.int64(0)
            file.int64(1)
            file.int32(2)
        }
        #expect(scope == "unknown scope 2 of a segment at offset 91")
        var file = MetadataBytes()
        file.beginSubtask()
        file.int32(1)
        file.uint8(4)
        file.int32(1)
        file.text("name")
        file.uint8(3)
        file.int64(0)
        #expect(refusal(of: file.bytes) == "unknown distribution mode 3 at offset 72")
    }

    @Test func `refuses empty paths and relative paths that lead out`() {
        #expect(refusal { $0.file("", size: 1) } == "empty path at offset 83")
        for path in ["..", "../x", "a/../../x", "a/..", "..\\x", "/", "."] {
            let wording = refusal { file in
                file.uint8(6)
                file.text(path)
                file.int64(1)
            }
            #expect(
                wording?.hasSuffix("leads to nothing below the snapshot at offset 75") ?? false,
                "\(path)"
            )
        }
    }

    @Test func `refuses handles that are nested too deeply`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            MetadataBytes.withStream { file in
                for _ in 0..<depth { file.beginKeyGroups() }
                file.file("/f", size: 1)
            }
        }
        #expect(try read(nested(8)).references.count == 1)
        #expect(refusal(of: nested(9))?.hasPrefix("handles are nested more than 8 deep") ?? false)
        #expect(refusal(of: nested(100_000))?.hasPrefix("handles are nested") ?? false)
    }

    @Test func `refuses changelogs within changelogs beyond the same limit`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            var file = MetadataBytes()
            file.beginKeyedState()
            for _ in 0..<depth {
                file.uint8(8)
                file.int64(0)
                file.int64(-1)
                file.int32(1)
            }
            file.uint8(0)
            for _ in 0..<depth {
                file.int32(0)
                file.int64(0)
                file.text("id")
            }
            file.endSubtask()
            return file.bytes
        }
        #expect(try read(nested(8)).references.isEmpty)
        #expect(refusal(of: nested(9))?.hasPrefix("handles are nested") ?? false)
        #expect(refusal(of: nested(100_000))?.hasPrefix("handles are nested") ?? false)
    }

    @Test func `a store that fails is not a damaged file`() {
        let bytes = MetadataBytes.withStream { $0.file("/f", size: 1) }
        for place in bytes.indices {
            var source = PiecewiseByteSource(bytes, piece: 1, failingAt: place)
            #expect(throws: MetadataError(.ioFailure(ByteSourceError("connection lost")), at: 0)) {
                do {
                    _ = try MetadataReader.read(&source)
                } catch let error as MetadataError {
                    throw MetadataError(error.reason, at: 0)
                }
            }
        }
    }

    @Test func `a store that fails in the properties is not a file without them`() {
        for fixture in Fixture.small {
            guard case .known? = attempt(fixture.bytes).metadata?.properties else { continue }
            var source = PiecewiseByteSource(
                fixture.bytes,
                piece: 1,
                failingAt: fixture.bytes.count - 1
            )
            #expect(throws: MetadataError.self) { try MetadataReader.read(&source) }
        }
    }

    @Test func `a store that ends early or lies is refused`() {
        let bytes = MetadataBytes.withStream { $0.file("/f", size: 1) }
        var short = PiecewiseByteSource(bytes.dropLast(), piece: 9, length: Int64(bytes.count))
        #expect(throws: MetadataError.self) { try MetadataReader.read(&short) }
        for answer in [-1, .min, .max] {
            var liar = LyingByteSource(answer: answer)
            #expect(throws: MetadataError.self) { try MetadataReader.read(&liar) }
        }
    }
}
