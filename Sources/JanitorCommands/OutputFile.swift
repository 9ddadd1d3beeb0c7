// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Storage

/// A file that is written piece by piece and appears under its name when it is whole.
final class OutputFile {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var problem: Int32 = 0
    private var isFinished = false

    /// Begins a file beside its final name.
    init(_ path: String, token: String) throws {
        self.path = path
        temporary = "\(path).\(token.prefix(8))"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw failure(errno) }
    }

    deinit {
        if descriptor >= 0 { _ = close(descriptor) }
        if !isFinished { unlink(temporary) }
    }

    /// Writes bytes; what goes wrong is told at the end.
    func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while problem == 0, !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.write(descriptor, part.baseAddress, part.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                problem = errno
            }
        }
    }

    /// Gives the file its name, over whatever had it.
    func finish() throws {
        if problem != 0 { throw failure(problem) }
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw failure(errno) }
        isFinished = true
    }

    private func failure(_ number: Int32) -> CommandFailure {
        CommandFailure(
            code: .failed,
            message: "cannot write \"\(path)\": \(systemMessage(number))\n"
                + "  hint: name a file in a folder that is there and may be written to"
        )
    }
}
