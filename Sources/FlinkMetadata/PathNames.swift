// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Follows the names behind slashes through bytes that come one by one, and notes those that stand
/// where the directory of a snapshot does.
///
/// That is in front of `/chk-<number>` and `/_metadata`, or at the end of a path. A path in a
/// Java-serialised object is followed by whatever comes next: what does not end in a slash may begin
/// with any of the names that are looked for.
///
/// Source: `AbstractFsCheckpointStorageAccess.resolveCheckpointPointer` (Flink 2.3): the pointer of a
/// snapshot is its directory, and the handle of its metadata the file in it, in whatever directory a
/// user has moved it to; `execution.checkpointing.create-subdir: false` leaves the job id out.
struct PathNames {
    /// The longest name of any store, in bytes: a whole key of S3.
    private static let longest = 1024
    /// The length of a UUID, as every file of state is called.
    private static let lengthOfUUID = 36

    /// Names that are looked for, by how Java writes them.
    private let sought: [ObjectName: ObjectName]
    private let lengths: [Int]
    private var name: [UInt8] = []
    private var isBehindSlash = false
    /// The name holds what ends most texts, and rarely stands in names.
    private var holdsControl = false

    /// Makes one that is at the beginning of the bytes.
    ///
    /// - Parameter directories: Names of directories of snapshots that no pattern tells.
    init(lookingFor directories: Set<ObjectName>) {
        var sought: [ObjectName: ObjectName] = [:]
        for name in directories where !name.bytes.isEmpty {
            sought[name] = name
            sought[ObjectName(ModifiedUTF8.bytes(ofUTF8: name.bytes))] = name
        }
        self.sought = sought
        lengths = Set(sought.keys.map(\.bytes.count)).sorted()
    }

    /// Takes the byte at a position; those behind it are looked at too.
    mutating func take(
        _ patterns: borrowing NamePatterns,
        _ bytes: UnsafeRawBufferPointer,
        at start: Int,
        into found: inout FoundNames
    ) {
        let byte = bytes[start]
        if byte == UInt8(ascii: "/") {
            if isBehindSlash { close(patterns, bytes, at: start, into: &found) }
            name.removeAll(keepingCapacity: true)
            isBehindSlash = true
            holdsControl = false
        } else if isBehindSlash {
            name.append(byte)
            if byte < 0x20 { holdsControl = true }
            if name.count == Self.longest { end(patterns, into: &found) }
        }
    }

    /// Notes what a path may have ended with, where no slash followed it.
    mutating func end(_ patterns: borrowing NamePatterns, into found: inout FoundNames) {
        guard isBehindSlash else { return }
        isBehindSlash = false
        name.withUnsafeBytes { bytes in
            let shortest = patterns.uuid.match(bytes, at: 0) == nil ? 1 : Self.lengthOfUUID
            for length in lengths where length >= shortest && length <= bytes.count {
                if let name = sought[ObjectName(bytes[..<length])] {
                    found.directories.insert(name)
                }
            }
        }
    }

    /// Notes a name that a slash follows.
    private mutating func close(
        _ patterns: borrowing NamePatterns,
        _ bytes: UnsafeRawBufferPointer,
        at slash: Int,
        into found: inout FoundNames
    ) {
        if let checkpoint = patterns.checkpointBelow.match(bytes, at: slash) {
            found.checkpoints.insert(ObjectName(name + checkpoint.bytes))
            let text = name.withUnsafeBytes(ModifiedUTF8.utf8)
            if let text { found.checkpoints.insert(ObjectName(text + checkpoint.bytes)) }
        }
        if patterns.metadataBelow.match(bytes, at: slash) != nil,
            let name = sought[ObjectName(name)]
        {
            found.directories.insert(name)
        }
        // What looks like one name may be the end of a path and the beginning of the next one.
        if holdsControl { end(patterns, into: &found) }
    }
}
