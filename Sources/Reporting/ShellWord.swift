// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Writes an argument of a printed command, so that it can be pasted as it stands.
///
/// Only ever printed: the program itself runs no shell.
enum ShellWord {
    /// The argument as one word of a POSIX shell; with control characters, of bash and the like.
    static func quoted(_ argument: String) -> String {
        if !argument.isEmpty, argument.utf8.allSatisfy(isPlain) { return argument }
        guard argument.printable != argument else {
            return "'"
                + argument.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
        }
        let escaped = argument.unicodeScalars.map { scalar in
            switch scalar {
            case "'": "\\'"
            case "\\": "\\\\"
            default: String(scalar).printable
            }
        }
        return "$'" + escaped.joined() + "'"
    }

    /// The bytes as one word; those that are not UTF-8 for bash and the like.
    static func quoted(_ argument: ObjectName) -> String {
        guard !argument.isUTF8 else { return quoted(argument.description) }
        let escaped = argument.bytes.map { byte in
            if isPlain(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
        }
        return "$'" + escaped.joined() + "'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-./:=@%+,".utf8.contains(byte)
        }
    }
}
