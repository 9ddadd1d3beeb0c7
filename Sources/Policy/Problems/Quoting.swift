// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text in double quotes on one line, as JSON5 reads it.
    var literal: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse,
                    .unassigned:
                    // Nothing that a terminal obeys gets into a message.
                    for unit in UTF16.encode(scalar) ?? .init() {
                        let digits = String(unit, radix: 16, uppercase: true)
                        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                default: text.unicodeScalars.append(scalar)
                }
            }
        }
        return text + "\""
    }

    /// The literal for a message, cut where it is long.
    var quoted: String {
        let limit = 160
        guard unicodeScalars.count > limit else { return literal }
        return String(String(unicodeScalars.prefix(limit)).literal.dropLast()) + "…\""
    }

    /// The text as a key: bare where it can be, else in quotes.
    var asKey: String {
        let isBare =
            !isEmpty && !("0"..."9").contains(unicodeScalars[unicodeScalars.startIndex])
            && utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isBare ? self : literal
    }
}
