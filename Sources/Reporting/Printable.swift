// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

extension String {
    /// The text with what does not show itself written as `\\xHH`, byte by byte, so that a name
    /// cannot move a terminal's cursor, break a line of a mail, or turn the text around it.
    var printable: String {
        guard unicodeScalars.contains(where: \.isTreacherous) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isTreacherous {
                for byte in String(scalar).utf8 {
                    let digits = String(byte, radix: 16, uppercase: true)
                    text += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Control characters, ends of lines, and marks that turn the direction of what follows.
    fileprivate var isTreacherous: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true
        // Marks and overrides of direction, and the two separators (Unicode 16, UAX 9 and 14).
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

extension StorageURL {
    /// The place as text for people, without control characters.
    var printable: String { description.printable }
}

extension Sequence<String> {
    /// Lines as a text with a line end at its end: whatever a name holds, each stays one line.
    var page: String {
        map { $0.printable + "\n" }.joined()
    }
}
