// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Where a command writes: results to one place, everything else to another.
struct Console {
    /// Takes bytes of results.
    let result: (UnsafeRawBufferPointer) -> Void
    /// Takes a message for people, without a line end.
    let message: (String) -> Void

    /// Writes text to the results.
    func write(_ text: String) {
        var text = text
        text.withUTF8 { result(UnsafeRawBufferPointer($0)) }
    }

    /// The process's own standard output and standard error.
    ///
    /// When a reader went away, what else is written is dropped: what the command came to is in its
    /// exit code all the same.
    static var standard: Console {
        var isOpen = true
        return Console(
            result: { bytes in
                guard isOpen else { return }
                var rest = bytes[...]
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    let count = Glibc.write(STDOUT_FILENO, part.baseAddress, part.count)
                    if count < 0 {
                        if errno == EINTR { continue }
                        if errno == EPIPE {
                            isOpen = false
                            return
                        }
                        // Nobody can be told on standard output that it cannot be written.
                        let why = "janitor: error: cannot write standard output\n"
                        _ = why.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
                        exit(ExitCode.failed.rawValue)
                    }
                    rest = rest.dropFirst(count)
                }
            },
            message: { text in
                let line = "janitor: \(text)\n"
                _ = line.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
            }
        )
    }
}
