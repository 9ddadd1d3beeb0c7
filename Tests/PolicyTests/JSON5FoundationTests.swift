// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Policy
import Testing

/// The reader against `JSONDecoder` with `allowsJSON5`.
///
/// Foundation (Swift 6.3, Linux) differs from the JSON5 specification in what `deviations` lists;
/// everything else has to agree.
struct JSON5FoundationTests {
    @Test(arguments: agreed) func `agrees with Foundation`(_ text: String) {
        #expect(Self.ours(text) == Self.foundation(text))
    }

    static let agreed = [
        "[1,]", "[,]", "{,}", "[1,,2]", "[+1,-1,.5,5.,+.5,1e5]", "[0x1F,-0x1f,0X1]", "[01]", "[00]",
        "[0x]",
        "[Infinity,-Infinity,+Infinity,NaN]", "[.]", "[- 1]", "[1__0]", "[truex]", "[nan]", "",
        "// only",
        "/*a*/[1]//x", "/*a*/[1]/*", "[1]/*/", "[1]x", "[1 2]", "{1:2}", "{a-b:1}", "{$_ü:1}",
        "{null:1}",
        "{\"a\":1,}", "{'a':{b:[{}]}}", "['\u{2028}']", "['a\nb']", #"['\uD83D\uDE00']"#,
        #"['\uD83D']"#,
        #"['\u{41}']"#, #"['\01']"#, #"['\1']"#, #"['\x4']"#, #"['\n\t\r\b\f\\\/\'']"#, "[\u{0B}1]",
        "[\u{85}1]",
        "['\\\"', \"\\'\"]", "{a\u{200C}b:1}", "{𝒳:1}", "[null,true,false]",
    ]

    @Test(arguments: deviations) func `follows the specification where Foundation does not`(
        _ text: String,
        _ meaning: String,
        _ foundations: String
    ) {
        #expect(Self.ours(text) == meaning)
        #expect(foundations != meaning, "this belongs into the other table")
        #expect(Self.foundation(text) == foundations)
    }

    static let deviations: [(text: String, meaning: String, foundations: String)] = [
        // White space that JSON5 has beyond JSON, and the byte order mark.
        ("[\u{FEFF}1]", "[1.0]", "error"), ("[\u{A0}1]", "[1.0]", "error"),
        ("[\u{3000}1]", "[1.0]", "error"), ("[\u{2028}1]", "[1.0]", "error"),
        ("//a\u{2028}[1]", "[1.0]", "error"),
        // A line that goes on keeps its line break.
        ("['a\\\nb']", #"["ab"]"#, #"["a\nb"]"#), ("['a\\\r\nb']", #"["ab"]"#, #"["a\r\nb"]"#),
        ("['a\\\u{2028}b']", #"["ab"]"#, "error"),
        // Escapes.
        (#"['\v']"#, #"["\u{0B}"]"#, "error"), (#"['\a']"#, #"["a"]"#, "error"),
        (#"{a\u0062:1}"#, #"{"ab":1.0}"#, #"{"a\\u0062":1.0}"#),
        (#"{\u0031a:1}"#, "error", #"{"\\u0031a":1.0}"#),
        // Numbers.
        ("[0e1]", "[0.0]", "error"), ("[1e400]", "[inf]", "error"),
        ("[0xFFFFFFFFFFFFFFFFF]", "[2.9514790517935283e+20]", "error"),
        // Control characters in text.
        ("['\t']", #"["\t"]"#, "error"),
        // Equal keys: the first one wins silently there.
        ("{a:1,a:2}", "error", #"{"a":1.0}"#),
    ]

    @Test(arguments: UInt64(0)..<300) func `agrees with Foundation on any document`(_ seed: UInt64)
    {
        var writer = RandomJSON5(seed: seed)
        let text = writer.value(depth: 0)
        let ours = Self.ours(text)
        #expect(ours != "error", "seed \(seed): \(text)")
        #expect(ours == Self.foundation(text), "seed \(seed): \(text)")
    }

    private static func ours(_ text: String) -> String {
        guard let node = try? JSON5Reader.value(of: Array(text.utf8)) else { return "error" }
        return AnyJSON(node.value).text
    }

    private static func foundation(_ text: String) -> String {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        // Foundation reads on behind a number that ends the text, and may be killed for it.
        let text = text + "\n"
        return (try? decoder.decode(AnyJSON.self, from: Data(text.utf8)).text) ?? "error"
    }
}

/// Any value as text, members in the order of their keys, since Foundation keeps none.
private struct AnyJSON: Decodable {
    let text: String

    init(_ value: JSON5Value) {
        switch value {
        case .array(let items):
            text = Self.list(items.map { AnyJSON($0.value).text })
        case .object(let members):
            text = Self.object(members.map { ($0.key, AnyJSON($0.value.value).text) })
        default: text = Canonical.text(value)
        }
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: AnyKey.self) {
            text = Self.object(
                try container.allKeys.map {
                    ($0.stringValue, try container.decode(AnyJSON.self, forKey: $0).text)
                }
            )
        } else if var container = try? decoder.unkeyedContainer() {
            var items: [String] = []
            while !container.isAtEnd { items.append(try container.decode(AnyJSON.self).text) }
            text = Self.list(items)
        } else {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                text = "null"
            } else if let value = try? container.decode(Bool.self) {
                text = "\(value)"
            } else if let value = try? container.decode(Double.self) {
                text = Canonical.text(value)
            } else {
                text = Canonical.quoted(try container.decode(String.self))
            }
        }
    }

    private static func list(_ items: [String]) -> String {
        "[" + items.joined(separator: ",") + "]"
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{"
            + members.map { Canonical.quoted($0.0) + ":" + $0.1 }.sorted().joined(separator: ",")
            + "}"
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// Writes documents of the JSON5 that Foundation reads as well.
private struct RandomJSON5 {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func value(depth: Int) -> String {
        let text: String
        switch Int.random(in: 0..<(depth < 4 ? 9 : 6), using: &generator) {
        case 0: text = pick(["null", "true", "false"])
        case 1, 2: text = number()
        case 3, 4, 5: text = quoted()
        case 6: text = list(depth)
        default: text = object(depth)
        }
        return blank() + text + blank()
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices.randomElement(using: &generator) ?? ""
    }

    private mutating func blank() -> String {
        pick(["", "", "", " ", "\n", "\t", "\r\n", "/* a * b */", "// c\n"])
    }

    private mutating func number() -> String {
        let sign = pick(["", "-", "+"])
        let digits = String(Int.random(in: 1...99_999, using: &generator))
        let hex = String(Int.random(in: 0...0xFFFF_FFFF, using: &generator), radix: 16)
        let forms = [
            digits, digits + ".", "." + digits, "0." + digits, digits + "e-3", digits + ".5E+2",
            "0x" + hex,
            "Infinity", "NaN", "0",
        ]
        return sign + pick(forms)
    }

    private mutating func quoted() -> String {
        let quote = pick(["'", "\""])
        let pieces = [
            "a", "ß", "😀", "\u{2028}", " ", #"\n"#, #"\\"#, #"\'"#, #"\""#, #"\u00e9"#,
            #"\uD83D\uDE00"#,
            "/*", "//", "{", "}", ",", #"\/"#,
        ]
        let text = (0..<Int.random(in: 0...6, using: &generator)).map { _ in pick(pieces) }
        return quote + text.joined() + quote
    }

    private mutating func list(_ depth: Int) -> String {
        let count = Int.random(in: 0...4, using: &generator)
        let items = (0..<count).map { _ in value(depth: depth + 1) }
        return "[" + items.joined(separator: ",") + (count > 0 ? pick(["", ","]) : "") + "]"
    }

    private mutating func object(_ depth: Int) -> String {
        let count = Int.random(in: 0...4, using: &generator)
        let members = (0..<count).map { index in
            // The number keeps keys apart: Foundation drops all but one of two equal ones.
            let key = pick([
                "a\(index)", "'b \(index)'", "\"ü\(index)\"", "$_\(index)", "ñ\(index)",
            ])
            return blank() + key + blank() + ":" + value(depth: depth + 1)
        }
        return "{" + members.joined(separator: ",") + (count > 0 ? pick(["", ","]) : "") + "}"
    }
}
