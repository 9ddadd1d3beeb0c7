// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel

/// Writes JSON piece by piece, keys in the order in which they are given.
///
/// Foundation's encoder holds the whole document and sorts its keys or shuffles them; a plan may
/// have ten million objects and has to be the same to the byte.
struct JSONWriter {
    private let take: (UnsafeRawBufferPointer) -> Void
    private var buffer: [UInt8] = []
    /// For each open object or array, whether something stands in it already.
    private var open: [Bool] = []
    private var followsKey = false

    init(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        self.take = take
    }

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        container("{", "}", body)
    }

    mutating func array(_ body: (inout JSONWriter) -> Void) {
        container("[", "]", body)
    }

    mutating func key(_ name: String) {
        separate()
        string(name)
        buffer += [UInt8(ascii: ":"), UInt8(ascii: " ")]
        followsKey = true
    }

    mutating func value(_ text: String) {
        separate()
        string(text)
    }

    mutating func value(_ number: some BinaryInteger) {
        separate()
        buffer += "\(number)".utf8
    }

    mutating func value(_ flag: Bool) {
        separate()
        buffer += (flag ? "true" : "false").utf8
    }

    mutating func null() {
        separate()
        buffer += "null".utf8
    }

    /// A text, or null.
    mutating func value(_ text: String?) {
        if let text { value(text) } else { null() }
    }

    /// A number, or null.
    mutating func value(_ number: Int64?) {
        if let number { value(number) } else { null() }
    }

    /// The key `path`, and `pathBytes` beside it where the text cannot show the name exactly.
    mutating func place(_ place: StorageURL) {
        key("path")
        value(place.description)
        if !place.path.isUTF8 {
            key("pathBytes")
            value(Data(place.path.bytes).base64EncodedString())
        }
    }

    /// Hands on what is left.
    mutating func finish() {
        buffer.append(UInt8(ascii: "\n"))
        flush()
    }

    private mutating func flush() {
        buffer.withUnsafeBytes(take)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func container(
        _ opening: Character,
        _ closing: Character,
        _ body: (inout JSONWriter) -> Void
    ) {
        separate()
        buffer += String(opening).utf8
        open.append(false)
        body(&self)
        let isFilled = open.popLast() == true
        if isFilled, open.count < 3 { indent() }
        buffer += String(closing).utf8
        if buffer.count > 1 << 16 { flush() }
    }

    private mutating func separate() {
        if followsKey {
            followsKey = false
            return
        }
        guard let isFilled = open.last else { return }
        if isFilled { buffer.append(UInt8(ascii: ",")) }
        open[open.count - 1] = true
        // One line an entry; what lies deeper stays on that line.
        if open.count <= 3 {
            indent()
        } else if isFilled {
            buffer.append(UInt8(ascii: " "))
        }
    }

    private mutating func indent() {
        buffer.append(UInt8(ascii: "\n"))
        buffer += [UInt8](repeating: UInt8(ascii: " "), count: open.count * 2)
    }

    private mutating func string(_ text: String) {
        buffer.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": buffer += [0x5C, 0x22]
            case "\\": buffer += [0x5C, 0x5C]
            case "\n": buffer += [0x5C, UInt8(ascii: "n")]
            case "\t": buffer += [0x5C, UInt8(ascii: "t")]
            case "\r": buffer += [0x5C, UInt8(ascii: "r")]
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                buffer += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: buffer += UTF8.encode(scalar).map { Array($0) } ?? []
            }
        }
        buffer.append(UInt8(ascii: "\""))
    }
}
