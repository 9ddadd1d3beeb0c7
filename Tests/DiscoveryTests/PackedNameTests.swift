// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Testing

@testable import Discovery

/// Packing of names: exact, or not at all.
struct PackedNameTests {
    private func unpacked(_ name: ObjectName) -> ObjectName? {
        name.bytes.withUnsafeBytes { PackedName($0) }?.withBytes { ObjectName($0) }
    }

    @Test(arguments: 0..<50)
    func `a packed name is given back to the byte`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var text = "00000000-0000-0000-0000-000000000000".utf8.map { $0 }
        for index in text.indices where text[index] != UInt8(ascii: "-") {
            text[index] = Array("0123456789abcdef".utf8).randomElement(using: &random) ?? 0x30
        }
        #expect(unpacked(ObjectName(text)) == ObjectName(text), "seed \(seed)")
    }

    @Test func `every byte in every place packs exactly or not at all`() {
        let base = Array("0f1e2d3c-4b5a-4978-8877-665544332211".utf8)
        for index in base.indices {
            for byte in UInt8.min...UInt8.max {
                var text = base
                text[index] = byte
                let name = ObjectName(text)
                let result = unpacked(name)
                #expect(result == (FlinkNames.isUUID(name) ? name : nil), "\(index): \(byte)")
            }
        }
    }

    @Test(arguments: ["", "-", "0f1e2d3c-4b5a-4978-8877-66554433221", "_metadata"])
    func `names of another length are not packed`(text: String) {
        #expect(unpacked(ObjectName(text)) == nil)
    }
}
