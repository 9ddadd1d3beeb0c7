// SPDX-License-Identifier: Apache-2.0

/// Writes metadata as Java's `DataOutputStream` would, for cases that no fixture has.
struct MetadataBytes {
    private(set) var bytes: [UInt8] = []

    /// Writes the header, a checkpoint id and no master states.
    init(version: Int32 = 3) {
        int32(0x4960_672D)
        int32(version)
        int64(7)
        int32(0)
    }

    mutating func uint8(_ value: UInt8) {
        bytes.append(value)
    }

    mutating func int32(_ value: Int32) {
        withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
    }

    mutating func int64(_ value: Int64) {
        withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
    }

    /// Writes a text whose modified UTF-8 is given.
    mutating func text(_ raw: [UInt8]) {
        bytes.append(UInt8(raw.count >> 8))
        bytes.append(UInt8(raw.count & 0xFF))
        bytes += raw
    }

    mutating func text(_ ascii: String) {
        text(Array(ascii.utf8))
    }

    /// Writes one operator with one subtask up to its managed keyed state.
    mutating func beginKeyedState() {
        beginSubtask()
        int32(0)
        int32(0)
    }

    /// Writes one operator with one subtask up to its managed operator state.
    mutating func beginSubtask() {
        int32(1)
        beginOperator()
        uint8(0)
        int32(1)
        int32(0)
    }

    /// Writes an operator up to its coordinator.
    mutating func beginOperator() {
        int64(1)
        int64(2)
        int32(1)
        int32(128)
    }

    /// Writes what follows managed keyed state.
    mutating func endSubtask() {
        uint8(0)
        int32(0)
        int32(0)
    }

    /// Writes a key-group handle without offsets, up to its stream.
    mutating func beginKeyGroups() {
        uint8(3)
        int32(0)
        int32(0)
    }

    /// Writes a file handle.
    mutating func file(_ path: String, size: Int64) {
        uint8(2)
        int64(size)
        text(path)
    }

    /// A file of version 3 with one key-group handle whose stream the caller writes.
    static func withStream(_ write: (inout MetadataBytes) -> Void) -> [UInt8] {
        var file = MetadataBytes()
        file.beginKeyedState()
        file.beginKeyGroups()
        write(&file)
        file.endSubtask()
        return file.bytes
    }
}
