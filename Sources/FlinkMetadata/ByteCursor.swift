// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// A bounds-checked position in a source of bytes, with a buffer of fixed size.
///
/// Knows nothing of the source's type, so that the parser is compiled once and not per source.
/// Believes the source's length: nothing behind it is ever read, and a source that ends earlier
/// is truncated.
struct ByteCursor: ~Copyable {
    /// Holds the longest text (65,535 bytes) in one piece.
    private static let capacity = 1 << 16

    private let source: SourceAccess
    private let buffer: UnsafeMutableRawBufferPointer
    /// Position in the buffer, and the end of what was read into it.
    private var index = 0
    private var limit = 0
    /// Where in the file the buffer begins.
    private var bufferOffset: Int64 = 0

    init(_ source: SourceAccess) {
        self.source = source
        buffer = .allocate(byteCount: Self.capacity, alignment: 16)
    }

    deinit {
        buffer.deallocate()
    }

    /// Where the next byte lies in the file.
    var offset: Int64 { bufferOffset + Int64(index) }

    /// How many bytes are left in the file.
    var remaining: Int64 { max(0, source.length - offset) }

    /// An error at the next byte.
    func error(_ reason: MetadataError.Reason) -> MetadataError {
        MetadataError(reason, at: offset)
    }

    /// The next bytes, in one piece, valid until the cursor moves on; at most 65,535.
    mutating func take(_ count: Int) throws(MetadataError) -> UnsafeRawBufferPointer {
        if limit - index < count { try refill(count) }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[index..<index + count])
        index += count
        return bytes
    }

    mutating func readUInt8() throws(MetadataError) -> UInt8 {
        try take(1).loadUnaligned(as: UInt8.self)
    }

    mutating func readUInt16() throws(MetadataError) -> UInt16 {
        UInt16(bigEndian: try take(2).loadUnaligned(as: UInt16.self))
    }

    mutating func readInt32() throws(MetadataError) -> Int32 {
        Int32(bigEndian: try take(4).loadUnaligned(as: Int32.self))
    }

    mutating func readInt64() throws(MetadataError) -> Int64 {
        Int64(bigEndian: try take(8).loadUnaligned(as: Int64.self))
    }

    /// Passes over bytes; what is not buffered is not read.
    mutating func skip(_ count: Int64) throws(MetadataError) {
        if count <= Int64(limit - index) {
            index += Int(count)
            return
        }
        guard count <= remaining else {
            throw error(.truncated(needed: count, left: remaining))
        }
        let beyond = count - Int64(limit - index)
        do {
            try source.skip(beyond)
        } catch {
            throw self.error(.ioFailure(error))
        }
        bufferOffset += Int64(limit) + beyond
        index = 0
        limit = 0
    }

    /// Reads until so many bytes are buffered in one piece.
    private mutating func refill(_ count: Int) throws(MetadataError) {
        guard Int64(count) <= remaining else {
            throw error(.truncated(needed: Int64(count), left: remaining))
        }
        let kept = UnsafeRawBufferPointer(rebasing: buffer[index..<limit])
        buffer.copyMemory(from: kept)
        bufferOffset += Int64(index)
        limit -= index
        index = 0
        while limit < count {
            let left = Int(clamping: source.length - bufferOffset - Int64(limit))
            let free = UnsafeMutableRawBufferPointer(
                rebasing: buffer[limit..<limit + min(left, buffer.count - limit)]
            )
            limit += try readSome(into: free, needed: count)
        }
    }

    private func readSome(
        into free: UnsafeMutableRawBufferPointer,
        needed: Int
    ) throws(MetadataError) -> Int {
        let count: Int
        do {
            count = try source.read(free)
        } catch {
            throw self.error(.ioFailure(error))
        }
        guard count != 0 else {
            throw error(.truncated(needed: Int64(needed), left: Int64(limit)))
        }
        guard (1...free.count).contains(count) else {
            throw error(.ioFailure(ByteSourceError("the store gave an impossible byte count")))
        }
        return count
    }
}
