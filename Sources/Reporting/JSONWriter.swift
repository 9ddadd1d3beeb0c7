// SPDX-License-Identifier: Apache-2.0

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
    /// Of what was handed on; nil where nobody asks for it.
    private var checksum: Checksum128?

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - isChecked: Whether the document will end with `endWithChecksum`.
    ///   - take: Gets the bytes, piece by piece.
    init(isChecked: Bool = false, _ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        self.take = take
        checksum = isChecked ? Checksum128() : nil
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

    /// The last key of an object: the checksum of every byte that stands before the key.
    mutating func endWithChecksum() {
        separate()
        flush()
        followsKey = true
        key("checksum")
        value((checksum ?? Checksum128()).description)
    }

    /// Hands on what is left.
    mutating func finish() {
        buffer.append(UInt8(ascii: "\n"))
        flush()
    }

    private mutating func flush() {
        buffer.withUnsafeBytes { bytes in
            checksum?.add(bytes)
            take(bytes)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func container(
        _ opening: Unicode.Scalar,
        _ closing: Unicode.Scalar,
        _ body: (inout JSONWriter) -> Void
    ) {
        separate()
        buffer.append(UInt8(ascii: opening))
        open.append(false)
        body(&self)
        let isFilled = open.popLast() == true
        if isFilled, open.count < 3 { indent() }
        buffer.append(UInt8(ascii: closing))
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
        buffer += repeatElement(UInt8(ascii: " "), count: open.count * 2)
    }

    private mutating func string(_ text: String) {
        buffer.append(UInt8(ascii: "\""))
        // Byte by byte: whatever is not ASCII stands for itself.
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): buffer += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): buffer += "\\n".utf8
            case UInt8(ascii: "\t"): buffer += "\\t".utf8
            case UInt8(ascii: "\r"): buffer += "\\r".utf8
            case 0..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                buffer += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: buffer.append(byte)
            }
        }
        buffer.append(UInt8(ascii: "\""))
    }
}
