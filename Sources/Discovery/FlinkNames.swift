// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// The names that Flink, and we, give to things in a store.
///
/// Source: `AbstractFsCheckpointStorageAccess`, `FsCheckpointStorageLocation`,
/// `FileMergingSnapshotManagerBase`, `ForStPathContainer` (Flink 1.20 and 2.3); `savepoint-` is
/// followed by the first six digits of the job id and twelve random ones.
public enum FlinkNames {
    /// The file that makes a snapshot complete.
    public static let metadata = ObjectName("_metadata")
    /// What high-availability pointer files begin with.
    public static let pointerPrefix = ObjectName("completedCheckpoint")
    /// What our labels begin with; the label's name follows.
    public static let labelPrefix = ObjectName("_label.")
    /// The label that pins.
    public static let pin = ObjectName("pin")
    /// What everything of our own in a root begins with.
    public static let janitorPrefix = ObjectName(".janitor-")
    /// The lock of a root.
    public static let lock = ObjectName(".janitor-lock")
    /// The trash of a root.
    public static let trash = ObjectName(".janitor-trash")

    /// Tells whether a name is a job id: 32 lower-case hex digits.
    public static func isJobID(_ name: ObjectName) -> Bool {
        name.bytes.count == 32 && name.bytes.allSatisfy(isHex)
    }

    /// The number in `chk-<n>`; nil for any other name.
    public static func checkpointNumber(_ name: ObjectName) -> Int64? {
        guard name.bytes.starts(with: "chk-".utf8) else { return nil }
        let digits = name.bytes.dropFirst(4)
        guard !digits.isEmpty, digits.count <= 19, digits.allSatisfy(isDigit) else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    /// The six digits in `savepoint-<6 hex>-<12 hex>`; nil for any other name.
    public static func savepointDigits(_ name: ObjectName) -> ObjectName? {
        let bytes = name.bytes
        guard bytes.count == 29, bytes.starts(with: "savepoint-".utf8) else { return nil }
        guard bytes[16] == UInt8(ascii: "-"), bytes[10..<16].allSatisfy(isHex),
            bytes[17...].allSatisfy(isHex)
        else { return nil }
        return ObjectName(bytes[10..<16])
    }

    /// Tells whether a name is a bare UUID, as Flink gives to every file of state.
    public static func isUUID(_ name: ObjectName) -> Bool {
        guard name.bytes.count == 36 else { return false }
        for (index, byte) in name.bytes.enumerated() {
            switch index {
            case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return false }
            default: guard isHex(byte) else { return false }
            }
        }
        return true
    }

    /// Tells whether a name is that of metadata that are being written.
    ///
    /// Source: local and HDFS recoverable writers put `.<name>.inprogress.<uuid>` beside the target.
    public static func isMetadataInProgress(_ name: ObjectName) -> Bool {
        name.bytes.starts(with: "._metadata.inprogress.".utf8)
    }

    /// The label that a file stands for; nil for any other file.
    public static func label(_ name: ObjectName) -> ObjectName? {
        guard name.bytes.starts(with: labelPrefix.bytes) else { return nil }
        return ObjectName(name.bytes.dropFirst(labelPrefix.bytes.count))
    }

    /// Tells whether a thing of this name is ours.
    public static func isJanitors(_ name: ObjectName) -> Bool {
        name.bytes.starts(with: janitorPrefix.bytes)
    }

    /// Tells whether a name is that of a high-availability pointer file.
    ///
    /// Source: `FileSystemStateStorageHelper`: `completedCheckpoint` and twelve hex digits.
    public static func isPointerFile(_ name: ObjectName) -> Bool {
        name.bytes.starts(with: pointerPrefix.bytes)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
