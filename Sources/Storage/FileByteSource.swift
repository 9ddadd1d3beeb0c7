// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel

/// Bytes of an open file; closes it at the end of its life.
public struct FileByteSource: ~Copyable, ByteSource {
    /// Length at the time of opening, in bytes.
    public let length: Int64
    /// Modification time at the time of opening.
    public var modified: Instant
    /// Identity at the time of opening.
    public let identity: ObjectIdentity

    private let descriptor: Int32
    /// How much of the file is left; nil where the file ends where the object does.
    private var left: Int64?

    /// Takes over an open descriptor that stands at the file's beginning.
    ///
    /// - Parameters:
    ///   - descriptor: Open for reading; closed by this value.
    ///   - length: The file's length as `fstat` gave it.
    ///   - modified: The file's modification time as `fstat` gave it.
    ///   - identity: The file's identity as `fstat` gave it.
    ///   - isPart: The object is `length` bytes of a file that goes on behind it.
    public init(
        owning descriptor: Int32,
        length: Int64,
        modified: Instant,
        identity: ObjectIdentity,
        isPart: Bool = false
    ) {
        self.descriptor = descriptor
        self.length = length
        self.modified = modified
        self.identity = identity
        left = isPart ? length : nil
    }

    deinit {
        _ = close(descriptor)
    }

    /// Reads the next bytes; interrupted calls are tried again.
    public mutating func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ByteSourceError) -> Int {
        let room = left.map { min(Int64(buffer.count), $0) } ?? Int64(buffer.count)
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, Int(room))
            if count >= 0 {
                left = left.map { $0 - Int64(count) }
                return count
            }
            if errno != EINTR { throw ByteSourceError(systemMessage(errno)) }
        }
    }

    /// Moves the position in the file.
    public mutating func skip(_ count: Int64) throws(ByteSourceError) {
        if lseek(descriptor, Int(count), SEEK_CUR) < 0 {
            throw ByteSourceError(systemMessage(errno))
        }
        left = left.map { max(0, $0 - count) }
    }
}
