// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Bytes that are in memory already.
public struct MemoryByteSource: ByteSource {
    private let bytes: [UInt8]
    private var position = 0

    /// Makes a source of these bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The number of bytes.
    public var length: Int64 { Int64(bytes.count) }

    /// Copies the next bytes; never fails.
    public mutating func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ByteSourceError) -> Int {
        let count = min(buffer.count, bytes.count - position)
        bytes.withUnsafeBytes { all in
            let next = UnsafeRawBufferPointer(rebasing: all[position..<position + count])
            buffer.copyMemory(from: next)
        }
        position += count
        return count
    }

    /// Moves the position, at most to the end; never fails.
    public mutating func skip(_ count: Int64) throws(ByteSourceError) {
        position += Int(min(count, Int64(bytes.count - position)))
    }
}
