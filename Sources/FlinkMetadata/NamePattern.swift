// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// The form of a name: literal bytes and hexadecimal digits at fixed places, then, for
/// checkpoints, decimal digits.
struct NamePattern {
    /// The longest name of any pattern, plus the byte behind it, which ends a number.
    static let longest = 64
    /// More digits than any 64-bit number has.
    private static let mostDigits = 20

    /// A byte each; 0 stands for a hexadecimal digit.
    private let bytes: [UInt8]
    /// Where a literal stands that tells most positions apart at one look.
    private let probe: Int
    private let probed: UInt8
    private let endsInNumber: Bool

    /// Makes a pattern of a text in which `x` stands for a hexadecimal digit.
    init(_ text: String, probe: Int, endsInNumber: Bool = false) {
        bytes = text.utf8.map { $0 == UInt8(ascii: "x") ? 0 : $0 }
        self.probe = probe
        probed = bytes[probe]
        self.endsInNumber = endsInNumber
    }

    /// The name that begins at a position.
    func match(_ text: UnsafeRawBufferPointer, at start: Int) -> ObjectName? {
        guard start + bytes.count <= text.count, text[start + probe] == probed else { return nil }
        for (index, byte) in bytes.enumerated() {
            let found = text[start + index]
            guard byte == 0 ? isHexadecimal(found) : found == byte else { return nil }
        }
        var end = start + bytes.count
        if endsInNumber {
            let first = end
            while end < text.count, end - first < Self.mostDigits, isDecimal(text[end]) { end += 1 }
            if end == first { return nil }
        }
        return ObjectName(text[start..<end])
    }

    private func isDecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private func isHexadecimal(_ byte: UInt8) -> Bool {
        isDecimal(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}

/// The names that are looked for; a value, since it is consulted at every byte.
struct NamePatterns: ~Copyable {
    let uuid = NamePattern("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", probe: 8)
    /// The stream identifier of framed Snappy.
    let snappy = NamePattern("sNaPpY", probe: 0)
    let savepoint = NamePattern("savepoint-xxxxxx-xxxxxxxxxxxx", probe: 9)
    let checkpoint = NamePattern(
        String(repeating: "x", count: 32) + "/chk-",
        probe: 32,
        endsInNumber: true
    )
    /// What follows the name of a directory in which a checkpoint lies.
    let checkpointBelow = NamePattern("/chk-", probe: 4, endsInNumber: true)
    /// What follows the name of a snapshot's directory.
    let metadataBelow = NamePattern("/_metadata", probe: 1)
}
