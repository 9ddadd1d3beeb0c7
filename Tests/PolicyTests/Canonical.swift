// SPDX-License-Identifier: Apache-2.0

import Policy

/// One text for one meaning, to compare what two readers found.
enum Canonical {
    static func text(_ value: JSON5Value) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let number): text(number.value)
        case .string(let text): quoted(text)
        case .array(let items): "[" + items.map { text($0.value) }.joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { quoted($0.key) + ":" + text($0.value.value) }.joined(separator: ",")
                + "}"
        }
    }

    /// Every not-a-number is the same one.
    static func text(_ number: Double) -> String { number.isNaN ? "nan" : "\(number)" }

    static func quoted(_ text: String) -> String {
        text.debugDescription.replacing("\\'", with: "'")
    }

    static func object(_ parts: String...) -> String {
        let members = stride(from: 0, to: parts.count, by: 2).map {
            quoted(parts[$0]) + ":" + parts[$0 + 1]
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}
