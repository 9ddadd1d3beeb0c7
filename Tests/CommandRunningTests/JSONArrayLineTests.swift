// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import Testing

struct JSONArrayLineTests {
    private func read(_ text: String, into line: inout JSONArrayLine) -> Bool {
        line.read(Array(text.utf8).span)
    }

    @Test func `reads strings, numbers, words and null`() {
        var line = JSONArrayLine()
        #expect(
            read(
                #" [ "a\u00fc\ud83d\ude00\n\"\\\/" ,123, -1.5e+3 , null,true, false ] "#,
                into: &line
            )
        )
        #expect(line.count == 6)
        #expect(line.bytes(0) == Array("aü😀\n\"\\/".utf8))
        #expect(line.integer(1) == 123)
        #expect(line.bytes(2) == Array("-1.5e+3".utf8))
        #expect(line.integer(2) == nil)
        let kinds = (0..<6).map { line.kind($0) }
        #expect(kinds == [.string, .number, .number, .null, .boolean, .boolean])
        #expect(read("[]", into: &line))
        #expect(line.count == 0)
    }

    @Test(arguments: [
        "", "None", "[", "]", "[1", "[1,]", "[,1]", "[1]x", "[[1]]", "[{}]", "[\"a]", "[\"\\x\"]",
        "[\"\\ud800\"]", "[\"\\ude00\"]", "[\"\\ud800\\u0041\"]", "[\"\\u12g4\"]", "[nul]", "[01]",
        "[1.]", "[-]", "[1e]", "[+1]", "[\"a\tb\"]", "[1] [2]", "[\"\\u00",
    ])
    func `refuses what is not one flat array`(text: String) {
        var line = JSONArrayLine()
        #expect(read("[\"before\"]", into: &line))
        #expect(!read(text, into: &line))
        #expect(line.count == 0)
    }

    @Test func `an integer that is too large is none`() {
        var line = JSONArrayLine()
        #expect(read("[9223372036854775807, 9223372036854775808, -1]", into: &line))
        #expect(line.integer(0) == Int64.max)
        #expect(line.integer(1) == nil)
        #expect(line.integer(2) == nil)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `reads what Foundation writes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let strings = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...12, using: &generator)).compactMap { _ in
                        let limit: UInt32 =
                            [0x80, 0x800, 0xFFFF, 0x10FFFF]
                            .randomElement(using: &generator) ?? 0x80
                        return Unicode.Scalar(UInt32.random(in: 0...limit, using: &generator))
                    }
                )
            )
        }
        let data = try JSONSerialization.data(withJSONObject: strings)
        var line = JSONArrayLine()
        let isRead = line.read(Array(data).span)
        #expect(isRead, "seed \(seed)")
        let read = (0..<line.count).map { line.bytes($0) }
        #expect(read == strings.map { Array($0.utf8) }, "seed \(seed)")
    }
}
