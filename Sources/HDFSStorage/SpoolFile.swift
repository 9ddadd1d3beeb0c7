// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// What a call printed, kept in a file without a name until it is known whether it is whole.
///
/// A listing that broke off must not have been handed on as if it were one, and a second try must not
/// come on top of a first: the output is judged before it is read.
struct SpoolFile: ~Copyable {
    private let descriptor: Int32
    /// How many bytes it holds.
    private(set) var length: Int64 = 0
    /// The number of the first error of writing; 0 where there was none.
    private(set) var problem: Int32 = 0
    private var lastByte = UInt8(ascii: "\n")
    /// Whoever reads it gets no line behind so many.
    private var lineLimit = Int.max

    /// Makes an empty one.
    ///
    /// - Parameter directory: Where there is room; only this process can ever open it.
    /// - Throws: `SpoolError` with the system's words.
    init(in directory: String) throws(SpoolError) {
        var template = Array("\(directory)/janitor-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { throw SpoolError(directory, errno) }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        unlink(template)
        descriptor = number
    }

    deinit { _ = close(descriptor) }

    /// Tells whether the last line, if any, came to its end.
    var endsWhole: Bool { lastByte == UInt8(ascii: "\n") }

    /// Adds what came next.
    ///
    /// - Returns: False where it cannot be kept.
    mutating func append(_ chunk: Span<UInt8>) -> Bool {
        guard problem == 0 else { return false }
        let failure = chunk.withUnsafeBytes { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = write(descriptor, rest.baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return 0
        }
        problem = failure
        length += Int64(chunk.count)
        if !chunk.isEmpty { lastByte = chunk[chunk.count - 1] }
        return failure == 0
    }

    /// Lets it end earlier for whoever reads it.
    ///
    /// - Parameter count: How many lines are left.
    mutating func end(afterLine count: Int) {
        lineLimit = count
    }

    /// Reads everything line by line, without the ends.
    ///
    /// - Parameter receive: Gets each line, good during the call.
    /// - Returns: False where the file does not read or a line has a megabyte or more.
    func eachLine(_ receive: (UnsafeRawBufferPointer) -> Void) -> Bool {
        let size = 1 << 20
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var filled = 0
        var offset: Int64 = 0
        var left = lineLimit
        while true {
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = pread(descriptor, room.baseAddress, room.count, Int(offset))
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            if count == 0 { return filled == 0 }
            offset += Int64(count)
            filled += count
            var start = 0
            while let base = buffer.baseAddress,
                let found = memchr(base + start, 0x0A, filled - start)
            {
                if left == 0 { return true }
                left -= 1
                let end = UnsafeRawPointer(found) - UnsafeRawPointer(base)
                receive(UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
                start = end + 1
            }
            if start == 0, filled == size { return false }
            let rest = UnsafeRawBufferPointer(rebasing: buffer[start..<filled])
            buffer.copyMemory(from: rest)
            filled = rest.count
        }
    }

    /// Opens a part of it as the bytes of an object of its own; nil with `errno` set.
    func part(from offset: Int64, length: Int64, modified: Instant) -> FileByteSource? {
        let number = open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        guard lseek(number, Int(offset), SEEK_SET) >= 0 else {
            _ = close(number)
            return nil
        }
        return FileByteSource(
            owning: number,
            length: length,
            modified: modified,
            identity: .none,
            isPart: true
        )
    }

    /// The four bytes at an offset, most significant first; nil where there are fewer.
    func word(at offset: Int64) -> UInt32? {
        var bytes: [UInt8] = [0, 0, 0, 0]
        guard pread(descriptor, &bytes, 4, Int(offset)) == 4 else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// Why output cannot be kept.
struct SpoolError: Error {
    let detail: String

    init(_ directory: String, _ number: Int32) {
        detail = "its output cannot be kept in \"\(directory)\": \(systemMessage(number))"
    }
}
