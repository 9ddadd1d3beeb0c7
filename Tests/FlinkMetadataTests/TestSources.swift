// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

/// Bytes in memory that come in pieces of a fixed size, and may fail or end early.
struct PiecewiseByteSource: ByteSource {
    let length: Int64
    private let bytes: [UInt8]
    private let piece: Int
    private let failingAt: Int?
    private var position = 0

    init(_ bytes: [UInt8], piece: Int, length: Int64? = nil, failingAt: Int? = nil) {
        self.bytes = bytes
        self.piece = piece
        self.length = length ?? Int64(bytes.count)
        self.failingAt = failingAt
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        let end = min(bytes.count, position + min(piece, buffer.count))
        if let failingAt, end > failingAt { throw ByteSourceError("connection lost") }
        buffer.copyBytes(from: bytes[position..<end])
        defer { position = end }
        return end - position
    }

    mutating func skip(_ count: Int64) throws(ByteSourceError) {
        position = min(bytes.count, position + Int(count))
    }
}

/// Bytes around a gap of zeros that is too large for memory; counts what is really read.
struct HollowByteSource: ByteSource {
    private let head: [UInt8]
    private let gap: Int64
    private let tail: [UInt8]
    private var position: Int64 = 0
    private(set) var bytesRead: Int64 = 0

    init(head: [UInt8], gap: Int64, tail: [UInt8]) {
        self.head = head
        self.gap = gap
        self.tail = tail
    }

    var length: Int64 { Int64(head.count) + gap + Int64(tail.count) }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        let count = Int(min(Int64(buffer.count), max(0, length - position)))
        for index in 0..<count {
            buffer[index] = byte(at: position + Int64(index))
        }
        position += Int64(count)
        bytesRead += Int64(count)
        return count
    }

    mutating func skip(_ count: Int64) throws(ByteSourceError) {
        position += count
    }

    private func byte(at place: Int64) -> UInt8 {
        if place < Int64(head.count) { return head[Int(place)] }
        let behind = place - Int64(head.count) - gap
        return behind < 0 ? 0 : tail[Int(behind)]
    }
}

/// A store that says it gave more bytes than were asked for.
struct LyingByteSource: ByteSource {
    let length: Int64 = 1000
    let answer: Int

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        answer == .max ? buffer.count + 1 : answer
    }

    mutating func skip(_ count: Int64) throws(ByteSourceError) {}
}
