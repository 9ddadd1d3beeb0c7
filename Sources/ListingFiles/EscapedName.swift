// SPDX-License-Identifier: Apache-2.0

/// Names of any bytes as text without spaces, control characters or anything but ASCII.
enum EscapedName {
    /// Appends a name to a text.
    static func write(_ name: some Sequence<UInt8>, to text: inout [UInt8]) {
        for byte in name {
            if isPlain(byte) {
                text.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                text += [UInt8(ascii: "\\"), UInt8(ascii: "x")]
                text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    /// Reads a text and lends the name.
    ///
    /// - Returns: Nil where the text is not as `write` writes it: one name has one text.
    static func read<Result>(
        _ text: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        if text.allSatisfy(isPlain) { return body(text) }
        return withUnsafeTemporaryAllocation(byteCount: text.count, alignment: 1) { name in
            var count = 0
            var position = 0
            while position < text.count {
                if isPlain(text[position]) {
                    name[count] = text[position]
                    position += 1
                } else {
                    guard position + 4 <= text.count, text[position] == UInt8(ascii: "\\"),
                        text[position + 1] == UInt8(ascii: "x"),
                        let high = digit(text[position + 2]), let low = digit(text[position + 3]),
                        !isPlain(high << 4 | low)
                    else { return nil }
                    name[count] = high << 4 | low
                    position += 4
                }
                count += 1
            }
            return body(UnsafeRawBufferPointer(rebasing: name[..<count]))
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\")
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        default: nil
        }
    }
}
