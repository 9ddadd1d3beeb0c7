// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Testing

@testable import FlinkMetadata

/// Java's texts become UTF-8, and no byte of a path is lost.
@Suite struct ModifiedUTF8Tests {
    private func utf8(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.withUnsafeBytes { ModifiedUTF8.utf8($0) }
    }

    @Test(
        arguments: [
            ("plain", Array("plain".utf8)),
            ("", []),
            ("\0", [0xC0, 0x80]),
            ("\0", [0x00]),
            ("ü", [0xC3, 0xBC]),
            ("→", [0xE2, 0x86, 0x92]),
            ("🚀", [0xED, 0xA0, 0xBD, 0xED, 0xBA, 0x80]),
            ("a🚀b", [0x61, 0xED, 0xA0, 0xBD, 0xED, 0xBA, 0x80, 0x62]),
            ("\u{10FFFF}", [0xED, 0xAF, 0xBF, 0xED, 0xBF, 0xBF]),
            ("A", [0xC1, 0x81]),
        ] as [(String, [UInt8])]
    )
    func `decodes what Java writes`(text: String, bytes: [UInt8]) {
        #expect(utf8(bytes) == Array(text.utf8))
    }

    @Test(
        arguments: [
            [0xED, 0xA0, 0xBD],
            [0xED, 0xBA, 0x80],
            [0x61, 0xED, 0xBA, 0x80, 0xED, 0xA0, 0xBD, 0x62],
            [0xED, 0xA0, 0xBD, 0x2F],
        ] as [[UInt8]]
    )
    func `keeps the bytes of an unpaired surrogate`(bytes: [UInt8]) {
        #expect(utf8(bytes) == bytes)
    }

    @Test(
        arguments: [
            [0x80], [0xC3], [0xC3, 0x41], [0xE2, 0x86], [0xE2, 0x41, 0x92], [0xE2, 0x86, 0x41],
            [0xF0, 0x9F, 0x9A, 0x80], [0xFF], [0x61, 0xBF], [0xED, 0xA0, 0xBD, 0xED],
        ] as [[UInt8]]
    )
    func `refuses what Java refuses`(bytes: [UInt8]) {
        #expect(utf8(bytes) == nil)
    }

    @Test func `knows ASCII at every length and place`() {
        for count in 0..<20 {
            let plain = [UInt8](repeating: 0x7F, count: count)
            #expect(plain.withUnsafeBytes(ModifiedUTF8.isASCII))
            for index in 0..<count {
                var other = plain
                other[index] = 0x80
                #expect(!other.withUnsafeBytes(ModifiedUTF8.isASCII))
            }
        }
    }

    @Test func `an unpaired surrogate in a path survives the whole way`() throws {
        let raw: [UInt8] = Array("/a/".utf8) + [0xED, 0xA0, 0xBD]
        let bytes = MetadataBytes.withStream { file in
            file.uint8(2)
            file.int64(1)
            file.text(raw)
        }
        let path = try #require(try read(bytes).references.first?.path)
        #expect(path.written.bytes == raw)
        #expect(path.baseName.bytes == [0xED, 0xA0, 0xBD])
    }

    @Test func `refuses malformed text in a path and in a name that is passed over`() {
        let path = MetadataBytes.withStream { file in
            file.uint8(2)
            file.int64(1)
            file.text([0xFF])
        }
        #expect(attempt(path).error == MetadataError(.malformedText, at: 83))
        let name = MetadataBytes.withStream { file in
            file.uint8(1)
            file.text([0xC3])
            file.int32(0)
        }
        #expect(attempt(name).error == MetadataError(.malformedText, at: 75))
    }

    @Test func `reads the longest text across the buffer's end`() throws {
        let long = "/" + String(repeating: "x", count: 65_534)
        let bytes = MetadataBytes.withStream { $0.file(long, size: 1) }
        #expect(try read(bytes).references.first?.path.written == ObjectName(long))
    }
}
