// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// The owner of a lock as the name of the one entry in the lock's directory.
///
/// A name is seen in a listing, so that looking at many locks is one call, and it is changed by a
/// rename, which is atomic. It holds no byte that the shell would expand, and ends with a letter that
/// is not ASCII: a client that does not print UTF-8 is found out by the first lock.
struct LockEntryName: Hashable {
    /// What is at the end of every name.
    private static let canary = "ü"

    let owner: LockOwner

    init(_ owner: LockOwner) {
        self.owner = owner
    }

    /// Reads a name; nil where it is none of these.
    init?(parsing name: ObjectName) {
        let fields = name.description.split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init)
        guard fields.count == 11, fields[10] == Self.canary, !fields[0].isEmpty,
            let process = Int32(fields[4]), let start = UInt64(fields[5]),
            let renewed = Int64(fields[8]), let expires = Int64(fields[9])
        else { return nil }
        owner = LockOwner(
            token: fields[0],
            host: fields[1],
            boot: Self.dashed(fields[3]),
            process: process,
            processStart: start,
            command: fields[7],
            renewed: Instant(milliseconds: renewed),
            expires: Instant(milliseconds: expires),
            machine: fields[2],
            processSpace: fields[6].isEmpty ? "" : "pid:[\(fields[6])]"
        )
    }

    /// At most 255 bytes, which is HDFS's own limit for a name.
    ///
    /// Source: `dfs.namenode.fs-limits.max-component-length`, 255 by default.
    var name: ObjectName {
        let space = owner.processSpace.filter(\.isNumber)
        let fields = [
            Self.plain(owner.token), Self.plain(owner.host), Self.plain(owner.machine),
            owner.boot.filter { $0 != "-" }, "\(owner.process)", "\(owner.processStart)", space,
            Self.plain(owner.command), "\(owner.renewed.nanoseconds / 1_000_000)",
            "\(owner.expires.nanoseconds / 1_000_000)", Self.canary,
        ]
        return ObjectName(fields.joined(separator: ","))
    }

    /// Letters, digits, `.`, `_` and `-` as they are; anything else is not told apart.
    private static func plain(_ text: String) -> String {
        String(
            text.prefix(64).map { letter in
                letter.isASCII && (letter.isLetter || letter.isNumber || "._-".contains(letter))
                    ? letter : "_"
            }
        )
    }

    /// A boot id with the dashes that it has in `/proc`.
    private static func dashed(_ digits: String) -> String {
        guard digits.count == 32 else { return digits }
        var text = ""
        for (position, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(position) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
