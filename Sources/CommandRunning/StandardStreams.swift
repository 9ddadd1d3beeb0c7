// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import Glibc
internal import SnapshotModel
internal import Storage

/// The runner's end of a stream that a child writes.
struct ReadingStream: ~Copyable {
    /// What a read gave.
    enum Outcome {
        case bytes(Int)
        case nothingYet
        case end
        case failed(Int32)
    }

    private(set) var descriptor: Descriptor?

    /// Takes over the reading end of a pipe.
    init(_ descriptor: consuming Descriptor) {
        makeNonBlocking(descriptor.number)
        self.descriptor = consume descriptor
    }

    /// Whether more may come.
    var isOpen: Bool { descriptor != nil }

    /// What to wait for; passed over where it is closed.
    var wait: pollfd { pollfd(fd: number(of: descriptor), events: Int16(POLLIN), revents: 0) }

    /// Reads what is there, once; closes itself at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        let open = number(of: descriptor)
        guard open >= 0 else { return .end }
        let count = Glibc.read(open, buffer.baseAddress, buffer.count)
        if count > 0 { return .bytes(count) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothingYet }
        let failure = errno
        close()
        return count == 0 ? .end : .failed(failure)
    }

    /// Wants nothing more of it.
    mutating func close() { descriptor = nil }
}

/// The runner's end of the stream that a child reads.
struct WritingStream: ~Copyable {
    private var descriptor: Descriptor?
    private let bytes: [UInt8]
    private var position = 0

    /// Takes over the writing end of a pipe; nil where nothing is to be written.
    init(_ descriptor: consuming Descriptor?, _ bytes: [UInt8]) {
        self.descriptor = consume descriptor
        self.bytes = bytes
        let open = number(of: self.descriptor)
        if open >= 0 { makeNonBlocking(open) }
        if bytes.isEmpty { close() }
    }

    /// How many bytes the child did not take.
    var left: Int { bytes.count - position }

    /// What to wait for; passed over where everything is written.
    var wait: pollfd { pollfd(fd: number(of: descriptor), events: Int16(POLLOUT), revents: 0) }

    /// Writes what fits, once; closes itself after the last byte, or when nobody reads any more.
    ///
    /// - Returns: Whether anything was taken.
    mutating func write() -> Bool {
        let open = number(of: descriptor)
        guard open >= 0 else { return false }
        let count = bytes.withUnsafeBytes { all in
            let rest = all[position...]
            let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress
            return janitor_write_quietly(open, base, UInt(rest.count))
        }
        if count < 0 {
            if errno != EAGAIN, errno != EINTR { close() }
            return false
        }
        position += count
        if left == 0 { close() }
        return count > 0
    }

    /// Leaves the rest unwritten.
    mutating func close() { descriptor = nil }
}

/// The number of a descriptor for `poll`, which passes over -1.
func number(of descriptor: borrowing Descriptor?) -> Int32 {
    switch descriptor {
    case .some(let descriptor): descriptor.number
    case .none: -1
    }
}

private func makeNonBlocking(_ number: Int32) {
    let flags = fcntl(number, F_GETFL)
    _ = fcntl(number, F_SETFL, flags | O_NONBLOCK)
}

/// Opens what a child without a pipe reads.
func openInput(
    _ invocation: CommandInvocation,
    _ path: ObjectName
) throws(CommandError) -> Descriptor {
    let number = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard number >= 0 else {
        throw CommandError(
            .noInput,
            command: invocation.program.name,
            detail: "its input \"\(path)\" cannot be opened: \(systemMessage(errno))"
        )
    }
    return Descriptor(owning: number)
}

/// Where chunks are read into; given back at the end of its life.
final class ReadBuffer {
    static let size = 262_144

    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)

    deinit { bytes.deallocate() }

    /// The first bytes of it.
    func chunk(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: bytes[..<count]).bindMemory(to: UInt8.self)
    }
}
