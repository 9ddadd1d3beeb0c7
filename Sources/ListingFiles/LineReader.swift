// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Storage

/// Lines of a file, one after the other, in constant memory.
struct LineReader: ~Copyable {
    /// A line longer than this is none of any format.
    private static let longest = 1 << 20

    private let descriptor: Int32
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var limit = 0
    private var isAtEnd = false

    /// Opens a file.
    ///
    /// - Parameter path: As the operator wrote it; links are followed.
    /// - Throws: `ListingFault` with the system's words.
    init(_ path: String) throws(ListingFault) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw ListingFault(systemMessage(errno)) }
        buffer = .allocate(byteCount: 2 * Self.longest, alignment: 16)
    }

    deinit {
        _ = close(descriptor)
        buffer.deallocate()
    }

    /// The next line without its end, good until the next call; nil behind the last one.
    ///
    /// - Throws: `ListingFault` where the file does not read, a line is too long, or the last line
    ///   has no end.
    mutating func next() throws(ListingFault) -> UnsafeRawBufferPointer? {
        var searched = start
        while true {
            if let base = buffer.baseAddress,
                let found = memchr(base + searched, 0x0A, limit - searched)
            {
                let end = UnsafeRawPointer(found) - UnsafeRawPointer(base)
                defer { start = end + 1 }
                return UnsafeRawBufferPointer(rebasing: buffer[start..<end])
            }
            if isAtEnd {
                guard start == limit else { throw ListingFault("it was cut short in a line") }
                return nil
            }
            guard limit - start <= Self.longest else { throw ListingFault("a line is too long") }
            if start > 0 {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[start..<limit])
                buffer.copyMemory(from: rest)
                limit -= start
                start = 0
            }
            searched = limit
            try fill()
        }
    }

    private mutating func fill() throws(ListingFault) {
        while true {
            let count = read(
                descriptor,
                buffer.baseAddress.map { $0 + limit },
                buffer.count - limit
            )
            if count > 0 {
                limit += count
                return
            }
            if count == 0 {
                isAtEnd = true
                return
            }
            if errno != EINTR { throw ListingFault(systemMessage(errno)) }
        }
    }
}
