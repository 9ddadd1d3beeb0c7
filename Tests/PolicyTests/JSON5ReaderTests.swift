// SPDX-License-Identifier: Apache-2.0

import Policy
import Testing

/// JSON5 that is read, what it says, and where.
struct JSON5ReaderTests {
    @Test(arguments: sound) func `reads what JSON5 allows`(_ text: String, _ meaning: String) throws
    {
        let node = try JSON5Reader.value(of: Array(text.utf8))
        #expect(Canonical.text(node.value) == meaning)
    }

    static let sound: [(String, String)] = [
        ("null", "null"), ("[true,false]", "[true,false]"), ("{}", "{}"), ("[]", "[]"),
        // Numbers.
        ("[0,-0,+0]", "[0.0,-0.0,0.0]"), ("[1,+1,-1]", "[1.0,1.0,-1.0]"),
        ("[.5,5.,0.,-.5e1,5.e1,+.5]", "[0.5,5.0,0.0,-5.0,50.0,0.5]"),
        ("[1e3,1E+3,1e-3,0e1]", "[1000.0,1000.0,0.001,0.0]"),
        ("[0x1F,0X1f,-0x10,+0xabcdefabcdef]", "[31.0,31.0,-16.0,188900977659375.0]"),
        ("[0xFFFFFFFFFFFFFFFFF]", "[2.9514790517935283e+20]"),
        ("[Infinity,-Infinity,+Infinity,NaN]", "[inf,-inf,inf,nan]"),
        ("1e400", "inf"),
        // Text.
        (#"['a"b', "a'b"]"#, #"["a\"b","a'b"]"#),
        (#"'\b\f\n\r\t\v\0'"#, #""\u{08}\u{0C}\n\r\t\u{0B}\0""#),
        (#"'\x41\u0042\a\/\'\"\\'"#, #""ABa/'\"\\""#), (#"'\uD83D\uDE00'"#, #""😀""#),
        ("'a\\\nb\\\r\nc\\\rd\\\u{2028}e\\\u{2029}f'", #""abcdef""#),
        ("'\u{2028}\u{2029}\t\u{1}'", Canonical.quoted("\u{2028}\u{2029}\t\u{1}")),
        // Keys.
        ("{a:1,$_9:2,ü:3,null:4}", #"{"a":1.0,"$_9":2.0,"ü":3.0,"null":4.0}"#),
        (#"{a\u0062\u200C:1, \u0061:2}"#, Canonical.object("ab\u{200C}", "1.0", "a", "2.0")),
        (#"{'a b':1,"":2,"a b ":3}"#, #"{"a b":1.0,"":2.0,"a b ":3.0}"#),
        ("{𝒳:1,Ⅷ:2,a\u{301}:3,a‿b:4}", #"{"𝒳":1.0,"Ⅷ":2.0,"á":3.0,"a‿b":4.0}"#),
        // White space and comments.
        ("\u{FEFF}[1,]", "[1.0]"), ("/*a*/{a:[1,/*b*/2,]//c\n,}//d", #"{"a":[1.0,2.0]}"#),
        ("\t\u{0B}\u{0C}\u{A0}\u{2028}\u{2029}\u{FEFF}\u{3000}\u{2003}1", "1.0"),
        ("/**/1/***/", "1.0"), ("//a\u{2028}1", "1.0"), ("//a\r1", "1.0"),
    ]

    @Test(arguments: broken) func `refuses what JSON5 does not allow, and says where`(
        _ text: String,
        _ place: String
    ) {
        #expect(throws: JSON5Error.self) { try JSON5Reader.value(of: Array(text.utf8)) }
        #expect(Self.place(text) == place)
    }

    static let broken: [(String, String)] = [
        ("", "1:1"), ("// x", "1:5"), ("[1", "1:3"), ("[,]", "1:2"), ("[1,,2]", "1:4"),
        ("{,}", "1:2"),
        ("{a:1,,}", "1:6"), ("{a}", "1:3"), ("{a:}", "1:4"), ("{1:2}", "1:2"), ("{a-b:1}", "1:3"),
        ("{\n a:1\n b:2}", "3:2"), ("[1 2]", "1:4"), ("[1]x", "1:4"), ("[1]\r\n]", "2:1"),
        ("]", "1:1"),
        ("01", "1:1"), ("00", "1:1"), ("0x", "1:1"), ("0xg", "1:1"), (".", "1:1"), ("+", "1:1"),
        ("- 1", "1:1"), ("1e", "1:1"), ("1e+", "1:1"), ("1.2.3", "1:1"), ("1__0", "1:1"),
        ("--1", "1:1"),
        ("+0x", "1:1"), ("0x-1", "1:1"), ("1e5.5", "1:1"), ("infinity", "1:1"), ("nan", "1:1"),
        ("True", "1:1"), ("truex", "1:1"), ("undefined", "1:1"), ("30d", "1:1"),
        ("-Infinityx", "1:1"),
        ("'", "1:1"), ("['a", "1:2"), ("'a\nb'", "1:3"), ("'a\rb'", "1:3"), ("'\\", "1:2"),
        (#"'\1'"#, "1:2"), (#"'\01'"#, "1:2"), (#"'\x4'"#, "1:2"), (#"'\u12'"#, "1:2"),
        (#"'\u{41}'"#, "1:2"),
        (#"'\uD83D'"#, "1:2"), (#"'\uDE00'"#, "1:2"), (#"'\uD83D\u0041'"#, "1:2"),
        (#"'\uD83Dx'"#, "1:2"),
        (#"{\u0031a:1}"#, "1:2"), (#"{a\u002d:1}"#, "1:3"), (#"{a\x41:1}"#, "1:3"), ("/*", "1:1"),
        ("1/*/", "1:2"),
        ("1/", "1:1"), ("\u{85}1", "1:1"), ("\u{200B}1", "1:1"), ("#1", "1:1"), ("[1]\0", "1:4"),
        ("[\n\u{2028}1 2", "3:3"), ("{a:1,\n  a:2}", "2:3"), ("{a:1,'\\u0061':2}", "1:6"),
    ]

    private static func place(_ text: String) -> String {
        do throws(JSON5Error) {
            _ = try JSON5Reader.value(of: Array(text.utf8))
            return "sound"
        } catch {
            return "\(error.position.line):\(error.position.column)"
        }
    }

    @Test func `names the place of every key and value`() throws {
        let text = "\u{FEFF}{\r\n  ä: [1,\r\n\t'x'], // c\r  b: {c: null}}"
        let root = try JSON5Reader.value(of: Array(text.utf8))
        guard case .object(let members) = root.value,
            case .array(let items) = members[0].value.value,
            case .object(let inner) = members[1].value.value
        else { return #expect(Bool(false), "not the shape that was written") }
        let found = [
            root.position, members[0].keyPosition, members[0].value.position, items[0].position,
            items[1].position, members[1].keyPosition, inner[0].keyPosition,
            inner[0].value.position,
        ].map { "\($0.line):\($0.column)" }
        #expect(found == ["1:1", "2:3", "2:6", "2:7", "3:2", "4:3", "4:7", "4:10"])
    }

    @Test func `tells keys apart by their bytes, not by how they look`() throws {
        let text = "{ \"\u{E9}\": 1, \"e\u{301}\": 2 }"
        #expect(throws: Never.self) { try JSON5Reader.value(of: Array(text.utf8)) }
    }

    @Test func `names both places of a repeated key, at any depth, and reads on`() throws {
        let text = "{ a: 1, b: [{ c: 1, c: 2 }], a: 3, a: 4 }"
        let document = try JSON5Reader.document(of: Array(text.utf8))
        let found = document.repeatedKeys.map { error in
            guard case .repeatedKey(let key, let first) = error.reason else { return "" }
            return "\(key) \(first.column) \(error.position.column)"
        }
        #expect(found == ["c 15 21", "a 3 30", "a 3 36"])
    }

    @Test(
        arguments: [
            [0x5B, 0xFF, 0x5D], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82], [0x31, 0x80],
        ] as [[UInt8]]
    ) func `refuses bytes that are not UTF-8`(_ bytes: [UInt8]) {
        let expected = JSON5Error(position: TextPosition(line: 1, column: 2), reason: .notUTF8)
        #expect(throws: expected) { try JSON5Reader.value(of: bytes) }
    }

    @Test func `stops at the depth limit and not before`() {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8
            )
        }
        #expect(throws: Never.self) { try JSON5Reader.value(of: nested(64)) }
        #expect(throws: JSON5Error.self) { try JSON5Reader.value(of: nested(65)) }
        #expect(throws: JSON5Error.self) {
            try JSON5Reader.value(of: Array(repeating: UInt8(ascii: "["), count: 1_000_000))
        }
    }

    @Test func `refuses a file that is too long for a policy`() {
        let bytes = [UInt8](repeating: 0x20, count: 16 * 1024 * 1024 + 1)
        #expect(throws: JSON5Error.self) { try JSON5Reader.value(of: bytes) }
    }
}
