// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

extension String {
    /// The text with control characters shown as `\\xHH`, so that a name cannot move a terminal's
    /// cursor or break a line of a mail.
    var printable: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return self
        }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.properties.generalCategory == .control {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                text += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension StorageURL {
    /// The place as text for people, without control characters.
    var printable: String { description.printable }
}
