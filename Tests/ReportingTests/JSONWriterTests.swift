// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import Reporting

/// JSON that any reader takes, whatever the names are.
struct JSONWriterTests {
    private func object(_ body: (inout JSONWriter) -> Void) throws -> [String: Any] {
        let data = collected { take in
            var json = JSONWriter(take)
            json.object(body)
            json.finish()
        }
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test(arguments: HostileNames.all)
    func `a name comes back to the byte`(name: ObjectName) throws {
        let place = StorageURL(scheme: "file", path: "/top").appending(name)
        let read = try object { json in
            json.place(place)
            json.names(["plain", name], as: "labels")
        }
        let text = try #require(read["path"] as? String)
        #expect(text.utf8.elementsEqual(place.description.utf8))
        let bytes = (read["pathBytes"] as? String).flatMap { Data(base64Encoded: $0) }
        #expect(ObjectName(bytes ?? Data(text.utf8.dropFirst(7))) == place.path)
        #expect((bytes == nil) == name.isUTF8)
        let all = read["labelsBytes"] as? [Any]
        #expect((all == nil) == name.isUTF8)
        #expect(all == nil || all?.first is NSNull)
        #expect(all == nil || all?.last as? String == Data(name.bytes).base64EncodedString())
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `any text comes back to the scalar`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var text = ""
        for _ in 0..<40 {
            let limit: UInt32 =
                [0x20, 0x80, 0x800, 0x1_0000, 0x11_0000].randomElement(using: &random) ?? 1
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        let read = try object { json in
            json.key(text + "!")
            json.value(text)
        }
        #expect(read.keys.first.map { $0.utf8.elementsEqual("\(text)!".utf8) } == true)
        #expect((read.values.first as? String)?.utf8.elementsEqual(text.utf8) == true)
    }

    @Test func `keys stand in their order, one line an entry`() {
        let data = collected { take in
            var json = JSONWriter(take)
            json.object { json in
                json.key("z")
                json.array { json in
                    for number in 1...2 {
                        json.object { json in
                            json.key("b")
                            json.value(number)
                            json.key("a")
                            json.array { json in json.null() }
                        }
                    }
                }
                json.key("empty")
                json.object { _ in }
            }
            json.finish()
        }
        #expect(
            String(decoding: data, as: UTF8.self) == """
                {
                  "z": [
                    {
                      "b": 1,
                      "a": [null]
                    },
                    {
                      "b": 2,
                      "a": [null]
                    }
                  ],
                  "empty": {}
                }

                """
        )
    }

    @Test func `the checksum is that of all before its key`() throws {
        let data = collected { take in
            var json = JSONWriter(isChecked: true, take)
            json.object { json in
                json.key("many")
                json.array { json in
                    // More than is held before it is handed on.
                    for number in 0..<5000 {
                        json.object { json in
                            json.key("number")
                            json.value(number)
                        }
                    }
                }
                json.endWithChecksum()
            }
            json.finish()
        }
        let text = String(decoding: data, as: UTF8.self)
        let start = try #require(text.range(of: "\"checksum\"")).lowerBound
        #expect(text.hasSuffix("\"\(Checksum128(of: String(text[..<start])))\"\n}\n"))
        #expect(text.utf8.count > 1 << 16)
    }

    @Test func `the checksum is the published one`() {
        // Source: the test vectors of draft-eastlake-fnv for 128 bits: "", "a", "foobar".
        #expect(Checksum128().description == "6c62272e07bb014262b821756295c58d")
        #expect(Checksum128(of: "a").description == "d228cb696f1a8caf78912b704e4a8964")
        #expect(Checksum128(of: "foobar").description == "343e1662793c64bf6f0d3597ba446f18")
    }
}
