// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Testing

struct ObjectNameTests {
    @Test func `names that Unicode calls equal are two names`() {
        #expect(ObjectName("u\u{308}") != ObjectName("\u{FC}"))
        #expect(ObjectName("\u{FC}").bytes == [0xC3, 0xBC])
    }

    @Test func `components leave empty parts out, last does not`() {
        let name = ObjectName("/a//b c/ü/")
        #expect(name.components == ["a", "b c", "ü"])
        #expect(name.last == "")
        #expect(ObjectName("a/b").last == "b")
        #expect(ObjectName("ab").last == "ab")
        #expect(ObjectName("").last == "")
        #expect(ObjectName("").components.isEmpty)
    }

    @Test func `a component is appended behind one slash`() {
        #expect(ObjectName("a").appending("b") == "a/b")
        #expect(ObjectName("").appending("b") == "b")
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], #"a\xFFb"#),
            ([0x01, 0xFE], "\u{1}\\xFE"),
            ([0x80], #"\x80"#),
            ([0xC3], #"\xC3"#),
            ([0xC3, 0xBC, 0xC3], #"ü\xC3"#),
            ([0xF0, 0x9F, 0x98], #"\xF0\x9F\x98"#),
            ([0xE2, 0x82, 0xAC, 0xF5], #"€\xF5"#),
            ([0xC0, 0xAF], #"\xC0\xAF"#),
            ([0xED, 0xA0, 0x80], #"\xED\xA0\x80"#),
        ] as [([UInt8], String)]
    )
    func `bytes that are not UTF-8 are shown in hex`(bytes: [UInt8], text: String) {
        #expect(ObjectName(bytes).description == text)
        #expect(!ObjectName(bytes).isUTF8)
    }

    @Test(arguments: ["", "a b", "ü/€/😀", "line\nbreak", "\u{0}"])
    func `UTF-8 is shown as it is`(text: String) {
        #expect(ObjectName(text).description == text)
        #expect(ObjectName(text).isUTF8)
    }

    @Test(arguments: 0..<1000)
    func `order is that of unsigned bytes`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        // Few letters and much in common, so that any byte can be the first to differ.
        let common = (0..<Int.random(in: 0...20, using: &generator)).map { _ in UInt8(0x61) }
        func name() -> ObjectName {
            let count = Int.random(in: 0...10, using: &generator)
            let letters: [UInt8] = [0, 0x61, 0x7F, 0x80, 0xFF]
            return ObjectName(
                common + (0..<count).map { _ in letters.randomElement(using: &generator) ?? 0 }
            )
        }
        let (left, right) = (name(), name())
        let expected = left.bytes.lexicographicallyPrecedes(right.bytes)
        #expect((left < right) == expected, "seed \(seed)")
        #expect(!(left < left))
        #expect((left < right) != (right < left) || left == right)
    }
}
