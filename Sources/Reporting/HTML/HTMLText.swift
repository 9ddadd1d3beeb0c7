// SPDX-License-Identifier: Apache-2.0

/// A page as it grows.
///
/// Whatever comes from outside goes through `text`, which escapes it.
struct HTMLText {
    private(set) var markup = ""

    /// Adds markup of our own.
    mutating func add(_ markup: StaticString) {
        markup.withUTF8Buffer { self.markup += String(decoding: $0, as: UTF8.self) }
    }

    /// Adds a text: names, reasons, numbers.
    mutating func text(_ text: String) {
        markup += text.escaped
    }

    /// Adds a tag with attributes, and what stands in it.
    ///
    /// - Parameters:
    ///   - name: The tag.
    ///   - attributes: Names of ours, values from anywhere.
    ///   - body: Adds what stands inside.
    mutating func element(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ body: (inout HTMLText) -> Void
    ) {
        open(name, attributes)
        body(&self)
        markup += "</\(name)>"
    }

    /// Adds a tag with a text in it.
    mutating func element(_ name: StaticString, _ text: String) {
        element(name, [:], text)
    }

    /// Adds a tag with attributes and a text in it.
    mutating func element(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String>,
        _ text: String
    ) {
        element(name, attributes) { $0.text(text) }
    }

    /// Adds a tag that is never closed.
    mutating func open(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String> = [:]
    ) {
        markup += "<\(name)"
        for (key, value) in attributes { markup += " \(key)=\"\(value.escaped)\"" }
        markup += ">"
    }
}

extension String {
    /// The text as it stands in HTML, in quotation marks too; control characters are made visible.
    fileprivate var escaped: String {
        let shown = printable
        guard shown.utf8.contains(where: \.isSpecial) else { return shown }
        var text: [UInt8] = []
        for byte in shown.utf8 {
            switch byte {
            case UInt8(ascii: "&"): text += "&amp;".utf8
            case UInt8(ascii: "<"): text += "&lt;".utf8
            case UInt8(ascii: ">"): text += "&gt;".utf8
            case UInt8(ascii: "\""): text += "&quot;".utf8
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isSpecial: Bool {
        self == UInt8(ascii: "&") || self == UInt8(ascii: "<") || self == UInt8(ascii: ">")
            || self == UInt8(ascii: "\"")
    }
}
